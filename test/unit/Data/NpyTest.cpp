//===- NpyTest.cpp - NumPy .npy files -------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Npy.h"
#include "dorefa/Data/File.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Bytes npy(StringRef header, const Bytes &data, int version = 1) {
  return bytes("\x93NUMPY") + Bytes{uint8_t(version), 0} +
         little(header.size(), version == 1 ? 2 : 4) + bytes(header) + data;
}

std::string dict(StringRef descr, StringRef fortran, StringRef shape) {
  return ("{'descr': " + descr + ", 'fortran_order': " + fortran +
          ", 'shape': " + shape + ", }  \n")
      .str();
}

TEST(Npy, WritesAndReadsEachElementType) {
  TempDir directory;
  for (ElementType type :
       {ElementType::F32, ElementType::F64, ElementType::I8, ElementType::U8,
        ElementType::I16, ElementType::U16, ElementType::I32, ElementType::U32,
        ElementType::I64, ElementType::U64, ElementType::Bool}) {
    for (std::vector<int64_t> shape :
         {std::vector<int64_t>{}, {0}, {1}, {3, 0, 2}, {2, 3, 5}}) {
      Tensor tensor(type, shape);
      for (size_t i = 0; i < tensor.bytes().size(); ++i)
        tensor.bytes()[i] = type == ElementType::Bool ? i % 2 : i + 1;
      std::string path = directory / "array.npy";
      EXPECT_SUCCESS(writeNpy(path, tensor));
      // The data starts at a multiple of 64.
      EXPECT_EQ(
          (cantFail(readFile(path))->getBufferSize() - tensor.bytes().size()) %
              64,
          0u);
      auto read = readNpy(path);
      ASSERT_VALUE(read);
      EXPECT_EQ(describe(*read), describe(tensor));
      EXPECT_EQ(read->bytes(), ArrayRef<uint8_t>(tensor.bytes()));
    }
  }
}

TEST(Npy, WritesWhatNumpyWrites) {
  // The start of the file that numpy.save makes, but for the spaces within the
  // shape.
  TempDir directory;
  std::string path = directory / "array.npy";
  EXPECT_SUCCESS(writeNpy(path, tensorOf<float>({2, 1}, {1.0f, 2.0f})));
  StringRef start("\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', "
                  "'fortran_order': False, 'shape': (2, 1, ), } ",
                  10 + 61);
  EXPECT_EQ(cantFail(readFile(path))->getBuffer().take_front(start.size()),
            start);
}

TEST(Npy, WritesHeadersTooLongForVersion1) {
  // More dimensions than are read, but what is written is still right.
  TempDir directory;
  std::string path = directory / "array.npy";
  Tensor tensor(ElementType::U8, std::vector<int64_t>(30000, 1));
  EXPECT_SUCCESS(writeNpy(path, tensor));
  EXPECT_EQ(cantFail(readFile(path))->getBuffer()[6], 2);
  EXPECT_ERROR(readNpy(path), "expected at most 64 dimensions");
}

TEST(Npy, ReadsVersions2And3) {
  for (int version : {2, 3}) {
    auto tensor = parseNpy(
        npy(dict("'<i2'", "False", "(2,)"), {1, 0, 255, 255}, version), "FILE");
    ASSERT_VALUE(tensor);
    EXPECT_EQ(tensor->data<int16_t>().vec(), (std::vector<int16_t>{1, -1}));
  }
}

TEST(Npy, ReadsFortranOrder) {
  // [[0, 1, 2], [3, 4, 5]] column by column.
  auto matrix = parseNpy(
      npy(dict("'|u1'", "True", "(2, 3)"), {0, 3, 1, 4, 2, 5}), "FILE");
  ASSERT_VALUE(matrix);
  EXPECT_EQ(matrix->data<uint8_t>().vec(), (Bytes{0, 1, 2, 3, 4, 5}));

  Bytes data;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        data = data + little((i * 3 + j) * 4 + k, 2);
  auto cube = parseNpy(npy(dict("'<u2'", "True", "(2, 3, 4)"), data), "FILE");
  ASSERT_VALUE(cube);
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(cube->data<uint16_t>()[i], i);

  auto scalar = parseNpy(npy(dict("'|u1'", "True", "()"), {7}), "FILE");
  ASSERT_VALUE(scalar);
  EXPECT_EQ(scalar->data<uint8_t>()[0], 7);
  auto empty = parseNpy(
      npy(dict("'|u1'", "True", "(9223372036854775807, 0, 9)"), {}), "FILE");
  ASSERT_VALUE(empty);
}

