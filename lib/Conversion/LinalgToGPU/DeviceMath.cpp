//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/LinalgToGPU/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

#include <cmath>
#include <limits>

namespace mlir::dorefa {
#define GEN_PASS_DEF_DEVICEMATH
#include "dorefa/Conversion/LinalgToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// f64 arithmetic in infix form.
struct Doubles {
  ImplicitLocOpBuilder &b;

  Value constant(double value) {
    return arith::ConstantOp::create(b, b.getF64FloatAttr(value));
  }
  Value integer(int64_t value) {
    return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
  }
  Value add(Value l, Value r) { return arith::AddFOp::create(b, l, r); }
  Value sub(Value l, Value r) { return arith::SubFOp::create(b, l, r); }
  Value mul(Value l, Value r) { return arith::MulFOp::create(b, l, r); }
  Value div(Value l, Value r) { return arith::DivFOp::create(b, l, r); }
  Value select(arith::CmpFPredicate predicate, Value l, Value r, Value yes,
               Value no) {
    Value holds = arith::CmpFOp::create(b, predicate, l, r);
    return arith::SelectOp::create(b, holds, yes, no);
  }
  /// c0 + x (c1 + x (c2 + ...)).
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value sum = constant(coefficients.back());
    for (double c : llvm::reverse(coefficients.drop_back()))
      sum = add(mul(sum, x), constant(c));
    return sum;
  }
};

/// An op on f32 that becomes f64 arithmetic, rounded at the end.
template <typename OpTy>
struct ExpandInDoubles : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = arith::ExtFOp::create(b, b.getF64Type(), op.getOperand());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(),
                                                 expand(Doubles{b}, x));
    return success();
  }
  virtual Value expand(Doubles d, Value x) const = 0;
};

/// x = 2^k m with m in [1/sqrt 2, sqrt 2):
/// log x = k ln 2 + 2 atanh(s), s = (m - 1) / (m + 1).
struct ExpandLog : ExpandInDoubles<math::LogOp> {
  using ExpandInDoubles::ExpandInDoubles;
  Value expand(Doubles d, Value x) const override {
    ImplicitLocOpBuilder &b = d.b;
    Type i64 = b.getI64Type(), f64 = b.getF64Type();
    Value bits = arith::BitcastOp::create(b, i64, x);
    // The distance from 1/sqrt 2, in whole binades, is k.
    int64_t half = llvm::bit_cast<int64_t>(std::sqrt(0.5));
    Value distance = arith::SubIOp::create(b, bits, d.integer(half));
    Value k = arith::ShRSIOp::create(b, distance, d.integer(52));
    Value scaled = arith::SubIOp::create(
        b, bits, arith::ShLIOp::create(b, k, d.integer(52)));
    Value m = arith::BitcastOp::create(b, f64, scaled);
    Value one = d.constant(1);
    Value s = d.div(d.sub(m, one), d.add(m, one));
    // s^2 < 0.0295: what is left out is below 2^-60.
    SmallVector<double> series;
    for (int n = 1; n <= 23; n += 2)
      series.push_back(2.0 / n);
    Value part = d.mul(s, d.polynomial(d.mul(s, s), series));
    Value exponent = arith::SIToFPOp::create(b, f64, k);
    Value sum = d.add(d.mul(exponent, d.constant(M_LN2)), part);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    using P = arith::CmpFPredicate;
    Value zero = d.constant(0);
    sum = d.select(P::OEQ, x, d.constant(infinity), x, sum);
    sum = d.select(P::OEQ, x, zero, d.constant(-infinity), sum);
    // Negative, or no number.
    return d.select(P::OGE, x, zero, sum,
                    d.constant(std::numeric_limits<double>::quiet_NaN()));
  }
};

/// x = k pi/2 + r with |r| <= pi/4: a sine or a cosine of r, by k mod 4.
struct ExpandCos : ExpandInDoubles<math::CosOp> {
  using ExpandInDoubles::ExpandInDoubles;
  Value expand(Doubles d, Value x) const override {
    ImplicitLocOpBuilder &b = d.b;
    Type i64 = b.getI64Type();
    Value k = math::RoundEvenOp::create(b, d.mul(x, d.constant(M_2_PI)));
    // pi/2 in two parts, the first of 33 bits: k * high is exact to k = 2^20
    // (Cody and Waite).
    Value high = d.mul(k, d.constant(1.57079632673412561417e+00));
    Value low = d.mul(k, d.constant(6.07710050650619224932e-11));
    Value r = d.sub(d.sub(x, high), low);
    Value square = d.mul(r, r);
    // Taylor: the first term left out is below 2^-58.
    SmallVector<double> cosine, sine;
    double factorial = 1;
    for (int n = 0; n <= 18; ++n) {
      if (n > 0)
        factorial *= n;
      double term = (n / 2 % 2 ? -1 : 1) / factorial;
      (n % 2 ? sine : cosine).push_back(term);
    }
    Value cosOfR = d.polynomial(square, cosine);
    Value sinOfR = d.mul(r, d.polynomial(square, sine));
    // cos r, -sin r, -cos r, sin r.
    Value quadrant = arith::AndIOp::create(
        b, arith::FPToSIOp::create(b, i64, k), d.integer(3));
    auto hasBit = [&](Value value, int64_t bit) -> Value {
      Value masked = arith::AndIOp::create(b, value, d.integer(bit));
      return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked,
                                   d.integer(0));
    };
    Value magnitude =
        arith::SelectOp::create(b, hasBit(quadrant, 1), sinOfR, cosOfR);
    Value next = arith::AddIOp::create(b, quadrant, d.integer(1));
    Value negated = arith::NegFOp::create(b, magnitude);
    Value result =
        arith::SelectOp::create(b, hasBit(next, 2), negated, magnitude);
    // Of infinity and NaN: NaN.
    Value limit = d.constant(std::numeric_limits<double>::max());
    Value absolute = math::AbsFOp::create(b, x);
    return d.select(arith::CmpFPredicate::OLE, absolute, limit, result,
                    d.constant(std::numeric_limits<double>::quiet_NaN()));
  }
};

/// An op that a GPU has an instruction for.
template <typename OpTy>
struct ToIntrinsic : OpRewritePattern<OpTy> {
  ToIntrinsic(MLIRContext *context, StringRef name)
      : OpRewritePattern<OpTy>(context), name(name) {}
  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    if (!type.isF32() && !type.isF64())
      return failure();
    std::string full = (name + (type.isF32() ? ".f32" : ".f64")).str();
    rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, type, rewriter.getStringAttr(full), op->getOperands());
    return success();
  }
  StringRef name;
};

struct DeviceMath : dorefa::impl::DeviceMathBase<DeviceMath> {
  void runOnOperation() override {
    RewritePatternSet expansions(&getContext());
    expansions.add<ExpandLog, ExpandCos>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(expansions));
    RewritePatternSet intrinsics(&getContext());
    auto add = [&](auto op, StringRef name) {
      intrinsics.add<ToIntrinsic<decltype(op)>>(&getContext(), name);
    };
    add(math::SqrtOp(), "llvm.sqrt");
    add(math::RoundEvenOp(), "llvm.roundeven");
    add(math::AbsFOp(), "llvm.fabs");
    add(math::CopySignOp(), "llvm.copysign");
    add(math::FloorOp(), "llvm.floor");
    add(math::CeilOp(), "llvm.ceil");
    add(math::FmaOp(), "llvm.fma");
    walkAndApplyPatterns(getOperation(), std::move(intrinsics));
  }
};
} // namespace
