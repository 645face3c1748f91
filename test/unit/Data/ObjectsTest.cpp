//===- ObjectsTest.cpp - Labelled boxes in images -------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/DatasetPart.h"

#include "TestFiles.h"

#include <cmath>

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Objects twoImages() {
  Objects objects;
  objects.perImage = 2;
  objects.addImage();
  objects.addObject(3, {0, 0.25f, 1, 0.5f});
  objects.addObject(0, {0.5f, 0, 0.75f, 1}, /*isDifficult=*/true);
  objects.addImage();
  return objects;
}

TEST(Objects, ArePadded) {
  Objects objects = twoImages();
  EXPECT_EQ(objects.images(), 2);
  EXPECT_EQ(objects.labels, (std::vector<int32_t>{3, 0, -1, -1}));
  EXPECT_EQ(objects.difficult, (std::vector<uint8_t>{0, 1, 0, 0}));
  EXPECT_EQ(objects.boxes[1], (Box{0.5f, 0, 0.75f, 1}));
  EXPECT_SUCCESS(checkObjects("FILE", objects, 4));
  objects.takeFront(1);
  EXPECT_EQ(objects.images(), 1);
  EXPECT_EQ(objects.boxes.size(), 2u);
}

TEST(Objects, FillBatches) {
  DatasetPart part;
  part.objects = twoImages();
  EXPECT_EQ(part.size(), 2);
  int32_t labels[6];
  float boxes[24];
  fillObjects(part, {1, 0}, 3, labels, boxes);
  EXPECT_EQ(std::vector<int32_t>(labels, labels + 6),
            (std::vector<int32_t>{-1, -1, -1, 3, 0, -1}));
  EXPECT_EQ(std::vector<float>(boxes + 12, boxes + 20),
            (std::vector<float>{0, 0.25f, 1, 0.5f, 0.5f, 0, 0.75f, 1}));
  EXPECT_EQ(boxes[23], 0);
}

TEST(Objects, NameWhatIsWrong) {
  Objects objects = twoImages();
  EXPECT_ERROR(checkObjects("FILE", objects, 3),
               "FILE: object 0 of image 0: label 3 is not in 0..2");
  objects.labels[0] = -1;
  EXPECT_ERROR(checkObjects("FILE", objects, 4),
               "FILE: object 1 of image 0: it comes after a label of -1");
  objects = twoImages();
  objects.labels[0] = -2;
  EXPECT_ERROR(checkObjects("FILE", objects, 4), "label -2 is not in 0..3");
  for (Box box : {Box{0, 0, 0, 1}, Box{0, 0.5f, 1, 0.5f},
                  Box{0.5f, 0, 0.25f, 1}, Box{0, 0, 1.01f, 1},
                  Box{-0.01f, 0, 1, 1}, Box{std::nanf(""), 0, 1, 1}}) {
    objects = twoImages();
    objects.boxes[1] = box;
    EXPECT_ERROR(checkObjects("FILE", objects, 4),
                 "FILE: object 1 of image 0: the box is empty or not in the "
                 "image");
  }
}

} // namespace
