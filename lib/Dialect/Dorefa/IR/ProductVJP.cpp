//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Vector-Jacobian products of conv2d and linear (spec 2 and 3).
//
// A cotangent that is the dequantized result of the gradient quantizer is
// handed to the gradient products as codes with a scale for each sample; they
// then run in integers.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using Gradients = FailureOr<SmallVector<Value>>;

namespace {
/// A cotangent as the gradient products take it.
struct ProductCotangent {
  explicit ProductCotangent(Value cotangent) : value(cotangent) {
    auto dequantize = cotangent.getDefiningOp<DequantizeOp>();
    if (!dequantize || !dequantize.getScale())
      return;
    CodeType code = getCodeType(dequantize.getCodes().getType());
    auto scaleType = cast<RankedTensorType>(dequantize.getScale().getType());
    if (code.getKind() != CodeKind::bipolar || scaleType.getRank() != 1)
      return;
    value = dequantize.getCodes();
    scale = dequantize.getScale();
  }
  bool isCoded() const { return static_cast<bool>(scale); }

  Value value;
  Value scale; // null for floats
};
} // namespace

/// value * scale, `scale` a tensor<f32>.
static Value multiplyByScalar(OpBuilder &builder, Location loc, Value value,
                              Value scale) {
  auto type = cast<RankedTensorType>(value.getType());
  Value scalar = tensor::ExtractOp::create(builder, loc, scale);
  SmallVector<Value> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (type.isDynamicDim(axis))
      sizes.push_back(tensor::DimOp::create(builder, loc, value, axis));
  Value splat = tensor::SplatOp::create(builder, loc, scalar, type, sizes);
  return arith::MulFOp::create(builder, loc, value, splat);
}

/// A scale is a constant to the gradient where a quantizer or a dropout made
/// it. A scale computed in another way would lose its gradient silently.
template <typename ProductOp>
static LogicalResult checkScales(ProductOp op, const BackwardContext &context) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (operand.getOperandNumber() < 2 ||
        !context.needed(operand.getOperandNumber()))
      continue;
    if (!isa_and_nonnull<QuantizeWeightOp, DropoutOp>(
            operand.get().getDefiningOp()))
      return op->emitOpError("no gradient flows into a scale that is not the "
                             "result of quantize_weight or dropout");
  }
  return success();
}

/// The rule of both products. `gradInput(value, filter, valueScale,
/// filterScale)` and `gradFilter(value, input, valueScale, inputScale)` build
/// the two gradient products.
template <typename ProductOp, typename GradInput, typename GradFilter>
static Gradients buildProduct(ProductOp op, OpBuilder &builder, Value cotangent,
                              const BackwardContext &context,
                              GradInput gradInput, GradFilter gradFilter) {
  if (failed(checkScales(op, context)))
    return failure();
  Location loc = op.getLoc();
  ProductCotangent incoming(cotangent);
  SmallVector<Value> gradients(op->getNumOperands());
  if (context.needed(0)) {
    Value filter = op.getFilter(), filterScale = op.getFilterScale();
    if (filterScale &&
        cast<RankedTensorType>(filterScale.getType()).getRank() != 0) {
      if (incoming.isCoded())
        return op->emitOpError(
            "a filter with a scale for each output channel has no low-bit "
            "gradient: the scale cannot be taken out of the sum over output "
            "channels; use one scale for the layer, or 32-bit gradients");
      filter =
          DequantizeOp::create(builder, loc, getCotangentType(filter.getType()),
                               filter, filterScale);
      filterScale = {};
    }
    Value gradient =
        gradInput(incoming.value, filter, incoming.scale, filterScale);
    if (op.getInputScale())
      gradient = multiplyByScalar(builder, loc, gradient, op.getInputScale());
    gradients[0] = gradient;
  }
  if (context.needed(1))
    gradients[1] = gradFilter(incoming.value, op.getInput(), incoming.scale,
                              op.getInputScale());
  return gradients;
}

Gradients Conv2DOp::buildVectorJacobianProduct(OpBuilder &builder,
                                               ArrayRef<Value> cotangents,
                                               const BackwardContext &context) {
  auto gradInput = [&](Value cotangent, Value filter, Value cotangentScale,
                       Value filterScale) -> Value {
    return Conv2DGradInputOp::create(
        builder, getLoc(), getCotangentType(getInput().getType()), cotangent,
        filter, cotangentScale, filterScale, getStridesAttr(), getPadsAttr(),
        getDilationsAttr(), getGroupsAttr());
  };
  auto gradFilter = [&](Value cotangent, Value input, Value cotangentScale,
                        Value inputScale) -> Value {
    return Conv2DGradFilterOp::create(
        builder, getLoc(), getCotangentType(getFilter().getType()), cotangent,
        input, cotangentScale, inputScale, getStridesAttr(), getPadsAttr(),
        getDilationsAttr(), getGroupsAttr());
  };
  return buildProduct(*this, builder, cotangents[0], context, gradInput,
                      gradFilter);
}

Gradients LinearOp::buildVectorJacobianProduct(OpBuilder &builder,
                                               ArrayRef<Value> cotangents,
                                               const BackwardContext &context) {
  auto gradInput = [&](Value cotangent, Value filter, Value cotangentScale,
                       Value filterScale) -> Value {
    return LinearGradInputOp::create(
        builder, getLoc(), getCotangentType(getInput().getType()), cotangent,
        filter, cotangentScale, filterScale);
  };
  auto gradFilter = [&](Value cotangent, Value input, Value cotangentScale,
                        Value inputScale) -> Value {
    return LinearGradFilterOp::create(
        builder, getLoc(), getCotangentType(getFilter().getType()), cotangent,
        input, cotangentScale, inputScale);
  };
  return buildProduct(*this, builder, cotangents[0], context, gradInput,
                      gradFilter);
}
