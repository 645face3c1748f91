//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Optimizers as IR: one fused elementwise loop for each parameter.

#ifndef DOREFA_TRAINING_OPTIMIZER_H
#define DOREFA_TRAINING_OPTIMIZER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"
#include <string>

namespace mlir::dorefa {

enum class OptimizerKind { sgd, adam };

/// How a parameter follows its gradient; the conventions of PyTorch.
struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::sgd;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weightDecay = 0.0;

  /// What the names of a parameter's optimizer states begin with, one for each
  /// state, each of the parameter's type: "adam.m/", "adam.v/".
  SmallVector<std::string> getStatePrefixes() const;
};

/// The updates of one step, at the builder's insertion point when constructed.
class OptimizerBuilder {
public:
  /// `learningRate` is an f32 scalar, `step` an i64 scalar that counts from 0.
  OptimizerBuilder(const OptimizerOptions &options, OpBuilder &builder,
                   Location loc, Value learningRate, Value step);

  /// The new parameter, then its new states, from tensors of one f32 type.
  SmallVector<Value> update(Value parameter, Value gradient,
                            ValueRange states) const;

private:
  const OptimizerOptions &options;
  OpBuilder &builder;
  Location loc;
  /// sgd: the learning rate; adam: lr / (1 - beta1^t).
  Value rate;
  /// adam: sqrt(1 - beta2^t).
  Value root;
};

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_OPTIMIZER_H
