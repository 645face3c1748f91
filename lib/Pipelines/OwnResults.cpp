//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_OWNRESULTS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// The argument that was handed over and whose copy for the caller alone
/// `value` is.
static BlockArgument findHandedOver(Value value, func::FuncOp function) {
  auto clone = value.getDefiningOp<bufferization::CloneOp>();
  if (!clone || !clone->hasOneUse() ||
      clone.getOutput().getType() != clone.getInput().getType())
    return nullptr;
  auto argument = dyn_cast<BlockArgument>(clone.getInput());
  if (argument && argument.getOwner() == &function.getBody().front() &&
      function.getArgAttr(argument.getArgNumber(), "dorefa.in_place"))
    return argument;
  return nullptr;
}

namespace {
struct OwnResults : dorefa::impl::OwnResultsBase<OwnResults> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.getBody().hasOneBlock())
      return;
    Operation *end = function.getBody().front().getTerminator();
    OpBuilder builder(end);
    DenseSet<Value> returned;
    for (OpOperand &operand : end->getOpOperands()) {
      if (!isa<MemRefType>(operand.get().getType()))
        continue;
      BlockArgument argument = findHandedOver(operand.get(), function);
      if (argument && !returned.contains(argument)) {
        Operation *clone = operand.get().getDefiningOp();
        operand.set(argument);
        clone->erase();
      }
      if (!returned.insert(operand.get()).second)
        operand.set(bufferization::CloneOp::create(builder, end->getLoc(),
                                                   operand.get()));
    }
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.removeArgAttr(i, "dorefa.in_place");
  }
};
} // namespace
