//===- NpzTest.cpp - NumPy .npz archives ----------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Npz.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

// clang-format off
// numpy 1.24: savez(f, a=array([[1, 2], [3, 4]], dtype=float32), b=int64(-5))
const uint8_t savez[] = {
    80, 75, 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 33, 0, 78, 251, 32, 117, 144, 0,
    0, 0, 144, 0, 0, 0, 5, 0, 20, 0, 97, 46, 110, 112, 121, 1, 0, 16, 0,
    144, 0, 0, 0, 0, 0, 0, 0, 144, 0, 0, 0, 0, 0, 0, 0, 147, 78, 85, 77, 80,
    89, 1, 0, 118, 0, 123, 39, 100, 101, 115, 99, 114, 39, 58, 32, 39, 60,
    102, 52, 39, 44, 32, 39, 102, 111, 114, 116, 114, 97, 110, 95, 111, 114,
    100, 101, 114, 39, 58, 32, 70, 97, 108, 115, 101, 44, 32, 39, 115, 104,
    97, 112, 101, 39, 58, 32, 40, 50, 44, 32, 50, 41, 44, 32, 125, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 10, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 80,
    75, 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 33, 0, 181, 191, 25, 166, 136, 0, 0,
    0, 136, 0, 0, 0, 5, 0, 20, 0, 98, 46, 110, 112, 121, 1, 0, 16, 0, 136,
    0, 0, 0, 0, 0, 0, 0, 136, 0, 0, 0, 0, 0, 0, 0, 147, 78, 85, 77, 80, 89,
    1, 0, 118, 0, 123, 39, 100, 101, 115, 99, 114, 39, 58, 32, 39, 60, 105,
    56, 39, 44, 32, 39, 102, 111, 114, 116, 114, 97, 110, 95, 111, 114, 100,
    101, 114, 39, 58, 32, 70, 97, 108, 115, 101, 44, 32, 39, 115, 104, 97,
    112, 101, 39, 58, 32, 40, 41, 44, 32, 125, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32,
    32, 10, 251, 255, 255, 255, 255, 255, 255, 255, 80, 75, 1, 2, 20, 3, 20,
    0, 0, 0, 0, 0, 0, 0, 33, 0, 78, 251, 32, 117, 144, 0, 0, 0, 144, 0, 0,
    0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 97, 46, 110,
    112, 121, 80, 75, 1, 2, 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 33, 0, 181, 191,
    25, 166, 136, 0, 0, 0, 136, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    128, 1, 199, 0, 0, 0, 98, 46, 110, 112, 121, 80, 75, 5, 6, 0, 0, 0, 0,
    2, 0, 2, 0, 102, 0, 0, 0, 134, 1, 0, 0, 0, 0};

// numpy 1.24: savez_compressed(
//   f, a=asfortranarray(arange(6, dtype=int16).reshape(2, 3)))
const uint8_t savezCompressed[] = {
    80, 75, 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 33, 0, 104, 198, 24, 15, 81, 0,
    0, 0, 140, 0, 0, 0, 5, 0, 20, 0, 97, 46, 110, 112, 121, 1, 0, 16, 0,
    140, 0, 0, 0, 0, 0, 0, 0, 81, 0, 0, 0, 0, 0, 0, 0, 155, 236, 23, 234,
    27, 16, 201, 200, 80, 198, 80, 173, 158, 146, 90, 156, 92, 164, 110,
    165, 160, 110, 147, 105, 164, 174, 163, 160, 158, 150, 95, 84, 82, 148,
    152, 23, 159, 95, 148, 146, 10, 18, 15, 41, 42, 77, 5, 10, 23, 103, 36,
    22, 164, 2, 185, 26, 70, 58, 10, 198, 154, 58, 10, 181, 10, 228, 3, 46,
    6, 6, 102, 6, 70, 6, 22, 6, 38, 6, 86, 6, 0, 80, 75, 1, 2, 20, 3, 20, 0,
    0, 0, 8, 0, 0, 0, 33, 0, 104, 198, 24, 15, 81, 0, 0, 0, 140, 0, 0, 0, 5,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 97, 46, 110, 112,
    121, 80, 75, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 51, 0, 0, 0, 136, 0, 0, 0, 0,
    0};
