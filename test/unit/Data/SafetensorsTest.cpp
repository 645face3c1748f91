//===- SafetensorsTest.cpp - Safetensors files ----------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Safetensors.h"

#include "dorefa/Data/File.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

Bytes file(StringRef header, const Bytes &data) {
  return little(header.size(), 8) + bytes(header) + data;
}

Safetensors example() {
  Safetensors contents;
  contents.tensors.emplace("b.weight", tensorOf<float>({2, 2}, {1, 2, 3, 4}));
  contents.tensors.emplace("a.codes", tensorOf<uint8_t>({3}, {5, 6, 7}));
  contents.tensors.emplace("step", tensorOf<int64_t>({}, {123}));
  contents.tensors.emplace("none", Tensor(ElementType::I32, {0, 4}));
  contents.tensors.emplace("\xc3\xa9\"\\", tensorOf<bool>({2}, {true, false}));
  contents.metadata = {{"seed", "7"}, {"format", "\xc3\xa9\n"}};
  return contents;
}

TEST(Safetensors, WritesAndReads) {
  TempDir directory;
  std::string path = directory / "model.safetensors";
  Safetensors contents = example();
  EXPECT_SUCCESS(writeSafetensors(path, contents));
  auto read = readSafetensors(path);
  ASSERT_VALUE(read);
  EXPECT_EQ(read->metadata, contents.metadata);
  ASSERT_EQ(read->tensors.size(), contents.tensors.size());
  for (const auto &[name, tensor] : contents.tensors) {
    ASSERT_EQ(read->tensors.count(name), 1u);
    EXPECT_EQ(describe(read->tensors.at(name)), describe(tensor));
    EXPECT_EQ(read->tensors.at(name).bytes(), tensor.bytes());
  }
}

TEST(Safetensors, WritesSortedAndAligned) {
  TempDir directory;
  std::string path = directory / "model.safetensors";
  Safetensors contents;
  contents.tensors.emplace("b", tensorOf<uint8_t>({3}, {1, 2, 3}));
  contents.tensors.emplace("a", tensorOf<uint8_t>({1}, {4}));
  contents.tensors.emplace("z", tensorOf<uint16_t>({1}, {0x0605}));
  EXPECT_SUCCESS(writeSafetensors(path, contents));
  std::string header =
      R"({"a":{"data_offsets":[2,3],"dtype":"U8","shape":[1]},)"
      R"("b":{"data_offsets":[3,6],"dtype":"U8","shape":[3]},)"
      R"("z":{"data_offsets":[0,2],"dtype":"U16","shape":[1]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  EXPECT_EQ(bytes(cantFail(readFile(path))->getBuffer()),
            file(header, {5, 6, 4, 1, 2, 3}));
}

TEST(Safetensors, WritesAndReadsNothing) {
  TempDir directory;
  std::string path = directory / "model.safetensors";
  EXPECT_SUCCESS(writeSafetensors(path, {}));
  auto read = readSafetensors(path);
  ASSERT_VALUE(read);
  EXPECT_TRUE(read->tensors.empty());
}

TEST(Safetensors, AnErrorLeavesTheOldFile) {
  TempDir directory;
  std::string path = directory.write("model.safetensors", bytes("old"));
  Safetensors reserved;
  reserved.tensors.emplace("__metadata__", Tensor());
  EXPECT_ERROR(writeSafetensors(path, reserved),
               path + ": no tensor may be named '__metadata__'");
  Safetensors name;
  name.tensors.emplace("\xff", Tensor());
  EXPECT_ERROR(writeSafetensors(path, name),
               path + ": tensor '\\FF': expected a name in UTF-8");
  Safetensors metadata;
  metadata.metadata["key"] = "\xff";
  EXPECT_ERROR(writeSafetensors(path, metadata),
               path + ": metadata 'key': expected UTF-8");
  EXPECT_EQ(cantFail(readFile(path))->getBuffer(), "old");
  EXPECT_EQ(directory.count(), 1);
}

