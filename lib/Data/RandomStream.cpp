//===- RandomStream.cpp - Random numbers in a row -------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/RandomStream.h"

using namespace dorefa::data;

uint64_t RandomStream::next() {
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

// Words below 2^64 mod bound are drawn again: those that remain are a multiple
// of `bound` many.
uint64_t RandomStream::below(uint64_t bound) {
  const uint64_t threshold = (uint64_t(0) - bound) % bound;
  uint64_t word;
  do
    word = next();
  while (word < threshold);
  return word % bound;
}
