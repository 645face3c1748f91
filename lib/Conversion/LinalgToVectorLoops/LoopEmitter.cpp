//===- LoopEmitter.cpp - Loops over vectors from a schedule ---------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See https://llvm.org/LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <functional>
#include <set>

using namespace mlir;
using namespace mlir::dorefa;

/// Transposes a square of vectors: swaps its off-diagonal blocks of halves,
/// quarters, ..., single elements.
static void transpose(OpBuilder &b, Location loc, MutableArrayRef<Value> rows) {
  int64_t lanes = rows.size();
  for (int64_t block = lanes / 2; block >= 1; block /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < lanes; ++i) {
      bool second = i & block;
      low.push_back(second ? lanes + i - block : i);
      high.push_back(second ? lanes + i : i + block);
    }
    for (int64_t i = 0; i < lanes; ++i) {
      if (i & block)
        continue;
      Value x = rows[i], y = rows[i + block];
      rows[i] = vector::ShuffleOp::create(b, loc, x, y, low);
      rows[i + block] = vector::ShuffleOp::create(b, loc, x, y, high);
    }
  }
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

SmallVector<LoopEmitter::Lanes> LoopEmitter::divideLanes(int64_t extent) const {
  SmallVector<Lanes> vectors;
  for (int64_t offset = 0; offset < extent; offset += schedule.lanes)
    vectors.push_back({offset, std::min(schedule.lanes, extent - offset)});
  return vectors;
}

LoopEmitter::Point LoopEmitter::along(const Point &point,
                                      int64_t offset) const {
  Point result = point;
  if (schedule.vectorDim)
    result[*schedule.vectorDim] += offset;
  return result;
}

/// All offsets left in the parallel, or in the other, dimensions.
SmallVector<LoopEmitter::Point>
LoopEmitter::enumerate(const Cursor &cursor, bool parallelDims) const {
  SmallVector<Point> points = {Point(space.dims.size(), 0)};
  for (auto [i, dim] : llvm::enumerate(space.dims)) {
    if (dim.parallel != parallelDims || isVector(i))
      continue;
    int64_t extent = *getStatic(cursor.extent[i]);
    SmallVector<Point> next;
    for (const Point &point : points)
      for (int64_t offset = 0; offset < extent; ++offset) {
        next.push_back(point);
        next.back()[i] = offset;
      }
    points = next;
  }
  return points;
}

void LoopEmitter::emitTile(OpBuilder &b, Cursor cursor) {
  Tile tile;
  tile.points = enumerate(cursor, /*parallelDims=*/true);
  tile.vectors = {{0, 1}};
  if (schedule.vectorDim && !schedule.horizontal)
    tile.vectors = divideLanes(*getStatic(cursor.extent[*schedule.vectorDim]));
  if (llvm::none_of(space.getOutputs(),
                    [&](const Access &a) { return space.isCarried(a); })) {
    emitBody(b, cursor, tile, {});
    return;
  }
  emitReductionTile(b, cursor, tile);
}

