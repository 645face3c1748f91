//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Schedules of the learning rate.

#include "dorefa/Driver/LearningRate.h"

#include "dorefa/Driver/NumberText.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace dorefa::driver;

namespace {

TEST(LearningRate, Constant) {
  LearningRate rate;
  rate.rate = 0.1;
  EXPECT_EQ(rate.at(0, 10, 5), 0.1);
  EXPECT_EQ(rate.at(49, 10, 5), 0.1);
}

TEST(LearningRate, Step) {
  LearningRate rate;
  rate.rate = 1;
  rate.schedule = "step";
  rate.stepEpochs = 2;
  rate.gamma = 0.5;
  EXPECT_EQ(rate.at(19, 10, 9), 1);
  EXPECT_EQ(rate.at(20, 10, 9), 0.5);
  EXPECT_EQ(rate.at(40, 10, 9), 0.25);
}

TEST(LearningRate, Cosine) {
  LearningRate rate;
  rate.rate = 2;
  rate.schedule = "cosine";
  EXPECT_EQ(rate.at(0, 10, 4), 2);
  EXPECT_DOUBLE_EQ(rate.at(20, 10, 4), 1);
  EXPECT_NEAR(rate.at(40, 10, 4), 0, 1e-12);
}

TEST(LearningRate, DescribesWhatAResumedRunMustKeep) {
  LearningRate rate;
  EXPECT_EQ(rate.describe(3),
            (std::map<std::string, std::string>{{"lr", "0.001"},
                                                {"lr_schedule", "constant"}}));
  rate.schedule = "cosine";
  EXPECT_EQ(rate.describe(3).at("epochs"), "3");
}

TEST(NumberText, IsShortAndReadsBack) {
  EXPECT_EQ(exactText(0.001), "0.001");
  EXPECT_EQ(exactText(0), "0");
  EXPECT_EQ(exactText(1e30), "1e+30");
  for (double number : {1.0 / 3, 0.1 + 0.2, 5e-324, 1.7976931348623157e308})
    EXPECT_EQ(std::strtod(exactText(number).c_str(), nullptr), number);
}

} // namespace
