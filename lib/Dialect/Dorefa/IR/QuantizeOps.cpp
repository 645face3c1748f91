//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints of the quantizers, their inverses and gradients.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::dorefa;

/// (C1) of most ops here: both tensors have the same shape.
static LogicalResult verifySameShape(Operation *op, StringRef firstName,
                                     Value first, StringRef secondName,
                                     Value second) {
  if (succeeded(verifyCompatibleShape(first.getType(), second.getType())))
    return success();
  return op->emitOpError() << "(C1) shapes of " << firstName << " and "
                           << secondName << " differ: " << first.getType()
                           << " and " << second.getType();
}

static LogicalResult verifySeedAndStep(Operation *op, StringRef constraint,
                                       Value seed, Value step) {
  if (static_cast<bool>(seed) == static_cast<bool>(step))
    return success();
  return op->emitOpError() << constraint << " seed and step come together";
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

LogicalResult QuantizeActivationOp::verify() {
  if (failed(
          verifySameShape(*this, "input", getInput(), "result", getResult())))
    return failure();
  bool isCode = static_cast<bool>(getCodeType(getResult().getType()));
  if (isCode && getBound() == Bound::relu)
    return emitOpError("(C2) bound relu is for an f32 result; codes need clip, "
                       "abs_clip or tanh");
  if (isCode && getOpen())
    return emitOpError("(C3) open needs an f32 result, got ")
           << getResult().getType();
  return success();
}

LogicalResult ClipMaskOp::verify() {
  if (failed(
          verifySameShape(*this, "input", getInput(), "result", getResult())))
    return failure();
  if (getBound() != Bound::clip && getBound() != Bound::relu)
    return emitOpError("(C2) bound must be clip or relu, got ")
           << stringifyBound(getBound());
  if (getCodeType(getResult().getType()).getBits() != 1)
    return emitOpError("(C3) the result must have 1-bit codes, got ")
           << getResult().getType();
  return success();
}

LogicalResult MaskOp::verify() {
  if (failed(verifySameShape(*this, "input", getInput(), "mask", getMask())))
    return failure();
  if (getCodeType(getMask().getType()).getBits() != 1)
    return emitOpError("(C2) the mask must have 1-bit codes, got ")
           << getMask().getType();
  return success();
}

LogicalResult QuantizeActivationGradOp::verify() { return success(); }

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

LogicalResult QuantizeWeightOp::verify() {
  if (failed(verifySameShape(*this, "input", getInput(), "codes", getCodes())))
    return failure();
  auto input = cast<RankedTensorType>(getInput().getType());
  auto scale = cast<RankedTensorType>(getScale().getType());
  CodeType code = getCodeType(getCodes().getType());
  bool bipolar = code && code.getKind() == CodeKind::bipolar;
  bool pow2 = code && code.getKind() == CodeKind::pow2;
  if (getPerChannel()) {
    if (!pow2 && (!bipolar || (code.getBits() != 1 && !code.isOpen())))
      return emitOpError("(C3) per_channel needs 1-bit bipolar codes, or pow2 "
                         "codes, got ")
             << getCodes().getType();
    if (input.getRank() < 1 || scale.getRank() != 1 ||
        failed(verifyCompatibleShape(scale.getShape(),
                                     input.getShape().take_front())))
      return emitOpError("(C2) per_channel needs a scale for each index of "
                         "axis 0 of ")
             << input << ", got " << scale;
  } else if (scale.getRank() != 0) {
    return emitOpError("(C2) the scale must be a tensor<f32>, got ") << scale;
  }
  if (getDetachScale() && (!bipolar || code.getBits() == 1))
    return emitOpError("(C4) detach_scale needs bipolar codes of more than 1 "
                       "bit, got ")
           << getCodes().getType();
  if (getScheme() == Pow2Scheme::threshold && !pow2)
    return emitOpError("(C5) scheme<threshold> needs pow2 codes, got ")
           << getCodes().getType();
  return success();
}

LogicalResult QuantizeWeightGradOp::verify() { return success(); }

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

LogicalResult QuantizeGradientOp::verify() {
  if (std::optional<uint32_t> bits = getBits())
    if ((*bits < 1 || *bits > 8) && *bits != 32)
      return emitOpError("(C1) bits must be 1 to 8 or 32, got ")
             << static_cast<int32_t>(*bits);
  if (cast<RankedTensorType>(getInput().getType()).getRank() < 1)
    return emitOpError("(C2) the tensor needs a batch axis, got ")
           << getInput().getType();
  return success();
}

LogicalResult EncodeGradientOp::verify() {
  if (failed(verifySameShape(*this, "input", getInput(), "codes", getCodes())))
    return failure();
  auto input = cast<RankedTensorType>(getInput().getType());
  auto scale = cast<RankedTensorType>(getScale().getType());
  if (input.getRank() < 1)
    return emitOpError("(C1) the input needs a batch axis, got ") << input;
  if (failed(verifyCompatibleShape(scale.getShape(),
                                   input.getShape().take_front())))
    return emitOpError("(C3) the scale must have one element for each sample "
                       "of ")
           << input << ", got " << scale;
  return verifySeedAndStep(*this, "(C4)", getSeed(), getStep());
}

//===----------------------------------------------------------------------===//
// Values of codes, straight-through estimator
//===----------------------------------------------------------------------===//

LogicalResult DequantizeOp::verify() {
  if (failed(
          verifySameShape(*this, "codes", getCodes(), "result", getResult())))
    return failure();
  if (!getScale())
    return success();
  auto codes = cast<RankedTensorType>(getCodes().getType());
  auto scale = cast<RankedTensorType>(getScale().getType());
  if (scale.getRank() == 1 &&
      (codes.getRank() < 1 ||
       failed(verifyCompatibleShape(scale.getShape(),
                                    codes.getShape().take_front()))))
    return emitOpError("(C2) a scale of rank 1 must have the size of axis 0 "
                       "of ")
           << codes << ", got " << scale;
  return success();
}

LogicalResult SteOp::verify() { return success(); }

LogicalResult CodeConstantOp::verify() {
  auto type = cast<RankedTensorType>(getResult().getType());
  CodeType code = getCodeType(type);
  if (getValue().getType().getShape() != type.getShape())
    return emitOpError("(C1) shapes of value and result differ: ")
           << getValue().getType() << " and " << type;
  if (code.isOpen())
    return emitOpError("(C2) the codes must not be open, got ") << type;
  int64_t largest = code.getKind() == CodeKind::pow2 ? 2 * code.getPow2Levels()
                                                     : code.getMaxCode();
  for (uint8_t c : getValue().getValues<uint8_t>())
    if (c > largest)
      return emitOpError("(C3) code ")
             << unsigned(c) << " is above the largest, " << largest << ", of "
             << code;
  return success();
}
