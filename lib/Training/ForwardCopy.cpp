//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Copies of the forward pass for training and for inference.

#include "dorefa/Training/ForwardCopy.h"
#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::dorefa;

FailureOr<SmallVector<Value>>
mlir::dorefa::copyForward(OpBuilder &builder, func::FuncOp body,
                          IRMapping &arguments, ArrayRef<unsigned> results) {
  Block &block = body.getBody().front();
  llvm::DenseSet<Value> wanted;
  for (unsigned result : results)
    wanted.insert(block.getTerminator()->getOperand(result));
  llvm::DenseSet<Operation *> live;
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    if (llvm::none_of(op.getResults(),
                      [&](Value value) { return wanted.contains(value); }))
      continue;
    live.insert(&op);
    wanted.insert(op.operand_begin(), op.operand_end());
    llvm::SetVector<Value> captured;
    for (Region &region : op.getRegions())
      getUsedValuesDefinedAbove(region, captured);
    wanted.insert(captured.begin(), captured.end());
  }
  for (BlockArgument argument : block.getArguments())
    if (wanted.contains(argument) && !arguments.contains(argument))
      return emitError(argument.getLoc())
             << "argument " << argument.getArgNumber() << " of '@"
             << body.getName()
             << "' is needed where it is not at hand: the output must not "
                "depend on the labels";
  for (Operation &op : block.without_terminator())
    if (live.contains(&op))
      builder.clone(op, arguments);
  SmallVector<Value> copies;
  for (unsigned result : results)
    copies.push_back(
        arguments.lookup(block.getTerminator()->getOperand(result)));
  return copies;
}

void mlir::dorefa::makeInference(func::FuncOp function) {
  eraseGradientQuantizers(function);
  function.walk([](BatchNormOp op) { op.setInference(true); });
  function.walk([](DropoutOp op) {
    OpBuilder builder(op);
    for (OpOperand &use : llvm::make_early_inc_range(op.getScale().getUses())) {
      if (auto conv = dyn_cast<Conv2DOp>(use.getOwner()))
        conv.getInputScaleMutable().clear();
      else if (auto linear = dyn_cast<LinearOp>(use.getOwner()))
        linear.getInputScaleMutable().clear();
    }
    if (!op.getScale().use_empty()) {
      auto one = DenseElementsAttr::get(op.getScale().getType(), 1.0f);
      op.getScale().replaceAllUsesWith(
          arith::ConstantOp::create(builder, op.getLoc(), one));
    }
    op.getResult().replaceAllUsesWith(op.getInput());
    op.erase();
  });
}
