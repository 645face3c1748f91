//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/Transforms/TilePlan.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

/// A panel of a chunk: its rows share the first-level cache with it.
static constexpr int64_t chunkBytes = 18 * 1024;

namespace {
/// `steps` steps or more as blocks of `drain`.
struct Drains {
  int64_t blocks, drain, unroll;
  int64_t steps() const { return blocks * drain; }
};
} // namespace

/// Few steps unrolled are no loop; many keep two in its body.
static int64_t getUnroll(int64_t drain) {
  if (drain <= 4)
    return drain;
  return drain % 2 == 0 ? 2 : 1;
}

/// The cheapest way, with the costs of a drain and of a step for one sum.
static Drains planDrains(int64_t steps, int64_t largest, int64_t drainCost,
                         int64_t stepCost) {
  Drains best{};
  auto cost = [&](const Drains &drains) {
    int64_t turns = drains.steps() / drains.unroll; // of the innermost loop
    return stepCost * drains.steps() + drainCost * drains.blocks + turns / 4;
  };
  int64_t fewest = llvm::divideCeil(steps, largest);
  for (int64_t blocks = fewest; blocks <= fewest + fewest / 8 + 4; ++blocks) {
    int64_t drain = llvm::divideCeil(steps, blocks);
    if (drain > 4 && drain % 2 != 0 && drain < largest)
      ++drain;
    Drains drains{blocks, drain, getUnroll(drain)};
    if (best.blocks == 0 || cost(drains) < cost(best))
      best = drains;
  }
  return best;
}

/// Blocks of zeros are not read: the smaller, the more of them, but each takes
/// its time to be found.
static int64_t getMostListed(FormAttr form) {
  int64_t codes = (form.usesBytes() ? wordBytes : wordBits) / form.getSteps(1);
  if (form.getVectorBytes() == 64)
    return 64 / codes;
  return (form.usesTables() ? 512 : 256) / codes;
}

/// The most steps, up to `largest`, that are whole drains and a part of all.
static int64_t getListedSteps(const Drains &drains, int64_t largest) {
  int64_t count = std::clamp<int64_t>(largest / drains.drain, 1, drains.blocks);
  while (drains.blocks % count != 0)
    --count;
  return count * drains.drain;
}

/// Columns of a tile: what registers hold of the sums of a step and, where
/// drains are frequent, of the wider ones.
static int64_t getTileColumns(Kernel kernel, const TileShape &shape,
                              int64_t vectorBits, int64_t largestDrain) {
  switch (kernel) {
  case Kernel::lookup:
    if (shape.rhsBits == 2 && (largestDrain >= 8 || largestDrain == 1))
      return 4;
    return largestDrain < 8 ? 2 : 3;
  case Kernel::pairs:
    return 1;
  case Kernel::nibbles:
    return shape.lhsBits * shape.rhsBits == 1 ? 4 : 2;
  case Kernel::bytes:
    return vectorBits == 512 ? 8 : 5;
  case Kernel::quads:
    return vectorBits == 512 ? 8 : 5;
  case Kernel::words:
    return vectorBits == 512 ? 12 : 5;
  case Kernel::matrix:
    return 2 * matrixRows;
  case Kernel::counts:
    // Sums for each weight of a pair of planes.
    return std::max<int64_t>(12 / (shape.lhsBits + shape.rhsBits - 1), 1);
  }
  llvm_unreachable("not a kernel");
}

