//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolutions with an f32 operand: float products of dequantized values.

#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::dorefa;

/// The f32 values of an operand: dequantized if it holds codes; times the
/// scale, which for floats is that of a dropout.
static Value buildValues(ImplicitLocOpBuilder &b, Value operand, Type original,
                         Value scale) {
  if (CodeType code = getCodeType(original))
    return buildDequantized(b, operand, code, scale);
  if (!scale)
    return operand;
  SmallVector<OpFoldResult> sizes = getSizes(b, operand);
  return buildElementwise(
      b, {operand, scale},
      {b.getMultiDimIdentityMap(sizes.size()),
       getScaleMap(scale, sizes.size())},
      sizes, b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {arith::MulFOp::create(b, args[0], args[1])};
      })[0];
}

namespace {

/// A pattern that leaves products of two operands of codes alone, unless it is
/// to take them as well.
template <typename OpT>
struct FloatProduct : OpConversionPattern<OpT> {
  FloatProduct(const TypeConverter &converter, MLIRContext *context,
               bool evenOfCodes)
      : OpConversionPattern<OpT>(converter, context), evenOfCodes(evenOfCodes) {
  }
  bool takes(Type lhs, Type rhs) const {
    return evenOfCodes || !getCodeType(lhs) || !getCodeType(rhs);
  }
  bool evenOfCodes;
};

struct LowerConv2D : FloatProduct<Conv2DOp> {
  using FloatProduct::FloatProduct;
  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type inputType = op.getInput().getType();
    Type filterType = op.getFilter().getType();
    if (!takes(inputType, filterType))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    Value image =
        buildValues(b, adaptor.getInput(), inputType, adaptor.getInputScale());
    Value filter = buildValues(b, adaptor.getFilter(), filterType,
                               adaptor.getFilterScale());
    image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                           window.groups);
    filter =
        buildForwardFilter(b, filter, window.groups, b.getF32Type(), nullptr);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value sums =
        buildConvSums(b, image, filter, window.strides, window.dilations,
                      type.getDimSize(1), type.getDimSize(2));
    rewriter.replaceOp(op, buildMergedAxes(b, sums, 3));
    return success();
  }
};

struct LowerConv2DGradInput : FloatProduct<Conv2DGradInputOp> {
  using FloatProduct::FloatProduct;
  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type cotangentType = op.getCotangent().getType();
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    if (!takes(cotangentType, filterType))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    auto shape = cast<RankedTensorType>(cotangentType);
    Value cotangent = buildValues(b, adaptor.getCotangent(), cotangentType,
                                  adaptor.getCotangentScale());
    Value filter = buildValues(b, adaptor.getFilter(), filterType,
                               adaptor.getFilterScale());
    DilatedAxis height =
        getDilatedAxis(window, 0, type.getDimSize(1), filterType.getDimSize(1),
                       shape.getDimSize(1));
    DilatedAxis width =
        getDilatedAxis(window, 1, type.getDimSize(2), filterType.getDimSize(2),
                       shape.getDimSize(2));
    Value grid = buildSplitAxis(b, buildDilated(b, cotangent, height, width), 3,
                                window.groups);
    filter =
        buildReversedFilter(b, filter, window.groups, b.getF32Type(), nullptr);
    Value sums = buildConvSums(b, grid, filter, {1, 1}, window.dilations,
                               type.getDimSize(1), type.getDimSize(2));
    rewriter.replaceOp(op, buildMergedAxes(b, sums, 3));
    return success();
  }
};

struct LowerConv2DGradFilter : FloatProduct<Conv2DGradFilterOp> {
  using FloatProduct::FloatProduct;
  LogicalResult
  matchAndRewrite(Conv2DGradFilterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type cotangentType = op.getCotangent().getType();
    Type inputType = op.getInput().getType();
    if (!takes(cotangentType, inputType))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    Value cotangent = buildValues(b, adaptor.getCotangent(), cotangentType,
                                  adaptor.getCotangentScale());
    Value image =
        buildValues(b, adaptor.getInput(), inputType, adaptor.getInputScale());
    image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                           window.groups);
    cotangent = buildSplitAxis(b, cotangent, 3, window.groups);
    Value sums = buildFilterGradSums(b, image, cotangent, window.strides,
                                     window.dilations, type.getDimSize(1),
                                     type.getDimSize(2), /*perSample=*/false);
    rewriter.replaceOp(op, buildFilterGradLayout(b, sums));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateFloatProductPatterns(const TypeConverter &converter,
                                                RewritePatternSet &patterns,
                                                bool evenOfCodes) {
  patterns.add<LowerConv2D, LowerConv2DGradInput, LowerConv2DGradFilter>(
      converter, patterns.getContext(), evenOfCodes);
}
