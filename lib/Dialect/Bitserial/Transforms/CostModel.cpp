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
      "avx512vpopcntdq", "avx512vnni", "avx512vl",
      "avx512bw",        "avxvnni",    "avx2",
      "ssse3",           "sse2",       "dotprod"};
  return features;
}

Machine Machine::get(int64_t vectorBits, ArrayRef<std::string> features) {
  auto has = [&](StringRef name) { return llvm::is_contained(features, name); };
  Machine machine;
  machine.vectorBits = vectorBits;
  machine.countsLanes = vectorBits == 512 && has("avx512vpopcntdq");
  machine.dotsBytes = has("avx512vnni") || has("avxvnni") || has("dotprod");
  machine.multipliesBytes = has("avx512bw") || has("avx2") || has("ssse3");
  return machine;
}

/// The part of the bits of a row of words that belong to a code.
static double getFill(int64_t depth, int64_t codesPerWord) {
  if (ShapedType::isDynamic(depth) || depth < 1)
    return 1;
  return double(depth) / (llvm::divideCeil(depth, codesPerWord) * codesPerWord);
}

double bitserial::getRate(Strategy strategy, const ProductShape &shape,
                          const Machine &machine) {
  int64_t bits = shape.lhsBits * shape.rhsBits;
  if (strategy == Strategy::popcount || strategy == Strategy::automatic) {
    double oneBit = machine.countsLanes ? 340 : machine.vectorBits / 2.0;
    return oneBit * getFill(shape.depth, wordBits) / bits;
  }
  if (strategy == Strategy::integer) {
    double lanes = machine.vectorBits / 32.0;
    // Products in a cycle and lane. Four take one instruction; or two and a sum;
    // or masks, shifts, products and sums of each byte.
    double perLane = machine.dotsBytes         ? 3.6
                     : machine.multipliesBytes ? 3
                                               : 0.5;
    bool fits = shape.lhsBits < 8 || shape.rhsBits < 8;
    if (!fits && perLane > 1)
      perLane = 1.2;
    return perLane * lanes * getFill(shape.depth, wordBytes);
  }
  return 0; // lookups have no lowering
}

Strategy bitserial::chooseStrategy(const ProductShape &shape,
                                   const Machine &machine) {
  return getRate(Strategy::integer, shape, machine) >
                 getRate(Strategy::popcount, shape, machine)
             ? Strategy::integer
             : Strategy::popcount;
}
