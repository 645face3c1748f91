//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of the math dialect, on scalars and tensors. Rounding
// has none: name what the gradient should see with dorefa.ste.

#include "Elementwise.h"
#include "Rules.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace numbers = llvm::numbers;

//===----------------------------------------------------------------------===//
// Functions of one variable: slope(op) is f'(x), with x = op.getOperand() and
// y = op.getResult() = f(x)
//===----------------------------------------------------------------------===//

static Value slope(math::ExpOp op, Elementwise &) { return op.getResult(); }
static Value slope(math::Exp2Op op, Elementwise &math) {
  return math.mul(op.getResult(), numbers::ln2);
}
static Value slope(math::ExpM1Op op, Elementwise &math) {
  return math.add(op.getResult(), math.constant(op.getResult(), 1));
}
static Value slope(math::LogOp op, Elementwise &math) {
  Value x = op.getOperand();
  return math.div(math.constant(x, 1), x);
}
static Value slope(math::Log2Op op, Elementwise &math) {
  Value x = op.getOperand();
  return math.div(math.constant(x, 1 / numbers::ln2), x);
}
static Value slope(math::Log10Op op, Elementwise &math) {
  Value x = op.getOperand();
  return math.div(math.constant(x, 1 / numbers::ln10), x);
}
static Value slope(math::Log1pOp op, Elementwise &math) {
  Value one = math.constant(op.getOperand(), 1);
  return math.div(one, math.add(one, op.getOperand()));
}
static Value slope(math::SqrtOp op, Elementwise &math) {
  Value y = op.getResult();
  return math.div(math.constant(y, 0.5), y);
}
static Value slope(math::RsqrtOp op, Elementwise &math) {
  Value y = op.getResult();
  return math.mul(math.mul(y, -0.5), math.mul(y, y));
}
static Value slope(math::CbrtOp op, Elementwise &math) {
  Value y = op.getResult();
  return math.div(math.constant(y, 1.0 / 3), math.mul(y, y));
}
static Value slope(math::SinOp op, Elementwise &math) {
  return math.unary<math::CosOp>(op.getOperand());
}
static Value slope(math::CosOp op, Elementwise &math) {
  return math.neg(math.unary<math::SinOp>(op.getOperand()));
}
static Value slope(math::TanOp op, Elementwise &math) {
  return math.onePlusSquare(op.getResult());
}
static Value slope(math::AsinOp op, Elementwise &math) {
  return math.unary<math::RsqrtOp>(math.oneMinusSquare(op.getOperand()));
}
static Value slope(math::AcosOp op, Elementwise &math) {
  return math.neg(
      math.unary<math::RsqrtOp>(math.oneMinusSquare(op.getOperand())));
}
static Value slope(math::AtanOp op, Elementwise &math) {
  Value x = op.getOperand();
  return math.div(math.constant(x, 1), math.onePlusSquare(x));
}
static Value slope(math::SinhOp op, Elementwise &math) {
  return math.unary<math::CoshOp>(op.getOperand());
}
static Value slope(math::CoshOp op, Elementwise &math) {
  return math.unary<math::SinhOp>(op.getOperand());
}
static Value slope(math::TanhOp op, Elementwise &math) {
  return math.oneMinusSquare(op.getResult());
}
static Value slope(math::AsinhOp op, Elementwise &math) {
  return math.unary<math::RsqrtOp>(math.onePlusSquare(op.getOperand()));
}
static Value slope(math::AcoshOp op, Elementwise &math) {
  Value x = op.getOperand();
  return math.unary<math::RsqrtOp>(
      math.sub(math.mul(x, x), math.constant(x, 1)));
}
static Value slope(math::AtanhOp op, Elementwise &math) {
  Value x = op.getOperand();
  return math.div(math.constant(x, 1), math.oneMinusSquare(x));
}
/// scale * exp(-x^2)
static Value gaussian(Elementwise &math, Value x, double scale) {
  return math.mul(math.unary<math::ExpOp>(math.neg(math.mul(x, x))), scale);
}
static Value slope(math::ErfOp op, Elementwise &math) {
  return gaussian(math, op.getOperand(), 2 / numbers::sqrtpi);
}
static Value slope(math::ErfcOp op, Elementwise &math) {
  return gaussian(math, op.getOperand(), -2 / numbers::sqrtpi);
}
/// sign(x), 0 at 0.
static Value slope(math::AbsFOp op, Elementwise &math) {
  Value x = op.getOperand(), one = math.constant(x, 1);
  Value sign = math::CopySignOp::create(math.builder, math.loc, one, x);
  return math.dropWhere(
      math.compare(arith::CmpFPredicate::OEQ, x, math.constant(x, 0)), sign);
}

