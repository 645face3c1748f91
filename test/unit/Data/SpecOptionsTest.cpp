//===- SpecOptionsTest.cpp - Options behind a data set's name -------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/SpecOptions.h"

#include "TestFiles.h"

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

TEST(SpecOptions, FollowADirectory) {
  for (llvm::StringRef directory : {"some/folder", "./a=b/c", "./x=y/,z"}) {
    SpecOptions options("d", (directory + ",count=5,name=x=1").str());
    int64_t count = 1, other = 2;
    std::string name;
    EXPECT_SUCCESS(options.takeInteger("count", 1, 5, count));
    EXPECT_SUCCESS(options.takeInteger("other", 1, 5, other));
    EXPECT_SUCCESS(options.takeText("name", name));
    EXPECT_EQ(count, 5);
    EXPECT_EQ(other, 2);
    EXPECT_EQ(name, "x=1");
    if (directory == "some/folder")
      EXPECT_SUCCESS(options.finish());
    EXPECT_EQ(options.directory(), directory.split(',').first);
  }
}

TEST(SpecOptions, DoWithoutADirectory) {
  SpecOptions options("d", "count=3");
  int64_t count = 1;
  EXPECT_SUCCESS(options.takeInteger("count", 1, 5, count));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(options.directory(), "");
  EXPECT_EQ(SpecOptions("d", "").directory(), "");
}

TEST(SpecOptions, NameWhatIsWrong) {
  int64_t count = 1;
  for (llvm::StringRef value :
       {"0", "6", "-1", "", "x", "1.5", "99999999999999999999"})
    EXPECT_ERROR(SpecOptions("d", ("count=" + value).str())
                     .takeInteger("count", 1, 5, count),
                 "data set 'd': count=" + value.str() +
                     ": expected a number from 1 to 5");
  EXPECT_EQ(count, 1);
  std::string name;
  EXPECT_ERROR(SpecOptions("d", "name=").takeText("name", name),
               "data set 'd': expected a value after name=");
  SpecOptions options("d", "folder,counts=3");
  EXPECT_SUCCESS(options.takeInteger("count", 1, 5, count));
  EXPECT_SUCCESS(options.takeText("name", name));
  EXPECT_ERROR(options.finish(), "data set 'd': option 'counts' is not known; "
                                 "expected count, name, as KEY=VALUE");
}

} // namespace
