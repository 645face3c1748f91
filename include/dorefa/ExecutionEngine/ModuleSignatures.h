//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The signatures of the public functions of a tensor-level module.

#ifndef DOREFA_EXECUTIONENGINE_MODULESIGNATURES_H
#define DOREFA_EXECUTIONENGINE_MODULESIGNATURES_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"
#include "mlir/IR/BuiltinOps.h"

namespace dorefa::engine {

/// One signature for each public function with a body, in the module's order.
/// Functions with a type that has no counterpart in host memory (vectors,
/// memrefs, f16) are listed with an obstacle.
std::vector<FunctionSignature> getSignatures(mlir::ModuleOp module);

/// The signatures `after` --dorefa-split-preparation, where values that were
/// there `before` are described as they were: codes by their range.
std::vector<FunctionSignature>
getFrozenSignatures(llvm::ArrayRef<FunctionSignature> before,
                    std::vector<FunctionSignature> after);

/// Asks the lowering to LLVM for a C interface of each function that can be
/// called, and takes the attributes away that only signatures are made from.
void prepareInterfaces(mlir::ModuleOp module,
                       llvm::ArrayRef<FunctionSignature> signatures);

} // namespace dorefa::engine

#endif // DOREFA_EXECUTIONENGINE_MODULESIGNATURES_H
