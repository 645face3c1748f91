//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// bitserial.matrix_product on a matrix unit: blocks of two by two registers'
// sums. The unit is set up once for all turns of the loops around the product.

#include "Addresses.h"
#include "MatrixUnit.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bitserial::matrixunit;

/// Sets the unit up ahead of the outermost sequential loop around `op`, and
/// releases it behind.
static void setUp(Operation *op) {
  Operation *outermost = op;
  while (auto loop = dyn_cast<scf::ForOp>(outermost->getParentOp()))
    outermost = loop;
  ImplicitLocOpBuilder b(op->getLoc(), outermost);
  request(b);
  Value shapes = memref::AllocOp::create(
      b, MemRefType::get({registerBytes / 4}, b.getI32Type()));
  configure(b, shapes);
  memref::DeallocOp::create(b, shapes);
  b.setInsertionPointAfter(outermost);
  release(b);
}

namespace {
/// A matrix in memory, whose rows are at one distance from each other.
struct Matrix {
  Value address;
  int64_t distance; // in bytes

  Matrix(ImplicitLocOpBuilder &b, Value memory)
      : address(getByteAddress(b, memory)) {
    auto type = cast<MemRefType>(memory.getType());
    distance =
        type.getStridesAndOffset().first[0] * type.getElementTypeBitWidth() / 8;
  }
  Value at(ImplicitLocOpBuilder &b, Value row, Value byte) const {
    Value toRow = arith::MulIOp::create(
        b, row, arith::ConstantIndexOp::create(b, distance));
    return arith::AddIOp::create(b, arith::AddIOp::create(b, address, toRow),
                                 byte);
  }
};
} // namespace

/// From `begin` to `end` in steps of one or two registers' rows.
static void loop(ImplicitLocOpBuilder &b, int64_t begin, int64_t end,
                 int64_t step,
                 function_ref<void(ImplicitLocOpBuilder &, Value)> buildBody) {
  auto index = [&](int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  };
  scf::ForOp::create(
      b, index(begin), index(end), index(step), ValueRange(),
      [&](OpBuilder &nested, Location loc, Value iv, ValueRange) {
        ImplicitLocOpBuilder inner(loc, nested);
        buildBody(inner, iv);
        scf::YieldOp::create(inner);
      });
}

/// Calls for pairs of registers and, where their number is odd, for the last.
static void
loopOverPairs(ImplicitLocOpBuilder &b, int64_t size,
              function_ref<void(ImplicitLocOpBuilder &, Value, int64_t)> body) {
  int64_t pairs = size / (2 * matrixRows) * (2 * matrixRows);
  for (auto [begin, end, count] :
       {std::tuple(int64_t(0), pairs, 2), std::tuple(pairs, size, 1)})
    if (begin < end)
      loop(b, begin, end, count * matrixRows,
           [&, count = count](ImplicitLocOpBuilder &b, Value iv) {
             body(b, iv, count);
           });
}

void bitserial::buildMatrixProduct(ImplicitLocOpBuilder &b,
                                   MatrixProductOp op) {
  if (op.getForm().getKernel() != Kernel::matrix)
    return buildVectorProduct(b, op);
  setUp(op);
  Matrix rows(b, op.getRows()), words(b, op.getWords()), sums(b, op.getInit());
  auto type = cast<MemRefType>(op.getInit().getType());
  int64_t steps = cast<MemRefType>(op.getWords().getType()).getDimSize(0);
  Value bytes = arith::ConstantIndexOp::create(b, wordBytes);
  auto buildBlock = [&](ImplicitLocOpBuilder &b, Value row, int64_t halves,
                        Value column, int64_t vectors) {
    SumTile tile{halves, vectors, /*isSigned=*/true};
    tile.zero(b);
    Value columnBytes = arith::MulIOp::create(b, column, bytes);
    loop(b, 0, steps, matrixSteps, [&](ImplicitLocOpBuilder &b, Value step) {
      Value stepBytes = arith::MulIOp::create(b, step, bytes);
      Value first = rows.at(b, row, stepBytes);
      tile.multiply(b, tile.getHalves(b, first, rows.distance), rows.distance,
                    words.at(b, step, columnBytes), words.distance);
    });
    Value first = sums.at(b, row, columnBytes);
    tile.store(b, tile.getHalves(b, first, sums.distance), sums.distance);
  };
  loopOverPairs(b, type.getDimSize(0),
                [&](ImplicitLocOpBuilder &b, Value row, int64_t halves) {
                  loopOverPairs(b, type.getDimSize(1),
                                [&](ImplicitLocOpBuilder &b, Value column,
                                    int64_t vectors) {
                                  buildBlock(b, row, halves, column, vectors);
                                });
                });
}
