//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of the arith dialect, on scalars and tensors.

#include "Elementwise.h"
#include "Rules.h"

using namespace mlir;
using namespace mlir::dorefa;

static Gradients differentiateAdd(arith::AddFOp, OpBuilder &,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  return SmallVector<Value>{cotangents[0], cotangents[0]};
}

static Gradients differentiateSub(arith::SubFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  return SmallVector<Value>{
      cotangents[0], context.needed(1) ? math.neg(cotangents[0]) : Value()};
}

static Gradients differentiateNeg(arith::NegFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  Elementwise math{builder, op.getLoc()};
  return SmallVector<Value>{math.neg(cotangents[0])};
}

static Gradients differentiateMul(arith::MulFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  SmallVector<Value> gradients(2);
  if (context.needed(0))
    gradients[0] = math.mul(cotangents[0], op.getRhs());
  if (context.needed(1))
    gradients[1] = math.mul(cotangents[0], op.getLhs());
  return gradients;
}

static Gradients differentiateDiv(arith::DivFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  Value share = math.div(cotangents[0], op.getRhs());
  SmallVector<Value> gradients = {share, Value()};
  if (context.needed(1))
    gradients[1] = math.neg(math.mul(share, op.getResult()));
  return gradients;
}

/// Maxima and minima: the gradient goes to the operand that is the result, to
/// the first one if they are equal, so that max(x, 0) and min(x, 1) pass the
/// gradient of x at both ends as DoReFa's clip does (spec 1.2).
template <typename OpTy, arith::CmpFPredicate first>
static Gradients differentiateExtremum(OpTy op, OpBuilder &builder,
                                       ArrayRef<Value> cotangents,
                                       const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  Value isFirst = math.compare(first, op.getLhs(), op.getRhs());
  SmallVector<Value> gradients(2);
  if (context.needed(0))
    gradients[0] = math.keepWhere(isFirst, cotangents[0]);
  if (context.needed(1))
    gradients[1] = math.dropWhere(isFirst, cotangents[0]);
  return gradients;
}

static Gradients differentiateSelect(arith::SelectOp op, OpBuilder &builder,
                                     ArrayRef<Value> cotangents,
                                     const BackwardContext &context) {
  Elementwise math{builder, op.getLoc()};
  SmallVector<Value> gradients(3);
  if (context.needed(1))
    gradients[1] = math.keepWhere(op.getCondition(), cotangents[0]);
  if (context.needed(2))
    gradients[2] = math.dropWhere(op.getCondition(), cotangents[0]);
  return gradients;
}

static Gradients differentiateExt(arith::ExtFOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  return SmallVector<Value>{arith::TruncFOp::create(
      builder, op.getLoc(), op.getIn().getType(), cotangents[0])};
}

static Gradients differentiateTrunc(arith::TruncFOp op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &) {
  return SmallVector<Value>{arith::ExtFOp::create(
      builder, op.getLoc(), op.getIn().getType(), cotangents[0])};
}

void mlir::dorefa::attachArithRules(MLIRContext *context) {
  using arith::CmpFPredicate;
  attachRule<arith::AddFOp, differentiateAdd>(context);
  attachRule<arith::SubFOp, differentiateSub>(context);
  attachRule<arith::NegFOp, differentiateNeg>(context);
  attachRule<arith::MulFOp, differentiateMul>(context);
  attachRule<arith::DivFOp, differentiateDiv>(context);
  attachRule<arith::MaximumFOp,
             differentiateExtremum<arith::MaximumFOp, CmpFPredicate::OGE>>(
      context);
  attachRule<arith::MaxNumFOp,
             differentiateExtremum<arith::MaxNumFOp, CmpFPredicate::OGE>>(
      context);
  attachRule<arith::MinimumFOp,
             differentiateExtremum<arith::MinimumFOp, CmpFPredicate::OLE>>(
      context);
  attachRule<arith::MinNumFOp,
             differentiateExtremum<arith::MinNumFOp, CmpFPredicate::OLE>>(
      context);
  attachRule<arith::SelectOp, differentiateSelect>(context);
  attachRule<arith::ExtFOp, differentiateExt>(context);
  attachRule<arith::TruncFOp, differentiateTrunc>(context);
}
