//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/ArgumentReader.h"

#include "dorefa/Data/Npy.h"
#include "dorefa/Driver/Status.h"

#include <type_traits>

using namespace llvm;
using namespace dorefa;
using data::Tensor;

/// A number of type T, or true and false for a bool; false if `text` is none,
/// or is out of range.
template <typename T>
static bool parseLiteral(StringRef text, T &value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = text == "true" || text == "1";
    return value || text == "false" || text == "0";
  } else if constexpr (std::is_floating_point_v<T>) {
    double number;
    if (text.getAsDouble(number, /*AllowInexact=*/true))
      return false;
    value = static_cast<T>(number);
    return true;
  } else {
    return !text.getAsInteger(10, value);
  }
}

Expected<Tensor>
dorefa::driver::readArgument(const engine::ValueSignature &signature,
                             size_t index, StringRef text) {
  std::string what = "argument " + std::to_string(index);
  if (signature.shape.empty() && !text.ends_with(".npy")) {
    Tensor scalar(signature.element, {});
    bool valid = data::visitElementType(signature.element, [&](auto zero) {
      return parseLiteral(text, scalar.data<decltype(zero)>()[0]);
    });
    if (!valid)
      return inputError(what + ": expected " + signature.type +
                        ", a number or a .npy file, got '" + text + "'");
    return scalar;
  }
  Expected<Tensor> tensor = data::readNpy(text);
  if (!tensor)
    return inputError(what + ": " + toString(tensor.takeError()));
  if (Error error =
          engine::checkValue(signature, *tensor, what + " (" + text + ")"))
    return inputError(toString(std::move(error)));
  return tensor;
}
