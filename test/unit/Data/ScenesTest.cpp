//===- ScenesTest.cpp - Scenes composed of small images -------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Scenes.h"

#include "dorefa/Data/Dataset.h"

#include "TestFiles.h"

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

/// Squares, bars and a pattern, bright on black, 28x28.
DatasetPart items() {
  DatasetPart part;
  part.images = Tensor(ElementType::U8, {3, 28, 28, 1});
  part.labels = {7, 2, 5};
  auto pixels = part.images.data<uint8_t>();
  for (int y = 4; y < 24; ++y)
    for (int x = 4; x < 24; ++x) {
      pixels[y * 28 + x] = 200;
      pixels[784 + y * 28 + 10 + x / 4] = 255;
      pixels[2 * 784 + y * 28 + x] = 31 + (x * y) % 200;
    }
  return part;
}

/// 64-bit FNV-1a.
uint64_t checksum(llvm::ArrayRef<uint8_t> bytes,
                  uint64_t hash = 0xcbf29ce484222325) {
  for (uint8_t byte : bytes)
    hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

template <typename T>
llvm::ArrayRef<uint8_t> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const uint8_t *>(values.data()),
          values.size() * sizeof(T)};
}

TEST(Scenes, FollowFromTheOptions) {
  SceneOptions options;
  options.count = 5;
  DatasetPart all = items();
  auto compose = [&] {
    DatasetPart part = composeScenes(all, options);
    return checksum(
        bytesOf(part.objects->boxes),
        checksum(bytesOf(part.objects->labels), checksum(part.images.bytes())));
  };
  const uint64_t first = compose();
  EXPECT_EQ(first, compose());
  // The scenes of a run that is repeated on another machine are the same.
  EXPECT_EQ(first, 10927217195772164074u);
  options.part = 1;
  EXPECT_NE(first, compose());
  options.part = 0;
  options.seed = 2;
  EXPECT_NE(first, compose());
}

// A scene is the same whatever the number of scenes.
TEST(Scenes, ComeOneByOne) {
  SceneOptions options;
  options.count = 2;
  options.size = 41;
  DatasetPart two = composeScenes(items(), options);
  options.count = 1;
  DatasetPart one = composeScenes(items(), options);
  EXPECT_EQ(one.images.bytes(), two.images.takeFront(1).bytes());
  EXPECT_EQ(one.objects->labels.front(), two.objects->labels.front());
}

TEST(Scenes, HaveBoxesAroundTheirItems) {
  SceneOptions options;
  options.count = 200;
  options.objects = 6;
  options.size = 96;
  DatasetPart part = composeScenes(items(), options);
  ASSERT_EQ(part.size(), 200);
  EXPECT_EQ(describe(part.images), "u8[200x96x96x1]");
  EXPECT_SUCCESS(checkObjects("FILE", *part.objects, 10));
  int64_t count = 0;
  double squareness = 0;
  for (size_t i = 0; i < part.objects->labels.size(); ++i) {
    const int32_t label = part.objects->labels[i];
    if (label < 0)
      continue;
    ++count;
    const Box &box = part.objects->boxes[i];
    const float width = (box[2] - box[0]) * 96, height = (box[3] - box[1]) * 96;
    // Items of 20x20 of 28 pixels, scaled to 24 to 48; the bar is 6 wide.
    EXPECT_TRUE(label == 7 || label == 2 || label == 5);
    EXPECT_GE(height, 16);
    EXPECT_LE(height, 37);
    if (label == 2)
      EXPECT_LT(width, height / 2);
    else
      squareness += width / height;
  }
  EXPECT_GT(count, 400);
  EXPECT_GT(squareness, 0);
}

// An item that is larger than the canvas has no place in a scene.
TEST(Scenes, LeaveOutWhatDoesNotFit) {
  SceneOptions options;
  options.count = 3;
  options.size = 8;
  DatasetPart part = composeScenes(items(), options);
  for (int32_t label : part.objects->labels)
    EXPECT_TRUE(label == -1 || label == 2);
}

TEST(Scenes, OfItemsWithoutAnythingHaveNoObjects) {
  SceneOptions options;
  options.count = 2;
  DatasetPart black;
  black.images = Tensor(ElementType::U8, {1, 1, 1, 1});
  black.labels = {0};
  DatasetPart part = composeScenes(black, options);
  for (int32_t label : part.objects->labels)
    EXPECT_EQ(label, -1);
}

} // namespace
