//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Command lines and their errors.

#include "dorefa/Driver/OptionParser.h"

#include "dorefa/Driver/Status.h"

#include "../ErrorMessage.h"
#include "gtest/gtest.h"

using namespace dorefa::driver;
using dorefa::test::messageOf;
using namespace llvm;

namespace {

struct OptionParserTest : testing::Test {
  OptionParserTest() : parser("do FILE", "Does it.") {
    parser.positional("FILE", "what to read", file);
    parser.flag("fast", "quickly", fast);
    parser.text("name", "S", "a name", name);
    parser.list("part", "S", "a part", parts);
    parser.integer("count", "N", "how many", count, 1, 9);
    parser.real("rate", "X", "how much", rate, 0, 1);
    parser.choice("way", "which way", way, {"left", "right"});
    parser.text("o", "OUT", "where to", out);
  }

  Error parse(ArrayRef<StringRef> arguments) { return parser.parse(arguments); }

  OptionParser parser;
  std::string file, name, way, out;
  std::vector<std::string> parts;
  bool fast = false;
  int64_t count = 0;
  double rate = 0;
};

TEST_F(OptionParserTest, ReadsEveryKind) {
  ASSERT_EQ(messageOf(parse({"--count=9", "in", "--fast", "--part=a",
                             "--part=b=c", "--rate=.25", "--way=right", "-o",
                             "out", "--name=x y"})),
            "");
  EXPECT_EQ(file, "in");
  EXPECT_TRUE(fast);
  EXPECT_EQ(name, "x y");
  EXPECT_EQ(parts, (std::vector<std::string>{"a", "b=c"}));
  EXPECT_EQ(count, 9);
  EXPECT_EQ(rate, 0.25);
  EXPECT_EQ(way, "right");
  EXPECT_EQ(out, "out");
  EXPECT_TRUE(parser.given("count"));
}

TEST_F(OptionParserTest, DistinguishesWhatWasGiven) {
  ASSERT_EQ(messageOf(parse({"-"})), "");
  EXPECT_EQ(file, "-");
  EXPECT_FALSE(parser.given("count"));
  EXPECT_FALSE(fast);
}

TEST_F(OptionParserTest, NamesWhatIsWrong) {
  auto expect = [&](ArrayRef<StringRef> arguments, std::string message) {
    Error error = OptionParser(parser).parse(arguments);
    Status status = Status::done;
    std::string text;
    handleAllErrors(std::move(error), [&](const StatusError &info) {
      status = info.status();
      text = info.message();
    });
    EXPECT_EQ(status, Status::usage) << message;
    EXPECT_EQ(text, message);
  };
  expect({}, "missing FILE; usage: dorefa-run do FILE [options]");
  expect({"a", "b"}, "unexpected argument 'b'; see --help");
  expect({"a", "--no"}, "unknown option '--no'; see --help");
  expect({"a", "-fast"}, "unknown option '-fast'; see --help");
  expect({"a", "--o=x"}, "unknown option '--o'; see --help");
  expect({"a", "--fast", "--fast"}, "option '--fast' is given twice");
  expect({"a", "--fast=1"}, "option '--fast' takes no value");
  expect({"a", "--name"}, "option '--name' needs a value: --name=S");
  expect({"a", "-o"}, "option '-o' needs a value: -o OUT");
  expect({"a", "--name="}, "option '--name': expected a value, got ''");
  for (std::string bad : {"0", "10", "1.5", "", "x", "99999999999999999999"}) {
    std::string option = "--count=" + bad;
    expect({"a", option},
           "option '--count': expected an integer from 1 to 9, got '" + bad +
               "'");
  }
  for (std::string bad : {"-0.1", "1.1", "nan", "inf", "x"}) {
    std::string option = "--rate=" + bad;
    expect({"a", option},
           "option '--rate': expected a number from 0 to 1, got '" + bad + "'");
  }
  expect({"a", "--way=up"},
         "option '--way': expected one of left, right, got 'up'");
}

TEST_F(OptionParserTest, ListsAllOptionsInTheHelp) {
  ASSERT_EQ(messageOf(parse({"--no", "--help"})), "");
  ASSERT_TRUE(parser.helpAsked());
  std::string text;
  raw_string_ostream stream(text);
  parser.printHelp(stream, "program");
  EXPECT_EQ(StringRef(text).split('\n').first,
            "usage: program do FILE [options]");
  for (StringRef form :
       {"--fast ", "--name=S", "--count=N", "--way=left|right", "-o OUT"})
    EXPECT_NE(text.find(form.str()), std::string::npos) << form.str();
}

} // namespace
