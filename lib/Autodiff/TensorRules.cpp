//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of the tensor dialect. They move elements: the
// cotangent goes back to where the element came from. They hold for codes as
// for floats.

#include "Rules.h"
#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Autodiff/Rule.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

static RankedTensorType cotangentTypeOf(Value value) {
  return cast<RankedTensorType>(getCotangentType(value.getType()));
}

/// `gradient` for the first operand, nothing for the others.
static SmallVector<Value> onlyFirst(Operation *op, Value gradient) {
  SmallVector<Value> gradients(op->getNumOperands());
  gradients[0] = gradient;
  return gradients;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Reshapes a cotangent by `build(value, type)`. One that a gradient quantizer
/// encoded is reshaped as codes, so that the product in front of the reshape
/// still takes codes; `keepsBatch` says that the reshape leaves the axis of the
/// scales alone.
static Value
reshapeCotangent(OpBuilder &builder, Location loc, Value cotangent,
                 RankedTensorType type, bool keepsBatch,
                 function_ref<Value(Value, RankedTensorType)> build) {
  auto dequantize = cotangent.getDefiningOp<DequantizeOp>();
  if (!dequantize || !dequantize.getScale() || !keepsBatch)
    return build(cotangent, type);
  Type code = getCodeType(dequantize.getCodes().getType());
  Value codes = build(dequantize.getCodes(), type.clone(code));
  return DequantizeOp::create(builder, loc, type, codes, dequantize.getScale());
}

/// True if axis 0 is alone in its group.
static bool keepsBatch(ArrayRef<ReassociationIndices> groups) {
  return !groups.empty() && groups.front().size() == 1;
}

static Gradients differentiateExpand(tensor::ExpandShapeOp op,
                                     OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &) {
  Location loc = op.getLoc();
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  auto collapse = [&](Value value, RankedTensorType type) -> Value {
    return tensor::CollapseShapeOp::create(builder, loc, type, value, groups);
  };
  return onlyFirst(op, reshapeCotangent(builder, loc, cotangents[0],
                                        cotangentTypeOf(op.getSrc()),
                                        keepsBatch(groups), collapse));
}

static Gradients differentiateCollapse(tensor::CollapseShapeOp op,
                                       OpBuilder &builder,
                                       ArrayRef<Value> cotangents,
                                       const BackwardContext &) {
  Location loc = op.getLoc();
  SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, op.getSrc());
  auto expand = [&](Value value, RankedTensorType type) -> Value {
    return tensor::ExpandShapeOp::create(builder, loc, type, value, groups,
                                         sizes);
  };
  return onlyFirst(op, reshapeCotangent(builder, loc, cotangents[0],
                                        cotangentTypeOf(op.getSrc()),
                                        keepsBatch(groups), expand));
}

static Gradients differentiateReshape(tensor::ReshapeOp op, OpBuilder &builder,
                                      ArrayRef<Value> cotangents,
                                      const BackwardContext &) {
  Location loc = op.getLoc();
  SmallVector<Value> sizes = getValueOrCreateConstantIndexOp(
      builder, loc, tensor::getMixedSizes(builder, loc, op.getSource()));
  auto shapeType = RankedTensorType::get(static_cast<int64_t>(sizes.size()),
                                         builder.getIndexType());
  Value shape = tensor::FromElementsOp::create(builder, loc, shapeType, sizes);
  return onlyFirst(op, tensor::ReshapeOp::create(
                           builder, loc, cotangentTypeOf(op.getSource()),
                           cotangents[0], shape));
}

static Gradients differentiateCast(tensor::CastOp op, OpBuilder &builder,
                                   ArrayRef<Value> cotangents,
                                   const BackwardContext &) {
  return onlyFirst(op, tensor::CastOp::create(builder, op.getLoc(),
                                              cotangentTypeOf(op.getSource()),
                                              cotangents[0]));
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

static Gradients differentiateExtractSlice(tensor::ExtractSliceOp op,
                                           OpBuilder &builder,
                                           ArrayRef<Value> cotangents,
                                           const BackwardContext &) {
  Value zero = buildZeroCotangent(builder, op.getLoc(), op.getSource());
  return onlyFirst(op, tensor::InsertSliceOp::create(
                           builder, op.getLoc(), cotangents[0], zero,
                           op.getMixedOffsets(), op.getMixedSizes(),
                           op.getMixedStrides()));
}

static Gradients differentiateInsertSlice(tensor::InsertSliceOp op,
                                          OpBuilder &builder,
                                          ArrayRef<Value> cotangents,
                                          const BackwardContext &context) {
  Location loc = op.getLoc();
  SmallVector<Value> gradients(op->getNumOperands());
  if (context.needed(0))
    gradients[0] = tensor::ExtractSliceOp::create(
        builder, loc, cotangentTypeOf(op.getSource()), cotangents[0],
        op.getMixedOffsets(), op.getMixedSizes(), op.getMixedStrides());
  if (context.needed(1))
    gradients[1] = tensor::InsertSliceOp::create(
        builder, loc, buildZeroCotangent(builder, loc, op.getSource()),
        cotangents[0], op.getMixedOffsets(), op.getMixedSizes(),
        op.getMixedStrides());
  return gradients;
}

static Gradients differentiatePad(tensor::PadOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  if (!op.getConstantPaddingValue())
    return op.emitOpError("is differentiated only with a padding value that is "
                          "one constant for all elements");
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, op.getSource());
  SmallVector<OpFoldResult> strides(sizes.size(), builder.getIndexAttr(1));
  return onlyFirst(op, tensor::ExtractSliceOp::create(
                           builder, loc, cotangentTypeOf(op.getSource()),
                           cotangents[0], op.getMixedLowPad(), sizes, strides));
}

