//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter by tables. Four codes of a filter's cotangent, of
// positions in a row of the image, make a table, and the codes of as many
// pixels index it. What a tap reads begins at any pixel, so there are indices
// from each one on: an index of a tap's positions is every fourth of a run,
// wherever it begins.
//
// Where the cotangent has fewer bits than the image, it is the other way round:
// four pixels of a channel make a table, and the padded cotangent's codes index
// it. All names are of the turned shape then: its filters are the channels.

#include "FilterGradientLoops.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using bitserial::tableBytes, bitserial::tableCodes;
using utils::IteratorType;

namespace {

class LookupFilterGradient : public PaddedRowsGradient {
public:
  LookupFilterGradient(const FilterGradientShape &shape,
                       const PositionProduct &product, int64_t vectorBits)
      : PaddedRowsGradient(shape, product, vectorBits, /*isTransposed=*/true) {}

  /// dW [F,kh,kw,C] of the packed images and the cotangent's codes.
  Value buildFilter(ImplicitLocOpBuilder &b, Value words, Value codes,
                    Value factor) {
    largestTables = buildLargestTables(b);
    return buildMergedAxes(
        b, buildFromWords(b, words, buildTableWords(b, codes), factor), 0);
  }

protected:
  /// Words of what tables are made of.
  Value buildTableWords(ImplicitLocOpBuilder &b, Value codes) const {
    return buildPositionWords(b, buildSplitAxis(b, codes, 3, window.groups),
                              layout());
  }

  /// dW [G,Fg,kh,kw,C].
  Value buildFromWords(ImplicitLocOpBuilder &b, Value words, ValueRange right,
                       Value factor) {
    Value flat = build(b, words, right, factor); // [G,Fg,K]
    auto type = RankedTensorType::get(
        {window.groups, filters, kernelH, kernelW, channels}, b.getF32Type());
    return tensor::ExpandShapeOp::create(
        b, type, flat, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}});
  }

  void beginBlock(ImplicitLocOpBuilder &b, Value words,
                  ValueRange right) override {
    tables = buildTables(b, right[0]);
    indices = buildIndices(b, words);
    imageSums = buildImageSums(b, right);
  }

  /// n sum(c_a) of each tap and channel of the image, [N,G,taps,C].
  virtual Value buildImageSums(ImplicitLocOpBuilder &b,
                               ValueRange right) const {
    return buildSumsOfIndices(b);
  }
  /// Those of a tap that a tile [rows,C] needs, and along which axis.
  virtual std::pair<Value, unsigned>
  buildSumsOfTap(ImplicitLocOpBuilder &b, const Place &place, Value tap) const {
    return {Slice(b, imageSums)
                .at(b, 0, place.sample)
                .at(b, 1, place.group)
                .at(b, 2, tap)
                .extract(b, imageSums, 3),
            1};
  }
  /// The first pixel that a tap reads.
  virtual Value buildBegin(ImplicitLocOpBuilder &b, Value tap) const {
    return buildTapOffset(b, tap);
  }

  int64_t taps() const { return kernelH * kernelW; }
  Value imageSums; // of the block

