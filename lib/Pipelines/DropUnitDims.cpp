//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/BitVector.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_DROPUNITDIMS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Whether operand size `size` behind index `expression` outlives the loss of
/// the loops of one iteration. Of a window that reads y * s + i, only i is left
/// of an output of one row; as an index by itself it then claims to run over
/// all of the operand, which is wrong if the window leaves rows out.
static bool staysValid(AffineExpr expression, int64_t size,
                       ArrayRef<int64_t> loops) {
  if (isa<AffineDimExpr>(expression))
    return true;
  MLIRContext *context = expression.getContext();
  SmallVector<AffineExpr> left;
  for (auto [dim, range] : llvm::enumerate(loops))
    left.push_back(range == 1 ? getAffineConstantExpr(0, context)
                              : getAffineDimExpr(dim, context));
  AffineExpr rest = expression.replaceDims(left);
  if (isa<AffineConstantExpr>(rest))
    return size == 1;
  auto dim = dyn_cast<AffineDimExpr>(rest);
  return !dim || loops[dim.getPosition()] == size;
}

/// The loops of `op` that may be dropped.
static SmallVector<unsigned> getDroppableLoops(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic)
    return linalg::ControlDropUnitDims().controlFn(op);
  SmallVector<int64_t> loops = generic.getStaticLoopRanges();
  llvm::BitVector droppable(loops.size(), true);
  for (OpOperand &operand : generic->getOpOperands()) {
    ArrayRef<int64_t> shape = generic.getShape(&operand);
    AffineMap map = generic.getMatchingIndexingMap(&operand);
    for (auto [expression, size] : llvm::zip_equal(map.getResults(), shape)) {
      if (staysValid(expression, size, loops))
        continue;
      for (unsigned dim = 0; dim < loops.size(); ++dim)
        if (expression.isFunctionOfDim(dim))
          droppable.reset(dim);
    }
  }
  return llvm::to_vector_of<unsigned>(droppable.set_bits());
}

namespace {
struct DropUnitDims : dorefa::impl::DropUnitDimsBase<DropUnitDims> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::ControlDropUnitDims options;
    options.controlFn = getDroppableLoops;
    linalg::populateFoldUnitExtentDimsPatterns(patterns, options);
    linalg::populateFoldUnitExtentDimsCanonicalizationPatterns(patterns,
                                                               options);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
