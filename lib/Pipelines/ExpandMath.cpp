//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_EXPANDMATH
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// `type` with its (vector) elements replaced.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static Value buildConstant(ImplicitLocOpBuilder &b, Type type, double value) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  TypedAttr attr = b.getFloatAttr(element, value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(b, attr);
}

static Value buildInteger(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  TypedAttr attr = b.getI64IntegerAttr(value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(b, attr);
}

namespace {
/// y = k ln 2 + r with |r| <= ln(2) / 2, for f64 y in [-150, 150]:
/// exp(y) = power + power * part, expm1(y) = power * part + (power - 1).
struct ReducedExponential {
  Value power; // 2^k
  Value part;  // expm1(r)
};
} // namespace

static ReducedExponential buildReduced(ImplicitLocOpBuilder &b, Value y) {
  Type f64 = y.getType();
  Type i64 = withElement(f64, b.getI64Type());
  auto mul = [&](Value l, Value r) { return arith::MulFOp::create(b, l, r); };
  Value k = math::RoundEvenOp::create(
      b, mul(y, buildConstant(b, f64, 1.4426950408889634)));
  // ln 2 in two parts, the first with 32 trailing zeros, so that k * high is
  // exact (Cody and Waite).
  Value high = mul(k, buildConstant(b, f64, 6.93147180369123816490e-01));
  Value low = mul(k, buildConstant(b, f64, 1.90821492927058770002e-10));
  Value r = arith::SubFOp::create(b, arith::SubFOp::create(b, y, high), low);
  // Taylor: the first term left out is below 1e-17 of the sum.
  double factorial = 1;
  SmallVector<double> coefficients;
  for (int n = 1; n <= 14; ++n) {
    factorial *= n;
    coefficients.push_back(1 / factorial);
  }
  Value p = buildConstant(b, f64, coefficients.back());
  for (double c : llvm::reverse(ArrayRef(coefficients).drop_back()))
    p = arith::AddFOp::create(b, mul(p, r), buildConstant(b, f64, c));
  p = mul(p, r);
  Value exponent = arith::FPToSIOp::create(b, i64, k);
  Value biased = arith::AddIOp::create(b, exponent, buildInteger(b, i64, 1023));
  Value bits = arith::ShLIOp::create(b, biased, buildInteger(b, i64, 52));
  Value power = arith::BitcastOp::create(b, f64, bits);
  return {power, p};
}

namespace {

/// tanh(x) = e / (e + 2) with e = expm1(2 |x|), and the sign of x.
struct ExpandTanh : OpRewritePattern<math::TanhOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::TanhOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    Type f64 = x.getType();
    if (!getElementTypeOrSelf(f64).isF64())
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value magnitude = math::AbsFOp::create(b, x);
    // From 20 on tanh is 1 in f64.
    Value limit = buildConstant(b, f64, 20);
    Value small =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, magnitude, limit);
    Value bounded = arith::SelectOp::create(b, small, magnitude, limit);
    auto [power, part] =
        buildReduced(b, arith::AddFOp::create(b, bounded, bounded));
    Value below = arith::SubFOp::create(b, power, buildConstant(b, f64, 1));
    Value e =
        arith::AddFOp::create(b, arith::MulFOp::create(b, power, part), below);
    Value t = arith::DivFOp::create(
        b, e, arith::AddFOp::create(b, e, buildConstant(b, f64, 2)));
    Value result = math::CopySignOp::create(b, t, x);
    Value isNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, x, x);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isNumber, result, x);
    return success();
  }
};

/// exp(x) = 2^k (1 + expm1(r)), rounded once to f32.
struct ExpandExp : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    if (!getElementTypeOrSelf(x.getType()).isF32())
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type f64 = withElement(x.getType(), b.getF64Type());
    Value wide = arith::ExtFOp::create(b, f64, x);
    // Outside of these the f32 result is 0 or infinity anyway.
    Value highest = buildConstant(b, f64, 100);
    Value lowest = buildConstant(b, f64, -120);
    Value above =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, wide, highest);
    Value bounded = arith::SelectOp::create(b, above, wide, highest);
    Value below =
        arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, bounded, lowest);
    bounded = arith::SelectOp::create(b, below, bounded, lowest);
    auto [power, part] = buildReduced(b, bounded);
    Value sum =
        arith::AddFOp::create(b, power, arith::MulFOp::create(b, power, part));
    Value result = arith::TruncFOp::create(b, x.getType(), sum);
    Value isNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, x, x);
    rewriter.replaceOpWithNewOp<arith::SelectOp>(op, isNumber, result, x);
    return success();
  }
};

struct ExpandClamp : OpRewritePattern<math::ClampFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::ClampFOp op,
                                PatternRewriter &rewriter) const override {
    Value raised = arith::MaximumFOp::create(rewriter, op.getLoc(),
                                             op.getValue(), op.getMin());
    rewriter.replaceOpWithNewOp<arith::MinimumFOp>(op, raised, op.getMax());
    return success();
  }
};

struct ExpandMath : dorefa::impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandClamp>(&getContext());
    if (functions)
      patterns.add<ExpandTanh, ExpandExp>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace
