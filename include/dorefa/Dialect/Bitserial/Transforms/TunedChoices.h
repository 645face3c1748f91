//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Choices of strategies that were measured, ahead of the cost model.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TUNEDCHOICES_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TUNEDCHOICES_H

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"

#include <optional>
#include <string>

namespace mlir::bitserial {

/// The strategy that was the fastest for products of a shape.
struct TunedChoice {
  ProductShape shape;
  Strategy strategy;

  /// "2x1x64:popcount", the shape's bits and depth: how the choice is written
  /// among the options of a pass.
  std::string text() const;
  /// Nothing if `text` is not of that form.
  static std::optional<TunedChoice> parse(StringRef text);
};

/// The shape as a choice is looked up by it: "2x1x64".
std::string getText(const ProductShape &shape);

/// Null if none is of this shape.
const TunedChoice *findTuned(ArrayRef<TunedChoice> tuned,
                             const ProductShape &shape);

/// The tuned choice for a shape; the cost model's where there is none.
Strategy chooseStrategy(const ProductShape &shape, const Machine &machine,
                        ArrayRef<TunedChoice> tuned);

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TUNEDCHOICES_H
