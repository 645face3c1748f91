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

/// Multiply-adds in a cycle. AND + popcount does 126 1-bit products with AVX2's
/// byte shuffles (measured), 340 with VPOPCNTQ on 512 bits (from its
/// throughput), half of AVX2's on 128 bits; each pair of bit planes costs one
/// pass. Floats do two fused multiply-adds of a vector in a cycle, less the
/// loads; 32-bit integers about half as many.
static double getRate(StringRef strategy, int leftBits, int rightBits,
                      unsigned vectorBits) {
  double lanes = vectorBits / 32.0;
  if (strategy == "popcount") {
    double oneBit = vectorBits == 512 ? 340 : vectorBits == 256 ? 126 : 63;
    return oneBit / (leftBits * rightBits);
  }
  if (strategy == "integer")
    return lanes;
  if (strategy == "float")
    return 1.9 * lanes;
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
                                      int leftBits, int rightBits,
                                      unsigned vectorBits) {
  static const double clock = getClockRate();
  return macs / getRate(strategy, leftBits, rightBits, vectorBits) / clock;
}
