//===- TileMemory.cpp - Loads and stores of a tile ------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Transpose.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <set>

using namespace mlir;
using namespace mlir::dorefa;

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