private:
  static Value buildIndex(ImplicitLocOpBuilder &b, int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  WordLayout layout() const {
    return {cotangentCode.getBits(), /*bytes=*/true};
  }
  int64_t rowBytes() const { return depth / tableCodes * tableBytes; }
  /// Pixels from which on there are indices.
  int64_t countIndices() const {
    return lastTapOffset() + depth - tableCodes + 1;
  }
  Type getIndexType(OpBuilder &b) const {
    return b.getIntegerType(8 * inputCode.getBits());
  }

  int64_t getBlock() const override {
    return countSamplesOfBlock(
        window.groups * (channels * inputCode.getBits() * countIndices() +
                         filters * rowBytes()));
  }
  int64_t getRowTile() const override { return tableRows; }

  /// Tables [N,G Fg,bytes] of words [N,W,1,G,Fg].
  Value buildTables(ImplicitLocOpBuilder &b, Value words) const {
    Value columns = tensor::CollapseShapeOp::create(
        b, words, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}});
    SmallVector<OpFoldResult> sizes = getSizes(b, columns);
    sizes = {sizes[0], sizes[2], b.getIndexAttr(rowBytes())};
    Value init = buildEmpty(b, sizes, b.getI8Type());
    return bitserial::PackTablesOp::create(b, init.getType(), columns, init)
        ->getResult(0);
  }

  /// Those of a filter whose codes all are the largest one, [1,bytes].
  Value buildLargestTables(ImplicitLocOpBuilder &b) const {
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), {1, outH, outW, 1, 1});
    Value codes =
        buildFilled(b, sizes, b.getI8Type(), cotangentCode.getMaxCode());
    Value made = buildTables(b, buildPositionWords(b, codes, layout()));
    return tensor::CollapseShapeOp::create(
        b, made, ArrayRef<ReassociationIndices>{{0, 1}, {2}});
  }

  /// Indices [N,pixels,G,C], a byte for each plane.
  Value buildIndices(ImplicitLocOpBuilder &b, Value words) const {
    SmallVector<int64_t> shape = {countIndices(), window.groups, channels};
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), shape);
    sizes.insert(sizes.begin(), getSize(b, words, 0));
    Value init = buildEmpty(b, sizes, getIndexType(b));
    return buildEachSample(
        b, words, init, shape,
        [&](ImplicitLocOpBuilder &b, Value image, Value into) -> Value {
          Value codes = buildPixels(b, image);
          SmallVector<Value> four;
          for (int64_t ahead = 0; ahead < tableCodes; ++ahead)
            four.push_back(Slice(b, codes)
                               .at(b, 1, b.getIndexAttr(ahead), countIndices())
                               .extract(b, codes));
          SmallVector<AffineMap> maps(5, b.getMultiDimIdentityMap(4));
          SmallVector<IteratorType> iterators(4, IteratorType::parallel);
          return buildGeneric(
              b, four, into, maps, iterators,
              [&](ImplicitLocOpBuilder &b,
                  ValueRange args) -> SmallVector<Value> {
                return {buildIndexOf(b, args.take_front(tableCodes))};
              })[0];
        });
  }

  /// Codes [1,pixels,G,C] of an image and, behind it, of any value: these are
  /// multiplied by zeros.
  Value buildPixels(ImplicitLocOpBuilder &b, Value image) const {
    Value words = buildMergedAxes(b, image, 1); // [1,pixels,G,words,planes]
    int64_t pixels = cast<RankedTensorType>(words.getType()).getDimSize(1);
    int64_t read = countIndices() + tableCodes - 1;
    Value all = buildEmpty(
        b,
        getAsIndexOpFoldResult(b.getContext(), {1, std::max(pixels, read),
                                                window.groups, channels}),
        b.getI8Type());
    Slice inside = Slice(b, all).at(b, 1, b.getIndexAttr(0), pixels);
    Value init = inside.extract(b, all);
    Value codes = bitserial::UnpackOp::create(b, init.getType(), words, init, 3)
                      ->getResult(0);
    return tensor::InsertSliceOp::create(b, codes, all, inside.offsets,
                                         inside.sizes, inside.strides);
  }

  /// For each plane four bits in a byte of their own.
  Value buildIndexOf(ImplicitLocOpBuilder &b, ValueRange codes) const {
    auto constant = [&](Type type, int64_t value) -> Value {
      return arith::ConstantIntOp::create(b, type, value);
    };
    Type byte = b.getI8Type(), index = getIndexType(b);
    auto shift = [&](Value x, int64_t bits) -> Value {
      return arith::ShLIOp::create(b, x, constant(x.getType(), bits));
    };
    Value nibbles; // of the first plane and, if there is one, of the second
    for (auto [number, code] : llvm::enumerate(codes)) {
      Value bits = code;
      if (inputCode.getBits() == 2)
        bits = arith::AndIOp::create(
            b, arith::OrIOp::create(b, bits, shift(bits, 3)),
            constant(byte, 0x11));
      if (number > 0)
        bits = shift(bits, number);
      nibbles =
          nibbles ? arith::OrIOp::create(b, nibbles, bits).getResult() : bits;
    }
    if (inputCode.getBits() == 1)
      return arith::AndIOp::create(b, nibbles, constant(byte, 0x0f));
    Value both = arith::ExtUIOp::create(b, index, nibbles);
    return arith::AndIOp::create(b,
                                 arith::OrIOp::create(b, both, shift(both, 4)),
                                 constant(index, 0x0f0f));
  }

  /// The indices of a tap's positions, [W,C].
  Value buildIndicesOfTap(ImplicitLocOpBuilder &b, Value sample, Value group,
                          Value tap) const {
    Slice slice = Slice(b, indices)
                      .at(b, 0, sample)
                      .at(b, 1, buildBegin(b, tap), depth / tableCodes)
                      .at(b, 2, group);
    slice.strides[1] = b.getIndexAttr(tableCodes);
    return slice.extractOfGroup(b, indices, 2);
  }

  /// What indices give of tables of the largest codes.
  Value buildSumsOfIndices(ImplicitLocOpBuilder &b) const {
    using bitserial::FormAttr;
    auto oneRow = FormAttr::get(
        b.getContext(), form.getKernel(), form.getLhsBits(), form.getRhsBits(),
        form.getVectorBytes(), form.getVectors(), /*columns=*/1,
        form.getDrain(), form.getUnroll(), form.getIsSigned());
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(
        b.getContext(), {1, window.groups, taps(), channels});
    sizes[0] = getSize(b, indices, 0);
    Value init = buildEmpty(b, sizes, b.getI32Type());
    auto forall = scf::ForallOp::create(
        b, ArrayRef(sizes).drop_back(), ValueRange{init}, std::nullopt,
        [&](OpBuilder &nested, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value sample = args[0], group = args[1], tap = args[2];
          Value out = args.back();
          Slice place = Slice(inner, out)
                            .at(inner, 0, sample)
                            .at(inner, 1, group)
                            .at(inner, 2, tap);
          Value sums = place.extract(inner, out, 2);
          Value made =
              bitserial::MatrixProductOp::create(
                  inner, sums.getType(), largestTables,
                  buildIndicesOfTap(inner, sample, group, tap), sums, oneRow)
                  ->getResult(0);
          auto done = scf::InParallelOp::create(inner);
          inner.setInsertionPointToStart(done.getBody());
          tensor::ParallelInsertSliceOp::create(inner, made, out, place.offsets,
                                                place.sizes, place.strides);
        });
    return forall.getResult(0);
  }

  /// One buffer serves all taps and samples.
  void beginTile(ImplicitLocOpBuilder &b, Value sums) override {
    memory = buildEmpty(
        b, getAsIndexOpFoldResult(b.getContext(), {tableRows, channels}),
        b.getI32Type());
  }

  Value buildSample(ImplicitLocOpBuilder &b, Value scale, const Place &place,
                    Value sums) override {
    Value first = arith::AddIOp::create(
        b, arith::MulIOp::create(b, place.group, buildIndex(b, filters)),
        place.row);
    Value rows = Slice(b, tables)
                     .at(b, 0, place.sample)
                     .at(b, 1, first, tableRows)
                     .extract(b, tables, 1);
    auto loop = scf::ForOp::create(
        b, buildIndex(b, 0), buildIndex(b, taps()), buildIndex(b, 1), sums,
        [&](OpBuilder &nested, Location loc, Value tap, ValueRange carried) {
          ImplicitLocOpBuilder inner(loc, nested);
          scf::YieldOp::create(
              inner, buildTap(inner, rows, scale, place, tap, carried[0]));
        });
    return loop.getResult(0);
  }

  Value buildTap(ImplicitLocOpBuilder &b, Value rows, Value scale,
                 const Place &place, Value tap, Value sums) const {
    Value products =
        bitserial::MatrixProductOp::create(
            b, memory.getType(), rows,
            buildIndicesOfTap(b, place.sample, place.group, tap), memory, form)
            ->getResult(0);
    auto [ofTap, axis] = buildSumsOfTap(b, place, tap);
    Value column = arith::MulIOp::create(b, tap, buildIndex(b, channels));
    Slice slice = Slice(b, sums).at(b, 1, column, channels);
    MLIRContext *context = b.getContext();
    AffineMap whole = b.getMultiDimIdentityMap(2);
    AffineMap ofAxis =
        AffineMap::get(2, 0, {getAffineDimExpr(axis, context)}, context);
    SmallVector<IteratorType> iterators(2, IteratorType::parallel);
    Value added = buildGeneric(
        b, {products, ofTap}, slice.extract(b, sums), {whole, ofAxis, whole},
        iterators,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          // 2 S - n_G sum(c_a)
          Value numerator =
              arith::SubIOp::create(b, buildTimes(b, 2, args[0]), args[1]);
          return {buildScaledSum(b, args.back(), numerator, scale)};
        })[0];
    return tensor::InsertSliceOp::create(b, added, sums, slice.offsets,
                                         slice.sizes, slice.strides);
  }

  Value largestTables;
  Value tables, indices; // of the block
  Value memory;          // for a tap's integer sums
};

