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
  if (view.epilogue)
    return view.epilogue->build(n, indices, value);
  if (shared) {
    memref::AtomicRMWOp::create(n.b, arith::AtomicRMWKind::addi, value,
                                view.sums, indices);
    return;
  }
  Value old = memref::LoadOp::create(n.b, view.sums, indices);
  memref::StoreOp::create(n.b, arith::AddIOp::create(n.b, old, value),
                          view.sums, indices);
}

void bitserial::buildTileSums(
    const Numbers &n, const ProductView &view, const ProductSizes &sizes,
    const ProductIndices &indices, int64_t rowBlocks, int64_t columnBlocks,
    int64_t sums, Value firstRow, Value firstColumn, bool shared,
    llvm::function_ref<Value(int64_t, int64_t, int64_t, int64_t)> value) {
  for (int64_t row = 0; row < rowBlocks; ++row)
    for (int64_t half = 0; half < 2; ++half) {
      Value place = n.add(firstRow, row * 16 + 8 * half);
      RowPosition position = indices.row(place);
      Value exists = n.isLess(place, sizes.rows);
      for (int64_t column = 0; column < columnBlocks; ++column)
        for (int64_t odd = 0; odd < 2; ++odd) {
          Value at = n.add(firstColumn, column * 8 + odd);
          Value total;
          for (int64_t sum = 0; sum < sums; ++sum) {
            Value weighted = n.b.createOrFold<arith::ShLIOp>(
                value(row, column, sum, 2 * half + odd), n.constant(sum));
            total =
                total ? arith::AddIOp::create(n.b, total, weighted).getResult()
                      : weighted;
          }
          buildAddition(n, view, indices.sums(position, at), total,
                        n.both(exists, n.isLess(at, sizes.columns)), shared);
        }
    }
}
