//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolutions of codes as plain 64-bit integer loops over the numerators of
// their values: the oracle that bit kernels are checked against. Nothing here
// knows of bit planes, affine corrections or valid taps; a numerator outside
// of the image is simply 0.

#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

static Value buildNumerators(ImplicitLocOpBuilder &b, Value codes,
                             CodeType type) {
  return buildPointwise(
      b, codes, b.getI64Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {buildNumerator(b, args[0], type, b.getI64Type())};
      });
}

namespace {

struct LowerConv2D : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType inputCode = getCodeType(op.getInput().getType());
    CodeType filterCode = getCodeType(op.getFilter().getType());
    if (!inputCode || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    Value image = buildNumerators(b, adaptor.getInput(), inputCode);
    Value filter = buildNumerators(b, adaptor.getFilter(), filterCode);
    image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                           window.groups);
    filter =
        buildForwardFilter(b, filter, window.groups, b.getI64Type(), nullptr);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value sums =
        buildConvSums(b, image, filter, window.strides, window.dilations,
                      type.getDimSize(1), type.getDimSize(2));
    Value factor =
        buildFactor(b, adaptor.getFilterScale(), adaptor.getInputScale(),
                    getDenominator(inputCode) * getDenominator(filterCode));
    rewriter.replaceOp(
        op, buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/3));
    return success();
  }
};

struct LowerConv2DGradInput : OpConversionPattern<Conv2DGradInputOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    CodeType cotangentCode = getCodeType(cotangentType);
    CodeType filterCode = getCodeType(filterType);
    if (!cotangentCode || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value cotangent = buildNumerators(b, adaptor.getCotangent(), cotangentCode);
    Value filter = buildNumerators(b, adaptor.getFilter(), filterCode);
    DilatedAxis height =
        getDilatedAxis(window, 0, type.getDimSize(1), filterType.getDimSize(1),
                       cotangentType.getDimSize(1));
    DilatedAxis width =
        getDilatedAxis(window, 1, type.getDimSize(2), filterType.getDimSize(2),
                       cotangentType.getDimSize(2));
    Value grid = buildSplitAxis(b, buildDilated(b, cotangent, height, width), 3,
                                window.groups);
    filter =
        buildReversedFilter(b, filter, window.groups, b.getI64Type(), nullptr);
    Value sums = buildConvSums(b, grid, filter, {1, 1}, window.dilations,
                               type.getDimSize(1), type.getDimSize(2));
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getFilterScale(),
                    getDenominator(cotangentCode) * getDenominator(filterCode));
    rewriter.replaceOp(
        op, buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/0));
    return success();
  }
};

struct LowerConv2DGradFilter : OpConversionPattern<Conv2DGradFilterOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DGradFilterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType cotangentCode = getCodeType(op.getCotangent().getType());
    CodeType inputCode = getCodeType(op.getInput().getType());
    if (!cotangentCode || !inputCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value cotangent = buildNumerators(b, adaptor.getCotangent(), cotangentCode);
    Value image = buildNumerators(b, adaptor.getInput(), inputCode);
    image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                           window.groups);
    cotangent = buildSplitAxis(b, cotangent, 3, window.groups);
    Value sums = buildFilterGradSums(b, image, cotangent, window.strides,
                                     window.dilations, type.getDimSize(1),
                                     type.getDimSize(2), /*perSample=*/true);
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getInputScale(),
                    getDenominator(cotangentCode) * getDenominator(inputCode));
    Value scaled = buildScaledSampleSum(b, sums, factor);
    rewriter.replaceOp(op, buildFilterGradLayout(b, scaled));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateReferenceProductPatterns(
    const TypeConverter &converter, RewritePatternSet &patterns) {
  patterns.add<LowerConv2D, LowerConv2DGradInput, LowerConv2DGradFilter>(
      converter, patterns.getContext());
}
