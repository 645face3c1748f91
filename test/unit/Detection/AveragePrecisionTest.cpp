//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/AveragePrecision.h"

#include "gtest/gtest.h"

using namespace dorefa::detection;

namespace {

/// A box of a tenth of the image in the place `i` of ten.
Box place(int i, float share = 1) {
  return {i / 10.0f, 0, i / 10.0f + share / 10, 1};
}

TEST(AveragePrecision, OfAllAndOfNothing) {
  std::vector<ImageResult> images(2);
  EXPECT_EQ(meanAveragePrecisionVoc(images), 0);
  EXPECT_EQ(meanAveragePrecisionCoco(images), 0);
  images[0].detections = {{0, 0.9f, place(0)}};
  EXPECT_EQ(meanAveragePrecisionVoc(images), 0);
  images[0].objects = {{0, place(0)}, {1, place(1)}};
  images[1].objects = {{0, place(2)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0.25);
  images[0].detections.push_back({1, 0.2f, place(1)});
  images[1].detections = {{0, 0.1f, place(2)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 1);
  EXPECT_DOUBLE_EQ(meanAveragePrecisionCoco(images), 1);
}

// Right, wrong, right of 4 objects: precision 1, 2/3, 2/3 at recall 1/4, 1/4,
// 1/2; the area 1/4 + 2/3 / 4.
TEST(AveragePrecision, IsTheAreaUnderTheCurve) {
  std::vector<ImageResult> images(1);
  for (int i = 0; i < 4; ++i)
    images[0].objects.push_back({0, place(i)});
  images[0].detections = {
      {0, 0.9f, place(0)}, {0, 0.8f, place(7)}, {0, 0.7f, place(1)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0.25 + 0.25 * 2 / 3);
  // At 26 of 101 recalls (0 to 0.25) 1, at 25 (to 0.5) 2/3.
  EXPECT_NEAR(meanAveragePrecisionCoco(images), (26 + 25 * 2 / 3.0) / 101,
              1e-12);
}

TEST(AveragePrecision, CountsASecondDetectionAsWrong) {
  std::vector<ImageResult> images(1);
  images[0].objects = {{0, place(0)}, {0, place(1)}};
  images[0].detections = {
      {0, 0.9f, place(0)}, {0, 0.8f, place(0)}, {0, 0.7f, place(1)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0.5 + 0.5 * 2 / 3);
}

// In VOC a detection is of the object with the largest overlap, which another
// has; in COCO of the largest overlap of those that are left.
TEST(AveragePrecision, DiffersInWhatIsTaken) {
  std::vector<ImageResult> images(1);
  images[0].objects = {{0, {0, 0, 1, 1}}, {0, {0, 0, 1, 0.6f}}};
  images[0].detections = {{0, 0.9f, {0, 0, 1, 1}}, {0, 0.8f, {0, 0, 1, 0.9f}}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0.5);
  // 0.9 and 0.6 / 0.9 with the two; the second counts up to 0.65.
  EXPECT_NEAR(meanAveragePrecisionCoco(images), (4 * 1.0 + 6 * 51 / 101.0) / 10,
              1e-12);
}

TEST(AveragePrecision, LeavesDifficultObjectsOut) {
  std::vector<ImageResult> images(1);
  images[0].objects = {{0, place(0), /*isDifficult=*/true}, {0, place(1)}};
  images[0].detections = {{0, 0.9f, place(0)}, {0, 0.8f, place(1)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 1);
  EXPECT_DOUBLE_EQ(meanAveragePrecisionCoco(images), 1);
  // A class of difficult objects alone is not measured.
  images[0].objects.push_back({5, place(5), /*isDifficult=*/true});
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 1);
  EXPECT_DOUBLE_EQ(meanAveragePrecisionCoco(images), 1);
}

TEST(AveragePrecision, AsksForAHalf) {
  std::vector<ImageResult> images(1);
  images[0].objects = {{0, {0, 0, 1, 1}}};
  images[0].detections = {{0, 0.9f, {0, 0, 1, 0.5f}}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 1);
  EXPECT_DOUBLE_EQ(meanAveragePrecisionCoco(images), 0.1);
  images[0].detections = {{0, 0.9f, {0, 0, 1, 0.49f}}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0);
}

// Equal scores keep the order of the images, whatever they are sorted by.
TEST(AveragePrecision, OrdersByScoreOverAllImages) {
  std::vector<ImageResult> images(2);
  images[0].objects = {{0, place(0)}};
  images[0].detections = {{0, 0.3f, place(0)}};
  images[1].detections = {{0, 0.6f, place(0)}};
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 0.5);
  images[1].detections[0].score = 0.3f;
  EXPECT_DOUBLE_EQ(meanAveragePrecisionVoc(images), 1);
}

} // namespace
