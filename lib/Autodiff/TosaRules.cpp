//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of the float ops of tosa, those that importers emit.
//
// Elementwise ops of tosa broadcast axes of size 1: the gradient of an operand
// is summed over them. The gradients are written in tosa where it has the op.

#include "Rules.h"
#include "TosaBuilder.h"
#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Autodiff/Rule.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

static Gradients differentiateAdd(tosa::AddOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  return tosa.sumToOperands(op, {cotangents[0], cotangents[0]}, context);
}

static Gradients differentiateSub(tosa::SubOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  Value negated = context.needed(1) ? tosa.scale(cotangents[0], -1) : Value();
  return tosa.sumToOperands(op, {cotangents[0], negated}, context);
}

static Gradients differentiateMul(tosa::MulOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  SmallVector<Value> gradients(2);
  if (context.needed(0))
    gradients[0] = tosa.mul(cotangents[0], op.getInput2());
  if (context.needed(1))
    gradients[1] = tosa.mul(cotangents[0], op.getInput1());
  return tosa.sumToOperands(op, gradients, context);
}

static Gradients differentiatePow(tosa::PowOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  Value x = op.getInput1(), exponent = op.getInput2(), y = op.getOutput();
  SmallVector<Value> gradients(2);
  if (context.needed(0)) {
    Value lower = tosa.binary<tosa::PowOp>(x, tosa.shift(exponent, -1));
    gradients[0] = tosa.mul(cotangents[0], tosa.mul(lower, exponent));
  }
  if (context.needed(1))
    gradients[1] =
        tosa.mul(cotangents[0], tosa.mul(y, tosa.unary<tosa::LogOp>(x)));
  return tosa.sumToOperands(op, gradients, context);
}

/// The gradient goes to the operand that is the result, to the first one if
/// they are equal, as for arith.maximumf.
template <typename OpTy, bool isMaximum>
static Gradients differentiateExtremum(OpTy op, OpBuilder &builder,
                                       ArrayRef<Value> cotangents,
                                       const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  Value a = op.getInput1(), b = op.getInput2();
  Value isFirst = isMaximum ? tosa.atLeast(a, b) : tosa.atLeast(b, a);
  Value zero = tosa.constant(cotangents[0], 0);
  return tosa.sumToOperands(op,
                            {tosa.select(isFirst, cotangents[0], zero),
                             tosa.select(isFirst, zero, cotangents[0])},
                            context);
}

static Gradients differentiateSelect(tosa::SelectOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  TosaBuilder tosa{builder, op.getLoc()};
  Value zero = tosa.constant(cotangents[0], 0);
  return tosa.sumToOperands(op,
                            {Value(),
                             tosa.select(op.getInput1(), cotangents[0], zero),
                             tosa.select(op.getInput1(), zero, cotangents[0])},
                            context);
}

//===----------------------------------------------------------------------===//
// One operand: slope(op) is f'(x)
//===----------------------------------------------------------------------===//

static Value slope(tosa::ExpOp op, TosaBuilder &) { return op.getOutput(); }
static Value slope(tosa::LogOp op, TosaBuilder &tosa) {
  return tosa.unary<tosa::ReciprocalOp>(op.getInput1());
}
static Value slope(tosa::TanhOp op, TosaBuilder &tosa) {
  Value y = op.getOutput();
  return tosa.shift(tosa.scale(tosa.mul(y, y), -1), 1);
}
static Value slope(tosa::SigmoidOp op, TosaBuilder &tosa) {
  Value y = op.getOutput();
  return tosa.mul(y, tosa.shift(tosa.scale(y, -1), 1));
}
static Value slope(tosa::ReciprocalOp op, TosaBuilder &tosa) {
  Value y = op.getOutput();
  return tosa.scale(tosa.mul(y, y), -1);
}
static Value slope(tosa::RsqrtOp op, TosaBuilder &tosa) {
  Value y = op.getOutput();
  return tosa.scale(tosa.mul(y, tosa.mul(y, y)), -0.5);
}
static Value slope(tosa::ErfOp op, TosaBuilder &tosa) {
  Value x = op.getInput();
  Value power = tosa.unary<tosa::ExpOp>(tosa.scale(tosa.mul(x, x), -1));
  return tosa.scale(power, 2 / llvm::numbers::sqrtpi);
}
static Value slope(tosa::SinOp op, TosaBuilder &tosa) {
  return tosa.unary<tosa::CosOp>(op.getInput1());
}
static Value slope(tosa::CosOp op, TosaBuilder &tosa) {
  return tosa.scale(tosa.unary<tosa::SinOp>(op.getInput1()), -1);
}
/// sign(x), 0 at 0.
static Value slope(tosa::AbsOp op, TosaBuilder &tosa) {
  Value x = op.getInput1(), zero = tosa.constant(x, 0),
        one = tosa.constant(x, 1), minus = tosa.constant(x, -1);
  Value positive = tosa.select(tosa.above(x, zero), one, zero);
  return tosa.select(tosa.above(zero, x), minus, positive);
}

