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
#include "dorefa/Conversion/DorefaToLinalg/IntegerProducts.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Products of two numerators.
static Value buildReference(ImplicitLocOpBuilder &b, CodeType filterCode,
                            function_ref<Value(const IntegerProduct &)> build) {
  IntegerType i64 = b.getI64Type();
  return build(
      {i64,
       [&](ImplicitLocOpBuilder &b, Value codes) -> SmallVector<Value> {
         return {buildNumerators(b, codes, filterCode, i64)};
       },
       [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
         Value product = arith::MulIOp::create(b, args[0], args[1]);
         return {arith::AddIOp::create(b, args[2], product)};
       }});
}

namespace {

struct LowerConv2D : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType filterCode = getCodeType(op.getFilter().getType());
    if (!getCodeType(op.getInput().getType()) || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op, buildReference(b, filterCode, [&](const IntegerProduct &product) {
          return buildIntegerConv2D(b, op, adaptor, product);
        }));
    return success();
  }
};

struct LowerConv2DGradInput : OpConversionPattern<Conv2DGradInputOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType filterCode = getCodeType(op.getFilter().getType());
    if (!getCodeType(op.getCotangent().getType()) || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op, buildReference(b, filterCode, [&](const IntegerProduct &product) {
          return buildIntegerConv2DGradInput(b, op, adaptor, product);
        }));
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
    Value cotangent = buildNumerators(b, adaptor.getCotangent(), cotangentCode,
                                      b.getI64Type());
    Value image =
        buildNumerators(b, adaptor.getInput(), inputCode, b.getI64Type());
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
