//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A convolution of single pixels with a stride reads a few pixels of its image:
// these alone are packed, and the stride is 1. The gradient of the image stays
// as it is: pixels that nothing reads have no zero there but zero times the
// cotangent's scale, which may be no number.

#include "BitserialBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Without padding, and with a stride.
static bool isPointwise(const ConvWindow &window, Type filterType) {
  ArrayRef<int64_t> filter = cast<RankedTensorType>(filterType).getShape();
  auto isOne = [](int64_t value) { return value == 1; };
  return filter[1] == 1 && filter[2] == 1 &&
         !llvm::all_of(window.strides, isOne) &&
         llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; });
}

/// The pixels that are read, right behind the image: what is packed of them is
/// what lives on, for all products.
static Value buildReadPixels(PatternRewriter &rewriter, Value image,
                             const ConvWindow &window) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(image);
  ImplicitLocOpBuilder b(image.getLoc(), rewriter);
  SmallVector<OpFoldResult> sizes = getSizes(b, image);
  SmallVector<OpFoldResult> offsets(4, b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(4, b.getIndexAttr(1));
  auto type = cast<RankedTensorType>(image.getType());
  for (unsigned axis : {0, 1}) {
    sizes[axis + 1] =
        b.getIndexAttr(window.outputSize(axis, type.getDimSize(axis + 1), 1));
    strides[axis + 1] = b.getIndexAttr(window.strides[axis]);
  }
  return tensor::ExtractSliceOp::create(b, image, offsets, sizes, strides);
}

/// Makes the stride 1.
static void takeStride(PatternRewriter &rewriter, Operation *op,
                       OpOperand &image, const ConvWindow &window) {
  Value pixels = buildReadPixels(rewriter, image.get(), window);
  rewriter.modifyOpInPlace(op, [&] {
    image.set(pixels);
    op->setAttr("strides", rewriter.getDenseI64ArrayAttr({1, 1}));
  });
}

namespace {

struct PointwiseConv2D : OpRewritePattern<Conv2DOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DOp op,
                                PatternRewriter &rewriter) const override {
    if (!isPointwise(op.getWindow(), op.getFilter().getType()))
      return failure();
    takeStride(rewriter, op, op.getInputMutable(), op.getWindow());
    return success();
  }
};

struct PointwiseGradFilter : OpRewritePattern<Conv2DGradFilterOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DGradFilterOp op,
                                PatternRewriter &rewriter) const override {
    if (!isPointwise(op.getWindow(), op.getResult().getType()))
      return failure();
    takeStride(rewriter, op, op.getInputMutable(), op.getWindow());
    return success();
  }
};

} // namespace

void mlir::dorefa::populatePointwisePatterns(RewritePatternSet &patterns) {
  patterns.add<PointwiseConv2D, PointwiseGradFilter>(patterns.getContext());
}
