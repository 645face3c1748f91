//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pack and unpack where other axes lie behind the packed one: lanes along the
// last axis, one word in each.

#include "BitTranspose.h"
#include "Loops.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// The words of some lanes: all indices but those of codes and planes are
/// known.
struct Lanes {
  OpBuilder &b;
  Location loc;
  const PackedPair &pair;
  int64_t count;             // lanes
  SmallVector<Value> before; // indices of the axes before the packed one
  Value word;
  SmallVector<Value> behind; // indices of the axes behind it

  VectorType type(int64_t size, int64_t bits) const {
    return VectorType::get({size}, b.getIntegerType(bits));
  }
  SmallVector<Value> at(ArrayRef<Value> middle) const {
    SmallVector<Value> indices(before);
    llvm::append_range(indices, middle);
    llvm::append_range(indices, behind);
    return indices;
  }
  SmallVector<Value> atCode(int64_t code) const {
    return at({scale(b, loc, word, pair.codesPerWord(), code)});
  }
  SmallVector<Value> atPlane(int64_t plane) const {
    return at({word, arith::ConstantIndexOp::create(b, loc, plane)});
  }

  /// Packs the first `codes` codes of the word.
  void pack(int64_t codes) const {
    int64_t planes = pair.numPlanes();
    SmallVector<SmallVector<Value>> bytes(planes); // [plane][byte of the word]
    for (int64_t first = 0; first < wordBits; first += 8) {
      SmallVector<Value> rows;
      for (int64_t c = first; c < std::min(first + 8, codes); ++c)
        rows.push_back(vector::LoadOp::create(b, loc, type(count, 8),
                                              pair.codes, atCode(c)));
      SmallVector<Value> columns;
      if (rows.empty())
        columns.assign(planes, zeroBytes());
      else
        columns = transposeBits(b, loc, rows, planes);
      for (int64_t p = 0; p < planes; ++p)
        bytes[p].push_back(columns[p]);
    }
    for (int64_t p = 0; p < planes; ++p) {
      Value even = interleave(bytes[p][0], bytes[p][2]);
      Value odd = interleave(bytes[p][1], bytes[p][3]);
      Value words = vector::BitCastOp::create(b, loc, type(count, 32),
                                              interleave(even, odd));
      vector::StoreOp::create(b, loc, words, pair.words, atPlane(p));
    }
  }

  /// Packs the first `codes` codes of the word as bytes.
  void packBytes(int64_t codes) const {
    SmallVector<Value> rows;
    for (int64_t c = 0; c < wordBytes; ++c)
      rows.push_back(c < codes
                         ? lowestBits(vector::LoadOp::create(
                               b, loc, type(count, 8), pair.codes, atCode(c)))
                         : zeroBytes());
    Value even = interleave(rows[0], rows[2]);
    Value odd = interleave(rows[1], rows[3]);
    Value words = vector::BitCastOp::create(b, loc, type(count, 32),
                                            interleave(even, odd));
    vector::StoreOp::create(b, loc, words, pair.words, atPlane(0));
  }
  Value lowestBits(Value codes) const {
    APInt mask = APInt::getLowBitsSet(8, *pair.byteBits);
    auto splat = DenseElementsAttr::get(type(count, 8), mask);
    return arith::AndIOp::create(b, loc, codes,
                                 arith::ConstantOp::create(b, loc, splat));
  }

  /// Unpacks the first `codes` codes of the word.
  void unpack(int64_t codes) const {
    SmallVector<SmallVector<Value>> bytes(4); // [byte of the word][plane]
    for (int64_t p = 0; p < pair.numPlanes(); ++p) {
      Value words = vector::LoadOp::create(b, loc, type(count, 32), pair.words,
                                           atPlane(p));
      Value all = vector::BitCastOp::create(b, loc, type(4 * count, 8), words);
      auto pairs = vector::DeinterleaveOp::create(b, loc, all);
      auto even = vector::DeinterleaveOp::create(b, loc, pairs.getRes1());
      auto odd = vector::DeinterleaveOp::create(b, loc, pairs.getRes2());
      bytes[0].push_back(even.getRes1());
      bytes[1].push_back(odd.getRes1());
      bytes[2].push_back(even.getRes2());
      bytes[3].push_back(odd.getRes2());
    }
    for (int64_t first = 0; first < codes; first += 8) {
      int64_t rows = std::min<int64_t>(8, codes - first);
      SmallVector<Value> columns =
          transposeBits(b, loc, bytes[first / 8], rows);
      for (int64_t r = 0; r < rows; ++r)
        vector::StoreOp::create(b, loc, columns[r], pair.codes,
                                atCode(first + r));
    }
  }

  Value zeroBytes() const {
    return arith::ConstantOp::create(b, loc, b.getZeroAttr(type(count, 8)));
  }
  Value interleave(Value even, Value odd) const {
    return vector::InterleaveOp::create(b, loc, even, odd);
  }
};
} // namespace

