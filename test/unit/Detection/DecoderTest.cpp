//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/Decoder.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace dorefa::detection;

namespace {

TEST(Overlap, IsSharedOverAll) {
  const Box unit = {0, 0, 1, 1};
  EXPECT_EQ(overlap(unit, unit), 1);
  EXPECT_EQ(overlap(unit, {0.5f, 0, 1, 1}), 0.5);
  EXPECT_EQ(overlap(unit, {1, 0, 2, 1}), 0);
  EXPECT_EQ(overlap(unit, {2, 2, 3, 3}), 0);
  EXPECT_EQ(overlap({0, 0, 0, 1}, {0, 0, 0, 1}), 0);
  EXPECT_DOUBLE_EQ(overlap({0, 0, 2, 2}, {1, 1, 3, 3}), 1.0 / 7);
}

TEST(DecodeBox, MovesAndScalesAnAnchor) {
  const float anchor[] = {0.25f, 0.25f, 0.5f, 0.75f};
  EXPECT_EQ(decodeBox({0, 0, 0, 0}, anchor), (Box{0.25f, 0.25f, 0.5f, 0.75f}));
  // A tenth of an offset of 4 is 0.4 of the anchor's width.
  Box moved = decodeBox({4, -2, 0, 0}, anchor);
  EXPECT_FLOAT_EQ(moved[0], 0.35f);
  EXPECT_FLOAT_EQ(moved[2], 0.6f);
  EXPECT_FLOAT_EQ(moved[1], 0.15f);
  Box wide = decodeBox({0, 0, 5 * std::log(2.0f), 0}, anchor);
  EXPECT_FLOAT_EQ(wide[0], 0.125f);
  EXPECT_FLOAT_EQ(wide[2], 0.625f);
  // Cut at the borders, also where a number is huge.
  Box huge = decodeBox({0, 0, 1000, 1000}, anchor);
  EXPECT_EQ(huge, (Box{0, 0, 1, 1}));
}

Detection at(int32_t label, float score, float left) {
  return {label, score, {left, 0, left + 0.5f, 0.5f}};
}

TEST(Suppress, KeepsTheBestOfAClass) {
  auto kept = suppress(
      {at(0, 0.5f, 0), at(0, 0.9f, 0.05f), at(1, 0.3f, 0), at(0, 0.4f, 0.5f)},
      0.45, 100);
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[0].score, 0.9f);
  EXPECT_EQ(kept[1].score, 0.4f);
  EXPECT_EQ(kept[2].label, 1);
}

// What is suppressed suppresses nothing itself.
TEST(Suppress, IsGreedy) {
  auto kept = suppress({at(0, 0.9f, 0), at(0, 0.8f, 0.15f), at(0, 0.7f, 0.3f)},
                       0.45, 100);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[1].score, 0.7f);
}

TEST(Suppress, KeepsOrderAmongEqualsAndTheLimit) {
  auto kept =
      suppress({at(2, 0.5f, 0), at(1, 0.5f, 0), at(0, 0.5f, 0)}, 0.45, 2);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].label, 2);
  EXPECT_EQ(kept[1].label, 1);
  EXPECT_TRUE(suppress({}, 0.45, 100).empty());
  // An overlap of exactly the limit stays.
  EXPECT_EQ(
      suppress({{0, 0.9f, {0, 0, 1, 1}}, {0, 0.8f, {0, 0, 1, 0.5f}}}, 0.5, 100)
          .size(),
      2u);
}

TEST(Decode, GivesClassesWithoutTheBackground) {
  // Two anchors, the background and two classes.
  const float anchors[] = {0, 0, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1};
  const float offsets[8] = {};
  const float logits[] = {0, 5, 0, 9, 0, 0};
  auto found = decode(logits, offsets, anchors);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].label, 0);
  EXPECT_NEAR(found[0].score, std::exp(5) / (std::exp(5) + 2), 1e-6);
  EXPECT_EQ(found[0].box, (Box{0, 0, 0.5f, 0.5f}));
  for (const Detection &detection : found)
    EXPECT_LT(detection.box[2], 0.6f) << "the second anchor is background";
  DecoderOptions all;
  all.leastScore = 0;
  EXPECT_EQ(decode(logits, offsets, anchors, all).size(), 4u);
  all.limit = 1;
  EXPECT_EQ(decode(logits, offsets, anchors, all).size(), 1u);
}

TEST(Decode, FindsNothingInWhatIsNotANumber) {
  const float anchors[] = {0, 0, 1, 1};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(decode({nan, nan}, {0, 0, 0, 0}, anchors).empty());
  EXPECT_TRUE(decode({0, 9}, {nan, 0, 0, 0}, anchors).empty());
}

} // namespace
