//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Float convolutions and pools by dorefa.conv2d_grad_input,
// dorefa.conv2d_grad_filter and dorefa.max_pool_grad.

#include "WindowRules.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

static bool isIdentity(ArrayRef<int64_t> permutation) {
  return llvm::equal(permutation, llvm::seq<int64_t>(0, permutation.size()));
}

/// Axis i of the result is axis permutation[i] of `value`.
static Value transpose(OpBuilder &builder, Location loc, Value value,
                       ArrayRef<int64_t> permutation) {
  if (isIdentity(permutation))
    return value;
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis : permutation)
    sizes.push_back(tensor::getMixedSize(builder, loc, value, axis));
  Value empty = tensor::EmptyOp::create(builder, loc, sizes,
                                        getElementTypeOrSelf(value.getType()));
  return linalg::TransposeOp::create(builder, loc, value, empty, permutation)
      ->getResult(0);
}

namespace {
/// An order's groups as two reshapes: one that merges axes, to the type with
/// `merged` sizes, and one that adds axes of size 1.
struct Reshapes {
  explicit Reshapes(const AxisOrder &order) {
    for (const ReassociationIndices &group : order.groups) {
      if (!group.empty()) {
        merge.push_back(group);
        unit.emplace_back();
      }
      unit.back().push_back(numUnit++);
    }
  }
  bool merges(RankedTensorType transposed) const {
    return static_cast<int64_t>(merge.size()) != transposed.getRank();
  }
  bool addsUnits() const {
    return static_cast<int64_t>(unit.size()) != numUnit;
  }

  SmallVector<ReassociationIndices> merge, unit;
  int64_t numUnit = 0;
};
} // namespace

Value mlir::dorefa::toCanonical(OpBuilder &builder, Location loc, Value value,
                                const AxisOrder &order) {
  value = transpose(builder, loc, value, order.permutation);
  if (order.groups.empty())
    return value;
  Reshapes reshapes(order);
  if (reshapes.merges(cast<RankedTensorType>(value.getType())))
    value =
        tensor::CollapseShapeOp::create(builder, loc, value, reshapes.merge);
  if (!reshapes.addsUnits())
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape;
  for (auto [axis, group] : llvm::enumerate(reshapes.unit)) {
    shape.push_back(type.getDimSize(axis));
    shape.append(group.size() - 1, 1);
  }
  return tensor::ExpandShapeOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), value,
      reshapes.unit);
}

Value mlir::dorefa::fromCanonical(OpBuilder &builder, Location loc, Value value,
                                  const AxisOrder &order, Value like) {
  auto type = cast<RankedTensorType>(like.getType());
  SmallVector<int64_t> inverse(order.permutation.size()), shape;
  SmallVector<OpFoldResult> sizes;
  for (auto [position, axis] : llvm::enumerate(order.permutation)) {
    inverse[axis] = position;
    shape.push_back(type.getDimSize(axis));
    sizes.push_back(tensor::getMixedSize(builder, loc, like, axis));
  }
  if (!order.groups.empty()) {
    Reshapes reshapes(order);
    auto split =
        RankedTensorType::get(shape, getElementTypeOrSelf(value.getType()));
    if (reshapes.addsUnits())
      value =
          tensor::CollapseShapeOp::create(builder, loc, value, reshapes.unit);
    if (reshapes.merges(split))
      value = tensor::ExpandShapeOp::create(builder, loc, split, value,
                                            reshapes.merge, sizes);
  }
  return transpose(builder, loc, value, inverse);
}

//===----------------------------------------------------------------------===//
// Products and pools
//===----------------------------------------------------------------------===//

/// True if all sizes but the batch (axis 0) are known.
static LogicalResult checkStatic(Operation *op, ArrayRef<Value> values) {
  for (Value value : values) {
    auto type = cast<RankedTensorType>(value.getType());
    if (llvm::any_of(type.getShape().drop_front(), ShapedType::isDynamic) ||
        !type.getElementType().isF32())
      return op->emitOpError("is differentiated only for f32 and sizes that "
                             "are known but for the batch, got ")
             << type;
  }
  return success();
}

FailureOr<std::pair<Value, Value>> mlir::dorefa::differentiateConvolution(
    Operation *op, OpBuilder &builder, Value cotangent, Value image,
    Value filter, const ConvLayout &layout, const ConvWindow &window,
    const BackwardContext &context) {
  Location loc = op->getLoc();
  Value g = toCanonical(builder, loc, cotangent, layout.result);
  Value x = toCanonical(builder, loc, image, layout.image);
  Value w = toCanonical(builder, loc, filter, layout.filter);
  if (failed(checkStatic(op, {g, x, w})))
    return failure();
  std::pair<Value, Value> gradients;
  if (context.needed(0)) {
    Value dx = Conv2DGradInputOp::create(
        builder, loc, x.getType(), g, w, Value(), Value(), window.strides,
        window.pads, window.dilations, window.groups);
    gradients.first = fromCanonical(builder, loc, dx, layout.image, image);
  }
  if (context.needed(1)) {
    Value dw = Conv2DGradFilterOp::create(
        builder, loc, w.getType(), g, x, Value(), Value(), window.strides,
        window.pads, window.dilations, window.groups);
    gradients.second = fromCanonical(builder, loc, dw, layout.filter, filter);
  }
  return gradients;
}

FailureOr<Value> mlir::dorefa::differentiateMaxPool(
    Operation *op, OpBuilder &builder, Value cotangent, Value image,
    const AxisOrder &order, ArrayRef<int64_t> kernel,
    const ConvWindow &window) {
  if (llvm::any_of(window.dilations, [](int64_t d) { return d != 1; }))
    return op->emitOpError("is not differentiated with dilations");
  if (kernel[0] * kernel[1] > 127)
    return op->emitOpError("is not differentiated for windows of more than 127 "
                           "elements");
  Location loc = op->getLoc();
  Value g = toCanonical(builder, loc, cotangent, order);
  Value x = toCanonical(builder, loc, image, order);
  if (failed(checkStatic(op, {g, x})))
    return failure();
  auto pooled = cast<RankedTensorType>(g.getType());
  auto pool =
      MaxPoolOp::create(builder, loc, pooled, pooled.clone(builder.getI8Type()),
                        x, kernel, window.strides, window.pads);
  Value dx =
      MaxPoolGradOp::create(builder, loc, x.getType(), g, pool.getWinner(),
                            kernel, window.strides, window.pads);
  return fromCanonical(builder, loc, dx, order, image);
}

// The sum over a window is a convolution with ones, each channel on its own.
FailureOr<Value> mlir::dorefa::differentiateSumPool(
    Operation *op, OpBuilder &builder, Value cotangent, Value image,
    const AxisOrder &order, ArrayRef<int64_t> kernel,
    const ConvWindow &window) {
  Location loc = op->getLoc();
  Value g = toCanonical(builder, loc, cotangent, order);
  Value x = toCanonical(builder, loc, image, order);
  if (failed(checkStatic(op, {g, x})))
    return failure();
  int64_t channels = cast<RankedTensorType>(x.getType()).getDimSize(3);
  auto type = RankedTensorType::get({channels, kernel[0], kernel[1], 1},
                                    builder.getF32Type());
  Value ones = arith::ConstantOp::create(builder, loc,
                                         DenseElementsAttr::get(type, 1.0f));
  Value dx = Conv2DGradInputOp::create(builder, loc, x.getType(), g, ones,
                                       Value(), Value(), window.strides,
                                       window.pads, window.dilations, channels);
  return fromCanonical(builder, loc, dx, order, image);
}
