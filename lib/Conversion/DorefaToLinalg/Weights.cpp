//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// quantize_weight and its gradient (spec 1.3).

#include "Pow2Weights.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

/// Reduces all axes of `inputs` (or all but the first with `keepLeading`) into
/// f64 or f32 accumulators that start at `initial`. Sums run in f64: rounded
/// to f32 afterwards they do not depend on the order of summation, short of a
/// tie in the 29 bits below.
static Value buildReduction(ImplicitLocOpBuilder &b, ValueRange inputs,
                            bool keepLeading, Type accumulator, double initial,
                            ScalarBody body) {
  auto type = cast<RankedTensorType>(inputs[0].getType());
  unsigned rank = type.getRank();
  SmallVector<OpFoldResult> sizes;
  if (keepLeading)
    sizes.push_back(getSize(b, inputs[0], 0));
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(cast<RankedTensorType>(input.getType()).getRank() == rank
                       ? b.getMultiDimIdentityMap(rank)
                       : getScaleMap(input, rank));
  maps.push_back(keepLeading ? getLeadingMap(b.getContext(), rank)
                             : getScalarMap(b.getContext(), rank));
  SmallVector<IteratorType> iterators(rank, IteratorType::reduction);
  if (keepLeading)
    iterators[0] = IteratorType::parallel;
  Value init = buildFilled(b, sizes, accumulator, initial);
  return buildGeneric(b, inputs, init, maps, iterators, body)[0];
}

static Value buildTanh(ImplicitLocOpBuilder &b, Value weights) {
  return buildPointwise(
      b, weights, b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {buildRoundedTanh(b, args[0])};
      });
}

static Value buildMaxMagnitude(ImplicitLocOpBuilder &b, Value values) {
  return buildReduction(
      b, values, /*keepLeading=*/false, b.getF32Type(), 0,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value magnitude = math::AbsFOp::create(b, args[0]);
        return {arith::MaximumFOp::create(b, args[1], magnitude)};
      });
}

namespace {

struct LowerQuantizeWeight : OpConversionPattern<QuantizeWeightOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(QuantizeWeightOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    CodeType code = getCodeType(op.getCodes().getType());
    if (!code) {
      rewriter.replaceOp(op, {adaptor.getInput(), buildUnitScale(b)});
      return success();
    }
    if (code.getKind() == CodeKind::pow2) {
      auto [codes, scale] = buildPow2Weights(b, op, adaptor.getInput());
      rewriter.replaceOp(op, {codes, scale});
    } else if (code.getBits() == 1)
      lowerSign(op, adaptor.getInput(), b, rewriter);
    else
      lowerTanh(op, adaptor.getInput(), code, b, rewriter);
    return success();
  }

  static Value buildUnitScale(ImplicitLocOpBuilder &b) {
    return buildFilled(b, {}, b.getF32Type(), 1);
  }

  /// k = 1: code = (w >= 0), scale = mean |w|.
  static void lowerSign(QuantizeWeightOp op, Value weights,
                        ImplicitLocOpBuilder &b,
                        ConversionPatternRewriter &rewriter) {
    auto type = cast<RankedTensorType>(weights.getType());
    bool perChannel = op.getPerChannel();
    Value codes = buildPointwise(
        b, weights, b.getI8Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value positive =
              arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, args[0],
                                    buildScalar(b, args[0].getType(), 0));
          return {arith::ExtUIOp::create(b, b.getI8Type(), positive)};
        });
    Value sum = buildReduction(
        b, weights, perChannel, b.getF64Type(), 0,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value magnitude = math::AbsFOp::create(b, args[0]);
          Value wide = arith::ExtFOp::create(b, b.getF64Type(), magnitude);
          return {arith::AddFOp::create(b, args[1], wide)};
        });
    double count = type.getNumElements();
    if (perChannel)
      count /= std::max<int64_t>(type.getDimSize(0), 1);
    Value scale = buildPointwise(
        b, sum, b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value mean = arith::DivFOp::create(
              b, args[0], buildScalar(b, b.getF64Type(), std::max(count, 1.0)));
          return {arith::TruncFOp::create(b, b.getF32Type(), mean)};
        });
    rewriter.replaceOp(op, {codes, scale});
  }

  /// k > 1: code = round(n * (tanh(w) / (2m) + 1/2)), scale 1.
  static void lowerTanh(QuantizeWeightOp op, Value weights, CodeType code,
                        ImplicitLocOpBuilder &b,
                        ConversionPatternRewriter &rewriter) {
    Value t = buildTanh(b, weights);
    Value m = buildMaxMagnitude(b, t);
    unsigned rank = cast<RankedTensorType>(weights.getType()).getRank();
    Value codes = buildElementwise(
        b, {t, m},
        {b.getMultiDimIdentityMap(rank), getScalarMap(b.getContext(), rank)},
        getSizes(b, weights), b.getI8Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Type f32 = b.getF32Type();
          Value half = buildScalar(b, f32, 0.5);
          Value twice =
              arith::MulFOp::create(b, args[1], buildScalar(b, f32, 2));
          Value r = arith::DivFOp::create(b, args[0], twice);
          r = arith::AddFOp::create(b, r, half);
          Value allZero = arith::CmpFOp::create(
              b, arith::CmpFPredicate::OEQ, args[1], buildScalar(b, f32, 0));
          r = arith::SelectOp::create(b, allZero, half, r);
          return {buildRoundToCode(b, r, code)};
        })[0];
    rewriter.replaceOp(op, {codes, buildUnitScale(b)});
  }
};

