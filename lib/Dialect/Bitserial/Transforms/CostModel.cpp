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

/// The part of the bits of a row of words that belong to a code.
static double getFill(int64_t depth, int64_t codesPerWord) {
  if (ShapedType::isDynamic(depth) || depth < 1)
    return 1;
  return double(depth) / (llvm::divideCeil(depth, codesPerWord) * codesPerWord);
}

/// Lookups count operations: an addition and a shuffle for each vector of
/// columns and four codes, and what a drain needs.
static double getLookupRate(const ProductShape &shape, const Machine &machine) {
  if (!machine.looksUpBytes ||
      !FormAttr::allows(Kernel::lookup, shape.lhsBits, shape.rhsBits))
    return 0;
  double bytes = machine.vectorBits / 8.0;
  // Operations in a cycle. With 512 bits, of a whole convolution measured.
  double rate =
      (machine.vectorBits == 512 ? 0.9 : 2.9) * getFill(shape.depth, wordBits);
  // Three shuffles give 12 products of two rows.
  if (shape.lhsBits == 1 && shape.rhsBits == 1)
    return 0.9 * rate * 24 * bytes / 8;
  double drain = shape.rhsBits == 1 ? 3 : 2;
  double steps = std::min<int64_t>(
      FormAttr::getLargestDrain(Kernel::lookup, shape.lhsBits, shape.rhsBits),
      16);
  return rate * 4 * bytes / shape.rhsBits / (2 + drain / steps);
}

double bitserial::getRate(Strategy strategy, const ProductShape &shape,
                          const Machine &machine) {
  int64_t bits = shape.lhsBits * shape.rhsBits;
  if (strategy == Strategy::popcount || strategy == Strategy::automatic) {
    double oneBit = machine.countsLanes ? 340 : machine.vectorBits / 2.0;
    return oneBit * getFill(shape.depth, wordBits) / bits;
  }
  if (strategy == Strategy::integer) {
    if (machine.multipliesTiles)
      return 150 * getFill(shape.depth, matrixSteps * wordBytes);
    double lanes = machine.vectorBits / 32.0;
    // Products in a cycle and lane. Four take one instruction; or two and a
    // sum; or masks, shifts, products and sums of each byte.
    double perLane = machine.dotsBytes         ? 3.6
                     : machine.multipliesBytes ? 3
                                               : 0.5;
    bool fits = shape.lhsBits < 8 || shape.rhsBits < 8;
    if (!fits && perLane > 1)
      perLane = 1.2;
    return perLane * lanes * getFill(shape.depth, wordBytes);
  }
  return getLookupRate(shape, machine);
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
