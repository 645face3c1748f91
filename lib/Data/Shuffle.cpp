//===- Shuffle.cpp - The order of an epoch --------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Shuffle.h"

#include "dorefa/Data/Philox.h"

#include <cassert>
#include <numeric>
#include <utility>

using namespace dorefa::data;

namespace {
/// The random 64-bit words of one epoch.
class EpochStream {
public:
  EpochStream(uint64_t seed, uint64_t epoch)
      : key{static_cast<uint32_t>(seed),
            static_cast<uint32_t>(seed >> 32) ^ domain},
        counter{0, 0, static_cast<uint32_t>(epoch),
                static_cast<uint32_t>(epoch >> 32)} {}

  /// Uniform in 0..bound-1. Words below 2^64 mod bound are drawn again: those
  /// that remain are a multiple of `bound` many.
  uint64_t below(uint64_t bound) {
    const uint64_t threshold = (uint64_t(0) - bound) % bound;
    uint64_t word;
    do
      word = next();
    while (word < threshold);
    return word % bound;
  }

private:
  /// Keeps these words apart from other uses of the same seed; "SHUF".
  static constexpr uint32_t domain = 0x53485546;

  uint64_t next() {
    if (used == 4) {
      words = philox4x32(counter, key);
      if (++counter[0] == 0)
        ++counter[1];
      used = 0;
    }
    uint64_t low = words[used], high = words[used + 1];
    used += 2;
    return high << 32 | low;
  }

  std::array<uint32_t, 2> key;
  std::array<uint32_t, 4> counter;
  std::array<uint32_t, 4> words = {};
  unsigned used = 4;
};
} // namespace

std::vector<int64_t>
dorefa::data::epochPermutation(int64_t count, uint64_t seed, uint64_t epoch) {
  assert(count >= 0 && "a negative number of images");
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  EpochStream stream(seed, epoch);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[stream.below(i + 1)]);
  return order;
}
