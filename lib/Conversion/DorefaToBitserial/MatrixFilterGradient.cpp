//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter by a product that takes rows at one distance from each
// other, wherever they are. It needs no columns of windows: the codes of each
// channel of a padded image lie one behind the other, and what a tap reads of a
// channel is one run of bytes from there on.

#include "FilterGradientLoops.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

namespace {

class MatrixFilterGradient : public PaddedRowsGradient {
public:
  MatrixFilterGradient(const FilterGradientShape &shape,
                       const PositionProduct &product, int64_t vectorBits)
      : PaddedRowsGradient(shape, product, vectorBits,
                           /*isTransposed=*/false) {}

  /// Numerators 2c - n as words of signed bytes [N,words,1,G,Fg].
  Value buildRight(ImplicitLocOpBuilder &b, Value codes) const {
    Value numerators = buildPointwise(
        b, buildSplitAxis(b, codes, 3, window.groups), b.getI8Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value wide =
              buildNumerator(b, args[0], cotangentCode, b.getI32Type());
          return {arith::TruncIOp::create(b, b.getI8Type(), wide)};
        });
    return buildPositionWords(b, numerators,
                              {cotangentCode.getBits(), /*bytes=*/true,
                               /*isSigned=*/true});
  }

private:
  /// Bytes from a channel to the next: an odd number of cache lines, so that
  /// channels do not meet in the cache.
  int64_t channelBytes() const {
    constexpr int64_t line = 64;
    int64_t needed = lastTapOffset() + depth;
    return (llvm::divideCeil(needed, line) | 1) * line;
  }
  /// Each tile of rows reads all of both matrices of a block.
  int64_t getBlock() const override {
    return countSamplesOfBlock(window.groups *
                               (channels * channelBytes() + filters * depth));
  }
  int64_t getRowTile() const override {
    int64_t most = std::max(form.getColumns(), bitserial::matrixRows);
    return channels % most == 0 ? most : bitserial::matrixRows;
  }

  /// Codes [N,G,C,bytes]. What lies behind an image is multiplied by zeros.
  Value buildLeft(ImplicitLocOpBuilder &b, Value words) const {
    auto type = cast<RankedTensorType>(words.getType());
    int64_t imageBytes = type.getDimSize(1) * type.getDimSize(2);
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(
        b.getContext(), {1, window.groups, channels, channelBytes()});
    sizes[0] = getSize(b, words, 0);
    Value init = buildEmpty(b, sizes, b.getI8Type());
    return buildEachSample(
        b, words, init, {window.groups, channels, imageBytes},
        [&](ImplicitLocOpBuilder &b, Value image, Value into) -> Value {
          Value codes = buildUnpack(b, image, 4, channels);
          Value pixels = buildMergedAxes(b, codes, 1); // [1,pixels,G,C]
          MLIRContext *context = b.getContext();
          AffineExpr n, g, c, p;
          bindDims(context, n, g, c, p);
          return buildGeneric(
              b, pixels, into,
              {AffineMap::get(4, 0, {n, p, g, c}, context),
               b.getMultiDimIdentityMap(4)},
              SmallVector<IteratorType>(4, IteratorType::parallel),
              [](ImplicitLocOpBuilder &b, ValueRange args)
                  -> SmallVector<Value> { return {args[0]}; })[0];
        });
  }

  /// One tap of a tile of channels.
  Value buildLeftOfTap(ImplicitLocOpBuilder &b, const Place &place) const {
    auto index = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, value);
    };
    Value tap = arith::DivUIOp::create(b, place.row, index(channels));
    Value channel = arith::RemUIOp::create(b, place.row, index(channels));
    Value slice = Slice(b, left)
                      .at(b, 0, place.sample)
                      .at(b, 1, place.group)
                      .at(b, 2, channel, getRowTile())
                      .at(b, 3, buildTapOffset(b, tap), depth)
                      .extract(b, left);
    SmallVector<ReassociationIndices> merge = {{0, 1, 2}, {3}};
    return tensor::CollapseShapeOp::create(b, slice, merge);
  }

  void beginBlock(ImplicitLocOpBuilder &b, Value words,
                  ValueRange rightOfBlock) override {
    left = buildLeft(b, words);
    right = rightOfBlock[0];
  }

  /// One buffer serves all samples.
  void beginTile(ImplicitLocOpBuilder &b, Value sums) override {
    memory = buildEmpty(b, getSizes(b, sums), b.getI32Type());
  }

  Value buildSample(ImplicitLocOpBuilder &b, Value scale, const Place &place,
                    Value sums) override {
    Value lhs = buildLeftOfTap(b, place);
    constexpr int64_t groupAxis = 3;
    Value rhs = Slice(b, right)
                    .at(b, 0, place.sample)
                    .at(b, groupAxis, place.group)
                    .extractOfGroup(b, right, groupAxis);
    rhs = buildMergedAxes(b, rhs, 0); // [words,1,Fg]
    Value products = bitserial::MatrixProductOp::create(b, memory.getType(),
                                                        lhs, rhs, memory, form)
                         ->getResult(0);
    SmallVector<AffineMap> maps(2, b.getMultiDimIdentityMap(2));
    SmallVector<IteratorType> iterators(2, IteratorType::parallel);
    return buildGeneric(
        b, products, sums, maps, iterators,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildScaledSum(b, args[1], args[0], scale)};
        })[0];
  }

  Value left, right; // of the block
  Value memory;      // for a tile of integer sums
};

} // namespace

Value mlir::dorefa::buildMatrixFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value cotangent, Value factor) {
  MatrixFilterGradient gradient(shape, product, vectorBits);
  return gradient.build(b, words, gradient.buildRight(b, cotangent), factor);
}
