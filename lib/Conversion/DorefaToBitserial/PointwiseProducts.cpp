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

static Type getFilterType(Conv2DOp op) { return op.getFilter().getType(); }
static Type getFilterType(Conv2DGradFilterOp op) {
  return op.getResult().getType();
}

namespace {
template <typename OpTy>
struct TakePixels : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!isPointwise(op.getWindow(), getFilterType(op)))
      return failure();
    Value pixels = buildReadPixels(rewriter, op.getInput(), op.getWindow());
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pixels);
      op.setStrides({1, 1});
    });
    return success();
  }
};
} // namespace

void mlir::dorefa::populatePointwisePatterns(RewritePatternSet &patterns) {
  patterns.add<TakePixels<Conv2DOp>, TakePixels<Conv2DGradFilterOp>>(
      patterns.getContext());
}
