//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Vector-Jacobian products of the training ops.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::dorefa;

using Gradients = FailureOr<SmallVector<Value>>;

//===----------------------------------------------------------------------===//
// Batch norm
//===----------------------------------------------------------------------===//

// With the batch's statistics the result does not depend on the running ones.
bool BatchNormOp::carriesGradient(unsigned operand) {
  return operand < 3 || getInference();
}

Gradients
BatchNormOp::buildVectorJacobianProduct(OpBuilder &builder,
                                        ArrayRef<Value> cotangents,
                                        const BackwardContext &context) {
  if (cotangents[1] || cotangents[2])
    return emitOpError("no gradient flows through the running statistics");
  Location loc = getLoc();
  Value cotangent = cotangents[0], mean = getRunningMean(),
        variance = getRunningVariance();
  Type channels = mean.getType();
  SmallVector<Value> gradients(getNumOperands());
  if (!getInference()) {
    auto stats =
        BatchStatsOp::create(builder, loc, channels, channels, getInput());
    auto grad = BatchNormGradOp::create(builder, loc, cotangent.getType(),
                                        channels, channels, cotangent,
                                        getInput(), getGamma(), stats.getMean(),
                                        stats.getVariance(), getEpsilonAttr());
    gradients[0] = grad.getResult();
    gradients[1] = grad.getGammaGrad();
    gradients[2] = grad.getBetaGrad();
    return gradients;
  }
  if (context.needed(3) || context.needed(4))
    return emitOpError("no gradient flows into the running statistics");
  // With given statistics the op is affine in x: its derivative is itself with
  // mean and beta 0.
  if (context.needed(0)) {
    Value zero = arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(cast<ShapedType>(channels), 0.0f));
    gradients[0] =
        BatchNormOp::create(builder, loc, cotangent.getType(), channels,
                            channels, cotangent, getGamma(), zero, zero,
                            variance, getEpsilonAttr(), getMomentumAttr(),
                            builder.getUnitAttr())
            .getResult();
  }
  if (context.needed(1) || context.needed(2)) {
    auto grad = BatchNormGradOp::create(
        builder, loc, cotangent.getType(), channels, channels, cotangent,
        getInput(), getGamma(), mean, variance, getEpsilonAttr());
    gradients[1] = grad.getGammaGrad();
    gradients[2] = grad.getBetaGrad();
  }
  return gradients;
}

//===----------------------------------------------------------------------===//
// Max-pool, loss, dropout
//===----------------------------------------------------------------------===//

Gradients MaxPoolOp::buildVectorJacobianProduct(OpBuilder &builder,
                                                ArrayRef<Value> cotangents,
                                                const BackwardContext &) {
  return SmallVector<Value>{MaxPoolGradOp::create(
      builder, getLoc(), getCotangentType(getInput().getType()), cotangents[0],
      getWinner(), getKernelAttr(), getStridesAttr(), getPadsAttr())};
}

bool SoftmaxCrossEntropyOp::carriesGradient(unsigned operand) {
  return operand == 0;
}

Gradients SoftmaxCrossEntropyOp::buildVectorJacobianProduct(
    OpBuilder &builder, ArrayRef<Value> cotangents, const BackwardContext &) {
  return SmallVector<Value>{SoftmaxCrossEntropyGradOp::create(
                                builder, getLoc(), getLogits().getType(),
                                cotangents[0], getLogits(), getLabels()),
                            Value()};
}

// The mask is drawn again on the cotangent; 1 / (1 - rate) is the consumer's.
Gradients DropoutOp::buildVectorJacobianProduct(OpBuilder &builder,
                                                ArrayRef<Value> cotangents,
                                                const BackwardContext &) {
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = cotangents[0];
  if (cotangents[0] && getSeed())
    gradients[0] =
        DropoutOp::create(builder, getLoc(), cotangents[0].getType(),
                          getScale().getType(), cotangents[0], getSeed(),
                          getStep(), getRateAttr(), getIdAttr())
            .getResult();
  return gradients;
}
