//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// From the LLVM dialect to LLVM IR, assembly and object code.

#ifndef DOREFA_EXECUTIONENGINE_COMPILER_H
#define DOREFA_EXECUTIONENGINE_COMPILER_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace dorefa::engine {

/// What `emit` writes.
enum class OutputKind { llvmIR, assembly, object };

/// Translates a module of the LLVM dialect, and gives it the triple and the
/// data layout of `machine`.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                const llvm::TargetMachine &machine);

/// Runs LLVM's -O3 pipeline with the vectorizers, for `machine`.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

/// The module as text (LLVM IR, assembly) or as an object file.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
emit(llvm::Module &module, llvm::TargetMachine &machine, OutputKind kind);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_COMPILER_H
