//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Initial values of parameters and states as IR.

#ifndef DOREFA_TRAINING_INITIALIZER_H
#define DOREFA_TRAINING_INITIALIZER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <string>

namespace mlir::dorefa {

/// A parsed `dorefa.init`, resolved for a shape.
struct Initializer {
  enum class Kind { constant, uniform, normal };
  Kind kind = Kind::constant;
  /// The constant; the bound a of uniform in (-a, a); the standard deviation.
  double value = 0;

  /// Reads `text` for a filter of `shape`, OHWI or [outputs, inputs]. Returns
  /// a message of what is wrong in `error` on failure.
  static FailureOr<Initializer> parse(StringRef text, ArrayRef<int64_t> shape,
                                      std::string &error);
  bool isRandom() const { return kind != Kind::constant; }
};

/// A tensor of `type` with the values of `initializer`. `opId` is the number of
/// its random stream, `seed` an i64 scalar; both are read by random
/// initialisers only.
Value buildInitialValue(OpBuilder &builder, Location loc, RankedTensorType type,
                        const Initializer &initializer, int32_t opId,
                        Value seed);

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_INITIALIZER_H
