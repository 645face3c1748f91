//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The differentiation interface and what a rule is handed besides cotangents.

#ifndef DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_H
#define DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir::dorefa {

/// True for f16/f32/f64 scalars, tensors of them, and tensors of codes.
bool isDifferentiable(Type type);

/// The type of the cotangent of a value of `type`: codes become f32, floats
/// stay. Null if `type` is not differentiable.
Type getCotangentType(Type type);

/// What a rule is handed besides the cotangents.
struct BackwardContext {
  /// True if the gradient of operand `i` is wanted.
  llvm::function_ref<bool(unsigned)> needed;
  /// The run's seed and the training step, both i64 scalars; null when the
  /// differentiated function holds no op that draws random numbers.
  Value seed;
  Value step;
};

} // namespace mlir::dorefa

#include "dorefa/Interfaces/DifferentiableOpInterface.h.inc"

#endif // DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_H
