//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Softmax cross-entropy and its gradient.

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

static const IteratorType kRows[] = {IteratorType::parallel,
                                     IteratorType::reduction};

/// max_k x[b, k] and sum_k exp(x[b, k] - max), one of each for a row.
static std::pair<Value, Value> buildRowSums(ImplicitLocOpBuilder &b,
                                            Value logits) {
  Type f32 = b.getF32Type();
  OpFoldResult batch = getSize(b, logits, 0);
  AffineMap all = b.getMultiDimIdentityMap(2);
  AffineMap row = getLeadingMap(b.getContext(), 2);
  Value lowest =
      buildFilled(b, batch, f32, -std::numeric_limits<double>::infinity());
  Value largest = buildGeneric(
      b, logits, lowest, {all, row}, kRows,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {arith::MaximumFOp::create(b, args[1], args[0])};
      })[0];
  Value sum = buildGeneric(
      b, {logits, largest}, buildFilled(b, batch, f32, 0), {all, row, row},
      kRows,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value shifted = arith::SubFOp::create(b, args[0], args[1]);
        Value exponential = math::ExpOp::create(b, shifted);
        return {arith::AddFOp::create(b, args[2], exponential)};
      })[0];
  return {largest, sum};
}

/// f32(batch), a scalar.
static Value buildBatchSize(ImplicitLocOpBuilder &b, Value logits) {
  Value batch = tensor::DimOp::create(b, logits, 0);
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), batch);
  return arith::SIToFPOp::create(b, b.getF32Type(), integer);
}

/// True where the current column (loop 1) is the row's label.
static Value buildIsLabel(ImplicitLocOpBuilder &b, Value label) {
  Value column = linalg::IndexOp::create(b, 1);
  Value column32 = arith::IndexCastOp::create(b, b.getI32Type(), column);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, column32, label);
}

namespace {

struct LowerLoss : OpConversionPattern<SoftmaxCrossEntropyOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(SoftmaxCrossEntropyOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value logits = adaptor.getLogits();
    Type f32 = b.getF32Type();
    auto [largest, sum] = buildRowSums(b, logits);
    AffineMap all = b.getMultiDimIdentityMap(2);
    AffineMap row = getLeadingMap(b.getContext(), 2);
    Value chosen = buildGeneric(
        b, {logits, adaptor.getLabels()},
        buildFilled(b, getSize(b, logits, 0), f32, 0), {all, row, row}, kRows,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value hit = arith::SelectOp::create(b, buildIsLabel(b, args[1]),
                                              args[0], buildScalar(b, f32, 0));
          return {arith::AddFOp::create(b, args[2], hit)};
        })[0];
    AffineMap line = b.getMultiDimIdentityMap(1);
    Value total = buildGeneric(
        b, {largest, sum, chosen}, buildFilled(b, {}, b.getF64Type(), 0),
        {line, line, line, getScalarMap(b.getContext(), 1)},
        IteratorType::reduction,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value logSum = math::LogOp::create(b, args[1]);
          Value loss = arith::SubFOp::create(
              b, arith::AddFOp::create(b, logSum, args[0]), args[2]);
          Value wide = arith::ExtFOp::create(b, b.getF64Type(), loss);
          return {arith::AddFOp::create(b, args[3], wide)};
        })[0];
    Value batch = buildBatchSize(b, logits);
    Value mean = buildPointwise(
        b, total, f32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value narrow = arith::TruncFOp::create(b, f32, args[0]);
          return {arith::DivFOp::create(b, narrow, batch)};
        });
    rewriter.replaceOp(op, mean);
    return success();
  }
};

struct LowerLossGrad : OpConversionPattern<SoftmaxCrossEntropyGradOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(SoftmaxCrossEntropyGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value logits = adaptor.getLogits();
    Type f32 = b.getF32Type();
    auto [largest, sum] = buildRowSums(b, logits);
    Value batch = buildBatchSize(b, logits);
    Value weight = buildPointwise(
        b, adaptor.getCotangent(), f32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::DivFOp::create(b, args[0], batch)};
        });
    AffineMap all = b.getMultiDimIdentityMap(2);
    AffineMap row = getLeadingMap(b.getContext(), 2);
    Value result = buildElementwise(
        b, {logits, largest, sum, adaptor.getLabels(), weight},
        {all, row, row, row, getScalarMap(b.getContext(), 2)},
        getSizes(b, logits), f32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value shifted = arith::SubFOp::create(b, args[0], args[1]);
          Value exponential = math::ExpOp::create(b, shifted);
          Value softmax = arith::DivFOp::create(b, exponential, args[2]);
          Value target = arith::SelectOp::create(b, buildIsLabel(b, args[3]),
                                                 buildScalar(b, f32, 1),
                                                 buildScalar(b, f32, 0));
          Value difference = arith::SubFOp::create(b, softmax, target);
          return {arith::MulFOp::create(b, difference, args[4])};
        })[0];
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void mlir::dorefa::populateLossPatterns(const TypeConverter &converter,
                                        RewritePatternSet &patterns) {
  patterns.add<LowerLoss, LowerLossGrad>(converter, patterns.getContext());
}
