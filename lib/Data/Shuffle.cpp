//===- Shuffle.cpp - The order of an epoch --------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Shuffle.h"

#include "dorefa/Data/RandomStream.h"

#include <cassert>
#include <numeric>
#include <utility>

using namespace dorefa::data;

/// Keeps these words apart from other uses of the same seed; "SHUF".
static constexpr uint32_t domain = 0x53485546;

std::vector<int64_t>
dorefa::data::epochPermutation(int64_t count, uint64_t seed, uint64_t epoch) {
  assert(count >= 0 && "a negative number of images");
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  RandomStream stream(seed, domain, epoch);
  for (int64_t i = count - 1; i > 0; --i)
    std::swap(order[i], order[stream.below(i + 1)]);
  return order;
}
