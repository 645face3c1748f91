//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// encode_gradient and dropout: the ops that draw from the counter-based
// generator, so that noise is drawn again rather than stored.

#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/PhiloxBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

/// The row-major index (i64) of the current element of a loop nest over a
/// tensor whose axes but the first are static.
static Value buildElementIndex(ImplicitLocOpBuilder &b, RankedTensorType type) {
  Value index = linalg::IndexOp::create(b, 0);
  for (int64_t axis = 1; axis < type.getRank(); ++axis) {
    index = arith::MulIOp::create(
        b, index, buildScalar(b, b.getIndexType(), type.getDimSize(axis)));
    index = arith::AddIOp::create(b, index, linalg::IndexOp::create(b, axis));
  }
  return arith::IndexCastOp::create(b, b.getI64Type(), index);
}

/// Uniform in (0, 1) for the current element.
static Value buildElementUniform(ImplicitLocOpBuilder &b, RankedTensorType type,
                                 int32_t id, Value seed, Value step) {
  Value element = buildElementIndex(b, type);
  Value opId = arith::ConstantIntOp::create(b, id, 32);
  Value word = buildPhiloxWord(b, b.getLoc(), element, opId, seed, step);
  return buildUniform(b, b.getLoc(), word);
}

static LogicalResult requireStaticSamples(Operation *op, Type type) {
  if (llvm::any_of(cast<RankedTensorType>(type).getShape().drop_front(),
                   ShapedType::isDynamic))
    return op->emitOpError("needs static axes behind the batch to number its "
                           "elements, got ")
           << type;
  return success();
}

namespace {

struct LowerEncodeGradient : OpConversionPattern<EncodeGradientOp> {
  using OpConversionPattern::OpConversionPattern;

  /// M = max |dr| of each sample; NaN where it is not finite.
  static Value buildScale(ImplicitLocOpBuilder &b, Value input) {
    unsigned rank = cast<RankedTensorType>(input.getType()).getRank();
    SmallVector<IteratorType> iterators(rank, IteratorType::reduction);
    iterators[0] = IteratorType::parallel;
    Value init = buildFilled(b, getSize(b, input, 0), b.getF32Type(), 0);
    Value largest = buildGeneric(
        b, input, init,
        {b.getMultiDimIdentityMap(rank), getLeadingMap(b.getContext(), rank)},
        iterators,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value magnitude = math::AbsFOp::create(b, args[0]);
          return {arith::MaximumFOp::create(b, args[1], magnitude)};
        })[0];
    return buildPointwise(
        b, largest, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          // M - M is 0 for a finite M, NaN otherwise.
          Value nothing = arith::SubFOp::create(b, args[0], args[0]);
          return {arith::AddFOp::create(b, args[0], nothing)};
        });
  }

  LogicalResult
  matchAndRewrite(EncodeGradientOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getInput().getType());
    if (op.hasNoise() && failed(requireStaticSamples(op, type)))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = adaptor.getInput();
    CodeType code = getCodeType(op.getCodes().getType());
    Value scale = buildScale(b, input);
    unsigned rank = type.getRank();
    Value codes = buildElementwise(
        b, {input, scale},
        {b.getMultiDimIdentityMap(rank), getLeadingMap(b.getContext(), rank)},
        getSizes(b, input), b.getI8Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildCode(op, b, args[0], args[1], code)};
        })[0];
    rewriter.replaceOp(op, {codes, scale});
    return success();
  }

  static Value buildCode(EncodeGradientOp op, ImplicitLocOpBuilder &b, Value dr,
                         Value m, CodeType code) {
    Type f32 = b.getF32Type();
    Value zero = buildScalar(b, f32, 0), one = buildScalar(b, f32, 1);
    Value half = buildScalar(b, f32, 0.5);
    Value isZero = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, m, zero);
    Value divisor = arith::SelectOp::create(b, isZero, one, m);
    Value r = arith::DivFOp::create(b, dr, divisor);
    r = arith::MulFOp::create(b, r, half);
    r = arith::AddFOp::create(b, r, half);
    if (op.hasNoise()) {
      Value uniform = buildElementUniform(
          b, cast<RankedTensorType>(op.getInput().getType()), op.getId(),
          op.getSeed(), op.getStep());
      Value sigma = arith::SubFOp::create(b, uniform, half);
      Value noise = arith::DivFOp::create(
          b, sigma, buildScalar(b, f32, code.getMaxCode()));
      r = arith::AddFOp::create(b, r, noise);
    }
    // Ordered comparisons turn a NaN into 0.
    Value positive =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, r, zero);
    r = arith::SelectOp::create(b, positive, r, zero);
    Value below = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, r, one);
    r = arith::SelectOp::create(b, below, r, one);
    return buildRoundToCode(b, r, code);
  }
};

struct LowerDropout : OpConversionPattern<DropoutOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DropoutOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getInput().getType());
    if (!op.getSeed()) {
      Value one = buildFilled(b, {}, b.getF32Type(), 1);
      rewriter.replaceOp(op, {adaptor.getInput(), one});
      return success();
    }
    if (failed(requireStaticSamples(op, type)))
      return failure();
    float rate = op.getRate().convertToFloat();
    Type element =
        cast<RankedTensorType>(adaptor.getInput().getType()).getElementType();
    Value result = buildPointwise(
        b, adaptor.getInput(), element,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value uniform = buildElementUniform(b, type, op.getId().value_or(0),
                                              op.getSeed(), op.getStep());
          Value threshold = buildScalar(b, b.getF32Type(), rate);
          Value keep = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE,
                                             uniform, threshold);
          return {arith::SelectOp::create(b, keep, args[0],
                                          buildScalar(b, element, 0))};
        });
    Value scale = buildFilled(b, {}, b.getF32Type(), 1.0f / (1.0f - rate));
    rewriter.replaceOp(op, {result, scale});
    return success();
  }
};

} // namespace

void mlir::dorefa::populateRandomPatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerEncodeGradient, LowerDropout>(converter,
                                                  patterns.getContext());
}
