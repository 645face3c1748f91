//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Loops around the vectors, and the scalar form.

#include "Loops.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Bitserial/Transforms/ScalarForm.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::bitserial;

/// How many outermost loops make iterations enough to share among threads.
static size_t countParallelLoops(ArrayRef<LoopRange> ranges) {
  int64_t iterations = 1;
  for (auto [number, range] : llvm::enumerate(ranges)) {
    std::optional<int64_t> begin = getConstantIntValue(range.begin);
    std::optional<int64_t> end = getConstantIntValue(range.end);
    if (!begin || !end)
      return number + 1;
    iterations *=
        llvm::divideCeil(std::max<int64_t>(*end - *begin, 0), range.step);
    if (iterations >= 16)
      return number + 1;
  }
  return ranges.size();
}

void bitserial::buildLoops(OpBuilder &builder, Location loc,
                           ArrayRef<LoopRange> ranges, bool parallel,
                           LoopBody body) {
  SmallVector<Value> begins, ends, steps;
  for (const LoopRange &range : ranges) {
    begins.push_back(
        getValueOrCreateConstantIndexOp(builder, loc, range.begin));
    ends.push_back(getValueOrCreateConstantIndexOp(builder, loc, range.end));
    steps.push_back(arith::ConstantIndexOp::create(builder, loc, range.step));
  }
  size_t outer = parallel ? countParallelLoops(ranges) : 0;
  auto buildInner = [&](OpBuilder &nested, Location loc, ValueRange outerIvs) {
    scf::buildLoopNest(nested, loc, ArrayRef(begins).drop_front(outer),
                       ArrayRef(ends).drop_front(outer),
                       ArrayRef(steps).drop_front(outer),
                       [&](OpBuilder &inner, Location loc, ValueRange ivs) {
                         SmallVector<Value> all(outerIvs);
                         llvm::append_range(all, ivs);
                         body(inner, loc, all);
                       });
  };
  if (outer == 0)
    return buildInner(builder, loc, {});
  scf::ParallelOp::create(builder, loc, ArrayRef(begins).take_front(outer),
                          ArrayRef(ends).take_front(outer),
                          ArrayRef(steps).take_front(outer), buildInner);
}

SmallVector<LoopRange> bitserial::getAxisRanges(OpBuilder &builder,
                                                Location loc, Value memref,
                                                int64_t first, int64_t last) {
  SmallVector<LoopRange> ranges;
  for (int64_t axis = first; axis < last; ++axis)
    ranges.push_back({builder.getIndexAttr(0),
                      memref::getMixedSize(builder, loc, memref, axis)});
  return ranges;
}

Value bitserial::scale(OpBuilder &builder, Location loc, OpFoldResult index,
                       int64_t factor, int64_t constant) {
  AffineExpr expr = builder.getAffineDimExpr(0) * factor + constant;
  return getValueOrCreateConstantIndexOp(
      builder, loc,
      affine::makeComposedFoldedAffineApply(builder, loc, expr, index));
}

OpFoldResult bitserial::divide(OpBuilder &builder, Location loc,
                               OpFoldResult size, int64_t divisor) {
  return affine::makeComposedFoldedAffineApply(
      builder, loc, builder.getAffineDimExpr(0).floorDiv(divisor), size);
}

bool bitserial::hasUnitStride(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(type.getStridesAndOffset(strides, offset)) &&
         !strides.empty() && strides.back() == 1;
}

void bitserial::buildScalar(OpBuilder &builder, Location loc,
                            const PackedPair &pair, ArrayRef<LoopRange> ranges,
                            bool parallel) {
  buildLoops(
      builder, loc, ranges, parallel,
      [&](OpBuilder &b, Location loc, ValueRange indices) {
        Value element = pair.isPack
                            ? buildWord(b, loc, pair.codes, indices, pair.axis,
                                        pair.byteBits)
                            : buildCode(b, loc, pair.words, indices, pair.axis);
        memref::StoreOp::create(b, loc, element,
                                pair.isPack ? pair.words : pair.codes, indices);
      });
}
