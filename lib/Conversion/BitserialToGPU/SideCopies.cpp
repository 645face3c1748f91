//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SideCopies.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::bitserial;

ChunkPlace SideCopies::getInside(const Numbers &n, Value chunk,
                                 int64_t done) const {
  bool sameInside = threads % chunksInside() == 0;
  ChunkPlace at;
  // Where all rounds take the same part of rows, it is one value.
  at.outer = sameInside
                 ? n.add(n.div(thread, chunksInside()), done / chunksInside())
                 : n.div(chunk, chunksInside());
  at.inner =
      n.mul(n.rem(sameInside ? thread : chunk, chunksInside()), side.vector);
  Value along = side.depthInside ? at.inner : at.outer;
  at.place = side.depthInside ? at.outer : at.inner;
  at.word = n.div(along, side.planes);
  at.plane = n.rem(along, side.planes);
  return at;
}

ChunkPlace SideCopies::getCores(const Numbers &n, Value chunk) const {
  assert(side.vector == 1 && depth % 4 == 0 && side.length % 8 == 0);
  ChunkPlace at;
  Value core = n.div(chunk, 32), inCore = n.rem(chunk, 32);
  Value inDepth = n.div(core, side.length / 8);
  at.place = n.add(n.mul(n.rem(core, side.length / 8), 8), n.div(inCore, 4));
  at.plane = n.rem(inDepth, side.planes);
  at.word = n.add(n.mul(n.div(inDepth, side.planes), 4), n.rem(inCore, 4));
  Value along = n.add(n.mul(at.word, side.planes), at.plane);
  at.outer = side.depthInside ? at.place : along;
  at.inner = side.depthInside ? along : at.place;
  return at;
}

void SideCopies::build(const Numbers &n, Value memory, Source source,
                       Value shared, Target target, Value step,
                       Value wordsOfDepth,
                       const ProductIndices &indices) const {
  ImplicitLocOpBuilder &b = n.b;
  Value zero = n.constant(0);
  Value firstWord = n.mul(step, depth);
  for (int64_t done = 0; done < chunks(); done += threads) {
    OpBuilder::InsertionGuard guard(b);
    Value chunk = n.add(thread, done);
    if (done + threads > chunks()) {
      auto condition = scf::IfOp::create(
          b, n.isLess(chunk, n.constant(chunks())), /*withElseRegion=*/false);
      b.setInsertionPoint(condition.thenBlock()->getTerminator());
    }
    ChunkPlace at = order == CopyOrder::cores ? getCores(n, chunk)
                                              : getInside(n, chunk, done);
    Value place = n.add(first, at.place);
    Value word = n.add(firstWord, at.word);
    Value inside = n.both(n.isLess(place, size), n.isLess(word, wordsOfDepth));
    DepthPosition position = indices.depth(n.select(inside, word, zero));
    SmallVector<Value> from =
        source(n.select(inside, place, zero), position, at.plane);
    Value count = n.toIndex(n.select(inside, n.constant(side.vector), zero));
    nvgpu::DeviceAsyncCopyOp::create(
        b, nvgpu::DeviceAsyncTokenType::get(b.getContext()), shared, target(at),
        memory, from, b.getIndexAttr(side.vector), count,
        side.vector == 4 ? b.getUnitAttr() : UnitAttr());
  }
}

void bitserial::buildStageCopies(const Numbers &n, const ProductView &view,
                                 const ProductSizes &sizes, Value group,
                                 const StageSide &lhs, const StageSide &rhs,
                                 SideCopies::Target target, Value step) {
  ProductIndices indices(n, view, sizes, group);
  lhs.copies.build(
      n, view.lhs,
      [&](Value row, const DepthPosition &depth, Value plane) {
        return indices.lhs(indices.row(row), depth, plane);
      },
      lhs.shared, target, step, sizes.depth, indices);
  rhs.copies.build(
      n, view.rhs,
      [&](Value column, const DepthPosition &depth, Value plane) {
        return indices.rhs(depth, plane, column);
      },
      rhs.shared, target, step, sizes.depth, indices);
  NVVM::CpAsyncCommitGroupOp::create(n.b);
}
