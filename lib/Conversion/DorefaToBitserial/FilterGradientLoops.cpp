//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FilterGradientLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

static Value getBatch(ImplicitLocOpBuilder &b, Value tensor) {
  return getValueOrCreateConstantIndexOp(b, b.getLoc(), getSize(b, tensor, 0));
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

Slice::Slice(ImplicitLocOpBuilder &b, Value tensor)
    : offsets(cast<RankedTensorType>(tensor.getType()).getRank(),
              b.getIndexAttr(0)),
      sizes(getSizes(b, tensor)), strides(offsets.size(), b.getIndexAttr(1)) {}

Slice &Slice::at(ImplicitLocOpBuilder &b, int64_t axis, OpFoldResult position,
                 int64_t size) {
  offsets[axis] = position;
  sizes[axis] = b.getIndexAttr(size);
  return *this;
}

Value Slice::extract(ImplicitLocOpBuilder &b, Value tensor,
                     int64_t dropped) const {
  SmallVector<int64_t> shape;
  for (OpFoldResult size : ArrayRef(sizes).drop_front(dropped))
    shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  return tensor::ExtractSliceOp::create(b,
                                        RankedTensorType::get(shape, element),
                                        tensor, offsets, sizes, strides);
}

Value Slice::extractOfGroup(ImplicitLocOpBuilder &b, Value tensor,
                            int64_t groupAxis) const {
  SmallVector<ReassociationIndices> merge = {{0, 1}};
  for (int64_t axis = 2; axis < static_cast<int64_t>(sizes.size()); ++axis)
    if (axis == groupAxis + 1)
      merge.back().push_back(axis);
    else
      merge.push_back({axis});
  return tensor::CollapseShapeOp::create(b, extract(b, tensor), merge);
}

//===----------------------------------------------------------------------===//
// FilterGradientLoops
//===----------------------------------------------------------------------===//

Value FilterGradientLoops::build(ImplicitLocOpBuilder &b, Value words,
                                 ValueRange right, Value factor) {
  Value zeros = buildFilled(
      b,
      getAsIndexOpFoldResult(b.getContext(),
                             {window.groups, resultRows(), resultColumns()}),
      b.getF32Type(), 0);
  Value none = arith::ConstantIndexOp::create(b, 0);
  Value batch = getBatch(b, words);
  Value block = arith::ConstantIndexOp::create(b, getBlock());
  auto blocks = scf::ForOp::create(
      b, none, batch, block, zeros,
      [&](OpBuilder &nested, Location loc, Value first, ValueRange sums) {
        ImplicitLocOpBuilder inner(loc, nested);
        Value rest = arith::SubIOp::create(inner, batch, first);
        Value count = arith::MinSIOp::create(inner, block, rest);
        auto take = [&](Value tensor) {
          Slice slice(inner, tensor);
          slice.offsets[0] = first;
          slice.sizes[0] = count;
          return slice.extract(inner, tensor);
        };
        beginBlock(inner, take(words), llvm::map_to_vector(right, take));
        Value next = buildBlock(
            inner, count, isPerSample(factor) ? take(factor) : factor, sums[0]);
        scf::YieldOp::create(inner, next);
      });
  return blocks.getResult(0);
}

/// sums [G,K,Fg] + sum_n f32(I_n) * factor[n].
Value FilterGradientLoops::buildBlock(ImplicitLocOpBuilder &b, Value batch,
                                      Value factor, Value sums) {
  int64_t tile = getRowTile();
  SmallVector<OpFoldResult> lower = {b.getIndexAttr(0), b.getIndexAttr(0)};
  SmallVector<OpFoldResult> upper = {b.getIndexAttr(window.groups),
                                     b.getIndexAttr(resultRows())};
  SmallVector<OpFoldResult> steps = {b.getIndexAttr(1), b.getIndexAttr(tile)};
  auto forall = scf::ForallOp::create(
      b, lower, upper, steps, ValueRange{sums}, std::nullopt,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder inner(loc, nested);
        Value group = args[0], row = args[1], out = args[2];
        Slice place =
            Slice(inner, out).at(inner, 0, group).at(inner, 1, row, tile);
        Value start = place.extract(inner, out, 1);
        beginTile(inner, start);
        Value none = arith::ConstantIndexOp::create(inner, 0);
        Value one = arith::ConstantIndexOp::create(inner, 1);
        auto samples = scf::ForOp::create(
            inner, none, batch, one, start,
            [&](OpBuilder &nested, Location loc, Value sample,
                ValueRange sums) {
              ImplicitLocOpBuilder body(loc, nested);
              Value scale = tensor::ExtractOp::create(
                  body, factor,
                  isPerSample(factor) ? ValueRange(sample) : ValueRange());
              Value next =
                  buildSample(body, scale, {sample, group, row}, sums[0]);
              scf::YieldOp::create(body, next);
            });
        auto done = scf::InParallelOp::create(inner);
        inner.setInsertionPointToStart(done.getBody());
        tensor::ParallelInsertSliceOp::create(inner, samples.getResult(0), out,
                                              place.offsets, place.sizes,
                                              place.strides);
      });
  return forall.getResult(0);
}

