//===- Schedule.cpp - The loop nest chosen for a linalg op ----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mlir;
using namespace mlir::dorefa;

/// Work (iterations times operations) from which threads pay.
static constexpr int64_t threadedWork = 1 << 16;
/// Work below which one iteration of a parallel loop is not divided further.
static constexpr int64_t threadWork = 1 << 12;
bool Schedule::isLast(unsigned position) const {
  auto get = [&](unsigned i) {
    return i < outer.size() ? outer[i] : inner[i - outer.size()];
  };
  for (unsigned i = position + 1; i < outer.size() + inner.size(); ++i)
    if (get(i).dim == get(position).dim)
      return false;
  return true;
}

std::string Schedule::describe() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto print = [&](ArrayRef<Loop> loops) {
    for (Loop loop : loops)
      os << " " << loop.dim << "/" << loop.step;
  };
  if (vectorDim)
    os << lanes << " lanes along loop " << *vectorDim
       << (horizontal ? " (a reduction)" : "");
  else
    os << "scalar";
  os << "; parallel";
  print(ArrayRef<Loop>(outer).take_front(grid));
  os << ", outer";
  print(ArrayRef<Loop>(outer).drop_front(grid));
  os << ", inner";
  print(inner);
  if (counting)
    os << "; bits counted in " << (counting->inBytes ? "bytes" : "words")
       << " inside " << counting->level << " inner loops";
  if (packing)
    os << "; operand " << packing->access << " packed inside " << packing->level
       << " loops" << (packing->readAhead ? ", the next one read ahead" : "");
  return text;
}

/// Estimated cost of one iteration of the whole op if `dim` is vectorized, in
/// vector operations.
double Scheduler::estimateCost(unsigned dim, int64_t lanes) {
  int64_t extent = space.estimateExtent(dim);
  double full = double(extent) / llvm::divideCeil(extent, lanes);
  bool horizontal = !space.dims[dim].parallel;
  double reductions = getReductionSize();
  double cost = std::max<int64_t>(1, payload.getCost()) / full;

  for (const Access &access : space.getInputs()) {
    if (!access.dependsOn(dim)) {
      cost += 0.15 / full;
      continue;
    }
    // In a reduction's register tile a loaded vector serves several loops.
    bool reused = false, transposable = false;
    int64_t uses = 1;
    for (unsigned other : getDims(/*parallel=*/true)) {
      if (other == dim)
        continue;
      if (!access.dependsOn(other))
        uses *= space.estimateExtent(other);
      reused |= reductions > 1 && !access.dependsOn(other);
      transposable |= reductions == 1 && access.hasStride(other, 1) &&
                      space.getExtent(other).value_or(0) >= lanes;
    }
    double scale = reused ? (horizontal ? 0.4 : 0.25) : 1.0;
    if (access.hasStride(dim, 1))
      cost += scale / full;
    else if (access.hasStride(dim, -1))
      cost += scale * 2 / full;
    else if (transposable)
      cost += 2.5 / full;
    else if (reused && !horizontal && uses >= 64)
      cost += 0.5 / full; // transposed once, into a packed panel
    else
      cost += scale * 1.6;
  }
  for (const Access &access : space.getOutputs()) {
    double perElement = access.hasStride(dim, 1) ? 1.0 / full : 2.0;
    if (horizontal)
      perElement = 1.5 * std::log2(double(lanes)) + 3;
    cost += perElement / (space.isCarried(access) ? reductions : 1.0);
  }
  return cost;
}

void Scheduler::chooseVectorDim() {
  if (!payload.isVectorizable())
    return;
  int64_t lanes = vectorBits / payload.getLaneBits();
  bool allCarried = llvm::all_of(
      space.getOutputs(), [&](const Access &a) { return space.isCarried(a); });
  double best = 0;
  for (unsigned dim = space.dims.size(); dim-- > 0;) {
    bool horizontal = !space.dims[dim].parallel;
    if (horizontal && !(allCarried && payload.hasAllCombiners()))
      continue;
    double cost = estimateCost(dim, lanes);
    if (schedule.vectorDim && cost >= best)
      continue;
    best = cost;
    schedule.vectorDim = dim;
    schedule.lanes = lanes;
    schedule.horizontal = horizontal;
  }
}

/// The side of the squares that are transposed in registers: one that divides
/// both extents, since what is left over is moved element by element.
int64_t Scheduler::getSquare(unsigned a, unsigned b, int64_t lanes) {
  for (int64_t side = lanes; side >= 4; side /= 2)
    if (space.getExtent(a).value_or(0) % side == 0 &&
        space.getExtent(b).value_or(0) % side == 0)
      return side;
  return lanes;
}