void LoopEmitter::emitReductionTile(OpBuilder &b, Cursor cursor, Tile tile) {
  Location loc = space.op.getLoc();
  unsigned numInputs = space.getNumInputs();
  SmallVector<unsigned> carried;
  for (auto [i, output] : llvm::enumerate(space.getOutputs()))
    if (space.isCarried(output))
      carried.push_back(i);

  auto forEach =
      [&](llvm::function_ref<void(unsigned, const Point &, Lanes)> callback) {
        for (const Point &point : tile.points)
          for (Lanes lanes : tile.vectors)
            for (unsigned output : carried)
              callback(output, along(point, lanes.offset), lanes);
      };
  auto getNeutral = [&](unsigned output, int64_t lanes) {
    return makeNeutral(b, loc, payload.getCombiner(output), lanes);
  };

  if (!schedule.horizontal) {
    SmallVector<Value> accumulators;
    forEach([&](unsigned output, const Point &point, Lanes lanes) {
      accumulators.push_back(
          space.startNeutral
              ? getNeutral(output, lanes.count)
              : broadcast(b, loc,
                          loadDirect(b, cursor.accesses[numInputs + output],
                                     point, lanes.count),
                          lanes.count));
    });
    SmallVector<Value> results =
        emitInner(b, 0, cursor, tile, nullptr, accumulators);
    Value *result = results.begin();
    forEach([&](unsigned output, const Point &point, Lanes lanes) {
      store(b, cursor.accesses[numInputs + output], point, lanes.count,
            *result++);
    });
    return;
  }

  // The loop along the lanes is the last of the inner ones. Its full vectors
  // and what remains keep separate accumulators.
  Loop lanesLoop = schedule.inner.back();
  SmallVector<Value> totals;
  for (const PieceRange &range :
       divide(b, cursor.extent[lanesLoop.dim], lanesLoop.step,
              /*isLast=*/true)) {
    Tile part = tile;
    part.vectors = divideLanes(*getStatic(range.size));
    SmallVector<Value> accumulators;
    for (unsigned i = 0; i < tile.points.size(); ++i)
      for (Lanes lanes : part.vectors)
        for (unsigned output : carried)
          accumulators.push_back(getNeutral(output, lanes.count));
    SmallVector<Value> results =
        emitInner(b, 0, cursor, part, &range, accumulators);

    unsigned numVectors = part.vectors.size(), position = 0;
    for (unsigned i = 0; i < tile.points.size(); ++i)
      for (auto [j, output] : llvm::enumerate(carried)) {
        const Combiner &combiner = payload.getCombiner(output);
        // Vectors of equal length first, pairwise; then lanes.
        SmallVector<Value> parts;
        for (unsigned v = 0; v < numVectors; ++v)
          parts.push_back(results[(i * numVectors + v) * carried.size() + j]);
        while (parts.size() > 1 &&
               parts[0].getType() == parts[parts.size() - 1].getType()) {
          SmallVector<Value> next;
          for (unsigned v = 0; v + 1 < parts.size(); v += 2)
            next.push_back(combine(b, combiner, parts[v], parts[v + 1]));
          if (parts.size() % 2)
            next.push_back(parts.back());
          parts = next;
        }
        Value total;
        for (Value value : parts) {
          value = reduceLanes(b, combiner, value);
          total = total ? combine(b, combiner, total, value) : value;
        }
        if (position < totals.size())
          totals[position] = combine(b, combiner, totals[position], total);
        else
          totals.push_back(total);
        ++position;
      }
  }
  Value *total = totals.begin();
  for (const Point &point : tile.points)
    for (unsigned output : carried) {
      const Access &access = cursor.accesses[numInputs + output];
      Value value = *total++;
      if (!space.startNeutral)
        value = combine(b, payload.getCombiner(output),
                        loadDirect(b, access, point, 1), value);
      store(b, access, point, 1, value);
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

/// The body's arguments at `point`; outputs that are not carried are read if
/// the body does.
SmallVector<Value> LoopEmitter::getArguments(OpBuilder &b, Cursor &cursor,
                                             const Point &point, int64_t lanes,
                                             ArrayRef<Value> carried) {
  unsigned numInputs = space.getNumInputs();
  SmallVector<Value> arguments;
  for (unsigned i = 0; i < space.accesses.size(); ++i) {
    const Access &access = cursor.accesses[i];
    if (access.scalar)
      arguments.push_back(access.scalar);
    else if (i >= numInputs && carried[i - numInputs])
      arguments.push_back(carried[i - numInputs]);
    else if (!payload.reads(payload.getArgument(i)))
      arguments.push_back(Value());
    else if (i < numInputs)
      arguments.push_back(load(b, cursor, i, point, lanes));
    else
      arguments.push_back(loadDirect(b, access, point, lanes));
  }
  return arguments;
}

LoopIndex LoopEmitter::getLoopIndex(OpBuilder &b, const Cursor &cursor,
                                    unsigned loop, const Point &point) {
  Location loc = space.op.getLoc();
  std::optional<unsigned> dim = space.dimOfLoop[loop];
  if (!dim)
    return {arith::ConstantIndexOp::create(b, loc, 0), false};
  OpFoldResult index =
      addIndex(b, loc, cursor.first[*dim], b.getIndexAttr(point[*dim]));
  return {toValue(b, loc, index), isVector(*dim)};
}

static SmallVector<int64_t> addPoints(ArrayRef<int64_t> x,
                                      ArrayRef<int64_t> y) {
  SmallVector<int64_t> sum(x);
  for (auto [i, value] : llvm::enumerate(y))
    sum[i] += value;
  return sum;
}

/// One copy of the body for each point, vector and unrolled reduction step.
/// The chain of one accumulator is finished before the next one's begins.
SmallVector<Value> LoopEmitter::emitBody(OpBuilder &b, Cursor &cursor,
                                         const Tile &tile,
                                         ArrayRef<Value> accumulators) {
  Location loc = space.op.getLoc();
  unsigned numInputs = space.getNumInputs();
  SmallVector<Point> steps = enumerate(cursor, /*parallelDims=*/false);
  SmallVector<Value> results;
  for (const Point &point : tile.points)
    for (Lanes lanes : tile.vectors) {
      SmallVector<Value> carried(space.getOutputs().size());
      for (auto [i, output] : llvm::enumerate(space.getOutputs()))
        if (space.isCarried(output)) {
          carried[i] = accumulators.front();
          accumulators = accumulators.drop_front();
        }
      for (const Point &step : steps) {
        Point at = addPoints(along(point, lanes.offset), step);
        SmallVector<Value> yields = payload.emit(
            b, getArguments(b, cursor, at, lanes.count, carried), lanes.count,
            /*contract=*/space.hasReduction(),
            [&](unsigned loop) { return getLoopIndex(b, cursor, loop, at); });
        for (auto [i, yielded] : llvm::enumerate(yields)) {
          if (carried[i])
            carried[i] = broadcast(b, loc, yielded, lanes.count);
          else
            store(b, cursor.accesses[numInputs + i], at, lanes.count, yielded);
        }
      }
      for (Value value : carried)
        if (value)
          results.push_back(value);
    }
  return results;
}

/// The sums in words of counters kept in bytes.
static Value addBytesOfWords(OpBuilder &b, Location loc, Value bytes,
                             VectorType type) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getI32IntegerAttr(value)));
  };
  Value words = vector::BitCastOp::create(b, loc, type, bytes);
  Value even = arith::AndIOp::create(b, loc, words, constant(0x00ff00ff));
  Value odd = arith::AndIOp::create(
      b, loc, arith::ShRUIOp::create(b, loc, words, constant(8)),
      constant(0x00ff00ff));
  Value halves = arith::AddIOp::create(b, loc, even, odd);
  Value low = arith::AndIOp::create(b, loc, halves, constant(0xffff));
  Value high = arith::ShRUIOp::create(b, loc, halves, constant(16));
  return arith::AddIOp::create(b, loc, low, high);
}

