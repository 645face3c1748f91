//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Activation quantizers, masks, dequantization and the straight-through ops.

#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {

/// h(x) of spec 1.2. Comparisons are ordered, so a NaN becomes 0 and the
/// conversion to an integer is always defined.
Value buildBound(ImplicitLocOpBuilder &b, Bound bound, Value x) {
  Value zero = buildScalar(b, x.getType(), 0);
  Value one = buildScalar(b, x.getType(), 1);
  auto select = [&](arith::CmpFPredicate predicate, Value lhs, Value rhs,
                    Value then, Value otherwise) -> Value {
    Value condition = arith::CmpFOp::create(b, predicate, lhs, rhs);
    return arith::SelectOp::create(b, condition, then, otherwise);
  };
  switch (bound) {
  case Bound::clip: {
    Value low = select(arith::CmpFPredicate::OGT, x, zero, x, zero);
    return select(arith::CmpFPredicate::OLT, low, one, low, one);
  }
  case Bound::abs_clip: {
    Value magnitude = math::AbsFOp::create(b, x);
    return select(arith::CmpFPredicate::OLT, magnitude, one, magnitude, one);
  }
  case Bound::tanh: {
    Value t = buildRoundedTanh(b, x);
    Value shifted = arith::AddFOp::create(b, t, one);
    return arith::MulFOp::create(b, shifted, buildScalar(b, x.getType(), 0.5));
  }
  case Bound::relu:
    return select(arith::CmpFPredicate::OGT, x, zero, x, zero);
  }
  llvm_unreachable("unknown bound");
}

struct LowerQuantizeActivation : OpConversionPattern<QuantizeActivationOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(QuantizeActivationOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    CodeType code = getCodeType(op.getResult().getType());
    Type element = code ? Type(b.getI8Type()) : Type(b.getF32Type());
    Value result = buildPointwise(
        b, adaptor.getInput(), element,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value h = buildBound(b, op.getBound(), args[0]);
          return {code ? buildRoundToCode(b, h, code) : h};
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerClipMask : OpConversionPattern<ClipMaskOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(ClipMaskOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value result = buildPointwise(
        b, adaptor.getInput(), b.getI8Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value x = args[0];
          Value zero = buildScalar(b, x.getType(), 0);
          Value inside;
          if (op.getBound() == Bound::relu) {
            inside =
                arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, zero);
          } else {
            Value low =
                arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, x, zero);
            Value high = arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, x,
                                               buildScalar(b, x.getType(), 1));
            inside = arith::AndIOp::create(b, low, high);
          }
          return {arith::ExtUIOp::create(b, b.getI8Type(), inside)};
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerMask : OpConversionPattern<MaskOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MaskOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value result = buildPointwise(
        b, {adaptor.getInput(), adaptor.getMask()}, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value keep =
              arith::CmpIOp::create(b, arith::CmpIPredicate::ne, args[1],
                                    buildScalar(b, args[1].getType(), 0));
          Value zero = buildScalar(b, args[0].getType(), 0);
          return {arith::SelectOp::create(b, keep, args[0], zero)};
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerQuantizeActivationGrad
    : OpConversionPattern<QuantizeActivationGradOp> {
  using OpConversionPattern::OpConversionPattern;

  static Value buildDerivative(ImplicitLocOpBuilder &b, Bound bound, Value g,
                               Value x) {
    Value zero = buildScalar(b, x.getType(), 0);
    Value one = buildScalar(b, x.getType(), 1);
    auto compare = [&](arith::CmpFPredicate predicate, Value lhs, Value rhs) {
      return arith::CmpFOp::create(b, predicate, lhs, rhs).getResult();
    };
    using P = arith::CmpFPredicate;
    switch (bound) {
    case Bound::clip: {
      Value inside = arith::AndIOp::create(b, compare(P::OGE, x, zero),
                                           compare(P::OLE, x, one));
      return arith::SelectOp::create(b, inside, g, zero);
    }
    case Bound::relu:
      return arith::SelectOp::create(b, compare(P::OGT, x, zero), g, zero);
    case Bound::abs_clip: {
      Value negative = arith::NegFOp::create(b, g);
      Value signedG =
          arith::SelectOp::create(b, compare(P::OGT, x, zero), g, negative);
      Value magnitude = math::AbsFOp::create(b, x);
      Value inside = arith::AndIOp::create(b, compare(P::OLE, magnitude, one),
                                           compare(P::ONE, x, zero));
      return arith::SelectOp::create(b, inside, signedG, zero);
    }
    case Bound::tanh: {
      Value t = buildRoundedTanh(b, x);
      Value square = arith::MulFOp::create(b, t, t);
      Value slope = arith::SubFOp::create(b, one, square);
      Value half =
          arith::MulFOp::create(b, slope, buildScalar(b, x.getType(), 0.5));
      return arith::MulFOp::create(b, g, half);
    }
    }
    llvm_unreachable("unknown bound");
  }

  LogicalResult
  matchAndRewrite(QuantizeActivationGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value result = buildPointwise(
        b, {adaptor.getCotangent(), adaptor.getInput()}, b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildDerivative(b, op.getBound(), args[0], args[1])};
        });
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct LowerDequantize : OpConversionPattern<DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(op,
                       buildDequantized(b, adaptor.getCodes(),
                                        getCodeType(op.getCodes().getType()),
                                        adaptor.getScale()));
    return success();
  }
};