// clang-format on

Expected<NpzFile> parse(ArrayRef<uint8_t> input) {
  Expected<ZipArchive> archive = ZipArchive::parse(
      MemoryBuffer::getMemBufferCopy(toStringRef(input)), "FILE");
  if (!archive)
    return archive.takeError();
  return NpzFile(std::move(*archive));
}

/// The message of the first error in reading all arrays.
std::string readAll(ArrayRef<uint8_t> input) {
  Expected<NpzFile> file = parse(input);
  if (!file)
    return toString(file.takeError());
  std::string message;
  for (StringRef name : file->names()) {
    Expected<Tensor> tensor = file->read(name);
    if (!tensor)
      message += toString(tensor.takeError());
  }
  return message;
}

struct Fields {
  std::string name = "a.npy";
  Bytes data;
  int flags = 0, method = 0;
  uint64_t size = 0, compressedSize = 0, offset = 0;
  Bytes extra;
  uint16_t count = 1, disk = 0;
  uint32_t crc = 0;
  Bytes beforeEnd; // zip64 records
  std::string comment;
};

/// A zip archive of one entry, of which each field is as it is told.
Bytes zip(const Fields &f) {
  Bytes common = little(f.flags, 2) + little(f.method, 2) + little(0, 4) +
                 little(f.crc, 4) + little(f.compressedSize, 4) +
                 little(f.size, 4) + little(f.name.size(), 2);
  Bytes local = little(0x04034b50, 4) + little(20, 2) + common + little(0, 2) +
                bytes(f.name) + f.data;
  Bytes central = little(0x02014b50, 4) + little(20, 2) + little(20, 2) +
                  common + little(f.extra.size(), 2) + little(0, 2) +
                  little(0, 2) + little(0, 2) + little(0, 4) +
                  little(f.offset, 4) + bytes(f.name) + f.extra;
  Bytes end = little(0x06054b50, 4) + little(f.disk, 2) + little(0, 2) +
              little(f.count, 2) + little(f.count, 2) +
              little(central.size(), 4) + little(local.size(), 4) +
              little(f.comment.size(), 2) + bytes(f.comment);
  return local + central + f.beforeEnd + end;
}

/// The fields of a well-formed archive of a .npy file of u8[3] = {1, 2, 3}.
Fields good() {
  Fields f;
  std::string header =
      "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";
  f.data = bytes("\x93NUMPY") + Bytes{1, 0} + little(header.size(), 2) +
           bytes(header) + Bytes{1, 2, 3};
  f.size = f.compressedSize = f.data.size();
  f.crc = crc32_z(0, f.data.data(), f.data.size());
  return f;
}

TEST(Npz, ReadsWhatNumpyWrites) {
  TempDir directory;
  auto file = NpzFile::open(directory.write("arrays.npz", savez));
  ASSERT_VALUE(file);
  EXPECT_EQ(file->names(), (SmallVector<StringRef>{"a", "b"}));
  auto a = file->read("a");
  ASSERT_VALUE(a);
  EXPECT_EQ(describe(*a), "f32[2x2]");
  EXPECT_EQ(a->data<float>().vec(), (std::vector<float>{1, 2, 3, 4}));
  auto b = file->read("b");
  ASSERT_VALUE(b);
  EXPECT_EQ(describe(*b), "i64[]");
  EXPECT_EQ(b->data<int64_t>()[0], -5);
  EXPECT_ERROR(file->read("c"), "holds no array 'c'; it holds: a, b");
}

TEST(Npz, ReadsWhatNumpyCompresses) {
  auto file = parse(savezCompressed);
  ASSERT_VALUE(file);
  auto a = file->read("a");
  ASSERT_VALUE(a);
  EXPECT_EQ(describe(*a), "i16[2x3]");
  EXPECT_EQ(a->data<int16_t>().vec(), (std::vector<int16_t>{0, 1, 2, 3, 4, 5}));
}