/// Runs the inner loops that are left with a counter for each accumulator and
/// shift, and adds those to the accumulators.
SmallVector<Value> LoopEmitter::emitCounting(OpBuilder &b, Cursor cursor,
                                             const Tile &tile,
                                             ArrayRef<Value> accumulators) {
  Location loc = space.op.getLoc();
  const BitCounting &counting = *schedule.counting;
  SmallVector<Value> counters;
  for (Value accumulator : accumulators) {
    Type type = accumulator.getType();
    auto vectorType = dyn_cast<VectorType>(type);
    if (counting.inBytes && vectorType)
      type = VectorType::get(vectorType.getNumElements() * 4, b.getI8Type());
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    counters.append(counting.shifts.size(), zero);
  }
  isCounting = true;
  counters = emitInner(b, counting.level, cursor, tile, nullptr, counters);
  isCounting = false;

  SmallVector<Value> sums;
  for (auto [i, accumulator] : llvm::enumerate(accumulators)) {
    Value sum = accumulator;
    for (auto [j, shift] : llvm::enumerate(counting.shifts)) {
      Value count = counters[i * counting.shifts.size() + j];
      auto vectorType = dyn_cast<VectorType>(sum.getType());
      if (counting.inBytes && vectorType)
        count = addBytesOfWords(b, loc, count, vectorType);
      if (shift != 0) {
        Value amount =
            arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(shift));
        count = arith::ShLIOp::create(
            b, loc, count,
            broadcast(b, loc, amount,
                      vectorType ? vectorType.getNumElements() : 1));
      }
      sum = arith::AddIOp::create(b, loc, sum, count);
    }
    sums.push_back(sum);
  }
  return sums;
}

