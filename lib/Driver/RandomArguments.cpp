//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/RandomArguments.h"

#include <random>
#include <type_traits>

using namespace llvm;
using namespace dorefa;
using data::Tensor;
using engine::ValueSignature;

/// Numbers from -1 to 1, four by four, become boxes in an image: corners in
/// order, at least a twentieth apart.
static void makeBoxes(MutableArrayRef<float> values) {
  for (float &value : values)
    value = (value + 1) / 2;
  for (size_t i = 0; i + 4 <= values.size(); i += 4)
    for (size_t axis : {i, i + 1}) {
      const float first = std::min(values[axis], values[axis + 2]);
      const float last = std::max(values[axis], values[axis + 2]);
      values[axis] = first * 0.95f;
      values[axis + 2] = last * 0.95f + 0.05f;
    }
}

static Tensor makeRandom(const ValueSignature &signature, int64_t batch,
                         int64_t classes, std::mt19937 &generator) {
  SmallVector<int64_t, 4> shape(signature.shape);
  for (int64_t &size : shape)
    if (size == engine::dynamicSize)
      size = batch;
  uint32_t count = signature.maxCode         ? *signature.maxCode + 1
                   : signature.has("labels") ? classes
                   : signature.element == data::ElementType::Bool ? 2
                                                                  : 10;
  Tensor tensor(signature.element, shape);
  data::visitElementType(signature.element, [&](auto zero) {
    using T = decltype(zero);
    for (T &element : tensor.data<T>()) {
      uint32_t word = generator();
      if constexpr (std::is_floating_point_v<T>)
        element = static_cast<T>(word >> 8) / (1 << 23) - 1;
      else
        element = static_cast<T>(word % count);
    }
  });
  if (signature.has("boxes") && tensor.elementType() == data::ElementType::F32)
    makeBoxes(tensor.data<float>());
  return tensor;
}

std::vector<Tensor>
dorefa::driver::makeRandomArguments(const engine::FunctionSignature &signature,
                                    int64_t batch, int64_t classes,
                                    uint32_t seed) {
  std::mt19937 generator(seed);
  std::vector<Tensor> arguments;
  for (const ValueSignature &argument : signature.arguments)
    arguments.push_back(makeRandom(argument, batch, classes, generator));
  return arguments;
}
