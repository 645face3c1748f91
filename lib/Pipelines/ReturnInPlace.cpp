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
#define GEN_PASS_DEF_RETURNINPLACE
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
struct ReturnInPlace : dorefa::impl::ReturnInPlaceBase<ReturnInPlace> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.getBody().hasOneBlock())
      return;
    Operation *end = function.getBody().front().getTerminator();
    DenseSet<Value> returned;
    for (OpOperand &operand : end->getOpOperands()) {
      auto clone = operand.get().getDefiningOp<bufferization::CloneOp>();
      if (!clone || clone.getOutput().getType() != clone.getInput().getType())
        continue;
      auto argument = dyn_cast<BlockArgument>(clone.getInput());
      // One memory is one result: the others keep their copies.
      if (!argument || argument.getOwner() != end->getBlock() ||
          !function.getArgAttr(argument.getArgNumber(), "dorefa.in_place") ||
          !clone->hasOneUse() || !returned.insert(argument).second)
        continue;
      operand.set(argument);
      clone.erase();
    }
  }
};
} // namespace