/// That of a turned shape.
class TurnedFilterGradient : public LookupFilterGradient {
public:
  TurnedFilterGradient(const FilterGradientShape &original,
                       const PositionProduct &product, int64_t vectorBits)
      : LookupFilterGradient(*original.getTurned(), product, vectorBits),
        original(original) {}

  /// dW [F,kh,kw,C] of the packed images, their codes without pads, and the
  /// packed cotangent.
  Value buildFilter(ImplicitLocOpBuilder &b, Value words, Value codes,
                    Value indexWords, Value factor) {
    Value turned = buildFromWords(b, indexWords,
                                  {buildTableWords(b, codes), words}, factor);
    SmallVector<OpFoldResult> sizes = getSizes(b, turned); // [G,C,kh,kw,Fg]
    std::swap(sizes[1], sizes[4]);
    Value init = buildEmpty(b, sizes, b.getF32Type());
    Value filter = linalg::TransposeOp::create(b, turned, init,
                                               ArrayRef<int64_t>{0, 4, 2, 3, 1})
                       ->getResult(0);
    return buildMergedAxes(b, filter, 0);
  }

private:
  /// Of the padded images [N,Hp,Wp,G,words,planes], the windows' sums.
  Value buildImageSums(ImplicitLocOpBuilder &b,
                       ValueRange right) const override {
    Value words = right[1];
    SmallVector<int64_t> shape = {window.groups, taps(), original.channels};
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), shape);
    sizes.insert(sizes.begin(), getSize(b, words, 0));
    Value init = buildEmpty(b, sizes, b.getI32Type());
    return buildEachSample(
        b, words, init, shape,
        [&](ImplicitLocOpBuilder &b, Value image, Value into) -> Value {
          Value codes = buildUnpack(b, image, 4, original.channels);
          auto type = RankedTensorType::get(
              {1, window.groups, kernelH, kernelW, original.channels},
              b.getI32Type());
          ReassociationIndices groups[] = {{0}, {1}, {2, 3}, {4}};
          Value split =
              tensor::ExpandShapeOp::create(b, type, into, ArrayRef(groups));
          return tensor::CollapseShapeOp::create(
              b, sumColumns(b, sumRows(b, codes), split), ArrayRef(groups));
        });
  }

  /// Of codes [1,Hp,Wp,G,C] the sums in rows of positions, [1,Hp,G,kw,C].
  Value sumRows(ImplicitLocOpBuilder &b, Value codes) const {
    AffineExpr n, y, g, j, c, x;
    bindDims(b.getContext(), n, y, g, j, c, x);
    SmallVector<OpFoldResult> sizes = getSizes(b, codes);
    sizes[2] = sizes[3];
    sizes[3] = b.getIndexAttr(kernelW);
    return sumAlong(b, codes, {n, y, x + j * window.dilations[1], g, c},
                    original.outW, {n, y, g, j, c},
                    buildFilled(b, sizes, b.getI32Type(), 0),
                    [](ImplicitLocOpBuilder &b, Value code) -> Value {
                      return arith::ExtUIOp::create(b, b.getI32Type(), code);
                    });
  }

  /// n times the sums of those, [1,G,kh,kw,C], into `init`.
  Value sumColumns(ImplicitLocOpBuilder &b, Value rows, Value init) const {
    AffineExpr n, g, i, j, c, y;
    bindDims(b.getContext(), n, g, i, j, c, y);
    Value zeros =
        linalg::FillOp::create(b, buildScalar(b, b.getI32Type(), 0), init)
            .getResult(0);
    return sumAlong(b, rows, {n, y + i * window.dilations[0], g, j, c},
                    original.outH, {n, g, i, j, c}, zeros,
                    [&](ImplicitLocOpBuilder &b, Value sum) -> Value {
                      return buildTimes(b, original.cotangentCode.getMaxCode(),
                                        sum);
                    });
  }

  /// `sums`, whose axes are the first five loops, plus term(x) along a sixth
  /// one.
  static Value
  sumAlong(ImplicitLocOpBuilder &b, Value tensor, ArrayRef<AffineExpr> place,
           int64_t extent, ArrayRef<AffineExpr> axes, Value sums,
           function_ref<Value(ImplicitLocOpBuilder &, Value)> term) {
    MLIRContext *context = b.getContext();
    // The loop is read off a tensor that is never touched.
    Value positions =
        tensor::EmptyOp::create(b, ArrayRef<int64_t>{extent}, b.getI8Type());
    SmallVector<IteratorType> iterators(5, IteratorType::parallel);
    iterators.push_back(IteratorType::reduction);
    return buildGeneric(
        b, {tensor, positions}, sums,
        {AffineMap::get(6, 0, place, context),
         AffineMap::get(6, 0, {getAffineDimExpr(5, context)}, context),
         AffineMap::get(6, 0, axes, context)},
        iterators,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::AddIOp::create(b, args[2], term(b, args[0]))};
        })[0];
  }

  std::pair<Value, unsigned> buildSumsOfTap(ImplicitLocOpBuilder &b,
                                            const Place &place,
                                            Value tap) const override {
    return {Slice(b, imageSums)
                .at(b, 0, place.sample)
                .at(b, 1, place.group)
                .at(b, 2, tap)
                .at(b, 3, place.row, tableRows)
                .extract(b, imageSums, 3),
            0};
  }

  /// The pads of the cotangent are before its first pixel: taps are reversed.
  Value buildBegin(ImplicitLocOpBuilder &b, Value tap) const override {
    return arith::SubIOp::create(
        b, arith::ConstantIndexOp::create(b, lastTapOffset()),
        buildTapOffset(b, tap));
  }

  const FilterGradientShape &original;
};

} // namespace

Value mlir::dorefa::buildLookupFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value cotangent, Value factor) {
  return LookupFilterGradient(shape, product, vectorBits)
      .buildFilter(b, words, cotangent, factor);
}

Value mlir::dorefa::buildTurnedFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value codes, Value indexWords, Value factor) {
  return TurnedFilterGradient(shape, product, vectorBits)
      .buildFilter(b, words, codes, indexWords, factor);
}
