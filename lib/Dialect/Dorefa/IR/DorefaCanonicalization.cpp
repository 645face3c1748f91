//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Canonicalization patterns of the dorefa ops.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Scales that are 1
//===----------------------------------------------------------------------===//

static bool isConstantOne(Value scale) {
  DenseFPElementsAttr constant;
  return scale && matchPattern(scale, m_Constant(&constant)) &&
         llvm::all_of(constant.getValues<APFloat>(), [](const APFloat &value) {
           return value.isExactlyValue(1.0);
         });
}

namespace {
/// Drops a scale operand that is the constant 1; a product with 1 is exact.
template <typename OpTy, MutableOperandRange (OpTy::*getScale)()>
struct DropUnitScale : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    MutableOperandRange scale = (op.*getScale)();
    if (scale.empty() || !isConstantOne(scale[0].get()))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { scale.clear(); });
    return success();
  }
};

/// quantize_weight of more than one bit: the scale is 1.
struct ReplaceUnitScale : OpRewritePattern<QuantizeWeightOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeWeightOp op,
                                PatternRewriter &rewriter) const override {
    CodeType code = getCodeType(op.getCodes().getType());
    if (!code || code.getKind() != CodeKind::bipolar || code.getBits() < 2 ||
        op.getScale().use_empty())
      return failure();
    auto one = arith::ConstantOp::create(
        rewriter, op.getLoc(),
        DenseElementsAttr::get(cast<ShapedType>(op.getScale().getType()),
                               1.0f));
    rewriter.replaceAllUsesWith(op.getScale(), one);
    return success();
  }
};
} // namespace

void QuantizeWeightOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                   MLIRContext *context) {
  patterns.add<ReplaceUnitScale>(context);
}

void DequantizeOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                               MLIRContext *context) {
  patterns.add<DropUnitScale<DequantizeOp, &DequantizeOp::getScaleMutable>>(
      context);
}

/// Forward products have the scales of input and filter.
template <typename OpTy>
static void addForwardScalePatterns(RewritePatternSet &patterns) {
  patterns.add<DropUnitScale<OpTy, &OpTy::getInputScaleMutable>,
               DropUnitScale<OpTy, &OpTy::getFilterScaleMutable>>(
      patterns.getContext());
}

void Conv2DOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *) {
  addForwardScalePatterns<Conv2DOp>(patterns);
}

void LinearOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                           MLIRContext *) {
  addForwardScalePatterns<LinearOp>(patterns);
}

/// Of the gradients' products, the cotangent's scale is never constant.
void Conv2DGradInputOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                    MLIRContext *context) {
  patterns.add<DropUnitScale<Conv2DGradInputOp,
                             &Conv2DGradInputOp::getFilterScaleMutable>>(
      context);
}

void LinearGradInputOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                    MLIRContext *context) {
  patterns.add<DropUnitScale<LinearGradInputOp,
                             &LinearGradInputOp::getFilterScaleMutable>>(
      context);
}

void Conv2DGradFilterOp::getCanonicalizationPatterns(
    RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnitScale<Conv2DGradFilterOp,
                             &Conv2DGradFilterOp::getInputScaleMutable>>(
      context);
}

void LinearGradFilterOp::getCanonicalizationPatterns(
    RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnitScale<LinearGradFilterOp,
                             &LinearGradFilterOp::getInputScaleMutable>>(
      context);
}

//===----------------------------------------------------------------------===//
// Results that are an operand
//===----------------------------------------------------------------------===//

namespace {
/// A pool of single elements keeps its input; the winner, all 0, may be used.
struct BypassUnitPool : OpRewritePattern<MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MaxPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto isOnes = [](ArrayRef<int64_t> values) {
      return llvm::all_of(values, [](int64_t value) { return value == 1; });
    };
    // The kernel leaves no room for pads (C2).
    if (!isOnes(op.getKernel()) || !isOnes(op.getStrides()) ||
        op.getResult().use_empty() ||
        op.getInput().getType() != op.getResult().getType())
      return failure();
    rewriter.replaceAllUsesWith(op.getResult(), op.getInput());
    return success();
  }
};

/// In inference the running statistics stay as they are.
struct BypassInferenceStatistics : OpRewritePattern<BatchNormOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BatchNormOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getInference() ||
        (op.getNewMean().use_empty() && op.getNewVariance().use_empty()))
      return failure();
    rewriter.replaceAllUsesWith(op.getNewMean(), op.getRunningMean());
    rewriter.replaceAllUsesWith(op.getNewVariance(), op.getRunningVariance());
    return success();
  }
};
} // namespace

void MaxPoolOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<BypassUnitPool>(context);
}

void BatchNormOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                              MLIRContext *context) {
  patterns.add<BypassInferenceStatistics>(context);
}
