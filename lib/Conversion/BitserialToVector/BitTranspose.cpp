//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Transposition of 8 x 8 bits in every byte of eight vectors.
//
// In step s = 4, 2, 1 the bit of value s changes sides between the number of
// the row and the position in the byte: rows i and i + s exchange the upper s
// bits of the first for the lower s bits of the second, in every group of 2 s
// bits. The shifts are on 32-bit lanes, since x86 has none on bytes; the masks
// keep every bit in its byte.

#include "BitTranspose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace {
/// Integer arithmetic on one type with splat constants.
struct Words {
  OpBuilder &b;
  Location loc;
  VectorType type;

  Value splat(uint32_t value) const {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(type, b.getI32IntegerAttr(value).getValue()));
  }
  Value andMask(Value x, uint32_t mask) const {
    return arith::AndIOp::create(b, loc, x, splat(mask));
  }
  Value xorOf(Value x, Value y) const {
    return arith::XOrIOp::create(b, loc, x, y);
  }
  Value orOf(Value x, Value y) const {
    return arith::OrIOp::create(b, loc, x, y);
  }
  Value up(Value x, unsigned count) const {
    return arith::ShLIOp::create(b, loc, x, splat(count));
  }
  Value down(Value x, unsigned count) const {
    return arith::ShRUIOp::create(b, loc, x, splat(count));
  }

  /// One exchange; a null `second` is 0, and so are results that are null.
  void exchange(Value &first, Value &second, unsigned s, uint32_t mask,
                bool needsSecond) const {
    if (!first)
      return;
    if (!second) {
      if (needsSecond)
        second = andMask(down(first, s), mask);
      first = andMask(first, mask);
    } else if (needsSecond) {
      Value swapped = andMask(xorOf(down(first, s), second), mask);
      second = xorOf(second, swapped);
      first = xorOf(first, up(swapped, s));
    } else {
      first = orOf(andMask(first, mask), up(andMask(second, mask), s));
    }
  }
};
} // namespace

SmallVector<Value> bitserial::transposeBits(OpBuilder &builder, Location loc,
                                            ArrayRef<Value> rows,
                                            unsigned columns) {
  auto byteType = cast<VectorType>(rows.front().getType());
  auto wordType =
      VectorType::get({byteType.getNumElements() / 4}, builder.getI32Type());
  Words words{builder, loc, wordType};
  SmallVector<Value> matrix(8);
  for (auto [row, words] : llvm::zip(rows, matrix))
    words = vector::BitCastOp::create(builder, loc, wordType, row);
  const uint32_t masks[] = {0x0f0f0f0f, 0x33333333, 0x55555555};
  for (unsigned step = 0; step < 3; ++step) {
    unsigned s = 4 >> step;
    // The upper bits of a row's number are columns by now, the rest still rows.
    auto isNeeded = [&](unsigned row) { return (row & ~(s - 1)) < columns; };
    for (unsigned i = 0; i < 8; ++i)
      if ((i & s) == 0 && isNeeded(i))
        words.exchange(matrix[i], matrix[i + s], s, masks[step],
                       isNeeded(i + s));
  }
  SmallVector<Value> results;
  for (unsigned c = 0; c < columns; ++c)
    results.push_back(
        vector::BitCastOp::create(builder, loc, byteType, matrix[c]));
  return results;
}
