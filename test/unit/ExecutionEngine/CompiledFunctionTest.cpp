//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Calls through adaptors written by hand: what compiled code may return.

#include "dorefa/ExecutionEngine/CompiledFunction.h"

#include "../ErrorMessage.h"
#include "gtest/gtest.h"

#include <cstdlib>
#include <cstring>

using namespace dorefa;
using namespace dorefa::engine;
using data::ElementType;
using data::Tensor;
using dorefa::test::messageOf;

namespace {

/// The memref descriptor of rank 1, and one of rank 2.
struct Vector {
  float *allocated, *aligned;
  int64_t offset, size, stride;
};
struct Matrix {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
};

ValueSignature tensor(llvm::ArrayRef<int64_t> shape) {
  ValueSignature value;
  value.type = "tensor";
  value.isTensor = true;
  value.shape.assign(shape.begin(), shape.end());
  return value;
}

ValueSignature scalar(ElementType element) {
  ValueSignature value;
  value.type = "scalar";
  value.element = element;
  return value;
}

Tensor vectorOf(std::initializer_list<float> values) {
  Tensor result(ElementType::F32, {static_cast<int64_t>(values.size())});
  std::copy(values.begin(), values.end(), result.data<float>().begin());
  return result;
}

std::vector<float> elements(const Tensor &tensor) {
  return tensor.data<float>();
}

/// Memory as compiled code allocates it.
float *allocate(size_t count) {
  return static_cast<float *>(
      std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64));
}

FunctionSignature makeSignature(std::vector<ValueSignature> arguments,
                                std::vector<ValueSignature> results) {
  FunctionSignature signature;
  signature.name = "f";
  signature.arguments = std::move(arguments);
  signature.results = std::move(results);
  return signature;
}

TEST(CompiledFunction, PassesScalarsAndReturnsThemInOrder) {
  FunctionSignature signature =
      makeSignature({scalar(ElementType::F64), scalar(ElementType::I64)},
                    {scalar(ElementType::Bool), scalar(ElementType::F64),
                     scalar(ElementType::I32)});
  CompiledFunction function(signature, [](void **values) {
    struct Results {
      bool positive;
      double sum;
      int32_t twice;
    };
    double number = *static_cast<double *>(values[0]);
    int64_t integer = *static_cast<int64_t *>(values[1]);
    *static_cast<Results *>(values[2]) = {number > 0, number + integer,
                                          static_cast<int32_t>(2 * integer)};
  });
  Tensor number(ElementType::F64, {}), integer(ElementType::I64, {});
  number.data<double>()[0] = 0.5;
  integer.data<int64_t>()[0] = 7;
  auto results = function({&number, &integer});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_EQ((*results)[0].data<bool>()[0], true);
  EXPECT_EQ((*results)[1].data<double>()[0], 7.5);
  EXPECT_EQ((*results)[2].data<int32_t>()[0], 14);
}

TEST(CompiledFunction, TakesOverWhatTheCalleeAllocated) {
  FunctionSignature signature =
      makeSignature({tensor({dynamicSize})}, {tensor({dynamicSize})});
  CompiledFunction function(signature, [](void **values) {
    auto &in = *static_cast<Vector *>(values[0]);
    float *out = allocate(in.size + 1);
    for (int64_t i = 0; i < in.size; ++i)
      out[i] = 2 * in.aligned[in.offset + i * in.stride];
    out[in.size] = -1;
    *static_cast<Vector *>(values[1]) = {out, out, 0, in.size + 1, 1};
  });
  Tensor argument = vectorOf({1, 2});
  auto results = function.call({&argument});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_FALSE((*results)[0].sameAsArgument);
  EXPECT_EQ(elements((*results)[0].tensor), (std::vector<float>{2, 4, -1}));
}