SmallVector<Value> LoopEmitter::emitCountingBody(OpBuilder &b, Cursor &cursor,
                                                 const Tile &tile,
                                                 ArrayRef<Value> counters) {
  Location loc = space.op.getLoc();
  const BitCounting &counting = *schedule.counting;
  CountedBits bits = payload.getCountedBits();
  SmallVector<Point> steps = enumerate(cursor, /*parallelDims=*/false);
  SmallVector<Value> results(counters);
  Value *counter = results.begin();
  for (const Point &point : tile.points)
    for (Lanes lanes : tile.vectors) {
      for (const Point &step : steps) {
        Point at = addPoints(along(point, lanes.offset), step);
        int64_t shift = *payload.evaluateShift(
            bits, [&](unsigned loop) -> std::optional<int64_t> {
              std::optional<unsigned> dim = space.dimOfLoop[loop];
              return dim ? at[*dim] : 0;
            });
        Value word = payload
                         .emit(
                             b,
                             getArguments(b, cursor, at, lanes.count,
                                          SmallVector<Value>{counters.front()}),
                             lanes.count, /*contract=*/false,
                             [&](unsigned loop) {
                               return getLoopIndex(b, cursor, loop, at);
                             },
                             bits.word)
                         .front();
        word = broadcast(b, loc, word, lanes.count);
        if (counting.inBytes && lanes.count > 1)
          word = vector::BitCastOp::create(
              b, loc, VectorType::get(lanes.count * 4, b.getI8Type()), word);
        Value &sum = counter[llvm::find(counting.shifts, shift) -
                             counting.shifts.begin()];
        sum = arith::AddIOp::create(b, loc, sum,
                                    math::CtPopOp::create(b, loc, word));
      }
      counter += counting.shifts.size();
    }
  return results;
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

Value LoopEmitter::getAddress(OpBuilder &b, const Access &access,
                              const Point &point) {
  Location loc = space.op.getLoc();
  OpFoldResult offset = b.getIndexAttr(0);
  for (auto [i, distance] : llvm::enumerate(point))
    offset =
        addIndex(b, loc, offset,
                 mulIndex(b, loc, b.getIndexAttr(distance), access.strides[i]));
  return toValue(b, loc, addIndex(b, loc, access.start, offset));
}

/// Equal keys mean equal values: the address where strides are static, else
/// the offsets that move the access.
LoopEmitter::LoadKey LoopEmitter::getKey(const Cursor &cursor, unsigned number,
                                         const Point &point, int64_t lanes) {
  const Access &access = cursor.accesses[number];
  if (schedule.vectorDim && !access.dependsOn(*schedule.vectorDim))
    lanes = 1;
  LoadKey key = {number, lanes};
  int64_t offset = 0;
  for (auto [i, distance] : llvm::enumerate(point))
    if (distance != 0 && access.dependsOn(i)) {
      if (auto stride = getStatic(access.strides[i]))
        offset += distance * *stride;
      else
        key.append({int64_t(i), distance});
    }
  key.push_back(offset);
  return key;
}

Value LoopEmitter::load(OpBuilder &b, Cursor &cursor, unsigned number,
                        const Point &point, int64_t lanes) {
  LoadKey key = getKey(cursor, number, point, lanes);
  auto it = cursor.loaded.find(key);
  if (it != cursor.loaded.end())
    return it->second;
  if (loadTransposed(b, cursor, number, point, lanes))
    return cursor.loaded.at(key);
  Value value = loadDirect(b, cursor.accesses[number], point, lanes);
  cursor.loaded[key] = value;
  return value;
}

Value LoopEmitter::loadDirect(OpBuilder &b, const Access &access,
                              const Point &point, int64_t lanes) {
  Location loc = space.op.getLoc();
  if (lanes == 1 || !access.dependsOn(*schedule.vectorDim))
    return memref::LoadOp::create(b, loc, access.base,
                                  getAddress(b, access, point));
  auto type = VectorType::get(lanes, access.elementType);
  unsigned vector = *schedule.vectorDim;
  if (access.hasStride(vector, 1))
    return vector::LoadOp::create(b, loc, type, access.base,
                                  getAddress(b, access, point));
  if (access.hasStride(vector, -1)) {
    Value backwards =
        vector::LoadOp::create(b, loc, type, access.base,
                               getAddress(b, access, along(point, lanes - 1)));
    auto order = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, lanes)));
    return vector::ShuffleOp::create(b, loc, backwards, backwards, order);
  }
  SmallVector<Value> elements;
  for (int64_t lane = 0; lane < lanes; ++lane)
    elements.push_back(memref::LoadOp::create(
        b, loc, access.base, getAddress(b, access, along(point, lane))));
  return vector::FromElementsOp::create(b, loc, type, elements);
}

