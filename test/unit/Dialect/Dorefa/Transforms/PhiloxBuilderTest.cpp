//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Known answers of the random number generator: built on constants, the ops
// fold to them.

#include "dorefa/Dialect/Dorefa/Transforms/PhiloxBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {
class PhiloxBuilderTest : public ::testing::Test {
protected:
  PhiloxBuilderTest()
      : builder(&context), loc(builder.getUnknownLoc()),
        module(ModuleOp::create(loc)) {
    context.loadDialect<arith::ArithDialect>();
    builder.setInsertionPointToEnd(module->getBody());
  }
  Value i32(uint32_t value) {
    return arith::ConstantOp::create(
        builder, loc, builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value i64(uint64_t value) {
    return arith::ConstantOp::create(
        builder, loc, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  }
  static uint32_t word(Value value) {
    APInt folded;
    EXPECT_TRUE(matchPattern(value, m_ConstantInt(&folded)));
    return static_cast<uint32_t>(folded.getZExtValue());
  }
  void expectWords(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key,
                   std::array<uint32_t, 4> expected) {
    std::array<Value, 4> words = buildPhilox(
        builder, loc,
        {i32(counter[0]), i32(counter[1]), i32(counter[2]), i32(counter[3])},
        {i32(key[0]), i32(key[1])});
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(word(words[i]), expected[i]) << "word " << i;
  }

  MLIRContext context;
  OpBuilder builder;
  Location loc;
  OwningOpRef<ModuleOp> module;
};
} // namespace

// The vectors of Random123's kat_vectors.
TEST_F(PhiloxBuilderTest, KnownAnswers) {
  expectWords({0, 0, 0, 0}, {0, 0},
              {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  expectWords({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u},
              {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  expectWords({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
              {0xa4093822, 0x299f31d0},
              {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

// Element e is word e mod 4 of counter (e / 4, id, step low, step high).
TEST_F(PhiloxBuilderTest, ElementsOfAStream) {
  const uint64_t block = 0x243f6a88, step = 0x0370734413198a2e,
                 seed = 0x299f31d0a4093822;
  const uint32_t expected[] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  for (uint64_t i = 0; i < 4; ++i) {
    Value drawn = buildPhiloxWord(builder, loc, i64(4 * block + i),
                                  i32(0x85a308d3), i64(seed), i64(step));
    EXPECT_EQ(word(drawn), expected[i]) << "element " << i;
    // The stream repeats after 2^34 elements.
    Value wrapped =
        buildPhiloxWord(builder, loc, i64((uint64_t(1) << 34) + 4 * block + i),
                        i32(0x85a308d3), i64(seed), i64(step));
    EXPECT_EQ(word(wrapped), expected[i]) << "element " << i;
  }
}

TEST_F(PhiloxBuilderTest, UniformIsExactAndInside) {
  auto uniform = [&](uint32_t bits) {
    FloatAttr folded;
    EXPECT_TRUE(matchPattern(buildUniform(builder, loc, i32(bits)),
                             m_Constant(&folded)));
    return folded.getValue().convertToFloat();
  };
  EXPECT_EQ(uniform(0), 0x1.0p-24f);
  EXPECT_EQ(uniform(~0u), 1.0f - 0x1.0p-24f);
  EXPECT_EQ(uniform(0x80000000u), 0.5f + 0x1.0p-24f);
}
