//===- Schedule.cpp - The loop nest chosen for a linalg op ----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See https://llvm.org/LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <map>

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
       << " loops";
  return text;
}

namespace {
class Scheduler {
public:
  Scheduler(IterationSpace &space, Payload &payload, unsigned vectorBits)
      : space(space), payload(payload), vectorBits(vectorBits) {}

  Schedule run();

private:
  double estimateCost(unsigned dim, int64_t lanes);
  void chooseVectorDim();
  void scheduleElementwise();
  void scheduleReduction();
  void chooseTile();
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
} // namespace

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
  if (transposed)
    vectors = 1;
  else if (extent <= 8 * lanes &&
           cost * int64_t(llvm::divideCeil(extent, lanes)) <= 64)
    vectors = llvm::divideCeil(extent, lanes);
  schedule.outer.push_back({*schedule.vectorDim, vectors * lanes});
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
    // One vector along the reduction, two loops that move different inputs.
    int64_t left = budget;
    if (!reusing.empty()) {
      std::optional<unsigned> second;
      for (unsigned i = 1; i < reusing.size(); ++i)
        if (!second && moves[i] != moves[0])
          second = i;
      int64_t first = cutEvenly(reusing[0], second ? (wide ? 6 : 4) : 6);
      first = std::min(first, left);
      tile.push_back({reusing[0], first});
      left /= first;
      if (second && left > 1)
        tile.push_back(
            {reusing[*second],
             cutEvenly(reusing[*second], std::min<int64_t>(4, left))});
    }
    int64_t points = 1;
    for (Loop loop : tile)
      points *= loop.step;
    int64_t vectors = std::clamp<int64_t>(8 / points, 1, 4);
    tile.push_back({vector, lanes * std::min(vectors, numVectors)});
    return;
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

/// Orders the outer loops around the panel: the vectors that one tile of
/// channels reads over all inner loops. While the panel exceeds the cache,
/// reduction loops move out of it; it is packed where it is used often enough.
void Scheduler::blockPanel() {
  SmallVector<unsigned> others;
  for (unsigned dim : getDims(/*parallel=*/true))
    if (!isVector(dim) && !isTiled(dim))
      others.push_back(dim);
  auto isVectorLoop = [&](Loop loop) { return isVector(loop.dim); };

  const Access *panel = nullptr;
  unsigned panelNumber = 0;
  if (schedule.vectorDim && !schedule.horizontal)
    for (unsigned i = 0; i < space.getNumInputs(); ++i) {
      const Access &access = space.accesses[i];
      if (access.dependsOn(*schedule.vectorDim) &&
          llvm::any_of(tile, [&](Loop loop) {
            return !isVectorLoop(loop) && !access.dependsOn(loop.dim);
          })) {
        panel = &access;
        panelNumber = i;
      }
    }
  if (!panel) {
    for (unsigned dim : others)
      schedule.outer.push_back({dim, 1});
    for (Loop loop : tile)
      if (!schedule.horizontal || !isVectorLoop(loop))
        schedule.outer.push_back(loop);
    return;
  }

  // Loops the panel moves with, and the first other one, stay outermost; of
  // that one, blocks, if a panel would not be used often enough otherwise.
  constexpr int64_t enoughUses = 32, manyUses = 64;
  Loop vectorLoop = tile.back();
  SmallVector<Loop> inside;
  std::optional<unsigned> first;
  for (unsigned dim : others) {
    if (panel->dependsOn(dim))
      schedule.outer.push_back({dim, 1});
    else if (!first && schedule.outer.empty())
      first = dim;
    else
      inside.push_back({dim, 1});
  }
  llvm::append_range(inside, ArrayRef<Loop>(tile).drop_back());
  // What stays in the first-level cache beside the other operands; wide
  // vectors use each line so often that the second level keeps up.
  const int64_t panelBytes = (vectorBits >= 512 ? 64 : 32) * 1024;
  int64_t uses = 1;
  for (Loop loop : inside)
    if (!panel->dependsOn(loop.dim))
      uses *= std::min<int64_t>(estimateTrips(loop), 1024);
  if (first) {
    int64_t block = std::min<int64_t>(
        llvm::PowerOf2Ceil(llvm::divideCeil(enoughUses, uses)),
        space.estimateExtent(*first));
    schedule.outer.insert(schedule.outer.begin(), {*first, block});
    if (block > 1)
      inside.insert(inside.begin(), {*first, 1});
    uses *= block;
  } else if (schedule.outer.empty() && inside.size() == 1 &&
             uses >= 2 * manyUses) {
    // A long tile loop alone: blocks of it go to the threads.
    schedule.outer.push_back({inside[0].dim, manyUses * inside[0].step});
    uses = manyUses;
  }
  schedule.outer.push_back(vectorLoop);

  int64_t width =
      std::min(vectorLoop.step, space.estimateExtent(vectorLoop.dim));
  int64_t rowBytes =
      width * llvm::divideCeil(panel->elementType.getIntOrFloatBitWidth(), 8);
  // Steps of the panel's inner loops, those unrolled included.
  auto steps = [&](ArrayRef<Loop> loops) {
    int64_t result = 1;
    for (unsigned dim : getDims(/*parallel=*/false)) {
      bool isLoop =
          llvm::any_of(schedule.inner, [&](Loop l) { return l.dim == dim; });
      bool isLeft = llvm::any_of(loops, [&](Loop l) { return l.dim == dim; });
      if ((isLeft || !isLoop) && panel->dependsOn(dim))
        result *= space.estimateExtent(dim);
    }
    return result;
  };
  bool isBounded = true;
  int64_t panelSteps = steps(schedule.inner);
  if (uses >= 4 && !space.startNeutral) {
    ArrayRef<Loop> left = schedule.inner;
    // Of unknown size counts as too large.
    auto isLarge = [&]() {
      return steps(left) * rowBytes > panelBytes ||
             llvm::any_of(left, [&](Loop loop) {
               return panel->dependsOn(loop.dim) && !space.getExtent(loop.dim);
             });
    };
    while (!left.empty() && isLarge()) {
      Loop first = left.front();
      int64_t rest = steps(left.drop_front());
      if (rest >= 64) {
        schedule.outer.push_back(first);
        left = left.drop_front();
        panelSteps = rest;
        continue;
      }
      int64_t limit = std::max<int64_t>(1, panelBytes / (rest * rowBytes));
      Loop block = {first.dim, cutEvenly(first.dim, limit)};
      if (!space.getExtent(first.dim) ||
          block.step < space.estimateExtent(first.dim)) {
        schedule.outer.push_back(block);
        panelSteps = rest * block.step;
      }
      break;
    }
    schedule.inner = SmallVector<Loop>(left);
  }
  for (Loop loop : schedule.inner) {
    bool isBlocked =
        llvm::any_of(schedule.outer, [&](Loop l) { return l.dim == loop.dim; });
    isBounded &= isBlocked || space.getExtent(loop.dim).has_value();
  }
  bool fixedInside = llvm::none_of(
      inside, [&](Loop loop) { return panel->dependsOn(loop.dim); });
  bool isApart = width < space.estimateExtent(vectorLoop.dim) ||
                 !panel->hasStride(vectorLoop.dim, 1);
  if (uses >= 8 && isBounded && fixedInside && isApart && panelSteps >= 16 &&
      panelSteps * rowBytes <= 4 * panelBytes)
    schedule.packing = Packing{panelNumber, unsigned(schedule.outer.size())};
  llvm::append_range(schedule.outer, inside);
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
