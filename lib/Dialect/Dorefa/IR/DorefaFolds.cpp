//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The folds of the dorefa ops.

#include "WeightQuantization.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <cmath>

using namespace mlir;
using namespace mlir::dorefa;

/// A scale of 1, or a vector of them.
static Attribute getUnitScale(Value scale) {
  return DenseElementsAttr::get(cast<ShapedType>(scale.getType()), 1.0f);
}

/// The elements of an f32 constant, if `attr` is one.
static std::optional<SmallVector<float>> getFloats(Attribute attr) {
  if (auto dense = dyn_cast_or_null<DenseFPElementsAttr>(attr))
    if (dense.getElementType().isF32())
      return llvm::to_vector(dense.getValues<float>());
  if (auto resource = dyn_cast_or_null<DenseF32ResourceElementsAttr>(attr))
    if (std::optional<ArrayRef<float>> values = resource.tryGetAsArrayRef())
      return llvm::to_vector(*values);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// code_constant
//===----------------------------------------------------------------------===//

OpFoldResult CodeConstantOp::fold(FoldAdaptor) {
  return CodesAttr::get(getContext(), getValue());
}

//===----------------------------------------------------------------------===//
// quantize_weight
//===----------------------------------------------------------------------===//

LogicalResult QuantizeWeightOp::fold(FoldAdaptor adaptor,
                                     SmallVectorImpl<OpFoldResult> &results) {
  CodeType code = getCodeType(getCodes().getType());
  if (!code) {
    // No quantizer: the weight itself, scale 1.
    if (getInput().getType() != getCodes().getType())
      return failure();
    results.assign({getInput(), getUnitScale(getScale())});
    return success();
  }
  auto shape = cast<RankedTensorType>(getCodes().getType());
  auto scaleType = cast<RankedTensorType>(getScale().getType());
  if (code.isOpen() || !shape.hasStaticShape() || !scaleType.hasStaticShape())
    return failure();
  std::optional<SmallVector<float>> weights = getFloats(adaptor.getInput());
  // Weights that are not finite have no defined codes.
  if (!weights || weights->empty() ||
      !llvm::all_of(*weights, [](float w) { return std::isfinite(w); }))
    return failure();

  QuantizedWeights quantized =
      quantizeWeights(*weights, code, scaleType.getNumElements(), getScheme());
  auto payloadType = RankedTensorType::get(shape.getShape(),
                                           IntegerType::get(getContext(), 8));
  auto payload = cast<DenseIntElementsAttr>(
      DenseElementsAttr::get(payloadType, ArrayRef(quantized.codes)));
  results.assign(
      {CodesAttr::get(getContext(), payload),
       DenseElementsAttr::get(scaleType, ArrayRef<float>(quantized.scales))});
  return success();
}

//===----------------------------------------------------------------------===//
// quantize_gradient, ste, dropout
//===----------------------------------------------------------------------===//

OpFoldResult QuantizeGradientOp::fold(FoldAdaptor) {
  // 32 bits leave the gradient as it is: the identity both ways.
  return getBits() == 32 ? getInput() : Value();
}

OpFoldResult SteOp::fold(FoldAdaptor) {
  // Anything else would send the gradient to the wrong operand.
  return getValue() == getSurrogate() ? getValue() : Value();
}

LogicalResult DropoutOp::fold(FoldAdaptor,
                              SmallVectorImpl<OpFoldResult> &results) {
  // An op without noise stays: differentiation will add it.
  if (!getRate().isZero())
    return failure();
  results.assign({getInput(), getUnitScale(getScale())});
  return success();
}

//===----------------------------------------------------------------------===//
// dequantize
//===----------------------------------------------------------------------===//

OpFoldResult DequantizeOp::fold(FoldAdaptor adaptor) {
  auto codes = dyn_cast_or_null<CodesAttr>(adaptor.getCodes());
  auto type = cast<RankedTensorType>(getResult().getType());
  if (!codes || !type.hasStaticShape())
    return {};
  SmallVector<float> scales = {1.0f};
  if (getScale()) {
    std::optional<SmallVector<float>> constant = getFloats(adaptor.getScale());
    if (!constant || constant->empty())
      return {};
    scales = std::move(*constant);
  }
  CodeType code = getCodeType(getCodes().getType());
  SmallVector<float> values;
  values.reserve(type.getNumElements());
  for (uint8_t c : codes.getPayload().getValues<uint8_t>()) {
    size_t channel = values.size() * scales.size() / type.getNumElements();
    values.push_back(scales[channel] * getCodeValue(code, c));
  }
  return DenseElementsAttr::get(type, ArrayRef<float>(values));
}
