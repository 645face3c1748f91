//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of tosa's convolutions, pools and matrix products.

#include "Rules.h"
#include "TosaBuilder.h"
#include "WindowRules.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static AxisOrder channelsLast() { return {{0, 1, 2, 3}, {}}; }

/// tosa's pads (top, bottom, left, right) as dorefa's (top, left, bottom,
/// right).
static SmallVector<int64_t> reorderPads(ArrayRef<int64_t> pads) {
  return {pads[0], pads[2], pads[1], pads[3]};
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// The sum over all axes but the channels; over them too for a bias of one
/// element.
static Value buildBiasGradient(OpBuilder &builder, Location loc,
                               Value cotangent, Value bias) {
  RankedTensorType type = typeOf(bias);
  if (type.getDimSize(0) != 1 || typeOf(cotangent).getDimSize(3) == 1)
    return buildSum(builder, loc, cotangent, {0, 1, 2});
  Value total = buildSum(builder, loc, cotangent, {0, 1, 2, 3});
  return tensor::ExpandShapeOp::create(builder, loc, type, total,
                                       ArrayRef<ReassociationIndices>());
}

template <typename OpTy>
static Gradients differentiateConv(OpTy op, OpBuilder &builder, Value cotangent,
                                   const ConvLayout &layout, int64_t groups,
                                   const BackwardContext &context) {
  SmallVector<int64_t> pads = reorderPads(op.getPad());
  ConvWindow window{op.getStride(), pads, op.getDilation(), groups};
  FailureOr<std::pair<Value, Value>> products =
      differentiateConvolution(op, builder, cotangent, op.getInput(),
                               op.getWeight(), layout, window, context);
  if (failed(products))
    return failure();
  SmallVector<Value> gradients(op->getNumOperands());
  gradients[0] = products->first;
  gradients[1] = products->second;
  if (context.needed(2))
    gradients[2] =
        buildBiasGradient(builder, op.getLoc(), cotangent, op.getBias());
  return gradients;
}

static Gradients differentiateConv2D(tosa::Conv2DOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  ConvLayout layout = {channelsLast(), channelsLast(), channelsLast()};
  return differentiateConv(op, builder, cotangents[0], layout, 1, context);
}

// The filter [KH, KW, C, M] gives channel c * M + m.
static Gradients differentiateDepthwise(tosa::DepthwiseConv2DOp op,
                                        OpBuilder &builder,
                                        ArrayRef<Value> cotangents,
                                        const BackwardContext &context) {
  AxisOrder filter = {{2, 3, 0, 1}, {{0, 1}, {2}, {3}, {}}};
  ConvLayout layout = {channelsLast(), filter, channelsLast()};
  int64_t channels = typeOf(op.getWeight()).getDimSize(2);
  return differentiateConv(op, builder, cotangents[0], layout, channels,
                           context);
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

static Gradients differentiateMax(tosa::MaxPool2dOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  SmallVector<int64_t> pads = reorderPads(op.getPad()), dilations = {1, 1};
  FailureOr<Value> gradient = differentiateMaxPool(
      op, builder, cotangents[0], op.getInput(), channelsLast(), op.getKernel(),
      {op.getStride(), pads, dilations, 1});
  if (failed(gradient))
    return failure();
  return SmallVector<Value>{*gradient};
}

/// 1 / n for each output position, n the elements of its window that are not
/// padding: [1, OH, OW, 1].
static Value buildInverseCounts(tosa::AvgPool2dOp op, OpBuilder &builder) {
  RankedTensorType input = typeOf(op.getInput());
  auto output = cast<RankedTensorType>(op.getOutput().getType());
  auto countAlong = [&](unsigned axis, int64_t position) {
    int64_t start = position * op.getStride()[axis] - op.getPad()[2 * axis];
    int64_t end =
        std::min(start + op.getKernel()[axis], input.getDimSize(1 + axis));
    return end - std::max<int64_t>(start, 0);
  };
  SmallVector<float> inverse;
  for (int64_t y = 0; y < output.getDimSize(1); ++y)
    for (int64_t x = 0; x < output.getDimSize(2); ++x)
      inverse.push_back(1.0f / (countAlong(0, y) * countAlong(1, x)));
  auto type =
      RankedTensorType::get({1, output.getDimSize(1), output.getDimSize(2), 1},
                            output.getElementType());
  return tosa::ConstOp::create(
      builder, op.getLoc(), type,
      DenseElementsAttr::get(type, ArrayRef<float>(inverse)));
}

static Gradients differentiateAverage(tosa::AvgPool2dOp op, OpBuilder &builder,
                                      ArrayRef<Value> cotangents,
                                      const BackwardContext &) {
  RankedTensorType output = typeOf(cotangents[0]);
  if (output.isDynamicDim(1) || output.isDynamicDim(2) ||
      !output.getElementType().isF32())
    return op.emitOpError("is differentiated only for f32 and known heights "
                          "and widths, got ")
           << output;
  TosaBuilder tosa{builder, op.getLoc()};
  Value share = tosa.mul(cotangents[0], buildInverseCounts(op, builder));
  SmallVector<int64_t> pads = reorderPads(op.getPad()), dilations = {1, 1};
  FailureOr<Value> gradient = differentiateSumPool(
      op, builder, share, op.getInput(), channelsLast(), op.getKernel(),
      {op.getStride(), pads, dilations, 1});
  if (failed(gradient))
    return failure();
  return SmallVector<Value>{*gradient, Value(), Value()};
}

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

/// [N, H, W] as [N, W, H].
static Value transposeMatrices(OpBuilder &builder, Location loc, Value value) {
  RankedTensorType type = typeOf(value);
  auto transposed = RankedTensorType::get(
      {type.getDimSize(0), type.getDimSize(2), type.getDimSize(1)},
      type.getElementType());
  return tosa::TransposeOp::create(builder, loc, transposed, value,
                                   ArrayRef<int32_t>{0, 2, 1});
}

static Gradients differentiateMatMul(tosa::MatMulOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  Location loc = op.getLoc();
  SmallVector<Value> gradients(op->getNumOperands());
  auto product = [&](Value a, Value b, Type type) -> Value {
    return tosa::MatMulOp::create(builder, loc, type, a, b, op.getAZp(),
                                  op.getBZp());
  };
  if (context.needed(0))
    gradients[0] =
        product(cotangents[0], transposeMatrices(builder, loc, op.getB()),
                op.getA().getType());
  if (context.needed(1))
    gradients[1] = product(transposeMatrices(builder, loc, op.getA()),
                           cotangents[0], op.getB().getType());
  return gradients;
}

void mlir::dorefa::attachTosaWindowRules(MLIRContext *context) {
  attachRule<tosa::Conv2DOp, differentiateConv2D>(context);
  attachRule<tosa::DepthwiseConv2DOp, differentiateDepthwise>(context);
  attachRule<tosa::MaxPool2dOp, differentiateMax>(context);
  attachRule<tosa::AvgPool2dOp, differentiateAverage>(context);
  attachRule<tosa::MatMulOp, differentiateMatMul>(context);
}
