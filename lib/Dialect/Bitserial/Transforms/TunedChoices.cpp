//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/Transforms/TunedChoices.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::bitserial;

std::string bitserial::getText(const ProductShape &shape) {
  return (Twine(shape.lhsBits) + "x" + Twine(shape.rhsBits) + "x" +
          Twine(shape.depth))
      .str();
}

std::string TunedChoice::text() const {
  return getText(shape) + ":" + stringifyStrategy(strategy).str();
}

std::optional<TunedChoice> TunedChoice::parse(StringRef text) {
  auto [numbers, name] = text.split(':');
  std::optional<Strategy> strategy = symbolizeStrategy(name);
  SmallVector<StringRef> parts;
  numbers.split(parts, 'x');
  int64_t lhsBits, rhsBits, depth;
  if (!strategy || *strategy == Strategy::automatic || parts.size() != 3 ||
      !llvm::to_integer(parts[0], lhsBits, 10) ||
      !llvm::to_integer(parts[1], rhsBits, 10) ||
      !llvm::to_integer(parts[2], depth, 10))
    return std::nullopt;
  auto isBits = [](int64_t bits) { return bits >= 1 && bits <= 8; };
  if (!isBits(lhsBits) || !isBits(rhsBits) || depth < 1)
    return std::nullopt;
  return TunedChoice{{lhsBits, rhsBits, depth}, *strategy};
}

const TunedChoice *bitserial::findTuned(ArrayRef<TunedChoice> tuned,
                                        const ProductShape &shape) {
  std::string text = getText(shape);
  const TunedChoice *found =
      llvm::find_if(tuned, [&](const TunedChoice &choice) {
        return getText(choice.shape) == text;
      });
  return found == tuned.end() ? nullptr : found;
}

Strategy bitserial::chooseStrategy(const ProductShape &shape,
                                   const Machine &machine,
                                   ArrayRef<TunedChoice> tuned) {
  if (const TunedChoice *choice = findTuned(tuned, shape))
    return choice->strategy;
  return chooseStrategy(shape, machine);
}
