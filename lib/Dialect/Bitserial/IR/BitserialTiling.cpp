//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tiles, effects and shapes, the same for every op.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::bitserial;

static OpFoldResult getSize(OpBuilder &builder, Location loc, Value value,
                            int64_t axis) {
  return isa<TensorType>(value.getType())
             ? tensor::getMixedSize(builder, loc, value, axis)
             : memref::getMixedSize(builder, loc, value, axis);
}

Speculation::Speculatability
bitserial::detail::getSpeculatability(Operation *op) {
  // Sizes known only at run time may disagree.
  return llvm::all_of(op->getOperandTypes(),
                      [](Type type) {
                        auto tensor = dyn_cast<RankedTensorType>(type);
                        return tensor && tensor.hasStaticShape();
                      })
             ? Speculation::Speculatable
             : Speculation::NotSpeculatable;
}

void bitserial::detail::getEffects(
    Operation *op, bool readsInit,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  auto destinationOp = cast<DestinationStyleOpInterface>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    bool isInit = destinationOp.isDpsInit(&operand);
    if (!isInit || readsInit)
      effects.emplace_back(MemoryEffects::Read::get(), &operand,
                           SideEffects::DefaultResource::get());
    if (isInit)
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}

LogicalResult
bitserial::detail::reifyInitShape(Operation *op, OpBuilder &builder,
                                  ReifiedRankedShapedTypeDims &shapes) {
  if (op->getNumResults() == 0)
    return failure();
  shapes.push_back(
      tensor::getMixedSizes(builder, op->getLoc(), op->getOperands().back()));
  return success();
}

SmallVector<Range> bitserial::detail::getIterationDomain(Operation *op,
                                                         const TileMap &map,
                                                         OpBuilder &builder) {
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  SmallVector<Range> domain(map.iterators.size(), Range{zero, {}, one});
  // Every loop walks alone through some axis; a static size is preferred.
  for (auto [operand, axes] : llvm::zip(op->getOperands(), map.operands)) {
    for (auto [number, axis] : llvm::enumerate(axes)) {
      if (!axis.isLoop())
        continue;
      OpFoldResult &size = domain[axis.terms[0].first].size;
      auto type = cast<ShapedType>(operand.getType());
      if (!size || (isa<Value>(size) && !type.isDynamicDim(number)))
        size = getSize(builder, op->getLoc(), operand, number);
    }
  }
  return domain;
}

/// sum of `terms` applied to `values`, plus `constant`.
static OpFoldResult combine(OpBuilder &builder, Location loc,
                            ArrayRef<std::pair<unsigned, int64_t>> terms,
                            ArrayRef<OpFoldResult> values, int64_t constant) {
  AffineExpr expr = builder.getAffineConstantExpr(constant);
  SmallVector<OpFoldResult> operands;
  for (auto [loop, factor] : terms) {
    expr = expr + builder.getAffineSymbolExpr(operands.size()) * factor;
    operands.push_back(values[loop]);
  }
  return affine::makeComposedFoldedAffineApply(builder, loc, expr, operands);
}

