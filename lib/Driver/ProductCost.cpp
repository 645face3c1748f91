//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/ProductCost.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using mlir::bitserial::Machine;
using mlir::bitserial::ProductShape;
using mlir::bitserial::Strategy;
using mlir::bitserial::symbolizeStrategy;

/// Multiply-adds in a cycle. Floats do two fused multiply-adds of a vector in a
/// cycle, less the loads.
static double getRate(StringRef strategy, const ProductShape &shape,
                      const Machine &machine) {
  // Five instructions of 32-bit lanes for a product, two in a cycle.
  if (strategy == "shift")
    return 0.4 * machine.vectorBits / 32;
  if (strategy == "float")
    return 1.9 * machine.vectorBits / 32;
  if (std::optional<Strategy> known = symbolizeStrategy(strategy))
    return mlir::bitserial::getRate(*known, shape, machine);
  return 0.25; // reference: one element at a time, through memory
}

double dorefa::driver::getClockRate() {
  // In kHz, where frequency scaling is visible.
  if (auto file = MemoryBuffer::getFileAsStream(
          "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")) {
    double kiloHertz;
    if (!(*file)->getBuffer().trim().getAsDouble(kiloHertz))
      return kiloHertz * 1e3;
  }
  if (auto file = MemoryBuffer::getFileAsStream("/proc/cpuinfo")) {
    StringRef text = (*file)->getBuffer();
    size_t line = text.find("cpu MHz");
    double megaHertz;
    if (line != StringRef::npos && !text.substr(line)
                                        .split('\n')
                                        .first.split(':')
                                        .second.trim()
                                        .getAsDouble(megaHertz))
      return megaHertz * 1e6;
  }
  return 3e9;
}

double dorefa::driver::predictSeconds(StringRef strategy, int64_t macs,
                                      const ProductShape &shape,
                                      const Machine &machine) {
  static const double clock = getClockRate();
  return macs / getRate(strategy, shape, machine) / clock;
}
