//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A convolution whose window is the whole image is a linear layer of all of its
// pixels. As a convolution its input gradient would slide over a grid of zeros
// around the only cotangent.

#include "BitserialBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

static const SmallVector<ReassociationIndices> kPixel = {{0}, {1, 2, 3}};

/// [N,H,W,C] as [N,1,1,HWC].
static RankedTensorType getPixelType(Type type) {
  auto image = cast<RankedTensorType>(type);
  ArrayRef<int64_t> shape = image.getShape();
  return RankedTensorType::get({shape[0], 1, 1, shape[1] * shape[2] * shape[3]},
                               image.getElementType());
}

/// Of static height, width and channels.
static bool isWholeImage(const ConvWindow &window, Type imageType,
                         Type filterType) {
  auto image = cast<RankedTensorType>(imageType);
  auto filter = cast<RankedTensorType>(filterType);
  ArrayRef<int64_t> pixels = image.getShape().drop_front();
  return window.groups == 1 && pixels == filter.getShape().drop_front() &&
         !ShapedType::isDynamicShape(pixels) && pixels[0] * pixels[1] > 1 &&
         llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; });
}

static Value reshape(ImplicitLocOpBuilder &b, Value from,
                     RankedTensorType type) {
  auto source = cast<RankedTensorType>(from.getType());
  auto flat = RankedTensorType::get(
      {type.getDimSize(0), getPixelType(type).getShape().back()},
      source.getElementType());
  Value merged = tensor::CollapseShapeOp::create(b, flat, from, kPixel);
  return tensor::ExpandShapeOp::create(b, type, merged, kPixel);
}

static Value asPixel(ImplicitLocOpBuilder &b, Value image) {
  return reshape(b, image, getPixelType(image.getType()));
}

namespace {

struct WholeImageConv2D : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    if (!isWholeImage(op.getWindow(), op.getInput().getType(),
                      op.getFilter().getType()))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DOp::create(
        b, op.getResult().getType(), asPixel(b, op.getInput()),
        asPixel(b, op.getFilter()), op.getInputScale(), op.getFilterScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, conv);
    return success();
  }
};

struct WholeImageGradInput : OpRewritePattern<Conv2DGradInputOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DGradInputOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    if (!isWholeImage(op.getWindow(), type, op.getFilter().getType()))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DGradInputOp::create(
        b, getPixelType(type), op.getCotangent(), asPixel(b, op.getFilter()),
        op.getCotangentScale(), op.getFilterScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, reshape(b, conv.getResult(), type));
    return success();
  }
};

struct WholeImageGradFilter : OpRewritePattern<Conv2DGradFilterOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DGradFilterOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    if (!isWholeImage(op.getWindow(), op.getInput().getType(), type))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto conv = Conv2DGradFilterOp::create(
        b, getPixelType(type), op.getCotangent(), asPixel(b, op.getInput()),
        op.getCotangentScale(), op.getInputScale());
    conv->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    rewriter.replaceOp(op, reshape(b, conv.getResult(), type));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateWholeImagePatterns(RewritePatternSet &patterns) {
  patterns.add<WholeImageConv2D, WholeImageGradInput, WholeImageGradFilter>(
      patterns.getContext());
}