LogicalResult bitserial::detail::getOperandTile(
    Operation *op, const TileMap &map, OpBuilder &builder, unsigned operand,
    ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
    SmallVector<OpFoldResult> &operandOffsets,
    SmallVector<OpFoldResult> &operandSizes) {
  Location loc = op->getLoc();
  Value value = op->getOperand(operand);
  for (auto [number, axis] : llvm::enumerate(map.operands[operand])) {
    if (axis.isLoop()) {
      operandOffsets.push_back(offsets[axis.terms[0].first]);
      operandSizes.push_back(sizes[axis.terms[0].first]);
      continue;
    }
    if (axis.kind == AxisMap::whole) {
      operandOffsets.push_back(builder.getIndexAttr(0));
      operandSizes.push_back(getSize(builder, loc, value, number));
      continue;
    }
    OpFoldResult offset = combine(builder, loc, axis.terms, offsets, 0);
    operandOffsets.push_back(offset);
    if (axis.kind == AxisMap::sum) {
      int64_t constant = 1;
      for (auto [loop, factor] : axis.terms)
        constant -= factor;
      operandSizes.push_back(
          combine(builder, loc, axis.terms, sizes, constant));
      continue;
    }
    // The last word may have fewer codes.
    OpFoldResult size = combine(builder, loc, axis.terms, sizes, 0);
    OpFoldResult all = getSize(builder, loc, value, number);
    std::optional<int64_t> count = getConstantIntValue(all);
    if (!count || *count % axis.terms[0].second != 0) {
      AffineExpr d0 = builder.getAffineDimExpr(0);
      AffineExpr d1 = builder.getAffineDimExpr(1);
      AffineExpr d2 = builder.getAffineDimExpr(2);
      size = affine::makeComposedFoldedAffineMin(
          builder, loc,
          AffineMap::get(3, 0, {d0, d1 - d2}, builder.getContext()),
          {size, all, offset});
    }
    operandSizes.push_back(size);
  }
  return success();
}

LogicalResult bitserial::detail::getLoopTile(
    Operation *op, const TileMap &map, OpBuilder &builder, unsigned operand,
    ArrayRef<OpFoldResult> offsets, ArrayRef<OpFoldResult> sizes,
    SmallVectorImpl<OpFoldResult> &loopOffsets,
    SmallVectorImpl<OpFoldResult> &loopSizes) {
  auto type = cast<ShapedType>(op->getOperand(operand).getType());
  // An axis that is not a loop's own must be there from end to end.
  for (auto [number, axis] : llvm::enumerate(map.operands[operand]))
    if (!axis.isLoop() &&
        (type.isDynamicDim(number) || !isConstantIntValue(offsets[number], 0) ||
         !isConstantIntValue(sizes[number], type.getDimSize(number))))
      return failure();
  for (const Range &range : getIterationDomain(op, map, builder)) {
    loopOffsets.push_back(range.offset);
    loopSizes.push_back(range.size);
  }
  for (auto [number, axis] : llvm::enumerate(map.operands[operand])) {
    if (!axis.isLoop())
      continue;
    loopOffsets[axis.terms[0].first] = offsets[number];
    loopSizes[axis.terms[0].first] = sizes[number];
  }
  return success();
}

FailureOr<TilingResult> bitserial::detail::tile(Operation *op,
                                                const TileMap &map,
                                                OpBuilder &builder,
                                                ArrayRef<OpFoldResult> offsets,
                                                ArrayRef<OpFoldResult> sizes) {
  TilingResult result;
  SmallVector<Value> slices;
  Location loc = op->getLoc();
  for (unsigned i = 0; i < op->getNumOperands(); ++i) {
    Value operand = op->getOperand(i);
    SmallVector<OpFoldResult> sliceOffsets, sliceSizes;
    if (failed(getOperandTile(op, map, builder, i, offsets, sizes, sliceOffsets,
                              sliceSizes)))
      return failure();
    SmallVector<OpFoldResult> strides(sliceOffsets.size(),
                                      builder.getIndexAttr(1));
    Operation *slice;
    if (isa<TensorType>(operand.getType()))
      slice = tensor::ExtractSliceOp::create(builder, loc, operand,
                                             sliceOffsets, sliceSizes, strides);
    else
      slice = memref::SubViewOp::create(builder, loc, operand, sliceOffsets,
                                        sliceSizes, strides);
    slices.push_back(slice->getResult(0));
    result.generatedSlices.push_back(slice);
  }
  SmallVector<Type> types;
  if (op->getNumResults() == 1)
    types.push_back(slices.back().getType());
  Operation *tiled = clone(builder, op, types, slices);
  result.tiledOps.push_back(tiled);
  llvm::append_range(result.tiledValues, tiled->getResults());
  return result;
}