template <typename OpTy>
static Gradients differentiateUnary(OpTy op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  Elementwise math{builder, op.getLoc()};
  return SmallVector<Value>{math.mul(cotangents[0], slope(op, math))};
}

template <typename... OpTys>
static void attachUnary(MLIRContext *context) {
  (attachRule<OpTys, differentiateUnary<OpTys>>(context), ...);
}

//===----------------------------------------------------------------------===//
// Functions of several variables
//===----------------------------------------------------------------------===//

static Gradients differentiatePow(math::PowFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  Value x = op.getLhs(), exponent = op.getRhs();
  SmallVector<Value> gradients(2);
  if (context.needed(0)) {
    Value lower =
        math::PowFOp::create(builder, op.getLoc(), x,
                             math.sub(exponent, math.constant(exponent, 1)));
    gradients[0] = math.mul(cotangents[0], math.mul(exponent, lower));
  }
  if (context.needed(1))
    gradients[1] = math.mul(
        cotangents[0], math.mul(op.getResult(), math.unary<math::LogOp>(x)));
  return gradients;
}

static Gradients differentiateFPowI(math::FPowIOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  Location loc = op.getLoc();
  Elementwise math{builder, loc};
  Value x = op.getLhs();
  Value exponent =
      arith::SIToFPOp::create(builder, loc, x.getType(), op.getRhs());
  // x^n / x is not defined at 0, so the power is taken in floats.
  Value lower = math::PowFOp::create(builder, loc, x,
                                     math.sub(exponent, math.constant(x, 1)));
  return SmallVector<Value>{math.mul(cotangents[0], math.mul(exponent, lower)),
                            Value()};
}

static Gradients differentiateAtan2(math::Atan2Op op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  Value y = op.getLhs(), x = op.getRhs();
  Value share =
      math.div(cotangents[0], math.add(math.mul(x, x), math.mul(y, y)));
  SmallVector<Value> gradients(2);
  if (context.needed(0))
    gradients[0] = math.mul(share, x);
  if (context.needed(1))
    gradients[1] = math.neg(math.mul(share, y));
  return gradients;
}

static Gradients differentiateFma(math::FmaOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  SmallVector<Value> gradients(3);
  if (context.needed(0))
    gradients[0] = math.mul(cotangents[0], op.getB());
  if (context.needed(1))
    gradients[1] = math.mul(cotangents[0], op.getA());
  gradients[2] = cotangents[0];
  return gradients;
}

/// Both ends of the interval pass the gradient to the value.
static Gradients differentiateClamp(math::ClampFOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  Value x = op.getValue();
  Value below = math.compare(arith::CmpFPredicate::OLT, x, op.getMin());
  Value above = math.compare(arith::CmpFPredicate::OGT, x, op.getMax());
  SmallVector<Value> gradients(3);
  if (context.needed(0))
    gradients[0] = math.dropWhere(above, math.dropWhere(below, cotangents[0]));
  if (context.needed(1))
    gradients[1] = math.keepWhere(below, cotangents[0]);
  if (context.needed(2))
    gradients[2] = math.keepWhere(above, cotangents[0]);
  return gradients;
}

void mlir::dorefa::attachMathRules(MLIRContext *context) {
  attachUnary<
      math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp, math::Log2Op,
      math::Log10Op, math::Log1pOp, math::SqrtOp, math::RsqrtOp, math::CbrtOp,
      math::SinOp, math::CosOp, math::TanOp, math::AsinOp, math::AcosOp,
      math::AtanOp, math::SinhOp, math::CoshOp, math::TanhOp, math::AsinhOp,
      math::AcoshOp, math::AtanhOp, math::ErfOp, math::ErfcOp, math::AbsFOp>(
      context);
  attachRule<math::PowFOp, differentiatePow>(context);
  attachRule<math::FPowIOp, differentiateFPowI>(context);
  attachRule<math::Atan2Op, differentiateAtan2>(context);
  attachRule<math::FmaOp, differentiateFma>(context);
  attachRule<math::ClampFOp, differentiateClamp>(context);
}
