//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

ArrayRef<StringRef> bitserial::getMachineFeatures() {
  static const StringRef features[] = {
      "avx512vpopcntdq", "avx512vnni", "avx512vl", "avx512bw",
      "avxvnni",         "avx2",       "ssse3",    "sse2",
      "dotprod",         "neon",       "amx-int8"};
  return features;
}

Machine Machine::get(int64_t vectorBits, ArrayRef<std::string> features) {
  auto has = [&](StringRef name) { return llvm::is_contained(features, name); };
  Machine machine;
  machine.vectorBits = vectorBits;
  machine.countsLanes = vectorBits == 512 && has("avx512vpopcntdq");
  machine.dotsBytes = has("avx512vnni") || has("avxvnni") || has("dotprod");
  machine.looksUpBytes = (vectorBits == 256 && has("avx2")) ||
                         (vectorBits == 512 && has("avx512bw")) ||
                         (vectorBits == 128 && (has("ssse3") || has("neon")));
  machine.multipliesBytes = has("avx512bw") || has("avx2") || has("ssse3");
  machine.multipliesTiles = vectorBits == 512 && has("amx-int8");
  return machine;
}

int64_t Machine::countSignedPowers(Strategy strategy,
                                   int64_t magnitudes) const {
  if (vectorBits < 256 || !multipliesBytes)
    return 0;
  // Planes of -1, 0 and 1.
  if (strategy == Strategy::lookup)
    return magnitudes == 1 && looksUpBytes;
  if (strategy == Strategy::popcount)
    return magnitudes == 1 && (countsLanes || vectorBits == 256);
  if (strategy != Strategy::integer)
    return 0;
  // Where pairs of products are 16 bits, a byte has to be smaller.
  return multipliesTiles || dotsBytes ? 7 : 4;
}

/// The part of the bits of a row of words that belong to a code.
static double getFill(int64_t depth, int64_t codesPerWord) {
  if (ShapedType::isDynamic(depth) || depth < 1)
    return 1;
  return double(depth) / (llvm::divideCeil(depth, codesPerWord) * codesPerWord);
}

// The rates are those of the layers of fashion-cnn and svhn-a, as
// `dorefa-run plan --measure-all` has them, for four machines: AVX2; AVX-512
// alone; with VPOPCNTDQ and VNNI; with AMX, too.

/// Lookups count operations: an addition and a shuffle for each vector of
/// columns and four codes, and what a drain needs.
static double getTableRate(const ProductShape &shape, const Machine &machine) {
  if (!machine.looksUpBytes ||
      !FormAttr::allows(Kernel::lookup, shape.lhsBits, shape.rhsBits))
    return 0;
  double bytes = machine.vectorBits / 8.0;
  bool isWide = machine.vectorBits == 512;
  // Operations in a cycle.
  double rate = (isWide ? 1.3 : 2.9) * getFill(shape.depth, wordBits);
  // Three shuffles give 12 products of two rows.
  if (shape.lhsBits == 1 && shape.rhsBits == 1)
    return 0.9 * rate * 24 * bytes / 8;
  double drain = shape.rhsBits == 2 ? (isWide ? 2 : 1.2) : isWide ? 1.7 : 3;
  double steps = std::min<int64_t>(
      FormAttr::getLargestDrain(Kernel::lookup, shape.lhsBits, shape.rhsBits),
      16);
  return rate * 4 * bytes / shape.rhsBits / (2 + drain / steps);
}

bool ProductShape::isLookedUpByLhs() const {
  constexpr int64_t enough = 32, mostOfIndex = 2;
  return lhsBits < rhsBits && lhsBits <= mostOfIndex &&
         (rhsBits > mostOfIndex || ShapedType::isDynamic(knownPositions) ||
          knownPositions >= enough);
}

