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
  const PackedPair &pair; // without the axis of its only plane
  SmallVector<Value> outer;

  SmallVector<Value> at(Value last) const {
    SmallVector<Value> indices(outer);
    indices.push_back(last);
    return indices;
  }
  Value splat(VectorType type, const APInt &value) const {
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(type, value));
  }
  /// Words `word` to `word + count`, exclusive.
  void buildWords(Value word, int64_t count) const {
    auto bytes = VectorType::get({count * wordBytes}, b.getI8Type());
    Value codes = vector::LoadOp::create(b, loc, bytes, pair.codes,
                                         at(scale(b, loc, word, wordBytes)));
    codes = arith::AndIOp::create(
        b, loc, codes, splat(bytes, APInt::getLowBitsSet(8, *pair.byteBits)));
    auto words = VectorType::get({count}, b.getI32Type());
    codes = vector::BitCastOp::create(b, loc, words, codes);
    vector::StoreOp::create(b, loc, codes, pair.words, at(word));
  }
  /// The word `index`, of fewer than four codes.
  void buildLastWord(int64_t index, int64_t count) const {
    auto bytes = VectorType::get({wordBytes}, b.getI8Type());
    Value codes = splat(bytes, APInt(8, 0));
    for (int64_t i = 0; i < count; ++i) {
      Value position =
          arith::ConstantIndexOp::create(b, loc, index * wordBytes + i);
      Value code = memref::LoadOp::create(b, loc, pair.codes, at(position));
      codes = vector::InsertOp::create(b, loc, code, codes, i);
    }
    codes = arith::AndIOp::create(
        b, loc, codes, splat(bytes, APInt::getLowBitsSet(8, *pair.byteBits)));
    auto word = VectorType::get({1}, b.getI32Type());
    vector::StoreOp::create(
        b, loc, vector::BitCastOp::create(b, loc, word, codes), pair.words,
        at(arith::ConstantIndexOp::create(b, loc, index)));
  }
};
} // namespace

void bitserial::buildByteRows(OpBuilder &builder, Location loc, PackedPair pair,
                              const LoopOptions &options) {
  int64_t rank = pair.codesType().getRank();
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i)
    groups.push_back({i});
  groups.back().push_back(rank);
  PackedPair flat = pair;
  flat.words =
      memref::CollapseShapeOp::create(builder, loc, pair.words, groups);

  int64_t count = pair.numCodes();
  bool isDynamic = ShapedType::isDynamic(count);
  int64_t lanes = options.vectorBits / 32;
  OpFoldResult size = memref::getMixedSize(builder, loc, pair.codes, pair.axis);
  OpFoldResult vectors = divide(builder, loc, size, lanes * wordBytes);
  Value vectorWords = scale(builder, loc, vectors, lanes);
  auto outer = getAxisRanges(builder, loc, pair.codes, 0, pair.axis);
  auto build = [&](OpBuilder &b, Location loc, ValueRange ivs, bool parallel) {
    LoopRange range{b.getIndexAttr(0), vectorWords, lanes};
    buildLoops(b, loc, range, parallel,
               [&](OpBuilder &nested, Location loc, ValueRange word) {
                 ByteRow{nested, loc, flat, SmallVector<Value>(ivs)}.buildWords(
                     word[0], lanes);
               });
    if (isDynamic)
      return;
    ByteRow row{b, loc, flat, SmallVector<Value>(ivs)};
    int64_t word = count / (lanes * wordBytes) * lanes;
    for (int64_t words = lanes / 2; words > 0; words /= 2)
      if (word + words <= count / wordBytes) {
        row.buildWords(arith::ConstantIndexOp::create(b, loc, word), words);
        word += words;
      }
    if (count % wordBytes != 0)
      row.buildLastWord(word, count % wordBytes);
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
