//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Kernels in plain arithmetic: a thread owns a few rows of columns that are a
// warp apart, so that neighbours read and write neighbouring words.

#include "GridSplit.h"
#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

constexpr int64_t threadsAcross = 32;

namespace {
struct LoopTile {
  int64_t rows, columns; // of one thread
  int64_t threadsDown;
  int64_t splits;

  static LoopTile get(const ProductView &view);
};
} // namespace

LoopTile LoopTile::get(const ProductView &view) {
  auto known = [](int64_t size) {
    return ShapedType::isDynamic(size) ? int64_t(1) << 20 : size;
  };
  int64_t rows = known(view.staticRows()),
          columns = known(view.staticColumns());
  int64_t depth = known(view.staticDepth());
  LoopTile tile;
  tile.rows = std::min<int64_t>(rows, 4);
  tile.columns = columns > threadsAcross && rows > 4 ? 2 : 1;
  tile.threadsDown = std::min<int64_t>(llvm::divideCeil(rows, tile.rows), 4);
  int64_t blocks = llvm::divideCeil(rows, tile.rows * tile.threadsDown) *
                   llvm::divideCeil(columns, tile.columns * threadsAcross) *
                   known(view.staticGroups());
  tile.splits = chooseSplits(blocks, depth, /*least=*/16);
  return tile;
}

/// sum + popcount(x AND y) << shift.
static Value addCount(const Numbers &n, Value x, Value y, int64_t shift,
                      Value sum) {
  Value count =
      math::CtPopOp::create(n.b, arith::AndIOp::create(n.b, x, y).getResult());
  Value weighted = n.b.createOrFold<arith::ShLIOp>(count, n.constant(shift));
  return arith::AddIOp::create(n.b, sum, weighted);
}

/// The four bytes of a word.
static SmallVector<Value> getBytes(const Numbers &n, Value word) {
  SmallVector<Value> bytes;
  for (int64_t byte = 0; byte < wordBytes; ++byte) {
    Value shifted =
        n.b.createOrFold<arith::ShRUIOp>(word, n.constant(8 * byte));
    bytes.push_back(
        byte == wordBytes - 1
            ? shifted
            : arith::AndIOp::create(n.b, shifted, n.constant(255)).getResult());
  }
  return bytes;
}

bool bitserial::finishesInLoops(const ProductView &view) {
  return LoopTile::get(view).splits == 1;
}

void bitserial::buildLoopKernel(ImplicitLocOpBuilder &b,
                                const ProductView &view) {
  OpBuilder::InsertionGuard guard(b);
  LoopTile tile = LoopTile::get(view);
  Numbers n{b};
  ProductSizes outside(n, view);
  int64_t blockRows = tile.rows * tile.threadsDown;
  int64_t blockColumns = tile.columns * threadsAcross;
  auto launch =
      buildLaunch(b,
                  {n.ceilDiv(outside.rows, blockRows),
                   n.ceilDiv(outside.columns, blockColumns),
                   n.mul(outside.groups, tile.splits)},
                  {threadsAcross, tile.threadsDown}, /*sharedBytes=*/0);
  gpu::KernelDim3 block = launch.getBlockIds(), thread = launch.getThreadIds();
  ProductSizes sizes(n, view);
  Value z = n.fromIndex(block.z);
  ProductIndices indices(n, view, sizes, n.div(z, tile.splits));

  Value firstRow = n.add(n.mul(n.fromIndex(block.x), blockRows),
                         n.mul(n.fromIndex(thread.y), tile.rows));
  Value firstColumn =
      n.add(n.mul(n.fromIndex(block.y), blockColumns), n.fromIndex(thread.x));
  Value lastRow = n.sub(sizes.rows, n.constant(1));
  Value lastColumn = n.sub(sizes.columns, n.constant(1));
  SmallVector<Value> rows, columns, clampedColumns;
  SmallVector<RowPosition> positions;
  // Beyond the end the last row or column is read again, and not stored.
  for (int64_t row = 0; row < tile.rows; ++row) {
    rows.push_back(n.add(firstRow, row));
    positions.push_back(indices.row(n.min(rows.back(), lastRow)));
  }
  for (int64_t column = 0; column < tile.columns; ++column) {
    columns.push_back(n.add(firstColumn, column * threadsAcross));
    clampedColumns.push_back(n.min(columns.back(), lastColumn));
  }

  DepthPart part(n, sizes.depth, 1, n.rem(z, tile.splits), tile.splits);
  SmallVector<Value> zeros(tile.rows * tile.columns, n.constant(0));
  auto loop = scf::ForOp::create(
      b, part.begin, part.end, n.constant(1), zeros,
      [&](OpBuilder &nested, Location loc, Value word, ValueRange start) {
        ImplicitLocOpBuilder inner(loc, nested);
        Numbers n{inner};
        ProductIndices indices(n, view, sizes, n.div(z, tile.splits));
        DepthPosition depth = indices.depth(word);
        SmallVector<Value> sums(start), left, right;
        for (const RowPosition &row : positions)
          for (int64_t plane = 0; plane < view.lhsPlanes(); ++plane)
            left.push_back(memref::LoadOp::create(
                inner, view.lhs, indices.lhs(row, depth, n.constant(plane))));
        for (Value column : clampedColumns)
          for (int64_t plane = 0; plane < view.rhsPlanes(); ++plane)
            right.push_back(memref::LoadOp::create(
                inner, view.rhs,
                indices.rhs(depth, n.constant(plane), column)));
        int64_t lhsPlanes = view.lhsPlanes(), rhsPlanes = view.rhsPlanes();
        for (int64_t row = 0; row < tile.rows; ++row)
          for (int64_t column = 0; column < tile.columns; ++column) {
            Value &sum = sums[row * tile.columns + column];
            if (view.byteBits) {
              for (auto [x, y] : llvm::zip(getBytes(n, left[row]),
                                           getBytes(n, right[column])))
                sum = arith::AddIOp::create(
                    inner, sum, arith::MulIOp::create(inner, x, y).getResult());
              continue;
            }
            for (int64_t p = 0; p < lhsPlanes; ++p)
              for (int64_t q = 0; q < rhsPlanes; ++q)
                sum = addCount(n, left[row * lhsPlanes + p],
                               right[column * rhsPlanes + q], p + q, sum);
          }
        scf::YieldOp::create(inner, sums);
      });

  if (view.epilogue && view.epilogue->packs()) {
    for (int64_t row = 0; row < tile.rows; ++row) {
      SmallVector<ColumnSum> sums;
      for (int64_t column = 0; column < tile.columns; ++column)
        sums.push_back(
            {columns[column], loop.getResult(row * tile.columns + column),
             buildExists(n, view, sizes, columns[column], blockColumns)});
      buildPackedRow(n, view, sizes, indices, rows[row], sums,
                     ColumnOrder::lanes);
    }
    return;
  }
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t column = 0; column < tile.columns; ++column)
      buildAddition(n, view,
                    indices.sums(positions[row], clampedColumns[column]),
                    loop.getResult(row * tile.columns + column),
                    n.both(n.isLess(rows[row], sizes.rows),
                           n.isLess(columns[column], sizes.columns)),
                    tile.splits > 1);
}
