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
#include "dorefa/Conversion/DorefaToLinalg/IntegerProducts.h"
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

static bool isPow2(CodeType code) {
  return code && code.getKind() == CodeKind::pow2;
}

/// Products of a numerator by a power of two, `terms` of them to be summed,
/// with numerators of up to `largest`.
static Value
buildShiftProduct(ImplicitLocOpBuilder &b, CodeType filterCode, int64_t terms,
                  int64_t largest,
                  function_ref<Value(const IntegerProduct &)> build) {
  IntegerType type = FilterCoding(filterCode).getSumType(terms, largest);
  return build({type,
                [&](ImplicitLocOpBuilder &b, Value codes) {
                  return buildShifts(b, codes, filterCode, type);
                },
                buildShiftAdd});
}

namespace {

struct ShiftConv2D : OpConversionPattern<Conv2DOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType inputCode = getCodeType(op.getInput().getType());
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    CodeType filterCode = getCodeType(filterType);
    if (!inputCode || !isPow2(filterCode))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    int64_t terms =
        ShapedType::getNumElements(filterType.getShape().drop_front());
    rewriter.replaceOp(
        op, buildShiftProduct(b, filterCode, terms, inputCode.getMaxCode(),
                              [&](const IntegerProduct &product) {
                                return buildIntegerConv2D(b, op, adaptor,
                                                          product);
                              }));
    return success();
  }
};

struct ShiftConv2DGradInput : OpConversionPattern<Conv2DGradInputOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    CodeType cotangentCode = getCodeType(op.getCotangent().getType());
    CodeType filterCode = getCodeType(filterType);
    if (!cotangentCode || !isPow2(filterCode))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    int64_t terms = filterType.getDimSize(1) * filterType.getDimSize(2) *
                    (filterType.getDimSize(0) / op.getWindow().groups);
    rewriter.replaceOp(
        op, buildShiftProduct(b, filterCode, terms, cotangentCode.getMaxCode(),
                              [&](const IntegerProduct &product) {
                                return buildIntegerConv2DGradInput(
                                    b, op, adaptor, product);
                              }));
    return success();
  }
};

} // namespace

void mlir::dorefa::populateShiftProductPatterns(const TypeConverter &converter,
                                                RewritePatternSet &patterns) {
  patterns.add<ShiftConv2D, ShiftConv2DGradInput>(
      converter, patterns.getContext(), /*benefit=*/2);
}
