//===- RegisterTile.cpp - What a reduction keeps in registers -------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Of a loop with `extent` iterations, cut into pieces of `step`, the cost of
/// all pieces where one of n iterations costs cost(n).
static int64_t sumPieces(int64_t extent, int64_t step,
                         function_ref<int64_t(int64_t)> cost) {
  int64_t left = extent % step;
  return extent / step * cost(step) + (left ? cost(left) : 0);
}

/// Vectors along the reduction, and iterations of one or two loops whose sums
/// are apart. As many of each as take the fewest issue slots: one for each
/// operation, one for each load, and no less than a chain of updates takes,
/// which is 8, and slower than ten chains in fact (128x512x10: pieces of 6 and
/// 4 by 2 took 19 us, of 5 by 2 15).
void Scheduler::chooseHorizontalTile(std::optional<unsigned> first,
                                     std::optional<unsigned> second,
                                     int64_t budget) {
  unsigned vector = *schedule.vectorDim;
  int64_t numVectors =
      llvm::divideCeil(space.estimateExtent(vector), schedule.lanes);
  auto countVectors = [&](int64_t sums) {
    return std::min(std::clamp<int64_t>(8 / sums, 1, 4), numVectors);
  };
  auto getSlots = [&](int64_t rows, int64_t columns) {
    return std::max(
        {rows * columns, rows + columns, 10 / countVectors(rows * columns)});
  };
  auto estimate = [&](std::optional<unsigned> dim) {
    return dim ? space.getExtent(*dim).value_or(64) : 1;
  };
  /// What is left over of an extent that is not known is taken one by one.
  auto isUseful = [&](std::optional<unsigned> dim, int64_t step) {
    return step == 1 ||
           (dim && (space.getExtent(*dim) ? step <= estimate(dim)
                                          : llvm::isPowerOf2_64(step)));
  };
  constexpr int64_t most = 6;
  int64_t best = INT64_MAX, bestRows = 1, bestColumns = 1;
  for (int64_t rows = 1; rows <= most; ++rows)
    for (int64_t columns = 1; columns <= most; ++columns) {
      if (rows * columns > budget || !isUseful(first, rows) ||
          !isUseful(second, columns))
        continue;
      int64_t slots = sumPieces(estimate(first), rows, [&](int64_t rows) {
        return sumPieces(estimate(second), columns, [&](int64_t columns) {
          return getSlots(rows, columns);
        });
      });
      if (slots > best ||
          (slots == best && rows * columns <= bestRows * bestColumns))
        continue;
      best = slots;
      bestRows = rows;
      bestColumns = columns;
    }
  if (first)
    tile.push_back({*first, bestRows});
  if (second && bestColumns > 1)
    tile.push_back({*second, bestColumns});
  tile.push_back(
      {vector, schedule.lanes * countVectors(bestRows * bestColumns)});
}

