//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of tosa's shape ops and reductions.

#include "Rules.h"
#include "TosaBuilder.h"
#include "dorefa/Autodiff/Autodiff.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::dorefa;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The numbers in a constant of !tosa.shape.
static FailureOr<SmallVector<int64_t>> readShape(Operation *op, Value shape) {
  SmallVector<int64_t> numbers;
  if (!tosa::getConstShapeValues(shape.getDefiningOp(), numbers))
    return op->emitOpError("is differentiated only with constant shapes");
  return numbers;
}

static Gradients differentiateReshape(tosa::ReshapeOp op, OpBuilder &builder,
                                      ArrayRef<Value> cotangents,
                                      const BackwardContext &) {
  RankedTensorType type = typeOf(op.getInput1());
  if (type.getNumDynamicDims() > 1)
    return op.emitOpError("is differentiated only with at most one unknown "
                          "size, got ")
           << type;
  SmallVector<int64_t> sizes;
  for (int64_t size : type.getShape())
    sizes.push_back(ShapedType::isDynamic(size) ? -1 : size);
  ImplicitLocOpBuilder located(op.getLoc(), builder);
  Value shape = tosa::getTosaConstShape(located, sizes);
  return SmallVector<Value>{
      tosa::ReshapeOp::create(builder, op.getLoc(), type, cotangents[0], shape),
      Value()};
}

static Gradients differentiateTranspose(tosa::TransposeOp op,
                                        OpBuilder &builder,
                                        ArrayRef<Value> cotangents,
                                        const BackwardContext &) {
  SmallVector<int32_t> inverse(op.getPerms().size());
  for (auto [position, axis] : llvm::enumerate(op.getPerms()))
    inverse[axis] = position;
  return SmallVector<Value>{tosa::TransposeOp::create(
      builder, op.getLoc(), op.getInput1().getType(), cotangents[0], inverse)};
}

static Gradients differentiateConcat(tosa::ConcatOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  Location loc = op.getLoc();
  int64_t rank = typeOf(cotangents[0]).getRank();
  SmallVector<OpFoldResult> offsets(rank, builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(rank, builder.getIndexAttr(1));
  AffineExpr sum =
      builder.getAffineSymbolExpr(0) + builder.getAffineSymbolExpr(1);
  SmallVector<Value> gradients(op->getNumOperands());
  for (auto [index, input] : llvm::enumerate(op.getInput1())) {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(builder, loc, input);
    if (context.needed(index))
      gradients[index] = tensor::ExtractSliceOp::create(
          builder, loc, typeOf(input), cotangents[0], offsets, sizes, strides);
    OpFoldResult &offset = offsets[op.getAxis()];
    offset = affine::makeComposedFoldedAffineApply(
        builder, loc, sum, {offset, sizes[op.getAxis()]});
  }
  return gradients;
}

static Gradients differentiatePad(tosa::PadOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  if (context.needed(2))
    return op.emitOpError("no gradient flows into the padding value");
  Location loc = op.getLoc();
  FailureOr<SmallVector<int64_t>> padding = readShape(op, op.getPadding());
  if (failed(padding))
    return failure();
  SmallVector<OpFoldResult> offsets, strides;
  for (size_t axis = 0; axis < padding->size() / 2; ++axis) {
    offsets.push_back(builder.getIndexAttr((*padding)[2 * axis]));
    strides.push_back(builder.getIndexAttr(1));
  }
  Value gradient = tensor::ExtractSliceOp::create(
      builder, loc, typeOf(op.getInput1()), cotangents[0], offsets,
      tensor::getMixedSizes(builder, loc, op.getInput1()), strides);
  return SmallVector<Value>{gradient, Value(), Value()};
}

static Gradients differentiateSlice(tosa::SliceOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  Location loc = op.getLoc();
  FailureOr<SmallVector<int64_t>> start = readShape(op, op.getStart());
  if (failed(start))
    return failure();
  SmallVector<OpFoldResult> offsets =
      getAsIndexOpFoldResult(builder.getContext(), *start);
  SmallVector<OpFoldResult> strides(offsets.size(), builder.getIndexAttr(1));
  Value zero = buildFilledLike(builder, loc, op.getInput1(), 0);
  Value gradient = tensor::InsertSliceOp::create(
      builder, loc, cotangents[0], zero, offsets,
      tensor::getMixedSizes(builder, loc, cotangents[0]), strides);
  return SmallVector<Value>{gradient, Value(), Value()};
}

/// `value`, of size 1 along `axis`, repeated to the sizes of `like`.
static Value repeat(OpBuilder &builder, Location loc, Value value, int64_t axis,
                    Value like) {
  RankedTensorType type = typeOf(value);
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<AffineExpr> positions(identity.getResults());
  positions[axis] = builder.getAffineConstantExpr(0);
  AffineMap repeated =
      AffineMap::get(type.getRank(), 0, positions, builder.getContext());
  Value empty = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, like),
      type.getElementType());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto copy = [](OpBuilder &nested, Location at, ValueRange values) {
    linalg::YieldOp::create(nested, at, values[0]);
  };
  return linalg::GenericOp::create(builder, loc, empty.getType(), value, empty,
                                   ArrayRef<AffineMap>{repeated, identity},
                                   iterators, copy)
      .getResult(0);
}

static Gradients differentiateReduceSum(tosa::ReduceSumOp op,
                                        OpBuilder &builder,
                                        ArrayRef<Value> cotangents,
                                        const BackwardContext &) {
  return SmallVector<Value>{
      repeat(builder, op.getLoc(), cotangents[0], op.getAxis(), op.getInput())};
}

/// Equal maxima share the gradient evenly.
template <typename OpTy>
static Gradients differentiateReduceExtremum(OpTy op, OpBuilder &builder,
                                             ArrayRef<Value> cotangents,
                                             const BackwardContext &) {
  TosaBuilder tosa{builder, op.getLoc()};
  Value x = op.getInput(), y = op.getOutput();
  Value wins = tosa::EqualOp::create(
      builder, op.getLoc(), tosa.broadcast({x, y}, builder.getI1Type()), x, y);
  Value winners = tosa.select(wins, tosa.constant(x, 1), tosa.constant(x, 0));
  Value share = tosa.mul(
      cotangents[0], tosa.unary<tosa::ReciprocalOp>(tosa.sumTo(winners, y)));
  return SmallVector<Value>{tosa.mul(winners, share)};
}

void mlir::dorefa::attachTosaShapeRules(MLIRContext *context) {
  attachRule<tosa::ReshapeOp, differentiateReshape>(context);
  attachRule<tosa::TransposeOp, differentiateTranspose>(context);
  attachRule<tosa::ConcatOp, differentiateConcat>(context);
  attachRule<tosa::PadOp, differentiatePad>(context);
  attachRule<tosa::SliceOp, differentiateSlice>(context);
  attachRule<tosa::ReduceSumOp, differentiateReduceSum>(context);
  attachRule<tosa::ReduceMaxOp, differentiateReduceExtremum<tosa::ReduceMaxOp>>(
      context);
  attachRule<tosa::ReduceMinOp, differentiateReduceExtremum<tosa::ReduceMinOp>>(
      context);
}
