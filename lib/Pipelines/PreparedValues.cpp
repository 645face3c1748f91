//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PreparedValues.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::dorefa;

bool mlir::dorefa::isParameter(func::FuncOp function, unsigned index) {
  return function.getArgAttr(index, "dorefa.parameter") ||
         function.getArgAttr(index, "dorefa.state");
}

bool mlir::dorefa::isInference(func::FuncOp function) {
  if (!function.isPublic() || function.isExternal() ||
      !function.getBody().hasOneBlock())
    return false;
  bool hasInput = false, hasParameter = false;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    hasInput |= static_cast<bool>(function.getArgAttr(i, "dorefa.input"));
    hasParameter |= isParameter(function, i);
  }
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (function.getResultAttr(i, "dorefa.parameter") ||
        function.getResultAttr(i, "dorefa.state"))
      return false;
  return hasInput && hasParameter;
}

SmallVector<Value> mlir::dorefa::getReadValues(Operation *op) {
  llvm::SetVector<Value> values(op->operand_begin(), op->operand_end());
  for (Region &region : op->getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values.takeVector();
}

DenseSet<Value> mlir::dorefa::getDataValues(func::FuncOp function) {
  DenseSet<Value> data;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (!isParameter(function, i))
      data.insert(function.getArgument(i));
  for (Operation &op : function.getBody().front().without_terminator())
    if (!isMemoryEffectFree(&op) ||
        llvm::any_of(getReadValues(&op),
                     [&](Value value) { return data.contains(value); }))
      data.insert(op.result_begin(), op.result_end());
  return data;
}

DenseSet<Value> mlir::dorefa::getPreparedValues(func::FuncOp function) {
  DenseSet<Value> data = getDataValues(function), prepared;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (isParameter(function, i))
      prepared.insert(function.getArgument(i));
  for (Operation &op : function.getBody().front().without_terminator())
    if (op.getNumResults() != 0 && !data.contains(op.getResult(0)) &&
        llvm::any_of(getReadValues(&op),
                     [&](Value value) { return prepared.contains(value); }))
      prepared.insert(op.result_begin(), op.result_end());
  return prepared;
}
