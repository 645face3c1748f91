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

void bitserial::buildAddition(const Numbers &n, Value sums, ValueRange indices,
                              Value value, Value inside, bool shared) {
  OpBuilder::InsertionGuard guard(n.b);
  auto condition = scf::IfOp::create(n.b, inside, /*withElseRegion=*/false);
  n.b.setInsertionPoint(condition.thenBlock()->getTerminator());
  if (shared) {
    memref::AtomicRMWOp::create(n.b, arith::AtomicRMWKind::addi, value, sums,
                                indices);
    return;
  }
  Value old = memref::LoadOp::create(n.b, sums, indices);
  memref::StoreOp::create(n.b, arith::AddIOp::create(n.b, old, value), sums,
                          indices);
}