Value FilterGradientLoops::buildScaledSum(ImplicitLocOpBuilder &b, Value sum,
                                          Value numerator, Value scale) {
  Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
  Value scaled = arith::MulFOp::create(b, value, scale);
  return arith::AddFOp::create(b, sum, scaled);
}

Value FilterGradientLoops::buildEachSample(
    ImplicitLocOpBuilder &b, Value words, Value init,
    ArrayRef<int64_t> sliceShape,
    function_ref<Value(ImplicitLocOpBuilder &, Value, Value)> make) {
  auto forall = scf::ForallOp::create(
      b, ArrayRef<OpFoldResult>{getBatch(b, words)}, ValueRange{init},
      std::nullopt, [&](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder inner(loc, nested);
        Value sample = args[0], out = args[1];
        Value image =
            Slice(inner, words).at(inner, 0, sample).extract(inner, words);
        Slice place = Slice(inner, out).at(inner, 0, sample);
        for (auto [size, part] : llvm::zip_equal(
                 MutableArrayRef(place.sizes).drop_front(), sliceShape))
          size = inner.getIndexAttr(part);
        Value made = make(inner, image, place.extract(inner, out));
        auto done = scf::InParallelOp::create(inner);
        inner.setInsertionPointToStart(done.getBody());
        tensor::ParallelInsertSliceOp::create(inner, made, out, place.offsets,
                                              place.sizes, place.strides);
      });
  return forall.getResult(0);
}

//===----------------------------------------------------------------------===//
// Over padded rows
//===----------------------------------------------------------------------===//

int64_t PaddedRowsGradient::countSamplesOfBlock(int64_t bytesOfSample) {
  constexpr int64_t bytesOfBlock = 3 << 19, fewest = 4, most = 32;
  return std::clamp<int64_t>(bytesOfBlock / bytesOfSample, fewest, most);
}

Value PaddedRowsGradient::buildTapOffset(ImplicitLocOpBuilder &b,
                                         Value tap) const {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  Value i = arith::DivUIOp::create(b, tap, index(kernelW));
  Value j = arith::RemUIOp::create(b, tap, index(kernelW));
  return arith::AddIOp::create(
      b, arith::MulIOp::create(b, i, index(tapOffset(1, 0))),
      arith::MulIOp::create(b, j, index(tapOffset(0, 1))));
}

Value PaddedRowsGradient::buildPositionWords(ImplicitLocOpBuilder &b,
                                             Value codes,
                                             WordLayout layout) const {
  SmallVector<OpFoldResult> sizes = getSizes(b, codes);
  sizes[1] = b.getIndexAttr(llvm::divideCeil(depth, imageW()));
  sizes[2] = b.getIndexAttr(imageW());
  Value zeros = buildFilled(b, sizes, b.getI8Type(), 0);
  Slice inside(b, codes);
  Value grid = tensor::InsertSliceOp::create(b, codes, zeros, inside.offsets,
                                             inside.sizes, inside.strides);
  Value inRows = buildMergedAxes(b, grid, 1);
  Slice first(b, inRows);
  first.sizes[1] = b.getIndexAttr(depth);
  return buildPack(b, first.extract(b, inRows), 1, layout);
}