/// dw_i = (1 - t_i^2) (g_i / m - [|t_i| = m] sign(t_i) (sum g t) / (|J| m^2)).
struct LowerQuantizeWeightGrad : OpConversionPattern<QuantizeWeightGradOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(QuantizeWeightGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value g = adaptor.getCotangent();
    Value t = buildTanh(b, adaptor.getInput());
    Value m = buildMaxMagnitude(b, t);
    Value maximaTerm = op.getDetachScale()
                           ? buildFilled(b, {}, b.getF32Type(), 0)
                           : buildMaximaTerm(b, g, t, m);
    unsigned rank = cast<RankedTensorType>(t.getType()).getRank();
    AffineMap identity = b.getMultiDimIdentityMap(rank);
    AffineMap scalar = getScalarMap(b.getContext(), rank);
    Value result = buildElementwise(
        b, {g, t, m, maximaTerm}, {identity, identity, scalar, scalar},
        getSizes(b, t), b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value g = args[0], t = args[1], m = args[2], term = args[3];
          Type f32 = b.getF32Type();
          Value zero = buildScalar(b, f32, 0);
          Value direct = arith::DivFOp::create(b, g, m);
          Value isMaximum = arith::CmpFOp::create(
              b, arith::CmpFPredicate::OEQ, math::AbsFOp::create(b, t), m);
          Value signedTerm =
              math::CopySignOp::create(b, buildScalar(b, f32, 1), t);
          signedTerm = arith::MulFOp::create(b, signedTerm, term);
          Value through =
              arith::SelectOp::create(b, isMaximum, signedTerm, zero);
          Value slope = arith::SubFOp::create(b, buildScalar(b, f32, 1),
                                              arith::MulFOp::create(b, t, t));
          Value value = arith::MulFOp::create(
              b, slope, arith::SubFOp::create(b, direct, through));
          Value allZero =
              arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, m, zero);
          return {arith::SelectOp::create(b, allZero, zero, value)};
        })[0];
    rewriter.replaceOp(op, result);
    return success();
  }

  /// (sum_i g_i t_i) / (|J| m^2) as a tensor<f32>.
  static Value buildMaximaTerm(ImplicitLocOpBuilder &b, Value g, Value t,
                               Value m) {
    Type f64 = b.getF64Type();
    Value sum = buildReduction(
        b, {g, t}, /*keepLeading=*/false, f64, 0,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value product =
              arith::MulFOp::create(b, arith::ExtFOp::create(b, f64, args[0]),
                                    arith::ExtFOp::create(b, f64, args[1]));
          return {arith::AddFOp::create(b, args[2], product)};
        });
    Value count = buildReduction(
        b, {t, m}, /*keepLeading=*/false, f64, 0,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value isMaximum =
              arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ,
                                    math::AbsFOp::create(b, args[0]), args[1]);
          Value one = arith::SelectOp::create(
              b, isMaximum, buildScalar(b, f64, 1), buildScalar(b, f64, 0));
          return {arith::AddFOp::create(b, args[2], one)};
        });
    return buildPointwise(
        b, {sum, count, m}, b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value m = arith::ExtFOp::create(b, f64, args[2]);
          Value square = arith::MulFOp::create(b, m, m);
          Value divisor = arith::MulFOp::create(b, args[1], square);
          Value quotient = arith::DivFOp::create(b, args[0], divisor);
          return {arith::TruncFOp::create(b, b.getF32Type(), quotient)};
        });
  }
};

} // namespace

void mlir::dorefa::populateWeightPatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerQuantizeWeight, LowerQuantizeWeightGrad>(
      converter, patterns.getContext());
}