/// Where the lhs indexes, windows are gathered, panels of positions are filled
/// as far as there are so many, and sums transposed.
static double getLookupRate(const ProductShape &shape, const Machine &machine) {
  double rate = getTableRate(shape, machine);
  if (!shape.isLookedUpByLhs()) {
    // Tables of codes of few bits are constants; others are made, once for all
    // of a code's products.
    constexpr int64_t mostOfConstants = 2;
    bool areMade = rate > 0 && shape.lhsBits > mostOfConstants &&
                   !ShapedType::isDynamic(shape.uses) && shape.uses > 0;
    return areMade ? 1 / (1 / rate + 0.45 / shape.uses) : rate;
  }
  constexpr int64_t panel = 64;
  ProductShape swapped = shape;
  std::swap(swapped.lhsBits, swapped.rhsBits);
  return 0.8 * getTableRate(swapped, machine) *
         getFill(shape.knownPositions, panel);
}

namespace {
/// Cycles of what surrounds the products of a filter's gradient: of each sum,
/// once a sample, and of each code until it is multiplied, an index or a byte
/// of the image, a part of a table or a number of the cotangent.
struct FilterCosts {
  double ofSum, ofImage, ofCotangent;

  /// For each multiply-add.
  double get(const ProductShape &shape) const {
    return ofSum / shape.depth + ofImage / shape.uses +
           ofCotangent / shape.terms;
  }
};
} // namespace

/// Of a filter's gradient the image is indexed, by tables of the cotangent, or,
/// turned, the other way round.
static double getFilterLookupRate(const ProductShape &shape,
                                  const Machine &machine) {
  ProductShape tables{shape.rhsBits, shape.lhsBits, ShapedType::kDynamic};
  if (shape.isLookupTurned)
    std::swap(tables.lhsBits, tables.rhsBits);
  double rate = getTableRate(tables, machine);
  if (!shape.lookupDepth || rate == 0)
    return 0;
  double padded = double(shape.lookupDepth) / shape.depth;
  FilterCosts costs{0.4, 0.6, 0.8};
  double cycles = 0.85 / rate * padded + 0.002;
  if (machine.vectorBits == 256) {
    // Indices and tables are loaded for each step, whatever drains take.
    rate = std::min(rate, tables.rhsBits == 2 ? 62.0 : 140.0);
    costs = {0.31, 0.77, 1.03};
    cycles = 0.73 / rate * padded;
  }
  if (shape.isLookupTurned)
    std::swap(costs.ofImage, costs.ofCotangent);
  return 1 / (cycles + costs.get(shape));
}

/// The same of products of bytes.
static double getFilterTileRate(const ProductShape &shape,
                                const Machine &machine) {
  double padded = double(shape.tiledDepth) / shape.depth;
  if (machine.multipliesTiles)
    return 185 / padded;
  if (machine.vectorBits != 256)
    return machine.vectorBits * (machine.dotsBytes ? 0.2 : 0.13) / padded;
  FilterCosts costs{0.24, 0.56, 0.75};
  return 1 / (padded / (machine.dotsBytes ? 92 : 60) + costs.get(shape));
}

/// Pairs of bits.
static double getPopcountRate(const ProductShape &shape,
                              const Machine &machine) {
  double fill = getFill(shape.depth, wordBits);
  if (machine.countsLanes)
    return 340 * fill;
  // 256 bits count in tiles; all others in loops over words, as every filter
  // gradient does.
  if (shape.ofFilterGradient)
    return (machine.vectorBits == 512 ? 98 : machine.vectorBits * 0.28) * fill;
  return (machine.vectorBits == 512 ? 75 : machine.vectorBits / 2.0) * fill;
}

ProductShape &ProductShape::setPositions(ShapedType images) {
  positions = knownPositions = 1;
  for (int64_t size : images.getShape().drop_back()) {
    bool isKnown = !ShapedType::isDynamic(size);
    knownPositions *= isKnown ? size : 1;
    positions = isKnown && !ShapedType::isDynamic(positions)
                    ? positions * size
                    : ShapedType::kDynamic;
  }
  return *this;
}

