//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A linear layer is a 1x1 convolution over a 1x1 image: one lowering serves
// both.

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::dorefa;

static const SmallVector<ReassociationIndices> kPixel = {{0}, {1, 2, 3}};

/// [N, C] as [N, 1, 1, C].
static RankedTensorType getImageType(Type type) {
  auto flat = cast<RankedTensorType>(type);
  return RankedTensorType::get({flat.getDimSize(0), 1, 1, flat.getDimSize(1)},
                               flat.getElementType());
}

static Value buildImage(ImplicitLocOpBuilder &b, Value flat) {
  return tensor::ExpandShapeOp::create(b, getImageType(flat.getType()), flat,
                                       kPixel);
}

namespace {

/// The ops before conversion still carry code types, so these patterns run
/// ahead of it and build the convolution on the original values.
struct LinearToConv2D : OpRewritePattern<LinearOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DOp::create(
        b, getImageType(op.getResult().getType()), buildImage(b, op.getInput()),
        buildImage(b, op.getFilter()), op.getInputScale(), op.getFilterScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
        op, op.getResult().getType(), conv.getResult(), kPixel);
    return success();
  }
};

struct LinearGradInputToConv2D : OpRewritePattern<LinearGradInputOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearGradInputOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DGradInputOp::create(
        b, getImageType(op.getResult().getType()),
        buildImage(b, op.getCotangent()), buildImage(b, op.getFilter()),
        op.getCotangentScale(), op.getFilterScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
        op, op.getResult().getType(), conv.getResult(), kPixel);
    return success();
  }
};

struct LinearGradFilterToConv2D : OpRewritePattern<LinearGradFilterOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(LinearGradFilterOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DGradFilterOp::create(
        b, getImageType(op.getResult().getType()),
        buildImage(b, op.getCotangent()), buildImage(b, op.getInput()),
        op.getCotangentScale(), op.getInputScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOpWithNewOp<tensor::CollapseShapeOp>(
        op, op.getResult().getType(), conv.getResult(), kPixel);
    return success();
  }
};

} // namespace

void mlir::dorefa::populateLinearPatterns(RewritePatternSet &patterns) {
  patterns
      .add<LinearToConv2D, LinearGradInputToConv2D, LinearGradFilterToConv2D>(
          patterns.getContext());
}