TEST(Npz, ReadsDeflatedEntriesAndComments) {
  Fields f = good();
  f.data = compress(f.data, -15);
  f.compressedSize = f.data.size();
  f.method = 8;
  f.comment = "a comment";
  EXPECT_EQ(readAll(zip(f)), "");
}

TEST(Npz, ReadsZip64) {
  Fields f = good();
  // The extra field has just the fields that are all ones, after one that is
  // not of zip64.
  f.extra = little(0x7075, 2) + little(1, 2) + Bytes{0} + little(1, 2) +
            little(16, 2) + little(f.size, 8) + little(0, 8);
  f.size = f.offset = 0xffffffff;
  Bytes archive = zip(f);
  EXPECT_EQ(readAll(archive), "");

  uint64_t end64 = archive.size() - 22;
  uint64_t start = 30 + f.name.size() + f.data.size();
  f.beforeEnd = little(0x06064b50, 4) + little(44, 8) + little(45, 2) +
                little(45, 2) + little(0, 4) + little(0, 4) + little(1, 8) +
                little(1, 8) + little(end64 - start, 8) + little(start, 8) +
                little(0x07064b50, 4) + little(0, 4) + little(end64, 8) +
                little(1, 4);
  f.count = 0xffff;
  archive = zip(f);
  EXPECT_EQ(readAll(archive), "");
  expectRobust(archive, readAll);

  archive[archive.size() - 22 - 20 + 8] += 1;
  EXPECT_ERROR(parse(archive), "zip64 end of central directory is not where");
}

TEST(Npz, NamesWhatIsWrong) {
  EXPECT_EQ(readAll(zip(good())), "");
  EXPECT_ERROR(parse({}), "FILE: is not a zip archive, or a truncated one");
  EXPECT_ERROR(parse(Bytes(100)), "FILE: is not a zip archive");
  auto expectError = [](const Fields &f, StringRef part) {
    std::string message = readAll(zip(f));
    EXPECT_NE(message.find(("FILE: " + part).str()), std::string::npos)
        << message;
  };
  Fields f = good();
  f.flags = 1;
  expectError(f, "a.npy: is encrypted");
  f = good();
  f.method = 12;
  expectError(f, "a.npy: zip method 12 is not supported");
  f = good();
  f.crc ^= 1;
  expectError(f, "a.npy: does not match its CRC");
  f = good();
  f.size += 1;
  expectError(f, "a.npy: expected ");
  f = good();
  f.compressedSize = f.size = 1000;
  expectError(f, "a.npy: is truncated: expected 1000 bytes");
  f = good();
  f.offset = 1;
  expectError(f, "a.npy: expected a local header at byte 1");
  f.offset = 1000;
  expectError(f, "a.npy: local header lies outside the file");
  f = good();
  f.count = 2;
  expectError(f, "expected 2 entries in the zip central directory, found 1");
  f = good();
  f.disk = 1;
  expectError(f, "zip archives of several disks");
  f = good();
  f.size = 0xffffffff;
  f.extra = little(1, 2) + little(4, 2) + little(0, 4);
  expectError(f, "zip central directory is broken at its entry 0");
  f.extra = little(1, 2) + little(40, 2);
  expectError(f, "zip central directory is broken at its entry 0");
  f = good();
  Bytes archive = zip(f);
  archive[26] += 1; // the length of the name in the local header
  EXPECT_NE(readAll(archive).find("local header does not match"),
            std::string::npos);
  archive = zip(f);
  archive[archive.size() - 6] = 0xff; // the offset of the directory
  EXPECT_ERROR(parse(archive), "zip central directory lies outside the file");
}

TEST(Npz, IsRobust) {
  expectRobust({std::begin(savez), std::end(savez)}, readAll);
  expectRobust({std::begin(savezCompressed), std::end(savezCompressed)},
               readAll);
}

} // namespace
