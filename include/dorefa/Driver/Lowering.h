//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// From the tensor level to the LLVM dialect, by the pipeline of a target.

#ifndef DOREFA_DRIVER_LOWERING_H
#define DOREFA_DRIVER_LOWERING_H

#include "dorefa/Driver/CompileOptions.h"
#include "mlir/IR/BuiltinOps.h"

namespace dorefa::driver {

/// Runs the target's pipeline over a tensor-level module.
/// To the LLVM dialect, in two steps: to ops on tensors, after which the
/// functions are what they will be called as, and from there.
llvm::Error lowerToTensors(mlir::ModuleOp module,
                           const CompileOptions &options);
llvm::Error lowerToLLVM(mlir::ModuleOp module, const CompileOptions &options);

/// A tensor-level module to its kernels as PTX, for one chip. Host code that
/// launches them is not made.
llvm::Expected<std::string> lowerToPTX(mlir::ModuleOp module,
                                       const CompileOptions &options);

/// The pipeline as text, with its options: part of the key under which
/// compiled code is kept.
std::string describePipeline(const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LOWERING_H
