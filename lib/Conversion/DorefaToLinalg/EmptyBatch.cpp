//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A batch that is empty by its type has no elements to compute. Lowered like
// any other it would be sliced, and a slice of a static axis of size 0 is not
// valid IR. (A batch that turns out empty at run time needs nothing special.)

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

static bool isEmpty(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getNumElements() == 0;
}

namespace {

/// An op whose results have no elements: tensors that nobody writes.
struct ReplaceEmptyResults : RewritePattern {
  ReplaceEmptyResults(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/2, context) {}
  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa<DorefaDialect>(op->getDialect()) || op->getNumResults() == 0 ||
        !llvm::all_of(op->getResultTypes(), isEmpty))
      return failure();
    SmallVector<Value> empty;
    for (Type type : op->getResultTypes()) {
      auto tensor = cast<RankedTensorType>(type);
      empty.push_back(tensor::EmptyOp::create(
          rewriter, op->getLoc(), tensor.getShape(), tensor.getElementType()));
    }
    rewriter.replaceOp(op, empty);
    return success();
  }
};

/// The gradient of a filter is a sum over the samples: without any it is 0.
template <typename OpT>
struct ReplaceEmptySum : OpRewritePattern<OpT> {
  ReplaceEmptySum(MLIRContext *context)
      : OpRewritePattern<OpT>(context, /*benefit=*/2) {}
  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    if (!isEmpty(op.getCotangent().getType()) &&
        !isEmpty(op.getInput().getType()))
      return failure();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseElementsAttr::get(type, rewriter.getF32FloatAttr(0)));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateEmptyBatchPatterns(RewritePatternSet &patterns) {
  patterns.add<ReplaceEmptyResults, ReplaceEmptySum<Conv2DGradFilterOp>,
               ReplaceEmptySum<LinearGradFilterOp>>(patterns.getContext());
}