/// Outputs are written as they are computed: the vector loop is innermost.
void Scheduler::scheduleElementwise() {
  int64_t lanes = schedule.lanes;
  std::optional<unsigned> transposed;
  if (schedule.vectorDim) {
    unsigned vector = *schedule.vectorDim;
    for (const Access &access : space.getInputs())
      if (access.dependsOn(vector) && !access.hasStride(vector, 1))
        for (unsigned dim : getDims(/*parallel=*/true))
          if (!isVector(dim) && access.hasStride(dim, 1) &&
              space.getExtent(dim).value_or(0) >= lanes)
            transposed = dim;
    if (transposed)
      lanes = schedule.lanes = getSquare(vector, *transposed, lanes);
  }
  for (unsigned dim : getDims(/*parallel=*/true))
    if (!isVector(dim) && transposed != dim)
      schedule.outer.push_back({dim, 1});
  // Few long rows: divide the rows among the threads.
  bool hasSequential = space.hasReduction();
  if (schedule.vectorDim && !hasSequential && !transposed) {
    unsigned vector = *schedule.vectorDim;
    int64_t rows = 1;
    for (Loop loop : schedule.outer)
      rows *= estimateTrips(loop);
    int64_t work = std::max<int64_t>(1, payload.getCost());
    std::optional<int64_t> extent = space.getExtent(vector);
    if (rows < 16 && space.estimateIterations() * (work + 1) >= threadedWork &&
        (!extent || *extent * work >= threadWork)) {
      int64_t unit = 8 * lanes;
      int64_t chunk = 4096;
      if (extent)
        chunk = std::max(chunk, *extent / 16);
      schedule.outer.push_back(
          {vector, int64_t(llvm::divideCeil(chunk, unit)) * unit});
    }
  }
  for (unsigned dim : getDims(/*parallel=*/false))
    schedule.outer.push_back({dim, 1});
  if (transposed)
    schedule.outer.push_back({*transposed, lanes});
  if (!schedule.vectorDim)
    return;
  int64_t cost = std::max<int64_t>(1, payload.getCost());
  int64_t extent = space.getExtent(*schedule.vectorDim).value_or(1 << 20);
  int64_t vectors = cost <= 8 ? 4 : cost <= 20 ? 2 : 1;
  int64_t run = getRunLength();
  if (run > 1 && !transposed) {
    // One vector that is longer than a register: so are then the vectors of
    // what is the same in a run.
    while (run > 1 && extent % (run * lanes) != 0)
      run /= 2;
    schedule.lanes *= run;
    schedule.outer.push_back({*schedule.vectorDim, schedule.lanes});
    return;
  }
  if (transposed)
    vectors = 1;
  else if (extent <= 8 * lanes &&
           cost * int64_t(llvm::divideCeil(extent, lanes)) <= 64)
    vectors = llvm::divideCeil(extent, lanes);
  schedule.outer.push_back({*schedule.vectorDim, vectors * lanes});
}

/// The runs of equal values along the lanes.
int64_t Scheduler::getRunLength() {
  for (auto [loop, dim] : llvm::enumerate(space.dimOfLoop))
    if (dim && isVector(*dim))
      return payload.getRunLength(loop);
  return 1;
}

void Scheduler::scheduleReduction() {
  chooseCounting();
  chooseTile();
  int64_t points = 1;
  for (Loop loop : tile)
    points *= isVector(loop.dim) ? llvm::divideCeil(loop.step, schedule.lanes)
                                 : loop.step;
  for (unsigned dim : getDims(/*parallel=*/false))
    if (!schedule.horizontal || !isVector(dim))
      schedule.inner.push_back({dim, 1});
  unrollReductions(points);
  blockPanel();
  limitCounters();
  if (schedule.horizontal)
    schedule.inner.push_back(tile.back());
}

/// The outermost parallel loops, until there are enough iterations or too
/// little work in one.
void Scheduler::chooseGrid() {
  int64_t work = space.estimateIterations() * (payload.getCost() + 1);
  if (work < threadedWork)
    return;
  int64_t iterations = 1;
  SmallVector<unsigned> seen;
  for (Loop loop : schedule.outer) {
    if (!space.dims[loop.dim].parallel || llvm::is_contained(seen, loop.dim) ||
        iterations >= 64 || (schedule.grid && work < threadWork))
      break;
    int64_t trips = estimateTrips(loop);
    if (schedule.grid && work / trips < threadWork)
      break;
    seen.push_back(loop.dim);
    ++schedule.grid;
    work /= trips;
    if (space.getExtent(loop.dim))
      iterations *= trips;
  }
}

Schedule Scheduler::run() {
  chooseVectorDim();
  if (llvm::any_of(space.getOutputs(),
                   [&](const Access &a) { return space.isCarried(a); }))
    scheduleReduction();
  else
    scheduleElementwise();
  chooseGrid();
  return schedule;
}

Schedule mlir::dorefa::chooseSchedule(IterationSpace &space, Payload &payload,
                                      unsigned vectorBits) {
  return Scheduler(space, payload, vectorBits).run();
}
