//===- AtomicFileTest.cpp - Files that are whole or absent ----------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Data/File.h"

#include "TestFiles.h"

using namespace llvm;
using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

std::string contentsOf(StringRef path) {
  return cantFail(readFile(path))->getBuffer().str();
}

Error writeText(StringRef path, StringRef text) {
  return writeFileAtomically(path, [&](raw_ostream &os) {
    os << text;
    return Error::success();
  });
}

TEST(AtomicFile, ReplacesTheOldFile) {
  TempDir directory;
  std::string path = directory / "100%.txt";
  EXPECT_SUCCESS(writeText(path, "old"));
  EXPECT_SUCCESS(writeText(path, "new contents"));
  EXPECT_EQ(contentsOf(path), "new contents");
  EXPECT_EQ(directory.count(), 1);
}

TEST(AtomicFile, AnErrorLeavesTheOldFile) {
  TempDir directory;
  std::string path = directory.write("file", bytes("old"));
  EXPECT_ERROR(writeFileAtomically(path,
                                   [&](raw_ostream &os) {
                                     os << "half";
                                     return createStringError("went wrong");
                                   }),
               "went wrong");
  EXPECT_EQ(contentsOf(path), "old");
  EXPECT_EQ(directory.count(), 1);
}

TEST(AtomicFile, SkipsTheTemporaryOfAnotherProcess) {
  TempDir directory;
  EXPECT_SUCCESS(writeFileAtomically(directory / "file", [&](raw_ostream &os) {
    os << "outer";
    return writeText(directory / "file", "inner");
  }));
  EXPECT_EQ(contentsOf(directory / "file"), "outer");
  EXPECT_EQ(directory.count(), 1);
}

TEST(AtomicFile, NamesWhatCannotBeWritten) {
  TempDir directory;
  EXPECT_ERROR(writeText(directory / "none/file", "text"),
               "none/file: cannot be written: ");
  EXPECT_ERROR(writeText(directory.str(), "text"),
               directory.str() + ": exists and is not a regular file");
  EXPECT_ERROR(writeText("/dev/null", "text"),
               "/dev/null: exists and is not a regular file");
}

TEST(File, NamesWhatCannotBeRead) {
  TempDir directory;
  EXPECT_ERROR(readFile(directory / "none"), "none: cannot be read: ");
  EXPECT_ERROR(readFile(directory.str()), ": cannot be read: ");
}

TEST(File, PrintableEscapesAndCuts) {
  EXPECT_EQ(printable(StringRef("a\n\"\xff", 4)), "a\\0A\\22\\FF");
  EXPECT_EQ(printable(std::string(100, 'x')), std::string(80, 'x') + "...");
}

} // namespace
