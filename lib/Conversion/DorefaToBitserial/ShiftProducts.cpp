//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products with pow2 weights by shifts and additions, as LBW-Net means them:
//
//   w x = +-(x << i),   q = +-2^i.
//
// On a CPU products of bytes are faster; this is the form of targets without
// multipliers, and the one to read.

#include "FilterCoding.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::dorefa;

/// i, a mask of the sign and one of what is not zero, in `type`, of codes.
static SmallVector<Value> buildShifts(ImplicitLocOpBuilder &b, Value codes,
                                      CodeType code, IntegerType type) {
  SmallVector<OpFoldResult> sizes = getSizes(b, codes);
  AffineMap identity = b.getMultiDimIdentityMap(sizes.size());
  return buildElementwise(
      b, codes, identity, sizes, {type, type, type},
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value zero = buildScalar(b, type, 0), one = buildScalar(b, type, 1);
        Value c = arith::ExtUIOp::create(b, type, args[0]);
        Value isKept =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ne, c, zero);
        Value index = arith::SubIOp::create(b, c, one);
        Value exponent = arith::SubIOp::create(
            b, buildScalar(b, type, code.getPow2Levels() - 1),
            arith::ShRUIOp::create(b, index, one));
        Value shift = arith::SelectOp::create(b, isKept, exponent, zero);
        Value sign = arith::SubIOp::create(
            b, zero, arith::AndIOp::create(b, index, one));
        Value kept = arith::ExtSIOp::create(b, type, isKept);
        return {shift, sign, kept};
      });
}

/// sum + +-(x << i): a negative number is the complement plus 1.
static SmallVector<Value> buildShiftAdd(ImplicitLocOpBuilder &b,
                                        ValueRange args) {
  Value x = args[0], shift = args[1], sign = args[2], kept = args[3];
  Value term = arith::ShLIOp::create(b, x, shift);
  term = arith::XOrIOp::create(b, term, sign);
  term = arith::SubIOp::create(b, term, sign);
  term = arith::AndIOp::create(b, term, kept);
  return {arith::AddIOp::create(b, args[4], term)};
}

static Value buildNumerators(ImplicitLocOpBuilder &b, Value codes,
                             CodeType code, IntegerType type) {
  return buildPointwise(
      b, codes, type,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {buildNumerator(b, args[0], code, type)};
      });
}

static bool isPow2(CodeType code) {
  return code && code.getKind() == CodeKind::pow2;
}

namespace {

struct ShiftConv2D : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType inputCode = getCodeType(op.getInput().getType());
    CodeType filterCode = getCodeType(op.getFilter().getType());
    if (!inputCode || !isPow2(filterCode))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    auto type = cast<RankedTensorType>(op.getResult().getType());
    IntegerType sumType =
        FilterCoding(filterCode)
            .getSumType(
                ShapedType::getNumElements(filterType.getShape().drop_front()),
                inputCode.getMaxCode());
    Value image = buildNumerators(b, adaptor.getInput(), inputCode, sumType);
    image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                           window.groups);
    Value codes = buildForwardFilter(b, adaptor.getFilter(), window.groups,
                                     b.getI8Type(), nullptr);
    Value sums =
        buildConvSums(b, image, buildShifts(b, codes, filterCode, sumType),
                      window.strides, window.dilations, type.getDimSize(1),
                      type.getDimSize(2), buildShiftAdd);
    Value factor =
        buildFactor(b, adaptor.getFilterScale(), adaptor.getInputScale(),
                    inputCode.getMaxCode() * getDenominator(filterCode));
    rewriter.replaceOp(
        op, buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/3));
    return success();
  }
};

struct ShiftConv2DGradInput : OpConversionPattern<Conv2DGradInputOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    CodeType cotangentCode = getCodeType(cotangentType);
    CodeType filterCode = getCodeType(filterType);
    if (!cotangentCode || !isPow2(filterCode))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t kernelH = filterType.getDimSize(1);
    int64_t kernelW = filterType.getDimSize(2);
    DilatedAxis height = getDilatedAxis(window, 0, type.getDimSize(1), kernelH,
                                        cotangentType.getDimSize(1));
    DilatedAxis width = getDilatedAxis(window, 1, type.getDimSize(2), kernelW,
                                       cotangentType.getDimSize(2));
    IntegerType sumType =
        FilterCoding(filterCode)
            .getSumType(kernelH * kernelW *
                            (filterType.getDimSize(0) / window.groups),
                        cotangentCode.getMaxCode());
    Value cotangent =
        buildNumerators(b, adaptor.getCotangent(), cotangentCode, sumType);
    Value grid = buildSplitAxis(b, buildDilated(b, cotangent, height, width), 3,
                                window.groups);
    Value codes = buildReversedFilter(b, adaptor.getFilter(), window.groups,
                                      b.getI8Type(), nullptr);
    Value sums =
        buildConvSums(b, grid, buildShifts(b, codes, filterCode, sumType),
                      {1, 1}, window.dilations, type.getDimSize(1),
                      type.getDimSize(2), buildShiftAdd);
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getFilterScale(),
                    cotangentCode.getMaxCode() * getDenominator(filterCode));
    rewriter.replaceOp(
        op, buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/0));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateShiftProductPatterns(const TypeConverter &converter,
                                                RewritePatternSet &patterns) {
  patterns.add<ShiftConv2D, ShiftConv2DGradInput>(
      converter, patterns.getContext(), /*benefit=*/2);
}
