//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Reverse-mode differentiation over SSA values.

#ifndef DOREFA_AUTODIFF_AUTODIFF_H
#define DOREFA_AUTODIFF_AUTODIFF_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/ArrayRef.h"

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::dorefa {

/// Attaches the differentiation rules of the upstream dialects (arith, math,
/// tensor, linalg, tosa) to their ops.
void registerAutodiffInterfaces(DialectRegistry &registry);

/// What `buildGradients` differentiates.
struct GradientRequest {
  /// The values to differentiate, and the cotangent of each (of the type
  /// `getCotangentType` names).
  SmallVector<Value> outputs;
  SmallVector<Value> cotangents;
  /// The values whose gradients are wanted.
  SmallVector<Value> wrt;
  /// The run's seed and the training step, i64 scalars; needed where an active
  /// op draws random numbers.
  Value seed;
  Value step;
};

/// Builds at `builder`'s insertion point, which must come after all outputs in
/// the one block that holds them, the gradient of
///
///     sum_i <cotangents[i], outputs[i]>
///
/// with respect to each of `wrt`. Only ops on a path from a wanted value to an
/// output are differentiated; a wanted value that no output depends on gets a
/// zero. Calls must have been inlined (`inlineCalls`), random ops numbered
/// (`numberRandomOps`).
///
/// Fails, with an error at the op, where an op on such a path has no rule.
FailureOr<SmallVector<Value>> buildGradients(OpBuilder &builder,
                                             const GradientRequest &request);

/// A zero of the type of `like`'s cotangent.
Value buildZeroCotangent(OpBuilder &builder, Location loc, Value like);

/// Inlines every call in `function` to a function with a body, transitively.
/// Fails on recursion and on callees of more than one block.
LogicalResult inlineCalls(func::FuncOp function);

/// Gives every quantize_gradient and dropout op without an `id` the first free
/// number, in program order; every one of them counts, whatever its bits. Fails
/// where two ops name the same id.
LogicalResult numberRandomOps(func::FuncOp function);

/// Says with `dorefa.layer` which layer each dorefa, linalg and tosa op without
/// that mark belongs to. A filter names the layer: a value of rank 2 or more
/// that is computed from the parameter "conv1.weight" alone starts "conv1", and
/// what follows belongs to it until the next filter.
void nameLayers(func::FuncOp function);

/// True for an op that `dorefa.layer` may mark: one of dorefa, linalg or tosa.
bool takesLayer(Operation *op);

/// True if running `function` forward or backward draws random numbers.
bool drawsRandomNumbers(func::FuncOp function);

/// Hands seed and step to every dropout op that has none.
void attachNoise(func::FuncOp function, Value seed, Value step);

/// Replaces every quantize_gradient by its input: forward it is the identity,
/// and a function that has its gradient, or needs none, is done with it.
void eraseGradientQuantizers(func::FuncOp function);

/// Appends an argument `%seed: i64 {dorefa.seed}` and an argument
/// `%step: i64 {dorefa.step}`; returns both.
std::pair<Value, Value> appendNoiseArguments(func::FuncOp function);

} // namespace mlir::dorefa

#endif // DOREFA_AUTODIFF_AUTODIFF_H
