//===- PanelPacking.cpp - Copies of panels for the inner loops ------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Transpose.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>

using namespace mlir;
using namespace mlir::dorefa;

/// The reduction dimensions of the panel that are left in the inner loops.
SmallVector<unsigned> LoopEmitter::getPanelDims() const {
  const Access &panel = space.accesses[schedule.packing->access];
  SmallVector<unsigned> dims;
  for (auto [i, dim] : llvm::enumerate(space.dims))
    if (!dim.parallel && panel.dependsOn(i) && getPanelExtent(i) != 1)
      dims.push_back(i);
  return dims;
}

/// The most iterations of `dim` that one panel spans.
int64_t LoopEmitter::getPanelExtent(unsigned dim) const {
  int64_t extent = space.getExtent(dim).value_or(ShapedType::kDynamic);
  for (Loop loop :
       ArrayRef<Loop>(schedule.outer).take_front(schedule.packing->level))
    if (loop.dim == dim)
      extent = loop.step;
  return extent;
}

MemRefType LoopEmitter::getPanelType() const {
  int64_t size = getPanelExtent(*schedule.vectorDim);
  for (unsigned dim : getPanelDims())
    size *= getPanelExtent(dim);
  return MemRefType::get({size},
                         space.accesses[schedule.packing->access].elementType);
}

void LoopEmitter::copyVectors(OpBuilder &b, const Access &from,
                              const Access &to, int64_t width) {
  for (Lanes lanes : divideLanes(width)) {
    Point point = along(Point(space.dims.size(), 0), lanes.offset);
    store(b, to, point, lanes.count, loadDirect(b, from, point, lanes.count));
  }
}

/// Copies `steps` iterations of `dim`, along which `from` is contiguous.
void LoopEmitter::copySquares(OpBuilder &b, const Access &from,
                              const Access &to, int64_t width, unsigned dim,
                              int64_t steps) {
  Location loc = space.op.getLoc();
  for (Lanes lanes : divideLanes(width)) {
    Point origin = along(Point(space.dims.size(), 0), lanes.offset);
    if (lanes.count != schedule.lanes || steps != schedule.lanes) {
      for (int64_t step = 0; step < steps; ++step) {
        Point point = origin;
        point[dim] = step;
        store(b, to, point, lanes.count,
              loadDirect(b, from, point, lanes.count));
      }
      continue;
    }
    auto type = VectorType::get(steps, from.elementType);
    SmallVector<Value> rows;
    for (int64_t lane = 0; lane < steps; ++lane)
      rows.push_back(vector::LoadOp::create(
          b, loc, type, from.base, getAddress(b, from, along(origin, lane))));
    transpose(b, loc, rows);
    for (int64_t step = 0; step < steps; ++step) {
      Point point = origin;
      point[dim] = step;
      store(b, to, point, steps, rows[step]);
    }
  }
}

/// Copies the vectors that the inner loops will read side by side into a
/// buffer of this iteration's own, and continues with that buffer.
void LoopEmitter::emitPacking(OpBuilder &b, unsigned position, Cursor cursor) {
  Location loc = space.op.getLoc();
  cursor.ahead = planReadAhead(b, cursor);
  Access &source = cursor.accesses[schedule.packing->access];
  unsigned vector = *schedule.vectorDim;
  int64_t width = *getStatic(cursor.extent[vector]);

  SmallVector<unsigned> dims = getPanelDims();
  Access packed = source;
  packed.base = cursor.panelBuffer;
  packed.start = b.getIndexAttr(0);
  packed.strides.assign(space.dims.size(), b.getIndexAttr(0));
  packed.strides[vector] = b.getIndexAttr(1);
  int64_t size = width;
  for (unsigned i = dims.size(); i-- > 0;) {
    packed.strides[dims[i]] = b.getIndexAttr(size);
    size *= getPanelExtent(dims[i]);
  }

  // Where neighbours lie along a loop, squares of them are transposed.
  std::optional<unsigned> along;
  for (auto [i, dim] : llvm::enumerate(dims))
    if (!source.hasStride(vector, 1) && source.hasStride(dim, 1))
      along = i;
  if (along)
    std::swap(dims[*along], dims.back());

  std::function<void(OpBuilder &, unsigned, Access, Access)> copy =
      [&](OpBuilder &b, unsigned depth, Access from, Access to) {
        if (depth == dims.size())
          return copyVectors(b, from, to, width);
        unsigned dim = dims[depth];
        bool isSquare = along && depth + 1 == dims.size();
        for (const PieceRange &range :
             divide(b, cursor.extent[dim], isSquare ? schedule.lanes : 1,
                    /*isLast=*/true)) {
          scf::ForOp::create(
              b, loc, toValue(b, loc, range.begin), toValue(b, loc, range.end),
              arith::ConstantIndexOp::create(b, loc, range.step), ValueRange(),
              [&](OpBuilder &b, Location, Value iteration, ValueRange) {
                Access nextFrom = from, nextTo = to;
                for (Access *access : {&nextFrom, &nextTo})
                  access->start = addIndex(
                      b, loc, access->start,
                      mulIndex(b, loc, iteration, access->strides[dim]));
                int64_t steps = *getStatic(range.size);
                if (steps > 1)
                  copySquares(b, nextFrom, nextTo, width, dim, steps);
                else
                  copy(b, depth + 1, nextFrom, nextTo);
                scf::YieldOp::create(b, loc);
              });
        }
      };
  copy(b, 0, source, packed);
  source = packed;
  emitOuter(b, position, cursor);
}