/// Beside the products: what becomes of a code until it is multiplied, a byte,
/// gathered where its row is not read in place; what becomes of a sum; and
/// weights that the second-level cache does not hold. The unit is taken to be
/// at its speed on a core that no other thread shares; else it has half of it,
/// and population counts are faster.
static double getMatrixRate(const ProductShape &shape) {
  constexpr double heldWeights = 1.5 * 1024 * 1024;
  double uses = ShapedType::isDynamic(shape.uses) ? 576 : shape.uses;
  double terms = ShapedType::isDynamic(shape.terms) ? 576 : shape.terms;
  double cycles =
      0.0013 + 0.29 / std::max(uses, 1.0) + 0.15 / std::max(terms, 1.0);
  if (!ShapedType::isDynamic(shape.positions) &&
      !ShapedType::isDynamic(shape.depth) && uses * shape.depth > heldWeights)
    cycles += 0.11 / std::max<double>(shape.positions, 1);
  return getFill(shape.depth, matrixSteps * wordBytes) / cycles;
}

static double getIntegerRate(const ProductShape &shape,
                             const Machine &machine) {
  if (machine.multipliesTiles && !shape.ofFilterGradient)
    return getMatrixRate(shape);
  if (shape.tiledDepth)
    return getFilterTileRate(shape, machine);
  double lanes = machine.vectorBits / 32.0;
  // Products in a cycle and lane: four in one instruction; or two, and a sum;
  // or masks, shifts, products and sums of each byte. Filter gradients add each
  // sample's to floats. Where products of bytes do not fit, as of eight bits by
  // eight, there are those of 16 bits. AVX2 has tiles of both.
  bool isOfFilter = shape.ofFilterGradient;
  // Of one position a code selects its term, a vector for each addition.
  constexpr int64_t mostOfSelector = 2;
  if (isOfFilter && shape.depth == 1 && shape.lhsBits <= mostOfSelector)
    return 2 * lanes;
  bool inTiles = machine.vectorBits == 256 && machine.multipliesBytes &&
                 !machine.dotsBytes && !isOfFilter;
  bool fitBytes =
      inTiles ? FormAttr::allows(Kernel::bytes, shape.lhsBits, shape.rhsBits)
              : std::min(shape.lhsBits, shape.rhsBits) < 8;
  double perLane = 0.5;
  if (machine.multipliesBytes && !fitBytes)
    perLane = isOfFilter ? 1.2 : 2;
  else if (machine.dotsBytes)
    perLane = isOfFilter ? 3.6 : 6.6;
  else if (inTiles)
    perLane = 5.5;
  else if (machine.multipliesBytes)
    perLane = machine.vectorBits == 512 ? 2.5 : 3;
  return perLane * lanes * getFill(shape.depth, wordBytes);
}

double bitserial::getRate(Strategy strategy, const ProductShape &shape,
                          const Machine &machine) {
  switch (strategy) {
  case Strategy::automatic:
  case Strategy::popcount:
    return getPopcountRate(shape, machine) / (shape.lhsBits * shape.rhsBits);
  case Strategy::integer:
    return getIntegerRate(shape, machine);
  case Strategy::lookup:
    return shape.ofFilterGradient ? getFilterLookupRate(shape, machine)
                                  : getLookupRate(shape, machine);
  }
  llvm_unreachable("not a strategy");
}

Strategy bitserial::choosePlanes(const ProductShape &shape,
                                 const Machine &machine) {
  return getRate(Strategy::lookup, shape, machine) >
                 getRate(Strategy::popcount, shape, machine)
             ? Strategy::lookup
             : Strategy::popcount;
}

Strategy bitserial::chooseStrategy(const ProductShape &shape,
                                   const Machine &machine) {
  Strategy planes = choosePlanes(shape, machine);
  return getRate(Strategy::integer, shape, machine) >
                 getRate(planes, shape, machine)
             ? Strategy::integer
             : planes;
}