/// The axes behind the packed one as one axis, if both sides allow it.
static void collapseInner(OpBuilder &builder, Location loc, PackedPair &pair) {
  auto collapse = [&](Value &memref, int64_t first, bool tryOnly) {
    auto type = cast<MemRefType>(memref.getType());
    SmallVector<ReassociationIndices> groups;
    for (int64_t i = 0; i < first; ++i)
      groups.push_back({i});
    groups.push_back(
        llvm::to_vector<2>(llvm::seq<int64_t>(first, type.getRank())));
    if (tryOnly)
      return memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups);
    memref = memref::CollapseShapeOp::create(builder, loc, memref, groups);
    return true;
  };
  if (pair.codesType().getRank() - pair.axis > 2 &&
      collapse(pair.codes, pair.axis + 1, true) &&
      collapse(pair.words, pair.axis + 2, true)) {
    collapse(pair.codes, pair.axis + 1, false);
    collapse(pair.words, pair.axis + 2, false);
  }
}

LogicalResult bitserial::buildLanes(OpBuilder &builder, Location loc,
                                    PackedPair pair,
                                    const LoopOptions &options) {
  collapseInner(builder, loc, pair);
  int64_t perWord = pair.codesPerWord();
  int64_t axis = pair.axis, rank = pair.codesType().getRank();
  int64_t size = pair.codesType().getDimSize(rank - 1);
  bool isDynamic = ShapedType::isDynamic(size);
  int64_t count = options.vectorBits / 8;
  if (!isDynamic) {
    if (size < 4)
      return failure();
    count = std::min<int64_t>(count, llvm::bit_floor<uint64_t>(size));
  }
  OpFoldResult zero = builder.getIndexAttr(0);
  OpFoldResult codes = memref::getMixedSize(builder, loc, pair.codes, axis);
  OpFoldResult lanes = memref::getMixedSize(builder, loc, pair.codes, rank - 1);
  OpFoldResult fullWords = divide(builder, loc, codes, perWord);
  Value vectorLanes =
      scale(builder, loc, divide(builder, loc, lanes, count), count);
  auto before = getAxisRanges(builder, loc, pair.codes, 0, axis);
  auto behind = getAxisRanges(builder, loc, pair.codes, axis + 1, rank - 1);

  // Words of `numCodes` codes in `words`, for all lanes that fill vectors.
  auto build = [&](LoopRange words, int64_t numCodes) {
    SmallVector<LoopRange> ranges = before;
    ranges.push_back(words);
    llvm::append_range(ranges, behind);
    buildLoops(
        builder, loc, ranges, options.parallel,
        [&](OpBuilder &b, Location loc, ValueRange ivs) {
          auto buildAt = [&](OpBuilder &nested, Location loc, Value lane) {
            Lanes some{nested,
                       loc,
                       pair,
                       count,
                       ivs.take_front(axis),
                       ivs[axis],
                       ivs.drop_front(axis + 1)};
            some.behind.push_back(lane);
            if (pair.byteBits)
              some.packBytes(numCodes);
            else
              pair.isPack ? some.pack(numCodes) : some.unpack(numCodes);
          };
          buildLoops(b, loc, LoopRange{zero, vectorLanes, count}, false,
                     [&](OpBuilder &nested, Location loc, ValueRange lane) {
                       buildAt(nested, loc, lane[0]);
                     });
          // The vector that ends with the row writes some lanes once more.
          if (!isDynamic && size % count != 0)
            buildAt(b, loc,
                    arith::ConstantIndexOp::create(b, loc, size - count));
        });
  };
  build({zero, fullWords}, perWord);
  int64_t numCodes = pair.numCodes();
  if (!ShapedType::isDynamic(numCodes) && numCodes % perWord != 0)
    build({fullWords, builder.getIndexAttr(getNumWords(numCodes, perWord))},
          numCodes % perWord);

  // The rest is known only at run time.
  auto buildRest = [&](LoopRange words, LoopRange codes, LoopRange lanes) {
    SmallVector<LoopRange> ranges = before;
    if (pair.isPack) {
      ranges.push_back(words);
      ranges.push_back({zero, builder.getIndexAttr(pair.numPlanes())});
    } else {
      ranges.push_back(codes);
    }
    llvm::append_range(ranges, behind);
    ranges.push_back(lanes);
    buildScalar(builder, loc, pair, ranges, options.parallel);
  };
  OpFoldResult words = memref::getMixedSize(builder, loc, pair.words, axis);
  if (ShapedType::isDynamic(numCodes))
    buildRest({fullWords, words},
              {scale(builder, loc, fullWords, perWord), codes},
              {zero, vectorLanes});
  if (isDynamic)
    buildRest({zero, words}, {zero, codes}, {vectorLanes, lanes});
  return success();
}