TEST(Npy, ReadsPython2Headers) {
  auto tensor = parseNpy(
      npy("{\"shape\":(1L,2L),\"descr\":\"|u1\",\"fortran_order\":False}",
          {1, 2}),
      "FILE");
  ASSERT_VALUE(tensor);
  EXPECT_EQ(describe(*tensor), "u8[1x2]");
}

TEST(Npy, NamesWhatIsWrong) {
  auto expectError = [](const Bytes &file, StringRef part) {
    EXPECT_ERROR(parseNpy(file, "FILE"), ("FILE: " + part).str());
  };
  expectError({}, "is not a .npy file");
  expectError(bytes("PK\3\4 something"), "is not a .npy file: expected the "
                                         "magic");
  expectError(bytes("\x93NUMPY\1"), "header is truncated");
  expectError(npy("{}", {}, 4), ".npy version 4 is not supported");
  expectError(npy(dict("'<f4'", "False", "(2,)"), Bytes(7)),
              "expected 8 bytes of data for f32[2], found 7");
  expectError(npy(dict("'<f4'", "False", "(2,)"), Bytes(9)),
              "expected 8 bytes of data for f32[2], found 9");
  expectError(npy(dict("'<f8'", "False", "(9223372036854775807,)"), Bytes(8)),
              "expected more than 2^63 bytes");
  expectError(npy(dict("'<f4'", "False", "(9223372036854775808,)"), {}),
              "expected dimensions of 0 and above");
  expectError(npy(dict("'<f4'", "False", "(-1,)"), {}),
              "expected dimensions of 0 and above");
  expectError(npy(dict("'>f4'", "False", "(1,)"), Bytes(4)),
              "elements are big-endian");
  expectError(npy(dict("'|O'", "False", "(1,)"), Bytes(8)),
              "elements are Python objects");
  expectError(npy(dict("'<f2'", "False", "(1,)"), Bytes(2)),
              "dtype '<f2' is not supported");
  expectError(npy(dict("'|f4'", "False", "(1,)"), Bytes(4)),
              "dtype '|f4' is not supported");
  expectError(npy(dict("''", "False", "(1,)"), Bytes(4)),
              "dtype '' is not supported");
  expectError(npy(dict("[('a', '<f4')]", "False", "(1,)"), Bytes(4)),
              "elements are structured");
  expectError(npy(dict("'|b1'", "False", "(2,)"), {1, 2}),
              "expected each bool to be 0 or 1");
  expectError(npy(dict("'|u1'", "None", "(1,)"), {1}),
              "expected fortran_order to be True or False");
  expectError(npy("{'descr': '|u1', 'descr': '|u1'}", {1}),
              "a key is twice in the header");
  expectError(npy("{'descr': '|u1'}", {1}),
              "expected descr, fortran_order and shape");
  expectError(npy("{'other': 1}", {1}), "unexpected key");
  expectError(npy("{'descr", {1}), "a string in the header does not end");
  expectError(npy("{1", {1}), "expected a string in the header");
  expectError(npy("[]", {1}), "expected '{' in the header");
  expectError(npy(dict("'|u1'", "False", "(1,)") + "x", {1}),
              "unexpected text after the dictionary");
  EXPECT_ERROR(readNpy("/nowhere/array.npy"), "/nowhere/array.npy: cannot be "
                                              "read");
}

TEST(Npy, IsRobust) {
  expectRobust(
      npy(dict("'<i2'", "True", "(2, 3)"), Bytes(12, 1)),
      [](ArrayRef<uint8_t> input) { return errorOf(parseNpy(input, "FILE")); });
}

} // namespace
