//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pack into words of bytes where the packed axis is the last one: the codes as
// they are, four to a word, and zeros behind the last one.

#include "Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// One row, that is, the outer indices are known.
struct ByteRow {
  OpBuilder &b;
  Location loc;
  const PackedPair &pair;
  Value flatWords; // without the axis of the only plane; absent for one word
  SmallVector<Value> outer;

  SmallVector<Value> at(ArrayRef<Value> last) const {
    SmallVector<Value> indices(outer);
    llvm::append_range(indices, last);
    return indices;
  }
  Value constant(int64_t index) const {
    return arith::ConstantIndexOp::create(b, loc, index);
  }
  Value lowestBits(Value codes) const {
    APInt mask = APInt::getLowBitsSet(8, *pair.byteBits);
    auto splat =
        DenseElementsAttr::get(cast<VectorType>(codes.getType()), mask);
    return arith::AndIOp::create(b, loc, codes,
                                 arith::ConstantOp::create(b, loc, splat));
  }

  /// Words `word` to `word + count`, exclusive, more than one.
  void buildWords(Value word, int64_t count) const {
    auto bytes = VectorType::get({count * wordBytes}, b.getI8Type());
    Value codes = vector::LoadOp::create(b, loc, bytes, pair.codes,
                                         at(scale(b, loc, word, wordBytes)));
    auto words = VectorType::get({count}, b.getI32Type());
    Value packed = vector::BitCastOp::create(b, loc, words, lowestBits(codes));
    vector::StoreOp::create(b, loc, packed, flatWords, at(word));
  }
  /// The word `index`, of up to four codes.
  void buildWord(int64_t index, int64_t count) const {
    auto bytes = VectorType::get({wordBytes}, b.getI8Type());
    Value codes;
    if (count == wordBytes) {
      codes = vector::LoadOp::create(b, loc, bytes, pair.codes,
                                     at(constant(index * wordBytes)));
    } else {
      codes = arith::ConstantOp::create(b, loc, b.getZeroAttr(bytes));
      for (int64_t i = 0; i < count; ++i) {
        Value code = memref::LoadOp::create(
            b, loc, pair.codes, at(constant(index * wordBytes + i)));
        codes = vector::InsertOp::create(b, loc, code, codes, i);
      }
    }
    auto words = VectorType::get({1}, b.getI32Type());
    Value word = vector::ExtractOp::create(
        b, loc, vector::BitCastOp::create(b, loc, words, lowestBits(codes)),
        int64_t(0));
    memref::StoreOp::create(b, loc, word, pair.words,
                            at({constant(index), constant(0)}));
  }
};
} // namespace

/// The words without the axis of their plane, if they are contiguous then.
static Value collapsePlanes(OpBuilder &b, Location loc, Value words) {
  auto type = cast<MemRefType>(words.getType());
  int64_t rank = type.getRank();
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i + 1 < rank; ++i)
    groups.push_back({i});
  groups.back().push_back(rank - 1);
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
    return {};
  MemRefType flat = memref::CollapseShapeOp::computeCollapsedType(type, groups);
  if (!hasUnitStride(flat))
    return {};
  return memref::CollapseShapeOp::create(b, loc, words, groups);
}

void bitserial::buildByteRows(OpBuilder &builder, Location loc,
                              const PackedPair &pair,
                              const LoopOptions &options) {
  int64_t count = pair.numCodes();
  bool isDynamic = ShapedType::isDynamic(count);
  OpFoldResult size = memref::getMixedSize(builder, loc, pair.codes, pair.axis);
  auto outer = getAxisRanges(builder, loc, pair.codes, 0, pair.axis);
  Value flat;
  if (isDynamic || count > wordBytes) {
    flat = collapsePlanes(builder, loc, pair.words);
    if (!flat)
      return buildScalar(builder, loc, pair,
                         getAxisRanges(builder, loc, pair.words, 0,
                                       pair.wordsType().getRank()),
                         options.parallel);
  }
  int64_t lanes = options.vectorBits / 32;
  OpFoldResult vectors = divide(builder, loc, size, lanes * wordBytes);
  Value vectorWords = scale(builder, loc, vectors, lanes);
  auto build = [&](OpBuilder &b, Location loc, ValueRange ivs, bool parallel) {
    ByteRow row{b, loc, pair, flat, SmallVector<Value>(ivs)};
    if (flat)
      buildLoops(b, loc, LoopRange{b.getIndexAttr(0), vectorWords, lanes},
                 parallel,
                 [&](OpBuilder &nested, Location loc, ValueRange word) {
                   ByteRow{nested, loc, pair, flat, row.outer}.buildWords(
                       word[0], lanes);
                 });
    if (isDynamic)
      return;
    int64_t word = count / (lanes * wordBytes) * lanes;
    for (int64_t words = lanes / 2; words > 1; words /= 2)
      if (word + words <= count / wordBytes) {
        row.buildWords(row.constant(word), words);
        word += words;
      }
    for (; word * wordBytes < count; ++word)
      row.buildWord(word, std::min(wordBytes, count - word * wordBytes));
  };
  // A single row is shared vector by vector.
  if (outer.empty())
    build(builder, loc, {}, options.parallel);
  else
    buildLoops(builder, loc, outer, options.parallel,
               [&](OpBuilder &b, Location loc, ValueRange ivs) {
                 build(b, loc, ivs, false);
               });
  if (!isDynamic)
    return;
  // The words behind the last whole vector, known only at run time.
  SmallVector<LoopRange> rest = outer;
  rest.push_back(
      {vectorWords, memref::getMixedSize(builder, loc, pair.words, pair.axis)});
  rest.push_back({builder.getIndexAttr(0), builder.getIndexAttr(1)});
  buildScalar(builder, loc, pair, rest, options.parallel);
}