struct LowerCodeConstant : OpConversionPattern<CodeConstantOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(CodeConstantOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, op.getValue());
    return success();
  }
};

/// Ops that are the identity on values once gradients have been built.
template <typename OpT>
struct LowerIdentity : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;
  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, adaptor.getOperands()[0]);
    return success();
  }
};

} // namespace

Value mlir::dorefa::buildRoundedTanh(ImplicitLocOpBuilder &b, Value x) {
  Value wide = arith::ExtFOp::create(b, b.getF64Type(), x);
  Value t = math::TanhOp::create(b, wide);
  return arith::TruncFOp::create(b, b.getF32Type(), t);
}

Value mlir::dorefa::buildRoundToCode(ImplicitLocOpBuilder &b, Value unit,
                                     CodeType code) {
  Value n = buildScalar(b, unit.getType(), code.getMaxCode());
  Value rounded =
      math::RoundEvenOp::create(b, arith::MulFOp::create(b, unit, n));
  Value wide = arith::FPToSIOp::create(b, b.getI32Type(), rounded);
  return arith::TruncIOp::create(b, b.getI8Type(), wide);
}

Value mlir::dorefa::buildNumerator(ImplicitLocOpBuilder &b, Value code,
                                   CodeType type, Type integer) {
  Value c = arith::ExtUIOp::create(b, integer, code);
  Value one = buildScalar(b, integer, 1);
  switch (type.getKind()) {
  case CodeKind::unipolar:
    return c;
  case CodeKind::bipolar: {
    Value twice = arith::ShLIOp::create(b, c, one);
    return arith::SubIOp::create(b, twice,
                                 buildScalar(b, integer, type.getMaxCode()));
  }
  case CodeKind::pow2: {
    // Code 2t + 1 is 2^-t and 2t + 2 is -2^-t: over 2^(m-1), 2^(m-1-t).
    int64_t levels = int64_t(1) << (type.getBits() - 2);
    Value zero = buildScalar(b, integer, 0);
    Value index = arith::SubIOp::create(b, c, one);
    Value exponent = arith::ShRUIOp::create(b, index, one);
    Value shift =
        arith::SubIOp::create(b, buildScalar(b, integer, levels - 1), exponent);
    // Code 0 has no exponent; keep the shift amount defined.
    Value isZero = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, c, zero);
    Value safe = arith::SelectOp::create(b, isZero, zero, shift);
    Value magnitude = arith::ShLIOp::create(b, one, safe);
    Value isNegative =
        arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                              arith::AndIOp::create(b, index, one), zero);
    Value negated = arith::SubIOp::create(b, zero, magnitude);
    Value value = arith::SelectOp::create(b, isNegative, negated, magnitude);
    return arith::SelectOp::create(b, isZero, zero, value);
  }
  }
  llvm_unreachable("unknown code kind");
}

int64_t mlir::dorefa::getDenominator(CodeType type) {
  if (type.getKind() == CodeKind::pow2)
    return int64_t(1) << ((int64_t(1) << (type.getBits() - 2)) - 1);
  return type.getMaxCode();
}

Value mlir::dorefa::buildDequantized(ImplicitLocOpBuilder &b, Value codes,
                                     CodeType type, Value scale) {
  SmallVector<OpFoldResult> sizes = getSizes(b, codes);
  unsigned rank = sizes.size();
  SmallVector<Value> inputs = {codes};
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(rank)};
  if (scale) {
    inputs.push_back(scale);
    maps.push_back(getScaleMap(scale, rank));
  }
  return buildElementwise(
      b, inputs, maps, sizes, b.getF32Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value numerator = buildNumerator(b, args[0], type, b.getI32Type());
        Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
        value = arith::DivFOp::create(
            b, value, buildScalar(b, b.getF32Type(), getDenominator(type)));
        if (scale)
          value = arith::MulFOp::create(b, args[1], value);
        return {value};
      })[0];
}

void mlir::dorefa::populateQuantizerPatterns(const TypeConverter &converter,
                                             RewritePatternSet &patterns) {
  patterns.add<LowerQuantizeActivation, LowerClipMask, LowerMask,
               LowerQuantizeActivationGrad, LowerDequantize, LowerCodeConstant,
               LowerIdentity<QuantizeGradientOp>, LowerIdentity<SteOp>>(
      converter, patterns.getContext());
}
