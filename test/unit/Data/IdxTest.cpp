//===- IdxTest.cpp - IDX files of the MNIST family ------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Idx.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Bytes images() {
  return big32(0x803) + big32(2) + big32(1) + big32(3) +
         Bytes{1, 2, 3, 4, 5, 6};
}

TEST(Idx, ReadsImagesAndLabels) {
  TempDir directory;
  for (const Bytes &file : {images(), compress(images(), 31)}) {
    auto tensor = readIdxImages(directory.write("images", file));
    ASSERT_VALUE(tensor);
    EXPECT_EQ(describe(*tensor), "u8[2x1x3]");
    EXPECT_EQ(tensor->data<uint8_t>().vec(), (Bytes{1, 2, 3, 4, 5, 6}));
  }
  auto labels = readIdxLabels(
      directory.write("labels", big32(0x801) + big32(2) + Bytes{9, 8}));
  ASSERT_VALUE(labels);
  EXPECT_EQ(labels->data<uint8_t>().vec(), (Bytes{9, 8}));
  auto none = parseIdx(big32(0x801) + big32(0), 1, "FILE");
  ASSERT_VALUE(none);
}

TEST(Idx, NamesWhatIsWrong) {
  EXPECT_ERROR(parseIdx(images(), 1, "FILE"),
               "FILE: IDX magic is 0x00000803; expected 0x00000801 (labels)");
  EXPECT_ERROR(parseIdx(big32(0x801) + Bytes(20), 3, "FILE"),
               "FILE: IDX magic is 0x00000801; expected 0x00000803 (images)");
  EXPECT_ERROR(parseIdx({0, 0}, 3, "FILE"),
               "FILE: IDX header is truncated: expected 16 bytes, found 2");
  EXPECT_ERROR(parseIdx(big32(0x803) + big32(1), 3, "FILE"),
               "FILE: IDX header is truncated: expected 16 bytes, found 8");
  EXPECT_ERROR(parseIdx(ArrayRef(images()).drop_back().vec(), 3, "FILE"),
               "FILE: expected 6 bytes of data for u8[2x1x3], found 5");
  EXPECT_ERROR(parseIdx(images() + Bytes{7}, 3, "FILE"),
               "FILE: expected 6 bytes of data for u8[2x1x3], found 7");
  uint32_t ones = 0xffffffff;
  EXPECT_ERROR(parseIdx(big32(0x803) + big32(ones) + big32(ones) + big32(ones),
                        3, "FILE"),
               "FILE: expected more than 2^63 bytes of data");
  EXPECT_ERROR(readIdxLabels("/nowhere/labels"), "/nowhere/labels: cannot be "
                                                 "read");
}

TEST(Idx, IsRobust) {
  expectRobust(images(), [](ArrayRef<uint8_t> input) {
    return errorOf(parseIdx(input, 3, "FILE"));
  });
}

} // namespace
