//===- Philox.cpp - Counter-based random numbers --------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Philox.h"

/// Philox4x32 multiplies by these, and adds those to the key each round.
static constexpr uint64_t multipliers[] = {0xD2511F53, 0xCD9E8D57};
static constexpr uint32_t weyl[] = {0x9E3779B9, 0xBB67AE85};
static constexpr int rounds = 10;

std::array<uint32_t, 4>
dorefa::data::philox4x32(std::array<uint32_t, 4> counter,
                         std::array<uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    const uint64_t p0 = multipliers[0] * counter[0];
    const uint64_t p1 = multipliers[1] * counter[2];
    counter = {static_cast<uint32_t>(p1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(p1),
               static_cast<uint32_t>(p0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(p0)};
    key[0] += weyl[0];
    key[1] += weyl[1];
  }
  return counter;
}