TilePlan bitserial::planTiles(MLIRContext *context, Kernel kernel,
                              const TileShape &shape, int64_t vectorBits) {
  int64_t lhs = shape.lhsBits, rhs = shape.rhsBits;
  int64_t largest = FormAttr::getLargestDrain(kernel, lhs, rhs, shape.isSigned);
  int64_t vectorBytes = vectorBits / 8;
  auto getForm = [&](int64_t vectors, int64_t drain, int64_t unroll) {
    return FormAttr::get(context, kernel, lhs, rhs, vectorBytes, vectors,
                         getTileColumns(kernel, shape, vectorBits, largest),
                         drain, unroll, shape.isSigned);
  };
  // The matrix unit takes sixteen steps at a time and never drains.
  bool isMatrix = kernel == Kernel::matrix;
  int64_t fewest = isMatrix ? matrixSteps : 1;
  FormAttr form = getForm(1, fewest, fewest);
  int64_t vectors = shape.columns > form.getLanes() ? 2 : 1;
  int64_t needed = std::max<int64_t>(form.getSteps(shape.words), 1);
  // As much depth as a panel of two vectors has in half of the first-level
  // cache.
  int64_t panelStep = 2 * form.getPanelBytesPerStep();
  int64_t share = isMatrix ? 4 : kernel == Kernel::quads ? 2 : 1;
  int64_t mostSteps =
      std::min(std::max<int64_t>(share * chunkBytes / panelStep, 1),
               FormAttr::getLargestChunk(kernel, lhs, rhs, shape.isSigned));
  int64_t mostListed = getMostListed(form);
  int64_t mostDrain = shape.isSigned ? std::min(largest, mostListed) : largest;
  // Two steps of bytes do not fit signed words, which take one instruction to
  // add up. Sums and totals that wait for each other fit the registers neither.
  if (kernel == Kernel::bytes && !shape.isSigned && mostDrain == 2)
    mostDrain = 1;
  int64_t planes = kernel == Kernel::nibbles ? lhs * rhs : 1;
  int64_t stepCost = kernel == Kernel::nibbles ? 3 * planes : 2;
  auto plan = [&](int64_t parts) {
    int64_t steps = llvm::divideCeil(needed, parts);
    if (isMatrix) {
      int64_t blocks = llvm::divideCeil(steps, matrixSteps);
      return Drains{blocks, matrixSteps, matrixSteps};
    }
    return planDrains(steps, mostDrain, 3, stepCost);
  };
  int64_t parts = llvm::divideCeil(needed, mostSteps);
  Drains drains = plan(parts);
  while (drains.steps() > mostSteps) // a part rounded up to whole drains
    drains = plan(++parts);

  TilePlan result;
  result.form = getForm(vectors, drains.drain, drains.unroll);
  result.steps = parts * drains.steps();
  result.chunk = drains.steps();
  if (shape.isSigned)
    result.block = getListedSteps(drains, mostListed);
  if (parts == 1)
    for (int64_t segments = 1; segments <= shape.segments; ++segments)
      if (shape.segments % segments == 0 &&
          segments * result.steps <= mostSteps)
        result.chunk = segments * result.steps;
  return result;
}

std::optional<Kernel> bitserial::chooseKernel(Strategy strategy, bool bytes,
                                              int64_t lhsBits, int64_t rhsBits,
                                              bool isSigned,
                                              const Machine &machine) {
  auto firstAllowed =
      [&](std::initializer_list<Kernel> kernels) -> std::optional<Kernel> {
    for (Kernel kernel : kernels)
      if (FormAttr::allows(kernel, lhsBits, rhsBits, isSigned))
        return kernel;
    return std::nullopt;
  };
  // Wider vectors have instructions that loops over words are as fast with.
  bool isNarrow = machine.vectorBits == 256 && machine.multipliesBytes;
  if (bytes && machine.multipliesTiles)
    return Kernel::matrix;
  if (bytes && isSigned) {
    if (!machine.multipliesBytes)
      return std::nullopt;
    if (machine.dotsBytes)
      return Kernel::quads;
    return firstAllowed({Kernel::bytes, Kernel::words});
  }
  // VNNI's products of bytes read one side as signed, which eight bits are not,
  // and has products of 16 bits, too.
  if (bytes && machine.multipliesBytes && machine.vectorBits >= 256 &&
      std::min(lhsBits, rhsBits) == 8)
    return Kernel::words;
  if (bytes) {
    if (!isNarrow || machine.dotsBytes)
      return std::nullopt;
    return firstAllowed({Kernel::bytes, Kernel::words});
  }
  if (strategy == Strategy::automatic)
    strategy = choosePlanes({lhsBits, rhsBits, ShapedType::kDynamic}, machine);
  if (strategy == Strategy::lookup)
    return firstAllowed({Kernel::pairs, Kernel::lookup});
  if (strategy == Strategy::popcount && isNarrow)
    return firstAllowed({Kernel::nibbles});
  if (strategy == Strategy::popcount && isSigned && machine.countsLanes)
    return firstAllowed({Kernel::counts});
  return std::nullopt;
}
