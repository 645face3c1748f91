//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a function launches on a GPU.

#ifndef DOREFA_DRIVER_LAUNCHPLAN_H
#define DOREFA_DRIVER_LAUNCHPLAN_H

#include "dorefa/Driver/CompileOptions.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"

#include <array>

namespace dorefa::driver {

/// A kernel, launched with one grid and block.
struct LaunchPlan {
  std::string chip;
  /// That of a product says how it is computed, train_step_warpgroup_bits.
  std::string kernel;
  /// FILE:LINE of an op that it computes; empty where none is known.
  std::string source;
  int64_t launches = 0;
  /// Sizes that are known only when it runs are nothing.
  std::array<std::optional<int64_t>, 3> grid, block;
  int64_t sharedBytes = 0;
  /// What ptxas says of one thread; nothing without it.
  std::optional<int64_t> registers, spilledBytes;
};

/// Compiles a function for a chip and lists what it launches for a batch of
/// this size, in the order of the first launches. The module is consumed.
llvm::Expected<std::vector<LaunchPlan>>
planLaunches(mlir::ModuleOp module, llvm::StringRef entry, int64_t batch,
             llvm::StringRef chip, const CompileOptions &options);

/// A table, and what all of it comes to.
void printLaunches(llvm::ArrayRef<LaunchPlan> plans, llvm::raw_ostream &stream);
llvm::json::Array describeLaunches(llvm::ArrayRef<LaunchPlan> plans);

/// The chips that launches are planned for: those that were asked for, sm_80
/// otherwise.
std::vector<std::string> getPlannedChips(const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LAUNCHPLAN_H
