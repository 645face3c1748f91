//===- TensorTest.cpp - Host tensors --------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Data/Tensor.h"

#include "TestFiles.h"

#include <limits>

using namespace dorefa::data;
using namespace dorefa::data::test;

namespace {

TEST(Tensor, IsZeroAndAligned) {
  Tensor tensor(ElementType::F32, {3, 5});
  EXPECT_EQ(tensor.numElements(), 15);
  EXPECT_EQ(tensor.bytes().size(), 60u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes().data()) % 64, 0u);
  for (float value : tensor.data<float>())
    EXPECT_EQ(value, 0.0f);
}

TEST(Tensor, ScalarHasOneElement) {
  Tensor tensor(ElementType::I64, {});
  EXPECT_EQ(tensor.rank(), 0);
  EXPECT_EQ(tensor.numElements(), 1);
}

TEST(Tensor, EmptyHasStorage) {
  Tensor tensor(ElementType::U8, {4, 0, 2});
  EXPECT_EQ(tensor.numElements(), 0);
  EXPECT_NE(tensor.bytes().data(), nullptr);
  EXPECT_EQ(Tensor().numElements(), 0);
}

TEST(Tensor, ByteCountRefusesNegativeAndOverflow) {
  constexpr int64_t largest = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Tensor::byteCount(ElementType::F64, {2, 3}), 48);
  EXPECT_EQ(Tensor::byteCount(ElementType::U8, {largest}), largest);
  EXPECT_EQ(Tensor::byteCount(ElementType::U16, {largest}), std::nullopt);
  EXPECT_EQ(Tensor::byteCount(ElementType::U8, {int64_t(1) << 32, 1u << 31}),
            std::nullopt);
  EXPECT_EQ(Tensor::byteCount(ElementType::U8, {-1, -1}), std::nullopt);
  EXPECT_EQ(Tensor::byteCount(ElementType::U8, {largest, largest, 0}), 0);
  EXPECT_EQ(Tensor::byteCount(ElementType::U8, {0, -1}), std::nullopt);
}

TEST(Tensor, ClonesTakesFrontAndReshapes) {
  Tensor tensor = tensorOf<int16_t>({3, 2}, {1, 2, 3, 4, 5, 6});
  Tensor copy = tensor.clone();
  copy.data<int16_t>()[0] = 9;
  EXPECT_EQ(tensor.data<int16_t>()[0], 1);
  Tensor front = tensor.takeFront(2);
  EXPECT_EQ(describe(front), "i16[2x2]");
  EXPECT_EQ(front.data<int16_t>().vec(), (std::vector<int16_t>{1, 2, 3, 4}));
  EXPECT_EQ(tensor.takeFront(0).numElements(), 0);
  tensor.reshape({6, 1});
  EXPECT_EQ(describe(tensor), "i16[6x1]");
}

TEST(Tensor, SizesAndNamesOfElements) {
  const std::pair<ElementType, std::pair<const char *, int>> expected[] = {
      {ElementType::F32, {"f32", 4}},   {ElementType::F64, {"f64", 8}},
      {ElementType::I8, {"i8", 1}},     {ElementType::U8, {"u8", 1}},
      {ElementType::I16, {"i16", 2}},   {ElementType::U16, {"u16", 2}},
      {ElementType::I32, {"i32", 4}},   {ElementType::U32, {"u32", 4}},
      {ElementType::I64, {"i64", 8}},   {ElementType::U64, {"u64", 8}},
      {ElementType::Bool, {"bool", 1}},
  };
  for (auto [type, nameAndSize] : expected) {
    EXPECT_EQ(elementName(type), nameAndSize.first);
    EXPECT_EQ(elementSize(type), nameAndSize.second);
  }
}

} // namespace
