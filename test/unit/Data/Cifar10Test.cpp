//===- Cifar10Test.cpp - CIFAR-10 -----------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Cifar10.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

/// One record: the pixel at (row, column, channel) depends on all three.
uint8_t pixel(int row, int column, int channel) {
  return row * 5 + column * 3 + channel * 97;
}
Bytes record(uint8_t label) {
  Bytes result = {label};
  for (int channel = 0; channel < 3; ++channel)
    for (int row = 0; row < 32; ++row)
      for (int column = 0; column < 32; ++column)
        result.push_back(pixel(row, column, channel));
  return result;
}

void writeAll(const TempDir &directory, StringRef prefix = "") {
  for (int i = 1; i <= 5; ++i)
    directory.write((prefix + "data_batch_" + Twine(i) + ".bin").str(),
                    record(i) + record(i + 4));
  directory.write((prefix + "test_batch.bin").str(), record(0));
}

TEST(Cifar10, InterleavesPlanes) {
  TempDir directory;
  writeAll(directory);
  auto dataset = loadCifar10(directory.str());
  ASSERT_VALUE(dataset);
  EXPECT_EQ(describe(dataset->train.images), "u8[10x32x32x3]");
  EXPECT_EQ(dataset->train.labels,
            (std::vector<int32_t>{1, 5, 2, 6, 3, 7, 4, 8, 5, 9}));
  EXPECT_EQ(dataset->test.labels, (std::vector<int32_t>{0}));
  auto pixels = dataset->train.images.data<uint8_t>().drop_front(9 * 3072);
  for (int row = 0; row < 32; ++row)
    for (int column = 0; column < 32; ++column)
      for (int channel = 0; channel < 3; ++channel)
        ASSERT_EQ(pixels[(row * 32 + column) * 3 + channel],
                  pixel(row, column, channel));
}

TEST(Cifar10, FindsTheDirectoryOfTheArchive) {
  TempDir directory;
  sys::fs::create_directory(directory / "cifar-10-batches-bin");
  writeAll(directory, "cifar-10-batches-bin/");
  auto dataset = loadCifar10(directory.str());
  ASSERT_VALUE(dataset);
}

TEST(Cifar10, NamesWhatIsWrong) {
  TempDir directory;
  EXPECT_ERROR(loadCifar10(directory.str()),
               "data set 'cifar10' not found: no data_batch_1.bin, ");
  writeAll(directory);
  std::string path = directory.write("data_batch_3.bin", record(1) + Bytes{1});
  EXPECT_ERROR(loadCifar10(directory.str()),
               path + ": expected records of 3073 bytes, found 3074 bytes");
  directory.write("data_batch_3.bin", {});
  EXPECT_ERROR(loadCifar10(directory.str()), "found 0 bytes");
  directory.write("data_batch_3.bin", record(3) + record(10));
  EXPECT_ERROR(loadCifar10(directory.str()),
               path + ": label 10 at index 1 is not in 0..9");
}

} // namespace