TEST(Safetensors, NamesWhatIsWrong) {
  auto expectError = [](StringRef header, const Bytes &data, StringRef part) {
    EXPECT_ERROR(parseSafetensors(file(header, data), "FILE"),
                 ("FILE: " + part).str());
  };
  EXPECT_ERROR(parseSafetensors({1, 2, 3}, "FILE"),
               "FILE: is truncated: expected a header length of 8 bytes");
  EXPECT_ERROR(parseSafetensors(little(100, 8) + bytes("{}"), "FILE"),
               "FILE: is truncated: expected a header of 100 bytes, found 2");
  EXPECT_ERROR(parseSafetensors(Bytes(64, 0xff), "FILE"),
               "FILE: is not a safetensors file");
  expectError("", {}, "expected the header to start with '{'");
  expectError("[]", {}, "expected the header to start with '{'");
  expectError("{", {}, "header is not JSON: ");
  expectError("{} {}", {}, "header is not JSON: ");
  expectError(std::string(1000000, '{'), {}, "header is nested too deeply");
  expectError("{\"a\":" + std::string(1000000, '['), {},
              "header is nested too deeply");
  expectError(R"({"a":1})", {}, "tensor 'a': expected an object of dtype");
  expectError(R"({"a":{"dtype":"U8","shape":[1]}})", {1},
              "tensor 'a': expected an object of dtype");
  expectError(R"({"a":{"dtype":"U8","shape":[1],"offsets":[0,1]}})", {1},
              "tensor 'a': expected data_offsets");
  expectError(R"({"__metadata__":1})", {},
              "expected __metadata__ to be an object");
  expectError(R"({"__metadata__":{"a":1}})", {},
              "expected strings in __metadata__");

  auto tensor = [](StringRef name, StringRef dtype, StringRef shape,
                   StringRef offsets) {
    return ("\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
            ",\"data_offsets\":" + offsets + "}")
        .str();
  };
  auto one = [&](StringRef dtype, StringRef shape, StringRef offsets) {
    return "{" + tensor("a", dtype, shape, offsets) + "}";
  };
  expectError(one("F16", "[1]", "[0,2]"), {1, 2},
              "tensor 'a': dtype 'F16' is not supported");
  expectError(one("U8", "[-1]", "[0,1]"), {1},
              "tensor 'a': expected a shape of dimensions of 0 and above");
  expectError(one("U8", "[1.5]", "[0,1]"), {1}, "tensor 'a': expected a shape");
  expectError(one("U8", "1", "[0,1]"), {1}, "tensor 'a': expected a shape");
  expectError(one("U8", "[1]", "[1,0]"), {1},
              "tensor 'a': expected data_offsets [begin, end], begin <= end");
  expectError(one("U8", "[1]", "[0,1,2]"), {1},
              "tensor 'a': expected data_offsets");
  expectError(
      one("F32", "[1]", "[0,1]"), {1},
      "tensor 'a': expected 4 bytes for f32[1], found data_offsets of 1 "
      "bytes");
  expectError(one("F64", "[4611686018427387904,4]", "[0,0]"), {},
              "tensor 'a': expected more than 2^63 bytes");
  expectError(one("U8", "[2]", "[0,2]"), {1},
              "tensor 'a': data_offsets end at 2, but there are 1 bytes");
  expectError(one("U8", "[1]", "[1,2]"), {1, 2},
              "tensor 'a': data_offsets start at 1; expected 0");
  expectError(one("U8", "[1]", "[0,1]"), {1, 2},
              "expected 1 bytes of data, found 2");
  expectError(one("BOOL", "[1]", "[0,1]"), {2},
              "tensor 'a': expected each BOOL to be 0 or 1");
  auto two = [&](StringRef nameB, StringRef offsetsB) {
    return "{" + tensor("a", "U8", "[2]", "[0,2]") + "," +
           tensor(nameB, "U8", "[2]", offsetsB) + "}";
  };
  expectError(two("b", "[1,3]"), {1, 2, 3},
              "tensor 'b': data_offsets start at 1; expected 2");
  expectError(two("b", "[3,5]"), {1, 2, 3, 4, 5},
              "tensor 'b': data_offsets start at 3; expected 2");
  expectError(two("a", "[2,4]"), {1, 2, 3, 4}, "header has the key 'a' twice");
  expectError(two("\\u0061", "[2,4]"), {1, 2, 3, 4},
              "header has the key 'a' twice");
  expectError(R"({"__metadata__":{"k":"1","k":"2"}})", {},
              "header has the key 'k' twice");
  auto fine = parseSafetensors(file(two("b", "[2,4]"), {1, 2, 3, 4}), "FILE");
  ASSERT_VALUE(fine);
  EXPECT_ERROR(readSafetensors("/nowhere/model"), "/nowhere/model: cannot be "
                                                  "read");
}

TEST(Safetensors, IsRobust) {
  TempDir directory;
  std::string path = directory / "model.safetensors";
  EXPECT_SUCCESS(writeSafetensors(path, example()));
  expectRobust(bytes(cantFail(readFile(path))->getBuffer()),
               [](ArrayRef<uint8_t> input) {
                 return errorOf(parseSafetensors(input, "FILE"));
               });
}

} // namespace
