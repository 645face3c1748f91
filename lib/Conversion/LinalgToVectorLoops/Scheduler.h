//===- Scheduler.h - How a schedule is chosen -------------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULER_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULER_H

#include "Schedule.h"

namespace mlir::dorefa {

class Scheduler {
public:
  Scheduler(IterationSpace &space, Payload &payload, unsigned vectorBits)
      : space(space), payload(payload), vectorBits(vectorBits) {}

  Schedule run();

private:
  double estimateCost(unsigned dim, int64_t lanes);
  void chooseVectorDim();
  void scheduleElementwise();
  int64_t getRunLength();
  int64_t getSquare(unsigned a, unsigned b, int64_t lanes);
  void scheduleReduction();
  void chooseTile();
  void chooseHorizontalTile(std::optional<unsigned> first,
                            std::optional<unsigned> second, int64_t budget);
  void unrollReductions(int64_t points);
  void chooseCounting();
  void limitCounters();
  void blockPanel();
  void chooseGrid();

  bool isVector(unsigned dim) const { return schedule.vectorDim == dim; }
  bool isTiled(unsigned dim) const {
    return llvm::any_of(tile, [&](Loop l) { return l.dim == dim; });
  }
  SmallVector<unsigned> getDims(bool parallel) const {
    SmallVector<unsigned> result;
    for (auto [i, dim] : llvm::enumerate(space.dims))
      if (dim.parallel == parallel)
        result.push_back(i);
    return result;
  }
  int64_t getReductionSize() const {
    int64_t size = 1;
    for (unsigned dim : getDims(/*parallel=*/false))
      size *= space.estimateExtent(dim);
    return size;
  }
  /// Iterations of `loop` if nothing else divides its dimension.
  int64_t estimateTrips(Loop loop) const {
    return llvm::divideCeil(space.estimateExtent(loop.dim), loop.step);
  }
  /// An extent cut into the fewest pieces of at most `limit`, evenly.
  int64_t cutEvenly(unsigned dim, int64_t limit) const {
    std::optional<int64_t> extent = space.getExtent(dim);
    if (!extent)
      return limit;
    int64_t pieces = llvm::divideCeil(*extent, limit);
    return std::max<int64_t>(1, llvm::divideCeil(*extent, pieces));
  }

  IterationSpace &space;
  Payload &payload;
  unsigned vectorBits;
  Schedule schedule;
  /// The bit planes of counted bits, and how often one iteration of the other
  /// loops counts for the same shift, at most.
  SmallVector<unsigned> planes;
  int64_t planePairs = 1, countsPerShift = 1;
  /// Parallel loops of a reduction's register tile, the vector loop last.
  SmallVector<Loop> tile;
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULER_H
