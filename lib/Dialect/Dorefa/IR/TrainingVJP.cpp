//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE.txt for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Gradients of the training ops.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

FailureOr<SmallVector<Value>>
BatchNormOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                        const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

bool BatchNormOp::carriesGradient(unsigned operand) {
  return isDifferentiable((*this)->getOperand(operand).getType());
}

FailureOr<SmallVector<Value>>
MaxPoolOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                      const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

FailureOr<SmallVector<Value>>
SoftmaxCrossEntropyOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                                  const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}

bool SoftmaxCrossEntropyOp::carriesGradient(unsigned operand) {
  return isDifferentiable((*this)->getOperand(operand).getType());
}

FailureOr<SmallVector<Value>>
DropoutOp::buildVectorJacobianProduct(OpBuilder &, ArrayRef<Value>,
                                      const BackwardContext &) {
  return emitOpError("has no gradient rule yet");
}
