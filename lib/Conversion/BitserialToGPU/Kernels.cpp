//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What both kinds of kernels are made of.

#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::bitserial;

gpu::LaunchOp bitserial::buildLaunch(ImplicitLocOpBuilder &b,
                                     std::array<Value, 3> grid,
                                     std::array<int64_t, 2> threads,
                                     int64_t sharedBytes) {
  Numbers n{b};
  auto index = [&](int64_t size) {
    return arith::ConstantIndexOp::create(b, size).getResult();
  };
  Value shared = sharedBytes ? n.constant(sharedBytes) : Value();
  auto launch = gpu::LaunchOp::create(b, n.toIndex(grid[0]), n.toIndex(grid[1]),
                                      n.toIndex(grid[2]), index(threads[0]),
                                      index(threads[1]), index(1), shared);
  b.setInsertionPointToStart(&launch.getBody().front());
  b.setInsertionPoint(gpu::TerminatorOp::create(b));
  return launch;
}

DepthPart::DepthPart(const Numbers &n, Value depth, int64_t step, Value part,
                     int64_t splits) {
  Value steps = n.ceilDiv(depth, step);
  if (splits == 1) {
    begin = n.constant(0);
    end = steps;
    return;
  }
  Value length = n.ceilDiv(steps, splits);
  begin = n.min(n.mul(part, length), steps);
  end = n.min(n.add(begin, length), steps);
}

void bitserial::buildAddition(const Numbers &n, const ProductView &view,
                              ValueRange indices, Value value, Value inside,
                              bool shared) {
  OpBuilder::InsertionGuard guard(n.b);
  auto condition = scf::IfOp::create(n.b, inside, /*withElseRegion=*/false);
  n.b.setInsertionPoint(condition.thenBlock()->getTerminator());
  if (view.epilogue) {
    view.epilogue->store(n, indices, view.epilogue->compute(n, indices, value));
    return;
  }
  if (shared) {
    memref::AtomicRMWOp::create(n.b, arith::AtomicRMWKind::addi, value,
                                view.sums, indices);
    return;
  }
  Value old = memref::LoadOp::create(n.b, view.sums, indices);
  memref::StoreOp::create(n.b, arith::AddIOp::create(n.b, old, value),
                          view.sums, indices);
}

Value bitserial::buildExists(const Numbers &n, const ProductView &view,
                             const ProductSizes &sizes, Value column,
                             int64_t blockColumns) {
  int64_t columns = view.staticColumns();
  if (!ShapedType::isDynamic(columns) && columns % blockColumns == 0)
    return arith::ConstantIntOp::create(n.b, 1, 1);
  return n.isLess(column, sizes.columns);
}

void bitserial::buildTileSums(
    const Numbers &n, const ProductView &view, const ProductSizes &sizes,
    const ProductIndices &indices, const TileSums &tile,
    llvm::function_ref<Value(int64_t, int64_t, int64_t, int64_t)> value) {
  for (int64_t row = 0; row < tile.rowBlocks; ++row)
    for (int64_t half = 0; half < 2; ++half) {
      Value place = n.add(tile.firstRow, row * 16 + 8 * half);
      SmallVector<ColumnSum> totals;
      for (int64_t column = 0; column < tile.columnBlocks; ++column)
        for (int64_t odd = 0; odd < 2; ++odd) {
          Value total;
          for (int64_t sum = 0; sum < tile.sums; ++sum) {
            Value weighted = n.b.createOrFold<arith::ShLIOp>(
                value(row, column, sum, 2 * half + odd), n.constant(sum));
            total =
                total ? arith::AddIOp::create(n.b, total, weighted).getResult()
                      : weighted;
          }
          Value at = n.add(tile.firstColumn, column * 8 + odd);
          totals.push_back(
              {at, total, buildExists(n, view, sizes, at, tile.tileColumns)});
        }
      if (view.epilogue && view.epilogue->packs()) {
        buildPackedRow(n, view, sizes, indices, place, totals,
                       ColumnOrder::fragments);
        continue;
      }
      RowPosition position = indices.row(place);
      Value exists = n.isLess(place, sizes.rows);
      for (const ColumnSum &sum : totals)
        buildAddition(n, view, indices.sums(position, sum.column), sum.value,
                      n.both(exists, sum.exists), tile.shared);
    }
}
