//===- GzipTest.cpp - Files that may be gzipped ---------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Gzip.h"
#include "dorefa/Data/Inflate.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

TEST(Gzip, ReadsGzippedAndPlainFiles) {
  TempDir directory;
  Bytes text = bytes("some bytes, some bytes, some bytes");
  auto gzipped = readMaybeGzip(directory.write("a.gz", compress(text, 31)));
  ASSERT_VALUE(gzipped);
  EXPECT_EQ(*gzipped, text);
  // The contents decide, not the name.
  auto plain = readMaybeGzip(directory.write("b.gz", text));
  ASSERT_VALUE(plain);
  EXPECT_EQ(*plain, text);
  auto empty = readMaybeGzip(directory.write("c", {}));
  ASSERT_VALUE(empty);
  EXPECT_TRUE(empty->empty());
}

TEST(Gzip, ReadsSeveralMembersAndLongOnes) {
  Bytes text(1'000'000, 7);
  auto both = maybeGunzip(compress(text, 31) + compress(text, 31), "FILE");
  ASSERT_VALUE(both);
  EXPECT_EQ(*both, text + text);
  auto nothing = maybeGunzip(compress({}, 31), "FILE");
  ASSERT_VALUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST(Gzip, RefusesBrokenStreams) {
  Bytes good = compress(bytes("some bytes, some bytes"), 31);
  EXPECT_ERROR(maybeGunzip(ArrayRef(good).drop_back(), "FILE"),
               "FILE: compressed data is truncated after ");
  EXPECT_ERROR(maybeGunzip(good + bytes("more"), "FILE"),
               "FILE: 4 unexpected bytes after the end");
  Bytes crc = good;
  crc[crc.size() - 8] ^= 1;
  EXPECT_ERROR(maybeGunzip(crc, "FILE"), "FILE: compressed data is corrupt");
}

TEST(Gzip, KeepsToTheLimit) {
  Bytes good = compress(Bytes(1000, 1), 31);
  auto fits = maybeGunzip(good, "FILE", 1000);
  ASSERT_VALUE(fits);
  EXPECT_ERROR(maybeGunzip(good, "FILE", 999),
               "expands to more than the 999 bytes expected");
}

TEST(Gzip, IsRobust) {
  Bytes good = compress(bytes("some bytes, other bytes, some bytes"), 31);
  expectRobust(good, [](ArrayRef<uint8_t> input) {
    // Short of its magic, a file is a plain one.
    if (input.size() < 2)
      return std::string("FILE");
    return errorOf(maybeGunzip(input, "FILE", 1 << 20));
  });
}

TEST(Inflate, RefusesThePresetDictionary) {
  // CM 8, CINFO 7, FDICT, and a check that makes 0x7820 + n a multiple of 31.
  EXPECT_ERROR(
      inflateAll({0x78, 0x20, 0, 0, 0, 1, 0}, DeflateFrame::Zlib, 10, "FILE"),
      "FILE: compressed data is corrupt");
}

} // namespace