static Gradients differentiateConcat(tensor::ConcatOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  Location loc = op.getLoc();
  int64_t axis = op.getDim();
  SmallVector<OpFoldResult> offsets(op.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(op.getRank(), builder.getIndexAttr(1));
  SmallVector<Value> gradients(op->getNumOperands());
  AffineExpr sum =
      builder.getAffineSymbolExpr(0) + builder.getAffineSymbolExpr(1);
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(builder, loc, input);
    if (context.needed(index))
      gradients[index] = tensor::ExtractSliceOp::create(
          builder, loc, cotangentTypeOf(input), cotangents[0], offsets, sizes,
          strides);
    offsets[axis] = affine::makeComposedFoldedAffineApply(
        builder, loc, sum, {offsets[axis], sizes[axis]});
  }
  return gradients;
}

//===----------------------------------------------------------------------===//
// Single elements
//===----------------------------------------------------------------------===//

static Gradients differentiateSplat(tensor::SplatOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  return onlyFirst(op, buildTotal(builder, op.getLoc(), cotangents[0]));
}

static Gradients differentiateExtract(tensor::ExtractOp op, OpBuilder &builder,
                                      ArrayRef<Value> cotangents,
                                      const BackwardContext &) {
  Value zero = buildZeroCotangent(builder, op.getLoc(), op.getTensor());
  return onlyFirst(op,
                   tensor::InsertOp::create(builder, op.getLoc(), cotangents[0],
                                            zero, op.getIndices()));
}

static Gradients differentiateInsert(tensor::InsertOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  Location loc = op.getLoc();
  SmallVector<Value> gradients(op->getNumOperands());
  if (context.needed(0))
    gradients[0] =
        tensor::ExtractOp::create(builder, loc, cotangents[0], op.getIndices());
  if (context.needed(1))
    gradients[1] = tensor::InsertOp::create(
        builder, loc, buildZeroCotangent(builder, loc, op.getScalar()),
        cotangents[0], op.getIndices());
  return gradients;
}

static Gradients differentiateFromElements(tensor::FromElementsOp op,
                                           OpBuilder &builder,
                                           ArrayRef<Value> cotangents,
                                           const BackwardContext &context) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> shape = op.getType().getShape();
  SmallVector<Value> gradients(op->getNumOperands());
  for (unsigned i = 0; i < gradients.size(); ++i) {
    if (!context.needed(i))
      continue;
    SmallVector<Value> indices(shape.size());
    int64_t rest = i;
    for (int64_t axis = shape.size() - 1; axis >= 0; --axis) {
      indices[axis] =
          arith::ConstantIndexOp::create(builder, loc, rest % shape[axis]);
      rest /= shape[axis];
    }
    gradients[i] =
        tensor::ExtractOp::create(builder, loc, cotangents[0], indices);
  }
  return gradients;
}

void mlir::dorefa::attachTensorRules(MLIRContext *context) {
  attachRule<tensor::ExpandShapeOp, differentiateExpand>(context);
  attachRule<tensor::CollapseShapeOp, differentiateCollapse>(context);
  attachRule<tensor::ReshapeOp, differentiateReshape>(context);
  attachRule<tensor::CastOp, differentiateCast>(context);
  attachRule<tensor::ExtractSliceOp, differentiateExtractSlice>(context);
  attachRule<tensor::InsertSliceOp, differentiateInsertSlice>(context);
  attachRule<tensor::PadOp, differentiatePad>(context);
  attachRule<tensor::ConcatOp, differentiateConcat>(context);
  attachRule<tensor::SplatOp, differentiateSplat>(context);
  attachRule<tensor::ExtractOp, differentiateExtract>(context);
  attachRule<tensor::InsertOp, differentiateInsert>(context);
  attachRule<tensor::FromElementsOp, differentiateFromElements>(context);
}
