//===- LoopEmitter.h - Loops over vectors from a schedule -------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_LOOPEMITTER_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_LOOPEMITTER_H

#include "FusedReduction.h"
#include "Schedule.h"

#include <map>

namespace mlir::dorefa {

/// A run of equal pieces of a dimension: [begin, end) in pieces of `step`.
struct PieceRange {
  OpFoldResult begin, end;
  int64_t step;
  /// Iterations in one piece.
  OpFoldResult size;
  /// The last piece ends at `end`: sizes are cut to what is left.
  bool clamp = false;

  bool isSingle() const {
    auto first = getStatic(begin), last = getStatic(end);
    return first && last && *last - *first <= step;
  }
};

class LoopEmitter {
public:
  LoopEmitter(IterationSpace &space, Payload &payload, Schedule schedule,
              bool parallel)
      : space(space), payload(payload), schedule(std::move(schedule)),
        parallel(parallel) {}

  /// Sums start from this scalar, not from memory.
  void startFrom(Value scalar) { start = scalar; }
  /// Sums go to `op`, not to memory.
  void finishWith(Epilogue &op) { epilogue = &op; }

  void emit(OpBuilder &b);

private:
  /// Offsets in each dimension from the current position.
  using Point = SmallVector<int64_t>;
  using LoadKey = SmallVector<int64_t>;

  /// The panel behind the one that was packed, step by step, and what each tile
  /// fetches of it.
  struct ReadAhead {
    Value base;
    OpFoldResult start;
    int64_t steps, stride;
    int64_t lines, lineElements; // of a step
    /// A tile's number is the sum of how far loops are from where they began,
    /// times their weights.
    struct Unit {
      unsigned dim;
      OpFoldResult first;
      int64_t weight;
    };
    SmallVector<Unit> units;
    int64_t stepsPerUnit, stepsPerTile;
  };

  /// Where the loops entered so far have led.
  struct Cursor {
    SmallVector<Access> accesses;
    /// Per dimension, the iteration reached and how many are left.
    SmallVector<OpFoldResult> first, extent;
    /// Per dimension, a number that divides the iteration reached; 0 if that
    /// is 0.
    SmallVector<int64_t> multiple;
    /// Inputs already in registers.
    std::map<LoadKey, Value> loaded;
    /// Where this parallel iteration packs its panels.
    Value panelBuffer;
    std::optional<ReadAhead> ahead;
  };

  /// Some lanes of the vector dimension.
  struct Lanes {
    int64_t offset, count;
  };

  /// What is unrolled in parallel dimensions.
  struct Tile {
    SmallVector<Point> points;
    SmallVector<Lanes> vectors;
  };

  using Continue = llvm::function_ref<void(OpBuilder &, Cursor)>;

  SmallVector<PieceRange> divide(OpBuilder &b, OpFoldResult extent,
                                 int64_t step, bool isLast);
  Cursor enter(OpBuilder &b, Cursor cursor, unsigned dim,
               const PieceRange &range, OpFoldResult iteration);
  void emitGrid(OpBuilder &b, unsigned position, Cursor cursor,
                SmallVector<PieceRange> ranges);
  void emitOuter(OpBuilder &b, unsigned position, Cursor cursor);
  void emitPacking(OpBuilder &b, unsigned position, Cursor cursor);
  std::optional<ReadAhead> planReadAhead(OpBuilder &b, const Cursor &cursor);
  void emitReadAhead(OpBuilder &b, const Cursor &cursor);
  SmallVector<unsigned> getPanelDims() const;
  int64_t getPanelExtent(unsigned dim) const;
  MemRefType getPanelType() const;
  void copyVectors(OpBuilder &b, const Access &from, const Access &to,
                   int64_t width);
  void copySquares(OpBuilder &b, const Access &from, const Access &to,
                   int64_t width, unsigned dim, int64_t steps);
  void emitTile(OpBuilder &b, Cursor cursor);
  void emitReductionTile(OpBuilder &b, Cursor cursor, Tile tile);
  SmallVector<Value> emitInner(OpBuilder &b, unsigned position, Cursor cursor,
                               const Tile &tile, const PieceRange *lanesRange,
                               ArrayRef<Value> accumulators);
  SmallVector<Value> emitBody(OpBuilder &b, Cursor &cursor, const Tile &tile,
                              ArrayRef<Value> accumulators);

  SmallVector<Value> emitCounting(OpBuilder &b, Cursor cursor, const Tile &tile,
                                  ArrayRef<Value> accumulators);
  SmallVector<Value> emitCountingBody(OpBuilder &b, Cursor &cursor,
                                      const Tile &tile,
                                      ArrayRef<Value> counters);
  void finish(OpBuilder &b, Cursor &cursor, unsigned output, const Point &point,
              int64_t lanes, Value value);
  SmallVector<Value> getArguments(OpBuilder &b, Cursor &cursor,
                                  const Point &point, int64_t lanes,
                                  ArrayRef<Value> carried);
  LoopIndex getLoopIndex(OpBuilder &b, const Cursor &cursor, unsigned loop,
                         const Point &point);
  void hoistUniform(OpBuilder &b, unsigned position, Cursor &cursor);
  void hoistTile(OpBuilder &b, unsigned innerPosition, Cursor &cursor,
                 const Tile &tile);

  Value getAddress(OpBuilder &b, const Access &access, const Point &point);
  LoadKey getKey(const Cursor &cursor, unsigned number, const Point &point,
                 int64_t lanes);
  Value load(OpBuilder &b, Cursor &cursor, unsigned number, const Point &point,
             int64_t lanes);
  Value loadDirect(OpBuilder &b, const Access &access, const Point &point,
                   int64_t lanes);
  bool loadTransposed(OpBuilder &b, Cursor &cursor, unsigned number,
                      const Point &point, int64_t lanes);
  void store(OpBuilder &b, const Access &access, const Point &point,
             int64_t lanes, Value value);

  SmallVector<Lanes> divideLanes(int64_t extent) const;
  SmallVector<Point> enumerate(const Cursor &cursor, bool parallelDims) const;
  Point along(const Point &point, int64_t offset) const;
  static Point add(Point point, const Point &other) {
    for (auto [i, offset] : llvm::enumerate(other))
      point[i] += offset;
    return point;
  }
  bool isVector(unsigned dim) const { return schedule.vectorDim == dim; }

  IterationSpace &space;
  Payload &payload;
  Schedule schedule;
  bool parallel;
  Value start;
  Epilogue *epilogue = nullptr;
  /// The inner loops being emitted carry counters of bits.
  bool isCounting = false;
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_LOOPEMITTER_H
