//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Detection/Drawing.h"

#include "gtest/gtest.h"

using namespace dorefa;
using namespace dorefa::detection;

namespace {

class Drawing : public testing::Test {
protected:
  Drawing() {
    part.images = data::Tensor(data::ElementType::U8, {3, 10, 20, 1});
    llvm::fill(part.images.data<uint8_t>(), 50);
    part.objects.emplace();
    for (int i = 0; i < 3; ++i)
      part.objects->addImage();
  }
  using Pixel = std::array<int, 3>;
  Pixel at(const data::Tensor &sheet, int64_t y, int64_t x) {
    const uint8_t *pixel =
        &sheet.data<uint8_t>()[(y * sheet.shape()[1] + x) * 3];
    return {pixel[0], pixel[1], pixel[2]};
  }
  data::DatasetPart part;
};

TEST_F(Drawing, LaysImagesOut) {
  DrawingOptions options;
  options.columns = 2;
  data::Tensor sheet =
      drawDetections(part, std::vector<ImageResult>(3), options);
  EXPECT_EQ(describe(sheet), "u8[64x124x3]");
  EXPECT_EQ(at(sheet, 0, 0), (Pixel{50, 50, 50}));
  EXPECT_EQ(at(sheet, 31, 0), (Pixel{0, 0, 0})) << "a gap";
  EXPECT_EQ(at(sheet, 63, 59), (Pixel{50, 50, 50}));
  EXPECT_EQ(at(sheet, 63, 64), (Pixel{0, 0, 0})) << "no fourth image";
  options.count = 1;
  EXPECT_EQ(
      describe(drawDetections(part, std::vector<ImageResult>(3), options)),
      "u8[30x60x3]");
}

TEST_F(Drawing, FramesWhatIsThereAndWhatWasFound) {
  DrawingOptions options;
  options.count = 1;
  std::vector<ImageResult> results(1);
  results[0].objects = {{0, {0, 0, 0.5f, 1}}};
  results[0].detections = {{1, 0.9f, {0.5f, 0, 1, 1}},
                           {2, 0.4f, {0.25f, 0.25f, 0.75f, 0.75f}}};
  data::Tensor sheet = drawDetections(part, results, options);
  EXPECT_EQ(at(sheet, 15, 0), (Pixel{255, 255, 255}));
  EXPECT_EQ(at(sheet, 15, 1), (Pixel{50, 50, 50}));
  EXPECT_EQ(at(sheet, 15, 29), (Pixel{255, 255, 255}));
  // Two pixels of the class's colour; what is not sure is not drawn.
  EXPECT_EQ(at(sheet, 15, 30), (Pixel{70, 140, 255}));
  EXPECT_EQ(at(sheet, 15, 58), (Pixel{70, 140, 255}));
  EXPECT_EQ(at(sheet, 15, 32), (Pixel{50, 50, 50}));
  // The middle of the 1 of "1 90".
  EXPECT_EQ(at(sheet, 3, 32), (Pixel{0, 0, 0}));
}

TEST_F(Drawing, CutsWhatHangsOver) {
  DrawingOptions options;
  std::vector<ImageResult> results(3);
  results[2].detections = {{123, 1.0f, {0.95f, 0.95f, 1, 1}},
                           {0, 0.5f, {0.5f, 0.5f, 0.5f, 0.5f}}};
  EXPECT_EQ(describe(drawDetections(part, results, options)), "u8[30x188x3]");
}

} // namespace