TEST(CompiledFunction, NamesTheArgumentThatAResultLiesIn) {
  FunctionSignature signature =
      makeSignature({tensor({2}), tensor({3})}, {tensor({3}), tensor({2})});
  CompiledFunction function(signature, [](void **values) {
    auto &second = *static_cast<Vector *>(values[1]);
    second.aligned[0] = 9;
    auto *results = static_cast<Vector *>(values[2]);
    results[0] = second;
    // A part of the second argument.
    results[1] = {second.allocated, second.aligned, 1, 2, 1};
  });
  Tensor first = vectorOf({1, 2}), second = vectorOf({3, 4, 5});
  auto results = function.call({&first, &second});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_EQ((*results)[0].sameAsArgument, 1u);
  EXPECT_FALSE((*results)[1].sameAsArgument);
  EXPECT_EQ(elements((*results)[1].tensor), (std::vector<float>{4, 5}));
  EXPECT_EQ(elements(second), (std::vector<float>{9, 4, 5}));
}

TEST(CompiledFunction, FreesAnAllocationBehindTwoResultsOnce) {
  FunctionSignature signature =
      makeSignature({}, {tensor({4}), tensor({2}), tensor({4})});
  CompiledFunction function(signature, [](void **values) {
    float *memory = allocate(4);
    for (int i = 0; i < 4; ++i)
      memory[i] = i;
    auto *results = static_cast<Vector *>(values[0]);
    results[0] = results[2] = {memory, memory, 0, 4, 1};
    results[1] = {memory, memory, 1, 2, 2};
  });
  auto results = function({});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_EQ(elements((*results)[0]), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(elements((*results)[1]), (std::vector<float>{1, 3}));
  EXPECT_EQ(elements((*results)[2]), (std::vector<float>{0, 1, 2, 3}));
}

TEST(CompiledFunction, CopiesConstantsAndStridedMatrices) {
  FunctionSignature signature =
      makeSignature({}, {tensor({2}), tensor({2, 2})});
  CompiledFunction function(signature, [](void **values) {
    static float constant[] = {5, 6};
    struct Results {
      Vector vector;
      Matrix matrix;
    };
    auto *memory = static_cast<float *>(std::malloc(5 * sizeof(float)));
    for (int i = 0; i < 5; ++i)
      memory[i] = i;
    auto *none = reinterpret_cast<float *>(0xdeadbeef);
    *static_cast<Results *>(values[0]) = {{none, constant, 0, 2, 1},
                                          // Transposed, and not at the start.
                                          {memory, memory, 1, {2, 2}, {1, 2}}};
  });
  auto results = function({});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_EQ(elements((*results)[0]), (std::vector<float>{5, 6}));
  EXPECT_EQ(elements((*results)[1]), (std::vector<float>{1, 3, 2, 4}));
}

TEST(CompiledFunction, ReturnsTensorsWithoutElements) {
  FunctionSignature signature =
      makeSignature({}, {tensor({dynamicSize, dynamicSize})});
  CompiledFunction function(signature, [](void **values) {
    auto *memory = static_cast<float *>(std::malloc(0));
    *static_cast<Matrix *>(values[0]) = {memory, memory, 0, {0, 3}, {3, 1}};
  });
  auto results = function({});
  ASSERT_EQ(messageOf(results), "");
  EXPECT_EQ((*results)[0].shape(), llvm::ArrayRef<int64_t>({0, 3}));
}

TEST(CompiledFunction, ChecksArguments) {
  FunctionSignature signature = makeSignature({tensor({2})}, {});
  CompiledFunction function(signature, [](void **) { FAIL(); });
  Tensor longer = vectorOf({1, 2, 3}), integers(ElementType::I32, {2});
  EXPECT_EQ(messageOf(function({})), "function 'f' takes 1 arguments, got 0");
  EXPECT_EQ(messageOf(function({&longer})),
            "argument 0: expected tensor, got f32[3]");
  EXPECT_EQ(messageOf(function({&integers})),
            "argument 0: expected tensor, got i32[2] (the "
            "elements must be f32)");
}

} // namespace
