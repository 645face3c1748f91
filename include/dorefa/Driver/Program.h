//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A module, compiled and linked into this process, or found in the cache.

#ifndef DOREFA_DRIVER_PROGRAM_H
#define DOREFA_DRIVER_PROGRAM_H

#include "dorefa/Driver/CompileOptions.h"
#include "dorefa/ExecutionEngine/Engine.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

#include <memory>

namespace dorefa::driver {

/// Compiles a tensor-level module for this machine. The module is consumed:
/// it is lowered in place unless its code is in the cache. A note on `notes`
/// tells of a cache that cannot be written. `fromCache` is set to whether the
/// code was found in the cache.
llvm::Expected<std::unique_ptr<engine::Engine>>
compileProgram(mlir::ModuleOp module, const CompileOptions &options,
               llvm::raw_ostream &notes, bool *fromCache = nullptr);

/// Lowers a tensor-level module in place and translates it to LLVM IR, with an
/// adaptor for each public function, but does not optimize it.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateProgram(mlir::ModuleOp module, const CompileOptions &options,
                 llvm::LLVMContext &context, llvm::TargetMachine &machine);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_PROGRAM_H
