//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Signatures as JSON, and the checks of values against them.

#include "dorefa/ExecutionEngine/FunctionSignature.h"

#include "../ErrorMessage.h"
#include "gtest/gtest.h"

using namespace dorefa;
using namespace dorefa::engine;
using data::ElementType;
using data::Tensor;
using dorefa::test::messageOf;

namespace {

ValueSignature makeCodes() {
  ValueSignature value;
  value.type = "tensor<?x2x!dorefa.code<2, unipolar>>";
  value.isTensor = true;
  value.element = ElementType::U8;
  value.shape = {dynamicSize, 2};
  value.maxCode = 3;
  value.attributes = {{"input", ""}, {"parameter", "conv \"1\".weight"}};
  return value;
}

TEST(FunctionSignature, SurvivesJSON) {
  FunctionSignature signature;
  signature.name = "f";
  signature.arguments = {makeCodes()};
  ValueSignature scalar;
  scalar.type = "index";
  scalar.element = ElementType::I64;
  signature.results = {scalar};
  signature.obstacle = "result 1 has type none";

  std::string text;
  llvm::raw_string_ostream(text) << toJSON(signature);
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
  ASSERT_EQ(messageOf(parsed), "");
  llvm::Expected<FunctionSignature> back = signatureFromJSON(*parsed);
  ASSERT_EQ(messageOf(back), "");
  EXPECT_EQ(back->name, "f");
  EXPECT_EQ(back->obstacle, signature.obstacle);
  ASSERT_EQ(back->arguments.size(), 1u);
  const ValueSignature &codes = back->arguments[0];
  EXPECT_EQ(codes.type, makeCodes().type);
  EXPECT_TRUE(codes.isTensor);
  EXPECT_EQ(codes.element, ElementType::U8);
  EXPECT_EQ(codes.shape, makeCodes().shape);
  EXPECT_EQ(codes.maxCode, 3);
  EXPECT_EQ(codes.attributes, makeCodes().attributes);
  EXPECT_EQ(codes.get("parameter"), "conv \"1\".weight");
  EXPECT_FALSE(codes.get("state"));
  ASSERT_EQ(back->results.size(), 1u);
  EXPECT_FALSE(back->results[0].isTensor);
  EXPECT_FALSE(back->results[0].maxCode);
}

TEST(FunctionSignature, RefusesOtherJSON) {
  for (const char *text :
       {"1", "[]", "{}", R"({"name":"f"})",
        R"({"name":"f","obstacle":"","arguments":[1],"results":[]})",
        R"({"name":"f","obstacle":"","results":[],"arguments":[{"type":"f",
            "tensor":true,"element":"f31","shape":[],"attributes":{}}]})",
        R"({"name":"f","obstacle":"","results":[],"arguments":[{"type":"f",
            "tensor":true,"element":"f32","shape":["x"],"attributes":{}}]})"}) {
    llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
    ASSERT_EQ(messageOf(parsed), "") << text;
    EXPECT_NE(messageOf(signatureFromJSON(*parsed)), "") << text;
  }
}

TEST(FunctionSignature, ChecksValues) {
  ValueSignature codes = makeCodes();
  Tensor good(ElementType::U8, {5, 2});
  good.data<uint8_t>()[9] = 3;
  EXPECT_EQ(messageOf(checkValue(codes, good, "x")), "");
  // Integers of a module have no sign.
  EXPECT_EQ(messageOf(checkValue(codes, Tensor(ElementType::I8, {0, 2}), "x")),
            "");
  good.data<uint8_t>()[9] = 4;
  EXPECT_EQ(messageOf(checkValue(codes, good, "x")),
            "x: expected tensor<?x2x!dorefa.code<2, unipolar>>, got u8[5x2] "
            "with the code 4 (codes are 0 to 3)");
  EXPECT_NE(messageOf(checkValue(codes, Tensor(ElementType::U8, {5, 3}), "x")),
            "");
  EXPECT_NE(messageOf(checkValue(codes, Tensor(ElementType::U8, {10}), "x")),
            "");
  EXPECT_NE(messageOf(checkValue(codes, Tensor(ElementType::I32, {5, 2}), "x")),
            "");
}

} // namespace
