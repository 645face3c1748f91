//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Copies of the forward pass for training and for inference.

#ifndef DOREFA_TRAINING_FORWARDCOPY_H
#define DOREFA_TRAINING_FORWARDCOPY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::dorefa {

/// Copies to `builder` what `results`, operands of the terminator of `body`,
/// need; `arguments` maps the arguments of `body`. Returns the copied results.
/// Fails at an op that needs an argument which is not mapped.
FailureOr<SmallVector<Value>> copyForward(OpBuilder &builder, func::FuncOp body,
                                          IRMapping &arguments,
                                          ArrayRef<unsigned> results);

/// Turns a copy of the forward pass into its inference form: running
/// statistics, no dropout, no gradient quantizers.
void makeInference(func::FuncOp function);

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_FORWARDCOPY_H
