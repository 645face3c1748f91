//===- CounterLimits.cpp - Counters for sums of bit counts ----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include <map>

using namespace mlir;
using namespace mlir::dorefa;

/// Sums of bit counts: finds the planes, whose indices alone give the shifts.
void Scheduler::chooseCounting() {
  CountedBits bits = payload.getCountedBits();
  if (!bits || !schedule.vectorDim || schedule.horizontal || space.startNeutral)
    return;
  for (unsigned dim : getDims(/*parallel=*/false)) {
    if (!space.dims[dim].indexed)
      continue;
    std::optional<int64_t> extent = space.getExtent(dim);
    if (!extent || *extent > 8 || !isStatic(space.dims[dim].first, 0))
      return;
    planes.push_back(dim);
    planePairs *= *extent;
  }
  std::map<int64_t, int64_t> counts;
  for (int64_t pair = 0; pair < planePairs; ++pair) {
    SmallVector<int64_t> index(space.dims.size(), 0);
    int64_t rest = pair;
    for (unsigned plane : planes) {
      index[plane] = rest % *space.getExtent(plane);
      rest /= *space.getExtent(plane);
    }
    auto shift = payload.evaluateShift(
        bits, [&](unsigned loop) -> std::optional<int64_t> {
          std::optional<unsigned> dim = space.dimOfLoop[loop];
          if (!dim)
            return 0;
          if (!llvm::is_contained(planes, *dim))
            return std::nullopt;
          return index[*dim];
        });
    if (!shift || *shift < 0 || *shift > 31)
      return;
    ++counts[*shift];
  }
  if (counts.size() > (vectorBits >= 512 ? 16 : 8))
    return;
  BitCounting counting;
  for (auto [shift, count] : counts) {
    counting.shifts.push_back(shift);
    countsPerShift = std::max(countsPerShift, count);
  }
  counting.inBytes = vectorBits < 512;
  schedule.counting = counting;
}

/// Blocks the inner loops so that no byte counts beyond 255.
void Scheduler::limitCounters() {
  if (!schedule.counting || !schedule.counting->inBytes)
    return;
  int64_t limit = 255 / (8 * countsPerShift);
  unsigned level = schedule.inner.size();
  auto getBound = [&](Loop loop) -> std::optional<int64_t> {
    for (Loop outer : llvm::reverse(schedule.outer))
      if (outer.dim == loop.dim)
        return outer.step;
    return space.getExtent(loop.dim);
  };
  while (level > 0) {
    Loop loop = schedule.inner[level - 1];
    std::optional<int64_t> bound = getBound(loop);
    if (!bound || *bound > limit) {
      if (limit > 1) {
        int64_t block = cutEvenly(loop.dim, limit);
        schedule.inner.insert(schedule.inner.begin() + level - 1,
                              {loop.dim, block});
      }
      break;
    }
    limit /= std::max<int64_t>(1, *bound);
    --level;
  }
  schedule.counting->level = level;
}
