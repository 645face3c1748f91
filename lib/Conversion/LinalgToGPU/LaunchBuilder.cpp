//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::dorefa;

Value mlir::dorefa::buildProduct(ImplicitLocOpBuilder &b, ValueRange sizes) {
  Value product = arith::ConstantIndexOp::create(b, 1);
  for (Value size : sizes)
    product = b.createOrFold<arith::MulIOp>(product, size);
  return product;
}

// arith.ceildivui has no lowering of its own.
Value mlir::dorefa::buildParts(ImplicitLocOpBuilder &b, Value whole,
                               Value size) {
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value last = b.createOrFold<arith::SubIOp>(size, one);
  Value raised = b.createOrFold<arith::AddIOp>(whole, last);
  return b.createOrFold<arith::DivUIOp>(raised, size);
}

SmallVector<Value> mlir::dorefa::buildCoordinates(ImplicitLocOpBuilder &b,
                                                  Value number,
                                                  ValueRange sizes) {
  SmallVector<Value> coordinates(sizes.size());
  for (size_t axis = sizes.size(); axis-- > 1;) {
    coordinates[axis] = b.createOrFold<arith::RemUIOp>(number, sizes[axis]);
    number = b.createOrFold<arith::DivUIOp>(number, sizes[axis]);
  }
  if (!sizes.empty())
    coordinates[0] = number;
  return coordinates;
}

static gpu::LaunchOp createLaunch(ImplicitLocOpBuilder &b, Value blocks,
                                  Value threads,
                                  ArrayRef<MemRefType> workgroup) {
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto launch = gpu::LaunchOp::create(b, blocks, one, one, threads, one, one);
  for (MemRefType type : workgroup)
    launch.addWorkgroupAttribution(type, b.getLoc());
  b.setInsertionPointToEnd(&launch.getBody().front());
  gpu::TerminatorOp::create(b);
  b.setInsertionPointToStart(&launch.getBody().front());
  return launch;
}

/// A grid has a block even where there is nothing to do.
static Value atLeastOne(ImplicitLocOpBuilder &b, Value count) {
  Value one = arith::ConstantIndexOp::create(b, 1);
  return b.createOrFold<arith::MaxUIOp>(count, one);
}

void mlir::dorefa::buildThreadKernel(
    ImplicitLocOpBuilder &b, ValueRange sizes,
    function_ref<void(ImplicitLocOpBuilder &, ValueRange point)> body) {
  OpBuilder::InsertionGuard guard(b);
  Value count = buildProduct(b, sizes);
  Value threads = arith::ConstantIndexOp::create(b, blockThreads);
  Value blocks = atLeastOne(b, buildParts(b, count, threads));
  gpu::LaunchOp launch = createLaunch(b, blocks, threads, {});
  Value number = arith::AddIOp::create(
      b, arith::MulIOp::create(b, launch.getBlockIds().x, threads),
      launch.getThreadIds().x);
  Value inside =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number, count);
  auto condition = scf::IfOp::create(b, inside, /*withElseRegion=*/false);
  b.setInsertionPoint(condition.thenYield());
  body(b, buildCoordinates(b, number, sizes));
}

void mlir::dorefa::buildBlockKernel(
    ImplicitLocOpBuilder &b, ValueRange sizes, ArrayRef<MemRefType> workgroup,
    function_ref<void(ImplicitLocOpBuilder &, ValueRange point, Value thread,
                      ValueRange shared)>
        body) {
  OpBuilder::InsertionGuard guard(b);
  Value count = buildProduct(b, sizes);
  Value threads = arith::ConstantIndexOp::create(b, blockThreads);
  gpu::LaunchOp launch =
      createLaunch(b, atLeastOne(b, count), threads, workgroup);
  Value number = launch.getBlockIds().x;
  // The same for all threads of a block: barriers inside are met by all.
  Value inside =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, number, count);
  auto condition = scf::IfOp::create(b, inside, /*withElseRegion=*/false);
  b.setInsertionPoint(condition.thenYield());
  auto attributions = launch.getWorkgroupAttributions();
  SmallVector<Value> shared(attributions.begin(), attributions.end());
  body(b, buildCoordinates(b, number, sizes), launch.getThreadIds().x, shared);
}
