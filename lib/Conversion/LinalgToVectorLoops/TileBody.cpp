//===- TileBody.cpp - The unrolled part of a loop nest --------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"

#include <numeric>

using namespace mlir;
using namespace mlir::dorefa;

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
    if (cursor.ahead)
      emitReadAhead(b, cursor);
    SmallVector<Value> accumulators;
    forEach([&](unsigned output, const Point &point, Lanes lanes) {
      if (space.startNeutral)
        accumulators.push_back(getNeutral(output, lanes.count));
      else
        accumulators.push_back(
            broadcast(b, loc,
                      start ? start
                            : loadDirect(b, cursor.accesses[numInputs + output],
                                         point, lanes.count),
                      lanes.count));
    });
    SmallVector<Value> results =
        emitInner(b, 0, cursor, tile, nullptr, accumulators);
    Value *result = results.begin();
    forEach([&](unsigned output, const Point &point, Lanes lanes) {
      finish(b, cursor, output, point, lanes.count, *result++);
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
                        start ? start : loadDirect(b, access, point, 1), value);
      finish(b, cursor, output, point, 1, value);
    }
}

/// Stores a sum, or what the epilogue makes of it.
void LoopEmitter::finish(OpBuilder &b, Cursor &cursor, unsigned output,
                         const Point &point, int64_t lanes, Value value) {
  unsigned numInputs = space.getNumInputs();
  if (!epilogue)
    return store(b, cursor.accesses[numInputs + output], point, lanes, value);
  linalg::GenericOp op = epilogue->op;
  SmallVector<Value> arguments;
  for (auto [i, number] : llvm::enumerate(epilogue->operands)) {
    if (!number)
      arguments.push_back(value);
    else if (cursor.accesses[*number].scalar)
      arguments.push_back(cursor.accesses[*number].scalar);
    else if (!epilogue->payload.reads(epilogue->payload.getArgument(i)))
      arguments.push_back(Value());
    else if (i < op.getNumDpsInputs())
      arguments.push_back(load(b, cursor, *number, point, lanes));
    else
      arguments.push_back(
          loadDirect(b, cursor.accesses[*number], point, lanes));
  }
  SmallVector<Value> yields = epilogue->payload.emit(
      b, arguments, lanes, /*contract=*/false, [&](unsigned loop) {
        return getLoopIndex(b, cursor, epilogue->loops[loop], point);
      });
  for (auto [i, yielded] : llvm::enumerate(yields)) {
    unsigned number = *epilogue->operands[op.getNumDpsInputs() + i];
    store(b, cursor.accesses[number], point, lanes, yielded);
  }
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
    return {arith::ConstantIndexOp::create(b, loc, 0), 0, false};
  OpFoldResult index =
      addIndex(b, loc, cursor.first[*dim], b.getIndexAttr(point[*dim]));
  return {toValue(b, loc, index), std::gcd(cursor.multiple[*dim], point[*dim]),
          isVector(*dim)};
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
        Point at = add(along(point, lanes.offset), step);
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
