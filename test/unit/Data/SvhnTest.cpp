//===- SvhnTest.cpp - Street View House Numbers ---------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Svhn.h"

#include "MatBytes.h"

#include <cmath>

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

constexpr uint8_t mxDouble = 6, mxUint8 = 9;
constexpr uint32_t miUint8 = 2, miDouble = 9;

uint8_t pixel(int row, int column, int channel, int image) {
  return row * 7 + column * 3 + channel * 101 + image * 53;
}

Bytes x(int count) {
  Bytes data; // column-major [row, column, channel, image]
  for (int image = 0; image < count; ++image)
    for (int channel = 0; channel < 3; ++channel)
      for (int column = 0; column < 32; ++column)
        for (int row = 0; row < 32; ++row)
          data.push_back(pixel(row, column, channel, image));
  return matArray("X", mxUint8, {32, 32, 3, count}, miUint8, data);
}

Bytes y(const Bytes &labels) {
  return matArray("y", mxDouble, {int32_t(labels.size()), 1}, miUint8, labels);
}

TEST(Svhn, TransposesImagesAndMapsLabels) {
  TempDir directory;
  Bytes file = matHeader() + matCompressed(x(2)) + matCompressed(y({1, 10}));
  directory.write("train_32x32.mat", file);
  directory.write("test_32x32.mat", matHeader() + x(1) + y({9}));
  auto dataset = loadSvhn(directory.str());
  ASSERT_VALUE(dataset);
  EXPECT_EQ(dataset->classes, 10);
  EXPECT_EQ(dataset->train.labels, (std::vector<int32_t>{1, 0}));
  EXPECT_EQ(dataset->test.labels, (std::vector<int32_t>{9}));
  EXPECT_EQ(describe(dataset->train.images), "u8[2x32x32x3]");
  auto pixels = dataset->train.images.data<uint8_t>();
  for (int image = 0; image < 2; ++image)
    for (int row = 0; row < 32; ++row)
      for (int column = 0; column < 32; ++column)
        for (int channel = 0; channel < 3; ++channel)
          ASSERT_EQ(pixels[((image * 32 + row) * 32 + column) * 3 + channel],
                    pixel(row, column, channel, image));
}

TEST(Svhn, NamesWhatIsWrong) {
  TempDir directory;
  auto expectError = [&](const Bytes &arrays, StringRef part) {
    std::string path = directory.write("FILE", matHeader() + arrays);
    EXPECT_ERROR(readSvhnPart(path), path + ": " + part.str());
  };
  expectError(x(1), "holds no array 'y'");
  expectError(x(2) + y({1}), "expected y of size 2x1");
  expectError(x(1) + y({0}), "expected labels in 1..10 in y");
  expectError(x(1) + y({11}), "expected labels in 1..10 in y");
  auto floating = [](double label) {
    uint64_t bits;
    std::memcpy(&bits, &label, 8);
    return matArray("y", mxDouble, {1, 1}, miDouble, little(bits, 8));
  };
  expectError(x(1) + floating(1.5), "expected labels in 1..10");
  expectError(x(1) + floating(1e300), "expected labels in 1..10");
  expectError(x(1) + floating(-1e300), "expected labels in 1..10");
  expectError(x(1) + floating(std::nan("")), "expected labels in 1..10");
  expectError(matArray("X", mxUint8, {32, 32}, miUint8, Bytes(1024)) + y({1}),
              "expected X of size 32x32x3xN and class uint8");
  EXPECT_ERROR(loadSvhn(directory.str()),
               "data set 'svhn' not found: no train_32x32.mat, no "
               "test_32x32.mat; get them from");
}

} // namespace
