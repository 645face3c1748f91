//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_SEPARATEINITS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// The uses of `value` as a destination.
static SmallVector<OpOperand *> getInits(Value value) {
  SmallVector<OpOperand *> inits;
  for (OpOperand &use : value.getUses())
    if (auto op = dyn_cast<DestinationStyleOpInterface>(use.getOwner()))
      if (op.isDpsInit(&use))
        inits.push_back(&use);
  return inits;
}

/// Gives each destination a copy of `op`; one keeps it if nothing else does.
template <typename Build>
static void separate(IRRewriter &rewriter, Operation *op, Build build) {
  Value value = op->getResult(0);
  SmallVector<OpOperand *> inits = getInits(value);
  if (!inits.empty() && value.hasNUses(inits.size()))
    inits.pop_back();
  for (OpOperand *init : inits) {
    rewriter.setInsertionPoint(init->getOwner());
    init->set(build());
  }
}

namespace {
struct SeparateInits : dorefa::impl::SeparateInitsBase<SeparateInits> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::FillOp> fills;
    getOperation()->walk([&](linalg::FillOp fill) {
      if (fill.hasPureTensorSemantics() &&
          fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>())
        fills.push_back(fill);
    });
    for (linalg::FillOp fill : fills)
      separate(rewriter, fill, [&]() -> Value {
        Operation *empty =
            rewriter.clone(*fill.getOutputs()[0].getDefiningOp());
        IRMapping mapping;
        mapping.map(fill.getOutputs()[0], empty->getResult(0));
        return rewriter.clone(*fill, mapping)->getResult(0);
      });
    SmallVector<tensor::EmptyOp> empties;
    getOperation()->walk(
        [&](tensor::EmptyOp empty) { empties.push_back(empty); });
    for (tensor::EmptyOp empty : empties)
      separate(rewriter, empty,
               [&]() -> Value { return rewriter.clone(*empty)->getResult(0); });
  }
};
} // namespace
