//===- LoopEmitter.cpp - Loops over vectors from a schedule ---------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <numeric>

using namespace mlir;
using namespace mlir::dorefa;

SmallVector<PieceRange> LoopEmitter::divide(OpBuilder &b, OpFoldResult extent,
                                            int64_t step, bool isLast) {
  Location loc = space.op.getLoc();
  OpFoldResult zero = b.getIndexAttr(0);
  SmallVector<PieceRange> ranges;
  if (std::optional<int64_t> size = getStatic(extent)) {
    int64_t full = *size / step * step;
    if (full > 0)
      ranges.push_back(
          {zero, b.getIndexAttr(full), step, b.getIndexAttr(step)});
    if (*size > full)
      ranges.push_back({b.getIndexAttr(full), extent, *size - full,
                        b.getIndexAttr(*size - full)});
    return ranges;
  }
  if (step == 1)
    return {{zero, extent, 1, b.getIndexAttr(1)}};
  if (!isLast)
    return {{zero, extent, step, b.getIndexAttr(step), /*clamp=*/true}};
  // An unrolled piece has a static size: what is left goes one by one.
  Value size = toValue(b, loc, extent);
  Value left = arith::RemSIOp::create(
      b, loc, size, arith::ConstantIndexOp::create(b, loc, step));
  OpFoldResult full = subIndex(b, loc, size, left);
  return {{zero, full, step, b.getIndexAttr(step)},
          {full, extent, 1, b.getIndexAttr(1)}};
}

LoopEmitter::Cursor LoopEmitter::enter(OpBuilder &b, Cursor cursor,
                                       unsigned dim, const PieceRange &range,
                                       OpFoldResult iteration) {
  Location loc = space.op.getLoc();
  for (Access &access : cursor.accesses)
    if (access.dependsOn(dim))
      access.start = addIndex(b, loc, access.start,
                              mulIndex(b, loc, iteration, access.strides[dim]));
  cursor.first[dim] = addIndex(b, loc, cursor.first[dim], iteration);
  int64_t begin = getStatic(range.begin).value_or(1);
  cursor.multiple[dim] =
      std::gcd(cursor.multiple[dim],
               range.isSingle() ? begin : std::gcd(begin, range.step));
  cursor.extent[dim] = range.clamp
                           ? minIndex(b, loc, b.getIndexAttr(range.step),
                                      subIndex(b, loc, range.end, iteration))
                           : range.size;
  return cursor;
}

void LoopEmitter::emit(OpBuilder &b) {
  Cursor cursor;
  cursor.accesses = space.accesses;
  for (const Dimension &dim : space.dims) {
    if (isStatic(dim.extent, 0))
      return;
    cursor.first.push_back(dim.first);
    cursor.multiple.push_back(getStatic(dim.first).value_or(1));
    cursor.extent.push_back(dim.extent);
  }
  emitGrid(b, 0, cursor, {});
}

void LoopEmitter::emitGrid(OpBuilder &b, unsigned position, Cursor cursor,
                           SmallVector<PieceRange> ranges) {
  Location loc = space.op.getLoc();
  if (position < schedule.grid) {
    Loop loop = schedule.outer[position];
    for (const PieceRange &range : divide(b, cursor.extent[loop.dim], loop.step,
                                          schedule.isLast(position))) {
      ranges.push_back(range);
      emitGrid(b, position + 1, cursor, ranges);
      ranges.pop_back();
    }
    return;
  }

  SmallVector<Value> begins, ends, steps;
  for (const PieceRange &range : ranges) {
    if (range.isSingle())
      continue;
    begins.push_back(toValue(b, loc, range.begin));
    ends.push_back(toValue(b, loc, range.end));
    steps.push_back(arith::ConstantIndexOp::create(b, loc, range.step));
  }
  auto emitPiece = [&](OpBuilder &b, ValueRange iterations) {
    Cursor piece = cursor;
    for (auto [i, range] : llvm::enumerate(ranges)) {
      OpFoldResult iteration = range.begin;
      if (!range.isSingle()) {
        iteration = iterations.front();
        iterations = iterations.drop_front();
      }
      piece = enter(b, piece, schedule.outer[i].dim, range, iteration);
    }
    // Each parallel iteration packs into a buffer of its own.
    Value buffer;
    if (schedule.packing)
      buffer = memref::AllocOp::create(b, loc, getPanelType(),
                                       b.getI64IntegerAttr(64));
    piece.panelBuffer = buffer;
    emitOuter(b, schedule.grid, piece);
    if (buffer)
      memref::DeallocOp::create(b, loc, buffer);
  };
  if (begins.empty())
    return emitPiece(b, {});
  if (parallel) {
    scf::ParallelOp::create(
        b, loc, begins, ends, steps,
        [&](OpBuilder &b, Location, ValueRange ivs) { emitPiece(b, ivs); });
    return;
  }
  scf::buildLoopNest(
      b, loc, begins, ends, steps,
      [&](OpBuilder &b, Location, ValueRange ivs) { emitPiece(b, ivs); });
}

