//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pack and unpack where the codes of a word are contiguous: a vector of 32
// codes against one word for each plane.

#include "Loops.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// One row, that is, the outer indices are known.
struct Row {
  OpBuilder &b;
  Location loc;
  const PackedPair &pair;
  SmallVector<Value> outer;

  VectorType codesVector(int64_t size = wordBits) const {
    return VectorType::get({size}, b.getI8Type());
  }
  Value splat(int64_t value) const {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(codesVector(), APInt(8, value, false, true)));
  }
  Value constant(int64_t index) const {
    return arith::ConstantIndexOp::create(b, loc, index);
  }
  SmallVector<Value> at(ArrayRef<Value> last) const {
    SmallVector<Value> indices(outer);
    llvm::append_range(indices, last);
    return indices;
  }
  Value load(Value start, int64_t size) const {
    return vector::LoadOp::create(b, loc, codesVector(size), pair.codes,
                                  at({start}));
  }

  /// Calls `piece` with (start, size) for the powers of two that make `count`.
  static void forPieces(int64_t count,
                        function_ref<void(int64_t, int64_t)> piece) {
    int64_t start = 0;
    for (int64_t size = wordBits; size > 0; size /= 2) {
      if ((count & size) == 0)
        continue;
      piece(start, size);
      start += size;
    }
  }

  /// `count` < 32 codes from `start` on, and zeros.
  Value loadPieces(Value start, int64_t count) const {
    Value codes = splat(0);
    forPieces(count, [&](int64_t offset, int64_t size) {
      Value piece = load(scale(b, loc, start, 1, offset), size);
      codes = vector::InsertStridedSliceOp::create(b, loc, piece, codes,
                                                   ArrayRef<int64_t>{offset},
                                                   ArrayRef<int64_t>{1});
    });
    return codes;
  }

  /// Stores the word of each plane; the first `drop` codes do not belong to it.
  void packWord(Value codes, Value word, int64_t drop) const {
    Value zero = splat(0);
    for (int64_t p = 0; p < pair.numPlanes(); ++p) {
      Value plane = arith::AndIOp::create(b, loc, codes, splat(1 << p));
      Value bits =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, plane, zero);
      // Not by way of vector<1xi32>: where LLVM 22 puts such a word straight
      // into a wider vector, its AVX-512 backend loses the comparison.
      Value value = LLVM::BitcastOp::create(b, loc, b.getI32Type(), bits);
      if (drop != 0)
        value = arith::ShRUIOp::create(
            b, loc, value, arith::ConstantIntOp::create(b, loc, drop, 32));
      memref::StoreOp::create(b, loc, value, pair.words,
                              at({word, constant(p)}));
    }
  }

  /// The 32 codes of a word.
  Value unpackWord(Value word) const {
    Value zero = splat(0), codes;
    for (int64_t p = 0; p < pair.numPlanes(); ++p) {
      Value plane =
          memref::LoadOp::create(b, loc, pair.words, at({word, constant(p)}));
      Value vector = vector::BroadcastOp::create(
          b, loc, VectorType::get({1}, b.getI32Type()), plane);
      Value bits = vector::BitCastOp::create(
          b, loc, VectorType::get({wordBits}, b.getI1Type()), vector);
      Value values = arith::SelectOp::create(b, loc, bits, splat(1 << p), zero);
      codes = codes ? arith::OrIOp::create(b, loc, codes, values).getResult()
                    : values;
    }
    return codes;
  }

  void buildWord(Value word) const {
    Value start = scale(b, loc, word, wordBits);
    if (pair.isPack)
      packWord(load(start, wordBits), word, 0);
    else
      vector::StoreOp::create(b, loc, unpackWord(word), pair.codes,
                              at({start}));
  }

  /// The last word of a static row has `count` < 32 codes.
  void buildLastWord(int64_t index, int64_t count) const {
    Value word = constant(index), start = constant(index * wordBits);
    if (pair.isPack) {
      if (index == 0)
        return packWord(loadPieces(start, count), word, 0);
      // The vector that ends with the row.
      Value before = constant((index - 1) * wordBits + count);
      return packWord(load(before, wordBits), word, wordBits - count);
    }
    Value codes = unpackWord(word);
    forPieces(count, [&](int64_t offset, int64_t size) {
      Value piece = vector::ExtractStridedSliceOp::create(
          b, loc, codes, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{size},
          ArrayRef<int64_t>{1});
      vector::StoreOp::create(b, loc, piece, pair.codes,
                              at({scale(b, loc, start, 1, offset)}));
    });
  }
};
} // namespace

void bitserial::buildRows(OpBuilder &builder, Location loc,
                          const PackedPair &pair, const LoopOptions &options) {
  OpFoldResult size = memref::getMixedSize(builder, loc, pair.codes, pair.axis);
  OpFoldResult fullWords = divide(builder, loc, size, wordBits);
  int64_t count = pair.numCodes();
  auto outer = getAxisRanges(builder, loc, pair.codes, 0, pair.axis);
  auto build = [&](OpBuilder &b, Location loc, ValueRange ivs, bool parallel) {
    Row row{b, loc, pair, SmallVector<Value>(ivs)};
    buildLoops(b, loc, LoopRange{b.getIndexAttr(0), fullWords}, parallel,
               [&](OpBuilder &nested, Location loc, ValueRange word) {
                 Row{nested, loc, pair, row.outer}.buildWord(word[0]);
               });
    if (!ShapedType::isDynamic(count) && count % wordBits != 0)
      row.buildLastWord(count / wordBits, count % wordBits);
  };
  // A single row is shared word by word.
  if (outer.empty())
    build(builder, loc, {}, options.parallel);
  else
    buildLoops(builder, loc, outer, options.parallel,
               [&](OpBuilder &b, Location loc, ValueRange ivs) {
                 build(b, loc, ivs, false);
               });
  if (!ShapedType::isDynamic(count))
    return;
  // What a word lacks is known only at run time: none or one word, or the codes
  // that belong to it.
  SmallVector<LoopRange> rest = outer;
  if (pair.isPack) {
    rest.push_back(
        {fullWords, memref::getMixedSize(builder, loc, pair.words, pair.axis)});
    rest.push_back(
        {builder.getIndexAttr(0), builder.getIndexAttr(pair.numPlanes())});
  } else {
    rest.push_back({scale(builder, loc, fullWords, wordBits), size});
  }
  buildScalar(builder, loc, pair, rest, options.parallel);
}
