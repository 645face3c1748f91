//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CLIPANDROUND
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Conversion rounds to the nearest, and of two to the even one, by itself.
static void round(RewriterBase &rewriter, arith::FPToSIOp conversion) {
  auto rounded = conversion.getIn().getDefiningOp<math::RoundEvenOp>();
  if (!rounded || !getElementTypeOrSelf(conversion.getIn().getType()).isF32() ||
      !getElementTypeOrSelf(conversion.getType()).isInteger(32))
    return;
  rewriter.setInsertionPoint(conversion);
  rewriter.replaceOpWithNewOp<LLVM::LrintOp>(conversion, conversion.getType(),
                                             rounded.getOperand());
  if (rounded->use_empty())
    rewriter.eraseOp(rounded);
}

/// The same for all numbers, and for what is none. LLVM would rather multiply
/// the constant than take the lesser one first.
static void clip(RewriterBase &rewriter, arith::SelectOp select) {
  auto less = select.getCondition().getDefiningOp<arith::CmpFOp>();
  Value value = select.getTrueValue(), bound = select.getFalseValue();
  APFloat constant(0.0);
  if (!less || less.getPredicate() != arith::CmpFPredicate::OLT ||
      less.getLhs() != value || less.getRhs() != bound ||
      !matchPattern(bound, m_ConstantFloat(&constant)) || constant.isNaN() ||
      constant.isZero())
    return;
  rewriter.setInsertionPoint(select);
  rewriter.replaceOpWithNewOp<arith::MinNumFOp>(select, value, bound);
  if (less->use_empty())
    rewriter.eraseOp(less);
}

namespace {
struct ClipAndRound : mlir::dorefa::impl::ClipAndRoundBase<ClipAndRound> {
  void runOnOperation() override {
    SmallVector<arith::FPToSIOp> conversions;
    SmallVector<arith::SelectOp> selects;
    getOperation()->walk([&](Operation *op) {
      if (auto conversion = dyn_cast<arith::FPToSIOp>(op))
        conversions.push_back(conversion);
      else if (auto select = dyn_cast<arith::SelectOp>(op))
        selects.push_back(select);
    });
    IRRewriter rewriter(&getContext());
    for (arith::FPToSIOp conversion : conversions)
      round(rewriter, conversion);
    for (arith::SelectOp select : selects)
      clip(rewriter, select);
  }
};
} // namespace
