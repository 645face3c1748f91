//===- ReadAhead.cpp - The next panel, fetched early ----------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Each tile has a part of the next panel fetched, if that lies where this one
/// ends.
std::optional<LoopEmitter::ReadAhead>
LoopEmitter::planReadAhead(OpBuilder &b, const Cursor &cursor) {
  constexpr int64_t lineBytes = 64;
  if (!schedule.packing->readAhead)
    return std::nullopt;
  Location loc = space.op.getLoc();
  const Access &panel = cursor.accesses[schedule.packing->access];
  int64_t elementBytes = panel.getElementBytes();

  // Steps of the panel lie equally far apart.
  ReadAhead ahead;
  ahead.steps = 1;
  for (unsigned dim : llvm::reverse(getPanelDims())) {
    std::optional<int64_t> stride = getStatic(panel.strides[dim]);
    std::optional<int64_t> extent = getStatic(cursor.extent[dim]);
    if (!stride || !extent ||
        (ahead.steps > 1 && *stride != ahead.steps * ahead.stride))
      return std::nullopt;
    if (ahead.steps == 1)
      ahead.stride = *stride;
    ahead.steps *= *extent;
  }
  auto loops = ArrayRef<Loop>(schedule.outer);
  bool isOnly =
      llvm::none_of(loops.take_front(schedule.packing->level), [&](Loop loop) {
        return !space.dims[loop.dim].parallel && panel.dependsOn(loop.dim);
      });
  if (ahead.steps == 1 || isOnly)
    return std::nullopt;

  // What the inner tiles are numbered by.
  auto inside = loops.drop_front(schedule.packing->level);
  int64_t units = 1;
  for (Loop loop : llvm::reverse(inside)) {
    if (loop.step > 1 && units > 1)
      return std::nullopt;
    ahead.units.push_back({loop.dim, cursor.first[loop.dim], units});
    units *= getStatic(cursor.extent[loop.dim])
                 .value_or(space.estimateExtent(loop.dim));
  }
  if (inside.empty())
    return std::nullopt;
  ahead.stepsPerUnit = llvm::divideCeil(ahead.steps, units);
  ahead.stepsPerTile = ahead.stepsPerUnit * inside.back().step;

  int64_t width = *getStatic(cursor.extent[*schedule.vectorDim]);
  ahead.lines = llvm::divideCeil(width * elementBytes, lineBytes);
  ahead.lineElements = lineBytes / elementBytes;
  int64_t size = ahead.steps * ahead.stride;
  OpFoldResult next = addIndex(b, loc, panel.start, b.getIndexAttr(size));
  OpFoldResult end = memref::getMixedSize(b, loc, panel.base, 0);
  ahead.base = panel.base;
  // The last panel itself in the place of what lies behind it.
  ahead.start =
      minIndex(b, loc, next, subIndex(b, loc, end, b.getIndexAttr(size)));
  return ahead;
}

void LoopEmitter::emitReadAhead(OpBuilder &b, const Cursor &cursor) {
  Location loc = space.op.getLoc();
  const ReadAhead &ahead = *cursor.ahead;
  OpFoldResult unit = b.getIndexAttr(0);
  for (const ReadAhead::Unit &loop : ahead.units)
    unit = addIndex(
        b, loc, unit,
        mulIndex(b, loc, subIndex(b, loc, cursor.first[loop.dim], loop.first),
                 b.getIndexAttr(loop.weight)));
  OpFoldResult begin =
      mulIndex(b, loc, unit, b.getIndexAttr(ahead.stepsPerUnit));
  OpFoldResult end = minIndex(
      b, loc, addIndex(b, loc, begin, b.getIndexAttr(ahead.stepsPerTile)),
      b.getIndexAttr(ahead.steps));
  scf::ForOp::create(
      b, loc, toValue(b, loc, begin), toValue(b, loc, end),
      arith::ConstantIndexOp::create(b, loc, 1), ValueRange(),
      [&](OpBuilder &b, Location, Value step, ValueRange) {
        OpFoldResult first =
            addIndex(b, loc, ahead.start,
                     mulIndex(b, loc, step, b.getIndexAttr(ahead.stride)));
        for (int64_t line = 0; line < ahead.lines; ++line) {
          OpFoldResult at = addIndex(b, loc, first,
                                     b.getIndexAttr(line * ahead.lineElements));
          // Into the second-level cache: the first one holds this panel.
          memref::PrefetchOp::create(b, loc, ahead.base,
                                     ValueRange{toValue(b, loc, at)},
                                     /*isWrite=*/false, /*localityHint=*/2,
                                     /*isDataCache=*/true);
        }
        scf::YieldOp::create(b, loc);
      });
}
