//===- ShuffleTest.cpp - The order of an epoch ----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Shuffle.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <map>
#include <numeric>

using namespace dorefa::data;

namespace {

TEST(Shuffle, IsAPermutation) {
  for (int64_t count : {0, 1, 2, 7, 1000}) {
    std::vector<int64_t> order = epochPermutation(count, 42, 3);
    std::sort(order.begin(), order.end());
    std::vector<int64_t> all(count);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(order, all);
  }
}

TEST(Shuffle, DependsOnSeedAndEpochAlone) {
  auto order = epochPermutation(100, 1, 1);
  EXPECT_EQ(order, epochPermutation(100, 1, 1));
  EXPECT_NE(order, epochPermutation(100, 1, 2));
  EXPECT_NE(order, epochPermutation(100, 2, 1));
  EXPECT_NE(order, epochPermutation(100, uint64_t(1) << 32 | 1, 1));
  EXPECT_NE(order, epochPermutation(100, 1, uint64_t(1) << 32 | 1));
}

// A checkpoint that is resumed by a later version must find the same order.
TEST(Shuffle, StaysTheSame) {
  EXPECT_EQ(epochPermutation(8, 0, 0),
            (std::vector<int64_t>{2, 4, 7, 6, 0, 5, 3, 1}));
  EXPECT_EQ(epochPermutation(8, uint64_t(5) << 32 | 3, (uint64_t(1) << 40) + 9),
            (std::vector<int64_t>{5, 7, 2, 4, 6, 3, 1, 0}));
}

TEST(Shuffle, EachPermutationIsEquallyLikely) {
  std::map<std::vector<int64_t>, int> counts;
  constexpr int epochs = 24000;
  for (int epoch = 0; epoch < epochs; ++epoch)
    ++counts[epochPermutation(4, 7, epoch)];
  ASSERT_EQ(counts.size(), 24u);
  // Chi-squared of 23 degrees of freedom; the quantile at 0.9999 is 56.
  double chi = 0;
  for (const auto &[order, count] : counts)
    chi += (count - 1000.0) * (count - 1000.0) / 1000.0;
  EXPECT_LT(chi, 56.0);
}

} // namespace
