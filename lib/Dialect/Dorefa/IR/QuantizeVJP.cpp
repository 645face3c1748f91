//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE.txt for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Gradients of the quantizers.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

FailureOr<SmallVector<Value>>
QuantizeActivationOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                                 const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
QuantizeWeightOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                             const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
QuantizeGradientOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                               const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
DequantizeOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                         const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
SteOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                  const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

bool SteOp::carriesGradient(unsigned operand) {
  return isDifferentiable((*this)->getOperand(operand).getType());
}
