//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE.txt for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Gradients of the products.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

FailureOr<SmallVector<Value>>
Conv2DOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                     const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
LinearOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                     const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}