/// The register tile of a reduction: `tile` gets the parallel loops that are
/// unrolled, as many as there are registers for accumulators.
void Scheduler::chooseTile() {
  if (!schedule.vectorDim)
    return;
  unsigned vector = *schedule.vectorDim;
  int64_t lanes = schedule.lanes;
  bool wide = vectorBits >= 512;
  int64_t carried = llvm::count_if(
      space.getOutputs(), [&](const Access &a) { return space.isCarried(a); });
  int64_t budget = wide ? 24 : 12;
  if (payload.getCost() > 6 || (payload.countsBits() && !wide))
    budget = wide ? 16 : 8;
  budget = std::max<int64_t>(1, budget / std::max<int64_t>(1, carried));

  // Loops that do not move an input leave its loaded vectors to be used again.
  SmallVector<unsigned> reusing;
  SmallVector<SmallVector<bool>> moves;
  SmallVector<unsigned> parallelDims = getDims(/*parallel=*/true);
  for (unsigned dim : llvm::reverse(parallelDims)) {
    if (isVector(dim))
      continue;
    SmallVector<bool> moved;
    bool reuses = false;
    for (const Access &access : space.getInputs()) {
      if (!access.dependsOn(vector))
        continue;
      moved.push_back(access.dependsOn(dim));
      reuses |= !moved.back();
    }
    if (reuses) {
      reusing.push_back(dim);
      moves.push_back(moved);
    }
  }
  int64_t numVectors = llvm::divideCeil(space.estimateExtent(vector), lanes);

  if (schedule.horizontal) {
    // Two loops that move different inputs.
    std::optional<unsigned> second;
    for (unsigned i = 1; i < reusing.size(); ++i)
      if (!second && moves[i] != moves[0])
        second = reusing[i];
    return chooseHorizontalTile(reusing.empty() ? std::nullopt
                                                : std::optional(reusing[0]),
                                second, budget);
  }

  if (reusing.empty()) {
    tile.push_back(
        {vector, lanes * std::min({numVectors, budget, int64_t(8)})});
    return;
  }
  // The shape that takes the fewest issue slots per iteration: one for each
  // operation, one for each load, and no less than a chain of accumulator
  // updates takes to come round.
  bool isFloat = llvm::any_of(space.getOutputs(), [](const Access &a) {
    return isa<FloatType>(a.elementType);
  });
  bool contracts = payload.hasAllCombiners() && payload.getCombiner(0).product;
  int64_t work = std::max<int64_t>(1, payload.getCost() - (contracts ? 1 : 0));
  int64_t registers = (wide ? 32 : 16) - std::min<int64_t>(6, work) + 1;
  int64_t accumulatorsPerPoint = carried, maxPoints = 1 << 10;
  if (schedule.counting) {
    // Counting bytes takes two constants and some temporaries.
    registers = wide ? 29 : 11;
    accumulatorsPerPoint = schedule.counting->shifts.size();
    work = wide ? 3 : 8;
    maxPoints = std::max<int64_t>(1, 128 / planePairs);
  } else if (payload.countsBits() && !wide) {
    registers -= 2;
  }
  auto getSlots = [&](int64_t rows, int64_t vectors) {
    return std::max(
        {rows * vectors * work, rows + vectors, int64_t(isFloat ? 8 : 2)});
  };
  double best = 0;
  Loop bestRows = {reusing.front(), 1}, bestVectors = {vector, lanes};
  for (unsigned dim : reusing) {
    std::optional<int64_t> extent = space.getExtent(dim);
    for (int64_t rows = 1; rows <= std::min<int64_t>(14, extent.value_or(14));
         ++rows) {
      if (!extent && !llvm::isPowerOf2_64(rows))
        continue;
      for (int64_t vectors = 1; vectors <= std::min<int64_t>(4, numVectors);
           ++vectors) {
        bool isLeast = rows == 1 && vectors == 1;
        if (!isLeast &&
            (rows * vectors > maxPoints ||
             rows * vectors * accumulatorsPerPoint + vectors + 1 > registers))
          continue;
        int64_t size = extent.value_or(64);
        int64_t rowsLeft = size % rows, vectorsLeft = numVectors % vectors;
        double slots = double(size / rows) * (numVectors / vectors) *
                       getSlots(rows, vectors);
        if (rowsLeft)
          slots += (numVectors / vectors) * getSlots(rowsLeft, vectors);
        if (vectorsLeft)
          slots += (size / rows) * getSlots(rows, vectorsLeft);
        if (rowsLeft && vectorsLeft)
          slots += getSlots(rowsLeft, vectorsLeft);
        slots /= double(size) * numVectors;
        // Fewer loads and fewer tiles are a little better still.
        slots *= 1 + 0.1 * (rows + vectors) / (rows * vectors);
        if (!extent)
          slots *= 1.1;
        // Rows of a panel in whole cache lines.
        if (vectors < numVectors && vectors * vectorBits % 512 != 0)
          slots *= 1.05;
        if (best != 0 && slots >= best * 0.999)
          continue;
        best = slots;
        bestRows = {dim, rows};
        bestVectors = {vector, vectors * lanes};
      }
    }
  }
  // Pieces of nearly equal size.
  bestRows.step = cutEvenly(bestRows.dim, bestRows.step);
  tile = {bestRows, bestVectors};
}

/// Short loops at the end of the reduction are unrolled; so are, where order
/// does not matter, those whose index the body computes with (bit planes).
void Scheduler::unrollReductions(int64_t points) {
  constexpr int64_t maxTrips = 9, maxOperations = 288;
  bool integer = llvm::all_of(space.getOutputs(), [](const Access &a) {
    return isa<IntegerType>(a.elementType);
  });
  bool anyOrder = integer && payload.hasAllCombiners();
  int64_t operations = points * std::max<int64_t>(1, payload.getCost());
  if (schedule.counting) {
    llvm::erase_if(schedule.inner, [&](Loop loop) {
      return llvm::is_contained(planes, loop.dim);
    });
    return;
  }
  bool trailing = true;
  for (unsigned i = schedule.inner.size(); i-- > 0;) {
    unsigned dim = schedule.inner[i].dim;
    std::optional<int64_t> extent = space.getExtent(dim);
    bool fits = !isVector(dim) && extent && *extent <= maxTrips &&
                operations * *extent <= maxOperations;
    if (fits && (trailing || (anyOrder && space.dims[dim].indexed))) {
      operations *= *extent;
      schedule.inner.erase(schedule.inner.begin() + i);
    } else {
      trailing = false;
    }
  }
}