void LoopEmitter::emitOuter(OpBuilder &b, unsigned position, Cursor cursor) {
  Location loc = space.op.getLoc();
  if (schedule.packing && schedule.packing->level == position) {
    unsigned number = schedule.packing->access;
    bool isPacked = cursor.accesses[number].base != space.accesses[number].base;
    if (!isPacked &&
        *getStatic(cursor.extent[*schedule.vectorDim]) >= schedule.lanes)
      return emitPacking(b, position, cursor);
  }
  hoistUniform(b, position, cursor);
  if (position == schedule.outer.size())
    return emitTile(b, cursor);

  Loop loop = schedule.outer[position];
  for (const PieceRange &range : divide(b, cursor.extent[loop.dim], loop.step,
                                        schedule.isLast(position))) {
    if (range.isSingle()) {
      emitOuter(b, position + 1,
                enter(b, cursor, loop.dim, range, range.begin));
      continue;
    }
    scf::ForOp::create(
        b, loc, toValue(b, loc, range.begin), toValue(b, loc, range.end),
        arith::ConstantIndexOp::create(b, loc, range.step), ValueRange(),
        [&](OpBuilder &b, Location, Value iteration, ValueRange) {
          emitOuter(b, position + 1,
                    enter(b, cursor, loop.dim, range, iteration));
          scf::YieldOp::create(b, loc);
        });
  }
}

/// The loops that carry accumulators in registers, from number `position`.
/// `lanesRange` is the part of the vector loop to run, if it is one of them.
SmallVector<Value> LoopEmitter::emitInner(OpBuilder &b, unsigned position,
                                          Cursor cursor, const Tile &tile,
                                          const PieceRange *lanesRange,
                                          ArrayRef<Value> accumulators) {
  Location loc = space.op.getLoc();
  if (schedule.counting && !isCounting && position == schedule.counting->level)
    return emitCounting(b, cursor, tile, accumulators);
  if (position == schedule.inner.size())
    return isCounting ? emitCountingBody(b, cursor, tile, accumulators)
                      : emitBody(b, cursor, tile, accumulators);
  hoistTile(b, position, cursor, tile);

  Loop loop = schedule.inner[position];
  SmallVector<PieceRange> ranges;
  if (lanesRange && isVector(loop.dim))
    ranges.push_back(*lanesRange);
  else
    ranges = divide(b, cursor.extent[loop.dim], loop.step,
                    schedule.isLast(schedule.outer.size() + position));
  SmallVector<Value> values(accumulators);
  for (const PieceRange &range : ranges) {
    if (range.isSingle()) {
      values = emitInner(b, position + 1,
                         enter(b, cursor, loop.dim, range, range.begin), tile,
                         lanesRange, values);
      continue;
    }
    auto forOp = scf::ForOp::create(
        b, loc, toValue(b, loc, range.begin), toValue(b, loc, range.end),
        arith::ConstantIndexOp::create(b, loc, range.step), values,
        [&](OpBuilder &b, Location, Value iteration, ValueRange carried) {
          SmallVector<Value> next = emitInner(
              b, position + 1, enter(b, cursor, loop.dim, range, iteration),
              tile, lanesRange, SmallVector<Value>(carried));
          scf::YieldOp::create(b, loc, next);
        });
    values = SmallVector<Value>(forOp.getResults());
  }
  return values;
}
