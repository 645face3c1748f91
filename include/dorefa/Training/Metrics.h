//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What evaluation measures, as IR.

#ifndef DOREFA_TRAINING_METRICS_H
#define DOREFA_TRAINING_METRICS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace mlir::dorefa {

/// The sum (tensor<f32>) of the cross-entropies of softmax over `logits`
/// [batch, classes] and `labels` [batch]; rows of a negative label add nothing.
Value buildCrossEntropySum(OpBuilder &builder, Location loc, Value logits,
                           Value labels);

/// How many rows (tensor<i32>) have their first maximum at their label; rows of
/// a negative label do not count.
Value buildCorrectCount(OpBuilder &builder, Location loc, Value logits,
                        Value labels);

/// The largest element of a vector of f32 (tensor<f32>), NaN if there is one; 0
/// if that is larger.
Value buildMaximum(OpBuilder &builder, Location loc, Value vector);

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_METRICS_H
