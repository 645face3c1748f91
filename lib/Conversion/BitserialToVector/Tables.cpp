//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// bitserial.pack_tables, and how tables are made of codes: the sums of pairs of
// codes first, then those of two pairs. Both take shuffles within 16 bytes.

#include "Tables.h"

#include "Loops.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Codes whose tables are made together, and their tables.
static constexpr int64_t atOnce = 32, tablesAtOnce = atOnce / tableCodes;

static Value shuffle(ImplicitLocOpBuilder &b, Value x, Value y,
                     ArrayRef<int64_t> lanes) {
  return vector::ShuffleOp::create(b, x, y, lanes);
}

/// Codes with every other table's four in the same half: what makes tables of
/// them does not cross halves then, and makes neighbours side by side.
static Value splitNeighbours(ImplicitLocOpBuilder &b, Value codes) {
  SmallVector<int64_t> lanes;
  for (int64_t half = 0; half < 2; ++half)
    for (int64_t table = half; table < tablesAtOnce; table += 2)
      for (int64_t code = 0; code < tableCodes; ++code)
        lanes.push_back(tableCodes * table + code);
  return shuffle(b, codes, codes, lanes);
}

/// Of two tables' codes in each half, from `begin` of it on, the sums of the
/// subsets of pairs: none, the first, the second, both.
static Value sumPairs(ImplicitLocOpBuilder &b, Value codes, int64_t begin) {
  SmallVector<int64_t> first, second;
  constexpr int64_t none = atOnce; // a byte of the zeros
  for (int64_t half = 0; half < atOnce; half += tableBytes)
    for (int64_t code = half + begin; code < half + begin + 2 * tableCodes;
         code += 2) {
      first.append({none, code, none, code});
      second.append({none, none, code + 1, code + 1});
    }
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(codes.getType()));
  return arith::AddIOp::create(b, shuffle(b, codes, zeros, first),
                               shuffle(b, codes, zeros, second));
}

/// A table in each half, of the two pairs from `begin` of it on.
static Value sumTables(ImplicitLocOpBuilder &b, Value pairs, int64_t begin) {
  SmallVector<int64_t> low, high;
  for (int64_t half = 0; half < atOnce; half += tableBytes)
    for (int64_t entry = 0; entry < tableBytes; ++entry) {
      low.push_back(half + begin + entry % 4);
      high.push_back(half + begin + 4 + entry / 4);
    }
  return arith::AddIOp::create(b, shuffle(b, pairs, pairs, low),
                               shuffle(b, pairs, pairs, high));
}

SmallVector<Value> bitserial::buildTables(ImplicitLocOpBuilder &b,
                                          Value codes) {
  codes = splitNeighbours(b, codes);
  SmallVector<Value> tables;
  for (int64_t begin : {0, 8}) {
    Value pairs = sumPairs(b, codes, begin);
    for (int64_t ofTable : {0, 8})
      tables.push_back(sumTables(b, pairs, ofTable));
  }
  return tables;
}

/// The tables of `count` words from [image, word, column] on, 1 or as many as
/// are made at once.
static void packTables(ImplicitLocOpBuilder &b, PackTablesOp op, Value image,
                       Value word, Value column, int64_t count) {
  Value codes =
      vector::LoadOp::create(b, VectorType::get({count}, b.getI32Type()),
                             op.getWords(), ValueRange{image, word, column});
  if (count < tablesAtOnce)
    codes = shuffle(b, codes, codes, SmallVector<int64_t>(tablesAtOnce, 0));
  codes = vector::BitCastOp::create(b, VectorType::get({atOnce}, b.getI8Type()),
                                    codes);
  Value at = scale(b, b.getLoc(), word, tableBytes);
  SmallVector<Value> tables = buildTables(b, codes);
  for (int64_t number = 0; number < count; ++number) {
    Value table = vector::ExtractStridedSliceOp::create(
        b, tables[number / 2], ArrayRef<int64_t>{number % 2 * tableBytes},
        ArrayRef<int64_t>{tableBytes}, ArrayRef<int64_t>{1});
    vector::StoreOp::create(
        b, table, op.getInit(),
        ValueRange{image, scale(b, b.getLoc(), column, 1, number), at});
  }
}

void bitserial::buildPackedTables(ImplicitLocOpBuilder &b, PackTablesOp op,
                                  bool parallel) {
  auto type = cast<MemRefType>(op.getWords().getType());
  int64_t columns = type.getDimSize(2);
  int64_t together = columns / tablesAtOnce * tablesAtOnce;
  LoopRange images = getAxisRanges(b, b.getLoc(), op.getWords(), 0, 1)[0];
  LoopRange words{b.getIndexAttr(0), b.getIndexAttr(type.getDimSize(1))};
  for (auto [begin, end, count] :
       {std::tuple(int64_t(0), together, tablesAtOnce),
        std::tuple(together, columns, int64_t(1))}) {
    if (begin == end)
      continue;
    LoopRange parts{b.getIndexAttr(begin), b.getIndexAttr(end), count};
    buildLoops(
        b, b.getLoc(), {images, parts, words}, parallel,
        [&, count = count](OpBuilder &nested, Location loc, ValueRange at) {
          ImplicitLocOpBuilder inner(loc, nested);
          packTables(inner, op, at[0], at[2], at[1], count);
        });
  }
}