/// Where the input's neighbours lie along another unrolled dimension: loads
/// along that one and transposes in registers. Fills in the whole square.
bool LoopEmitter::loadTransposed(OpBuilder &b, Cursor &cursor, unsigned number,
                                 const Point &point, int64_t lanes) {
  Location loc = space.op.getLoc();
  const Access &access = cursor.accesses[number];
  if (lanes == 1 || lanes != schedule.lanes ||
      !access.dependsOn(*schedule.vectorDim) ||
      access.hasStride(*schedule.vectorDim, 1) ||
      access.hasStride(*schedule.vectorDim, -1))
    return false;
  std::optional<unsigned> other;
  for (auto [i, dim] : llvm::enumerate(space.dims))
    if (dim.parallel && !isVector(i) && access.hasStride(i, 1) &&
        isStatic(cursor.extent[i], lanes))
      other = i;
  if (!other)
    return false;

  auto type = VectorType::get(lanes, access.elementType);
  Point corner = point;
  corner[*other] = 0;
  SmallVector<Value> rows;
  for (int64_t lane = 0; lane < lanes; ++lane)
    rows.push_back(vector::LoadOp::create(
        b, loc, type, access.base, getAddress(b, access, along(corner, lane))));
  transpose(b, loc, rows);
  for (int64_t i = 0; i < lanes; ++i) {
    corner[*other] = i;
    cursor.loaded[getKey(cursor, number, corner, lanes)] = rows[i];
  }
  return true;
}

void LoopEmitter::store(OpBuilder &b, const Access &access, const Point &point,
                        int64_t lanes, Value value) {
  Location loc = space.op.getLoc();
  if (lanes == 1) {
    memref::StoreOp::create(b, loc, value, access.base,
                            getAddress(b, access, point));
    return;
  }
  value = broadcast(b, loc, value, lanes);
  if (access.hasStride(*schedule.vectorDim, 1)) {
    vector::StoreOp::create(b, loc, value, access.base,
                            getAddress(b, access, point));
    return;
  }
  for (int64_t lane = 0; lane < lanes; ++lane)
    memref::StoreOp::create(
        b, loc, vector::ExtractOp::create(b, loc, value, lane), access.base,
        getAddress(b, access, along(point, lane)));
}

/// Loads inputs that no loop from outer `position` on moves.
void LoopEmitter::hoistUniform(OpBuilder &b, unsigned position,
                               Cursor &cursor) {
  for (unsigned i = 0; i < space.getNumInputs(); ++i) {
    const Access &access = cursor.accesses[i];
    if (access.scalar || !payload.reads(payload.getArgument(i)))
      continue;
    bool moves = false;
    for (auto [dim, extent] : llvm::enumerate(cursor.extent))
      moves |= !isStatic(extent, 1) && access.dependsOn(dim);
    if (!moves)
      load(b, cursor, i, Point(space.dims.size(), 0), 1);
  }
}

/// Loads inputs of the tile that no inner loop from `innerPosition` on moves.
void LoopEmitter::hoistTile(OpBuilder &b, unsigned innerPosition,
                            Cursor &cursor, const Tile &tile) {
  constexpr unsigned maxRegisters = 6;
  ArrayRef<Loop> loops =
      ArrayRef<Loop>(schedule.inner).drop_front(innerPosition);
  for (unsigned i = 0; i < space.getNumInputs(); ++i) {
    const Access &access = cursor.accesses[i];
    if (access.scalar || !payload.reads(payload.getArgument(i)) ||
        llvm::any_of(loops,
                     [&](Loop loop) { return access.dependsOn(loop.dim); }))
      continue;
    // Unrolled reduction steps, with the loops' dimensions left out.
    Cursor unrolled = cursor;
    for (Loop loop : loops)
      unrolled.extent[loop.dim] = b.getIndexAttr(1);
    SmallVector<std::pair<Point, int64_t>> wanted;
    std::set<LoadKey> keys;
    for (const Point &point : tile.points)
      for (Lanes lanes : tile.vectors)
        for (const Point &step : enumerate(unrolled, /*parallelDims=*/false)) {
          Point at = along(point, lanes.offset);
          for (unsigned d = 0; d < at.size(); ++d)
            at[d] += step[d];
          if (keys.insert(getKey(cursor, i, at, lanes.count)).second)
            wanted.push_back({at, lanes.count});
        }
    if (keys.size() <= maxRegisters)
      for (auto &[point, lanes] : wanted)
        load(b, cursor, i, point, lanes);
  }
}
