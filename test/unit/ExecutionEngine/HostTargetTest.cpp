//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Processors by name.

#include "dorefa/ExecutionEngine/HostTarget.h"

#include "../ErrorMessage.h"
#include "gtest/gtest.h"

using namespace dorefa::engine;
using dorefa::test::messageOf;
using namespace llvm;

namespace {

TEST(HostTarget, ThisMachineRunsItsOwnCode) {
  HostTarget here = HostTarget::detect();
  EXPECT_FALSE(here.cpu.empty());
  EXPECT_EQ(messageOf(here.checkRunsHere()), "");
  EXPECT_EQ(messageOf(here.createTargetMachine()), "");
}

TEST(HostTarget, ParsesTripleNameAndFeatures) {
  Expected<HostTarget> target =
      HostTarget::parse("x86_64-linux-gnu:haswell,-fma,+avx512f");
  ASSERT_EQ(messageOf(target), "");
  EXPECT_EQ(target->cpu, "haswell");
  EXPECT_EQ(target->features, "-fma,+avx512f");
  EXPECT_EQ(Triple(target->triple).getArch(), Triple::x86_64);
  EXPECT_EQ(target->vectorBits(), 512u);
  EXPECT_EQ(
      cantFail(HostTarget::parse("x86_64-linux-gnu:haswell")).vectorBits(),
      256u);
  EXPECT_EQ(cantFail(HostTarget::parse("x86_64-linux-gnu:x86-64")).vectorBits(),
            128u);
  Expected<HostTarget> arm = HostTarget::parse("aarch64-linux-gnu:neoverse-v2");
  ASSERT_EQ(messageOf(arm), "");
  EXPECT_EQ(arm->vectorBits(), 128u);
}

TEST(HostTarget, RefusesUnknownNames) {
  for (const char *spec :
       {"", "abacus", "x86_64-linux-gnu:abacus", "abacus-linux-gnu:x86-64",
        "x86_64-linux-gnu:haswell,fma", "x86_64-linux-gnu:haswell,+abacus"})
    EXPECT_NE(messageOf(HostTarget::parse(spec)), "") << spec;
}

TEST(HostTarget, KnowsWhatCannotRunHere) {
  HostTarget here = HostTarget::detect();
  bool isX86 = Triple(here.triple).isX86();
  EXPECT_NE(
      messageOf(cantFail(HostTarget::parse(isX86 ? "aarch64-linux-gnu:generic"
                                                 : "x86_64-linux-gnu:x86-64"))
                    .checkRunsHere()),
      "");
}

} // namespace
