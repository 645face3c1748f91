//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/ValueRole.h"

#include "dorefa/Driver/Status.h"

using namespace llvm;
using namespace dorefa::driver;
using dorefa::engine::ValueSignature;

Expected<ValueRole> ValueRole::of(const ValueSignature &signature,
                                  const Twine &what) {
  for (const char *attribute : {"parameter", "state"})
    if (std::optional<StringRef> name = signature.get(attribute))
      return ValueRole{Kind::value, name->str()};
  if (std::optional<StringRef> name = signature.get("optimizer"))
    return ValueRole{Kind::value, ("optimizer." + *name).str()};
  if (std::optional<StringRef> layer = signature.get("gradient_scale"))
    return ValueRole{Kind::gradientScale, layer->str()};
  static constexpr std::pair<const char *, Kind> plain[] = {
      {"input", Kind::input},    {"labels", Kind::labels},
      {"seed", Kind::seed},      {"learning_rate", Kind::learningRate},
      {"step", Kind::step},      {"loss", Kind::loss},
      {"output", Kind::output},  {"correct", Kind::correct},
      {"boxes", Kind::boxes},    {"offsets", Kind::offsets},
      {"anchors", Kind::anchors}};
  for (auto [attribute, kind] : plain)
    if (signature.has(attribute))
      return ValueRole{kind, ""};
  return inputError(
      what +
      " has no attribute that says what it is for; expected dorefa.input, "
      "labels, boxes, parameter, state, optimizer, learning_rate, seed, step, "
      "loss, correct, gradient_scale, output, offsets or anchors");
}
