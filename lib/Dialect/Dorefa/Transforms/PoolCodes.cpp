//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Max-pools behind quantizers in place of before them: for every quantizer q
// that does not fall, q(max(a, b)) = max(q(a), q(b)).

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_POOLCODES
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
struct PoolCodes : dorefa::impl::PoolCodesBase<PoolCodes> {
  void runOnOperation() override {
    SmallVector<QuantizeActivationOp> quantizers;
    getOperation()->walk(
        [&](QuantizeActivationOp op) { quantizers.push_back(op); });
    IRRewriter rewriter(&getContext());
    for (QuantizeActivationOp op : quantizers) {
      auto pool = op.getInput().getDefiningOp<MaxPoolOp>();
      if (!pool || !pool->hasOneUse() || !getCodeType(op.getType()) ||
          op.getBound() == Bound::abs_clip)
        continue;
      rewriter.setInsertionPoint(pool);
      auto withCodes = [&](Value tensor) {
        return cast<RankedTensorType>(tensor.getType())
            .clone(cast<RankedTensorType>(op.getType()).getElementType());
      };
      IRMapping mapping;
      mapping.map(op.getInput(), pool.getInput());
      Operation *codes = rewriter.clone(*op, mapping);
      codes->getResult(0).setType(withCodes(pool.getInput()));
      Operation *pooled = rewriter.clone(*pool);
      pooled->setOperand(0, codes->getResult(0));
      pooled->getResult(0).setType(op.getType());
      rewriter.replaceOp(op, pooled->getResult(0));
      rewriter.eraseOp(pool);
    }
  }
};
} // namespace