template <typename OpTy>
static Gradients differentiateUnary(OpTy op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  TosaBuilder tosa{builder, op.getLoc()};
  return SmallVector<Value>{tosa.mul(cotangents[0], slope(op, tosa))};
}

template <typename... OpTys>
static void attachUnary(MLIRContext *context) {
  (attachRule<OpTys, differentiateUnary<OpTys>>(context), ...);
}

static Gradients differentiateNegate(tosa::NegateOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &) {
  TosaBuilder tosa{builder, op.getLoc()};
  return SmallVector<Value>{tosa.scale(cotangents[0], -1), Value(), Value()};
}

/// Both ends of the interval pass the gradient, but 0 of a ReLU (from 0 without
/// a largest value) does not: the conventions of PyTorch.
static Gradients differentiateClamp(tosa::ClampOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  TosaBuilder tosa{builder, op.getLoc()};
  auto least = dyn_cast<FloatAttr>(op.getMinValAttr());
  auto most = dyn_cast<FloatAttr>(op.getMaxValAttr());
  if (!least || !most)
    return op.emitOpError("is differentiated only for floats");
  Value x = op.getInput(), zero = tosa.constant(cotangents[0], 0);
  APFloat top = most.getValue();
  bool isOpen = top.isInfinity() || top.isLargest();
  Value low = tosa.constant(x, least.getValueAsDouble());
  bool isRelu = isOpen && least.getValue().isZero();
  Value passes = isRelu ? tosa.above(x, low) : tosa.atLeast(x, low);
  Value gradient = tosa.select(passes, cotangents[0], zero);
  if (!isOpen)
    gradient =
        tosa.select(tosa.atLeast(tosa.constant(x, most.getValueAsDouble()), x),
                    gradient, zero);
  return SmallVector<Value>{gradient};
}

static Gradients differentiateCast(tosa::CastOp op, OpBuilder &builder,
                                   ArrayRef<Value> cotangents,
                                   const BackwardContext &) {
  return SmallVector<Value>{tosa::CastOp::create(
      builder, op.getLoc(), op.getInput().getType(), cotangents[0])};
}

static Gradients differentiateIdentity(tosa::IdentityOp, OpBuilder &,
                                       ArrayRef<Value> cotangents,
                                       const BackwardContext &) {
  return SmallVector<Value>{cotangents[0]};
}

void mlir::dorefa::attachTosaRules(MLIRContext *context) {
  attachRule<tosa::AddOp, differentiateAdd>(context);
  attachRule<tosa::SubOp, differentiateSub>(context);
  attachRule<tosa::MulOp, differentiateMul>(context);
  attachRule<tosa::PowOp, differentiatePow>(context);
  attachRule<tosa::MaximumOp, differentiateExtremum<tosa::MaximumOp, true>>(
      context);
  attachRule<tosa::MinimumOp, differentiateExtremum<tosa::MinimumOp, false>>(
      context);
  attachRule<tosa::SelectOp, differentiateSelect>(context);
  attachUnary<tosa::ExpOp, tosa::LogOp, tosa::TanhOp, tosa::SigmoidOp,
              tosa::ReciprocalOp, tosa::RsqrtOp, tosa::ErfOp, tosa::SinOp,
              tosa::CosOp, tosa::AbsOp>(context);
  attachRule<tosa::NegateOp, differentiateNegate>(context);
  attachRule<tosa::ClampOp, differentiateClamp>(context);
  attachRule<tosa::CastOp, differentiateCast>(context);
  attachRule<tosa::IdentityOp, differentiateIdentity>(context);
  attachTosaShapeRules(context);
  attachTosaWindowRules(context);
}
