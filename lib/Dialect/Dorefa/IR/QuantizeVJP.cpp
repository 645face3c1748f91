//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Vector-Jacobian products of the quantizers (spec 1.1 to 1.4).

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

using Gradients = FailureOr<SmallVector<Value>>;

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

// Straight through the rounding, then the derivative of the bound. Where that
// is a mask, one bit of it is kept from the forward pass in place of x.
Gradients QuantizeActivationOp::buildVectorJacobianProduct(
    OpBuilder &builder, ArrayRef<Value> cotangents, const BackwardContext &) {
  Value cotangent = cotangents[0];
  if (getBound() != Bound::clip && getBound() != Bound::relu)
    return SmallVector<Value>{
        QuantizeActivationGradOp::create(builder, getLoc(), cotangent.getType(),
                                         cotangent, getInput(), getBound())};
  ClipMaskOp mask;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointAfter(getOperation());
    Type bit = CodeType::get(getContext(), 1, CodeKind::unipolar);
    mask =
        ClipMaskOp::create(builder, getLoc(), getInput().getType().clone(bit),
                           getInput(), getBound());
    if (Attribute layer = (*this)->getAttr("dorefa.layer"))
      mask->setAttr("dorefa.layer", layer);
  }
  return SmallVector<Value>{
      MaskOp::create(builder, getLoc(), cotangent.getType(), cotangent, mask)};
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

// The scale is a constant to the gradient; 1-bit and power-of-two codes and the
// float weight itself pass it as it is.
Gradients QuantizeWeightOp::buildVectorJacobianProduct(
    OpBuilder &builder, ArrayRef<Value> cotangents, const BackwardContext &) {
  Value cotangent = cotangents[0];
  if (!cotangent) // only the scale was used
    return SmallVector<Value>{Value()};
  CodeType code = getCodeType(getCodes().getType());
  if (!code || code.getKind() == CodeKind::pow2 || code.getBits() == 1)
    return SmallVector<Value>{cotangent};
  if (code.isOpen())
    return emitOpError("the bits are open, so the gradient is not defined; "
                       "set them with --dorefa-set-bits");
  return SmallVector<Value>{
      QuantizeWeightGradOp::create(builder, getLoc(), cotangent.getType(),
                                   cotangent, getInput(), getDetachScale())};
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

Gradients
QuantizeGradientOp::buildVectorJacobianProduct(OpBuilder &builder,
                                               ArrayRef<Value> cotangents,
                                               const BackwardContext &context) {
  Value cotangent = cotangents[0];
  if (!getBits())
    return emitOpError("the bits are open, so the gradient is not defined; "
                       "set them with --dorefa-set-bits");
  if (*getBits() == 32)
    return SmallVector<Value>{cotangent};
  Value seed, step;
  if (!getDeterministic()) {
    seed = context.seed;
    step = context.step;
    if (!seed || !step)
      return emitOpError("draws noise, but no seed and step were given to the "
                         "differentiation");
  }
  auto type = cast<RankedTensorType>(cotangent.getType());
  Type codes =
      type.clone(CodeType::get(getContext(), *getBits(), CodeKind::bipolar));
  Type scale = RankedTensorType::get(type.getShape().take_front(),
                                     type.getElementType());
  auto encoded =
      EncodeGradientOp::create(builder, getLoc(), codes, scale, cotangent, seed,
                               step, getId().value_or(0));
  return SmallVector<Value>{DequantizeOp::create(
      builder, getLoc(), type, encoded.getCodes(), encoded.getScale())};
}

//===----------------------------------------------------------------------===//
// Values of codes, straight-through estimator
//===----------------------------------------------------------------------===//

// The cotangent of codes is that of the value they stand for.
Gradients DequantizeOp::buildVectorJacobianProduct(OpBuilder &,
                                                   ArrayRef<Value> cotangents,
                                                   const BackwardContext &) {
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = cotangents[0];
  return gradients;
}

bool SteOp::carriesGradient(unsigned operand) { return operand == 1; }

Gradients SteOp::buildVectorJacobianProduct(OpBuilder &,
                                            ArrayRef<Value> cotangents,
                                            const BackwardContext &) {
  return SmallVector<Value>{Value(), cotangents[0]};
}
