//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A module in several, so that threads can compile them.

#ifndef DOREFA_EXECUTIONENGINE_MODULEPARTS_H
#define DOREFA_EXECUTIONENGINE_MODULEPARTS_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <vector>

namespace dorefa::engine {

/// Moves functions of a module of the LLVM dialect to new modules of about
/// `opsPerPart` ops each, and leaves declarations behind. What moves is
/// internal and not to be inlined (as --dorefa-outline-parallel-loops makes
/// it), and needs nothing of the module but declarations and its own constants;
/// it gets external linkage, hidden. The parts depend on the module alone, not
/// on the machine.
std::vector<mlir::OwningOpRef<mlir::ModuleOp>>
splitModule(mlir::ModuleOp module, int64_t opsPerPart = 4000);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_MODULEPARTS_H
