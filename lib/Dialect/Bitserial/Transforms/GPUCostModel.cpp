//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/Transforms/GPUCostModel.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

GPUMachine GPUMachine::get(StringRef chip) {
  GPUMachine machine;
  StringRef number = chip;
  if (!number.consume_front("sm_"))
    return machine;
  if (number.ends_with("a") || number.ends_with("f"))
    number = number.drop_back();
  if (number.getAsInteger(10, machine.computeCapability)) {
    machine.computeCapability = 0;
    return machine;
  }
  machine.hasWarpgroups = chip == "sm_90a";
  machine.hasTensorCores = machine.computeCapability >= 80;
  if (machine.hasTensorCores) {
    // The data sheet of the A100, and the ratio of both for what came after it:
    // 4992 and 624 TOPS, 108 multiprocessors, 1.41 GHz.
    machine.tensorBits = 16384;
    machine.tensorBytes = 2048;
  }
  return machine;
}

bool bitserial::prefersTensorCores(int64_t rows, const GPUMachine &machine) {
  return machine.hasTensorCores &&
         (ShapedType::isDynamic(rows) || rows > loopRows);
}

bool bitserial::prefersWarpgroups(int64_t rows, const GPUMachine &machine) {
  return machine.hasWarpgroups &&
         (ShapedType::isDynamic(rows) || rows >= warpgroupRows);
}

/// The part of the bits of a row of words that belong to a code.
static double getFill(int64_t depth, int64_t codesPerWord) {
  if (ShapedType::isDynamic(depth) || depth < 1)
    return 1;
  return double(depth) / (llvm::divideCeil(depth, codesPerWord) * codesPerWord);
}

double bitserial::getRate(Strategy strategy, const ProductShape &shape,
                          const GPUMachine &machine) {
  int64_t bits = shape.lhsBits * shape.rhsBits;
  switch (strategy) {
  case Strategy::automatic:
  case Strategy::popcount:
    return std::max(machine.countedBits, machine.tensorBits) *
           getFill(shape.depth, wordBits) / bits;
  case Strategy::integer:
    return std::max(machine.multipliedBytes, machine.tensorBytes) *
           getFill(shape.depth, wordBytes);
  case Strategy::lookup:
    return 0;
  }
  llvm_unreachable("a strategy");
}

Strategy bitserial::chooseStrategy(const ProductShape &shape,
                                   const GPUMachine &machine) {
  return getRate(Strategy::integer, shape, machine) >
                 getRate(Strategy::popcount, shape, machine)
             ? Strategy::integer
             : Strategy::popcount;
}
