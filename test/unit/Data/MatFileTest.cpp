//===- MatFileTest.cpp - MATLAB level 5 files -----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/MatFile.h"

#include "MatBytes.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

// Classes of arrays and types of elements.
constexpr uint8_t mxCell = 1, mxDouble = 6, mxSingle = 7, mxUint8 = 9,
                  mxInt16 = 10;
constexpr uint32_t miInt8 = 1, miUint8 = 2, miInt32 = 5, miSingle = 7,
                   miDouble = 9;

Bytes file() {
  Bytes x = matArray("X", mxUint8, {2, 3}, miUint8, {0, 3, 1, 4, 2, 5});
  Bytes other = matArray("other", mxCell, {1, 1}, miUint8, {1});
  Bytes y = matArray("y", mxDouble, {3, 1}, miUint8, {7, 8, 9});
  return matHeader() + matCompressed(x) + other + matCompressed(y);
}

TEST(MatFile, ReadsCompressedAndPlainArrays) {
  TempDir directory;
  auto arrays = readMatFile(directory.write("a.mat", file()), {"X", "y"});
  ASSERT_VALUE(arrays);
  // Column-major 2x3 is row-major 3x2.
  EXPECT_EQ(describe(arrays->at("X")), "u8[3x2]");
  EXPECT_EQ(arrays->at("X").data<uint8_t>().vec(), (Bytes{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(describe(arrays->at("y")), "f64[1x3]");
  EXPECT_EQ(arrays->at("y").data<double>().vec(),
            (std::vector<double>{7, 8, 9}));
}

TEST(MatFile, WidensStoredIntegers) {
  auto read = [](uint8_t mx, uint32_t mi, const Bytes &data) {
    return parseMatFile(matHeader() + matArray("a", mx, {1, 2}, mi, data),
                        {"a"}, "FILE");
  };
  auto wide = read(mxInt16, miInt8, {1, 255});
  ASSERT_VALUE(wide);
  EXPECT_EQ(wide->at("a").data<int16_t>().vec(), (std::vector<int16_t>{1, -1}));
  auto single = read(mxSingle, miInt32, little(5, 4) + little(-6, 4));
  ASSERT_VALUE(single);
  EXPECT_EQ(single->at("a").data<float>().vec(), (std::vector<float>{5, -6}));
  auto same = read(mxDouble, miDouble, Bytes(16));
  ASSERT_VALUE(same);
  EXPECT_ERROR(read(mxUint8, miInt8, {1, 255}),
               "FILE: a: cannot be read from i8 as u8");
  EXPECT_ERROR(read(mxUint8, miInt32, little(1, 4) + little(256, 4)),
               "cannot be read from i32 as u8");
  EXPECT_ERROR(read(mxDouble, miSingle, Bytes(8)),
               "cannot be read from f32 as f64");
}

TEST(MatFile, ReadsEmptyArrays) {
  auto empty = parseMatFile(
      matHeader() + matArray("a", mxUint8, {0, 0}, miUint8, {}), {"a"}, "FILE");
  ASSERT_VALUE(empty);
  EXPECT_EQ(describe(empty->at("a")), "u8[0x0]");
}

TEST(MatFile, NamesWhatIsWrong) {
  auto expectError = [](const Bytes &input, StringRef part) {
    EXPECT_ERROR(parseMatFile(input, {"a"}, "FILE"), ("FILE: " + part).str());
  };
  auto array = [](const Bytes &element) { return matHeader() + element; };
  expectError({}, "is not a MATLAB 5 file: expected a header of 128 bytes");
  expectError(Bytes(200), "is not a MATLAB 5 file: expected version 0x0100");
  Bytes header = matHeader();
  header[125] = 2;
  expectError(header, "is a MATLAB 7.3 (HDF5) file");
  header = matHeader();
  std::swap(header[126], header[127]);
  expectError(header, "is big-endian");
  expectError(matHeader(), "holds no array 'a'; it holds: ");
  expectError(file(), "holds no array 'a'; it holds: X, other, y");
  expectError(array(matArray("a", mxCell, {1, 1}, miUint8, {1})),
              "array 'a' is not of real numbers");
  expectError(array(matArray("a", mxUint8, {1, 1}, miUint8, {1}, 0x800)),
              "array 'a' is not of real numbers");
  expectError(array(matArray("a", mxUint8, {2, 2}, miUint8, {1, 2, 3})),
              "a: expected 4 bytes for u8[2x2], found 3");
  expectError(array(matArray("a", mxUint8, {-1, -1}, miUint8, {1})),
              "a: expected more than 2^63 bytes");
  expectError(array(matArray("a", mxUint8, {1, 1}, 16, {1})),
              "a: unexpected element type 16; expected numbers");
  expectError(array(matArray("a", mxUint8, {1}, miUint8, {1})),
              "expected at least two dimensions");
  Bytes a = matArray("a", mxUint8, {1, 1}, miUint8, {1});
  expectError(array(a + a), "holds the array 'a' twice");
  expectError(array(matElement(14, matElement(5, Bytes(8)))),
              "expected 8 bytes of array flags");
  expectError(
      array(matElement(14, matElement(6, Bytes(8)) + matElement(5, Bytes(8)) +
                               matElement(2, Bytes(8)))),
      "expected the name of an array");
  expectError(array({14, 0, 0, 0}), "is truncated in the tag of an element");
  expectError(array(little(14, 4) + little(100, 4)),
              "is truncated: expected an element of 100 bytes, found 0");
  expectError(array(little(14, 2) + little(5, 2) + Bytes(4)),
              "small element of 5 bytes; expected at most 4");
  expectError(array(little(15, 4) + little(4, 4) + bytes("text")),
              "compressed data is corrupt");
}

TEST(MatFile, IsRobust) {
  expectRobust(file(), [](ArrayRef<uint8_t> input) {
    return errorOf(parseMatFile(input, {"X", "y"}, "FILE"));
  });
}

} // namespace
