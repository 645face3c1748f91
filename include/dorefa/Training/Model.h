//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A forward function as its attributes describe it.

#ifndef DOREFA_TRAINING_MODEL_H
#define DOREFA_TRAINING_MODEL_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>
#include <string>

namespace mlir::dorefa {

/// A parameter or a state of a model.
struct ModelVariable {
  unsigned argument; // the forward function's argument
  std::string name;
  std::string initializer;
  RankedTensorType type;
  unsigned result = 0; // of a state: the result with its new value
};

/// A forward function, read by its attributes alone.
struct Model {
  func::FuncOp forward;
  unsigned input = 0;
  std::optional<unsigned> labels; // of a function with a loss of its own
  std::optional<unsigned> boxes;  // of a detector
  SmallVector<ModelVariable> parameters;
  SmallVector<ModelVariable> states;
  std::optional<unsigned> output; // result: the logits
  std::optional<unsigned> loss;   // result: a loss of the function's own
  // Results of a detector, beside the logits [batch, anchors, classes + 1]:
  std::optional<unsigned> offsets; // [batch, anchors, 4]
  std::optional<unsigned> anchors; // [anchors, 4]

  bool isDetector() const { return offsets.has_value(); }
  /// The results that predict has: the logits, of a detector also the others.
  SmallVector<unsigned> getOutputs() const;
};

/// Reads `forward`. Fails, with an error at the function, where an argument or
/// a result carries no or a wrong mark, a name is used twice, or a state has no
/// new value.
FailureOr<Model> readModel(func::FuncOp forward);

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_MODEL_H
