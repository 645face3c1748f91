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

/// A tensor-level module to kernels of the NVVM dialect in one gpu.module, and
/// host code with the ops that launch them. `seeLaunches` has a look at that
/// code while it still is one of memrefs.
llvm::Error lowerToKernels(
    mlir::ModuleOp module, const CompileOptions &options,
    llvm::function_ref<llvm::Error(mlir::ModuleOp)> seeLaunches = nullptr);

/// The kernels of such a module as PTX, for the one chip it was lowered for.
llvm::Expected<std::string> writePTX(mlir::ModuleOp module);

/// The same as machine code, an ELF file.
llvm::Expected<std::string> writeMachineCode(mlir::ModuleOp module,
                                             llvm::StringRef chip);

/// An error with status 3 where there is no ptxas, which `option` needs.
llvm::Error checkAssembler(llvm::StringRef option);

/// The pipeline as text, with its options: part of the key under which
/// compiled code is kept.
std::string describePipeline(const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LOWERING_H
