//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What an inference function computes from its parameters alone.

#ifndef DOREFA_LIB_PIPELINES_PREPAREDVALUES_H
#define DOREFA_LIB_PIPELINES_PREPAREDVALUES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::dorefa {

/// Whether an argument is marked as a parameter or a state.
bool isParameter(func::FuncOp function, unsigned index);

/// True for a public function of one block that takes an argument
/// `dorefa.input` and parameters or states, and returns none of the latter.
bool isInference(func::FuncOp function);

/// What `op` reads: its operands, and what its regions take from outside.
SmallVector<Value> getReadValues(Operation *op);

/// The other arguments of a function, and what its body computes from them.
DenseSet<Value> getDataValues(func::FuncOp function);

/// The parameters and states of a function, and what its body computes from
/// them without looking at other arguments. What is computed from nothing is
/// not among it.
DenseSet<Value> getPreparedValues(func::FuncOp function);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_PIPELINES_PREPAREDVALUES_H
