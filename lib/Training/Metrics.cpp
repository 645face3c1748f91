//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Metrics as reductions in linalg.

#include "dorefa/Training/Metrics.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <limits>

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// Reductions over the classes and then the rows of logits [batch, classes].
class RowReductions {
public:
  RowReductions(OpBuilder &builder, Location loc, Value logits, Value labels)
      : builder(builder), loc(loc), logits(logits), labels(labels) {
    AffineExpr row = builder.getAffineDimExpr(0);
    matrix = builder.getMultiDimIdentityMap(2);
    rowOfMatrix = AffineMap::get(2, 0, row);
    rows = builder.getMultiDimIdentityMap(1);
    total = AffineMap::get(1, 0, builder.getContext());
  }

  using Body = function_ref<Value(OpBuilder &, Location, ValueRange)>;

  /// A vector [batch]: `body` folds each row of the logits, given the logit,
  /// what `inputs` (vectors [batch]) hold for the row, and the value so far.
  Value foldClasses(ValueRange inputs, TypedAttr start, Body body) {
    OpFoldResult batch = tensor::getMixedSize(builder, loc, logits, 0);
    SmallVector<Value> operands = {logits};
    llvm::append_range(operands, inputs);
    SmallVector<AffineMap> maps = {matrix};
    maps.append(inputs.size() + 1, rowOfMatrix);
    return build(
        operands, fill(batch, start), maps,
        {utils::IteratorType::parallel, utils::IteratorType::reduction}, body);
  }

  /// A scalar: the sum over the rows of what `body` makes of what `inputs` and
  /// the labels hold for each. A row of a negative label adds nothing.
  Value sumRows(ValueRange inputs, TypedAttr start, Body body) {
    SmallVector<Value> operands(inputs);
    operands.push_back(labels);
    SmallVector<AffineMap> maps(operands.size(), rows);
    maps.push_back(total);
    auto guarded = [&](OpBuilder &nested, Location at,
                       ValueRange values) -> Value {
      Value label = values.drop_back().back(), sum = values.back();
      Value zero =
          arith::ConstantOp::create(nested, at, nested.getI32IntegerAttr(0));
      Value counts = arith::CmpIOp::create(
          nested, at, arith::CmpIPredicate::sge, label, zero);
      Value nothing = arith::ConstantOp::create(nested, at, start);
      Value term = arith::SelectOp::create(nested, at, counts,
                                           body(nested, at, values), nothing);
      if (isa<FloatType>(term.getType()))
        return arith::AddFOp::create(nested, at, sum, term);
      return arith::AddIOp::create(nested, at, sum, term);
    };
    return build(operands, fill({}, start), maps,
                 {utils::IteratorType::reduction}, guarded);
  }

  /// The largest logit of each row.
  Value buildMaxima() {
    float lowest = -std::numeric_limits<float>::infinity();
    return foldClasses(
        {}, builder.getF32FloatAttr(lowest),
        [](OpBuilder &nested, Location at, ValueRange values) -> Value {
          return arith::MaximumFOp::create(nested, at, values[1], values[0]);
        });
  }

  /// The class at hand as i32, in the body of `foldClasses`.
  static Value getClass(OpBuilder &nested, Location at) {
    Value index = linalg::IndexOp::create(nested, at, 1);
    return arith::IndexCastOp::create(nested, at, nested.getI32Type(), index);
  }

private:
  Value fill(ArrayRef<OpFoldResult> sizes, TypedAttr start) {
    Value empty = tensor::EmptyOp::create(builder, loc, sizes, start.getType());
    Value value = arith::ConstantOp::create(builder, loc, start);
    return linalg::FillOp::create(builder, loc, value, empty).getResult(0);
  }

  Value build(ValueRange inputs, Value start, ArrayRef<AffineMap> maps,
              ArrayRef<utils::IteratorType> iterators, Body body) {
    auto yielding = [&](OpBuilder &nested, Location at, ValueRange values) {
      linalg::YieldOp::create(nested, at, body(nested, at, values));
    };
    return linalg::GenericOp::create(builder, loc, start.getType(), inputs,
                                     start, maps, iterators, yielding)
        .getResult(0);
  }

  OpBuilder &builder;
  Location loc;
  Value logits, labels;
  AffineMap matrix, rowOfMatrix, rows, total;
};
} // namespace

// log(sum_k exp(x_k - m)) + m - x_label, m the row's maximum.
Value mlir::dorefa::buildCrossEntropySum(OpBuilder &builder, Location loc,
                                         Value logits, Value labels) {
  RowReductions reductions(builder, loc, logits, labels);
  FloatAttr zero = builder.getF32FloatAttr(0.0f);
  Value maxima = reductions.buildMaxima();
  Value sums = reductions.foldClasses(
      maxima, zero, [](OpBuilder &nested, Location at, ValueRange values) {
        Value shifted = arith::SubFOp::create(nested, at, values[0], values[1]);
        Value power = math::ExpOp::create(nested, at, shifted);
        return arith::AddFOp::create(nested, at, values[2], power).getResult();
      });
  Value picked = reductions.foldClasses(
      labels, zero, [](OpBuilder &nested, Location at, ValueRange values) {
        Value isLabel = arith::CmpIOp::create(
            nested, at, arith::CmpIPredicate::eq,
            RowReductions::getClass(nested, at), values[1]);
        return arith::SelectOp::create(nested, at, isLabel, values[0],
                                       values[2])
            .getResult();
      });
  return reductions.sumRows(
      {maxima, sums, picked}, zero,
      [](OpBuilder &nested, Location at, ValueRange values) {
        Value log = math::LogOp::create(nested, at, values[1]);
        Value normalizer = arith::AddFOp::create(nested, at, log, values[0]);
        return arith::SubFOp::create(nested, at, normalizer, values[2])
            .getResult();
      });
}

// The first maximum is the least class whose logit is the maximum: a reduction
// in any order. A row with a NaN has none.
Value mlir::dorefa::buildCorrectCount(OpBuilder &builder, Location loc,
                                      Value logits, Value labels) {
  RowReductions reductions(builder, loc, logits, labels);
  Value maxima = reductions.buildMaxima();
  IntegerAttr none =
      builder.getI32IntegerAttr(std::numeric_limits<int32_t>::max());
  Value first = reductions.foldClasses(
      maxima, none, [&](OpBuilder &nested, Location at, ValueRange values) {
        Value isMaximum = arith::CmpFOp::create(
            nested, at, arith::CmpFPredicate::OEQ, values[0], values[1]);
        Value otherwise = arith::ConstantOp::create(nested, at, none);
        Value candidate = arith::SelectOp::create(
            nested, at, isMaximum, RowReductions::getClass(nested, at),
            otherwise);
        return arith::MinSIOp::create(nested, at, values[2], candidate)
            .getResult();
      });
  return reductions.sumRows(
      first, builder.getI32IntegerAttr(0),
      [](OpBuilder &nested, Location at, ValueRange values) {
        Value hit = arith::CmpIOp::create(nested, at, arith::CmpIPredicate::eq,
                                          values[0], values[1]);
        return arith::ExtUIOp::create(nested, at, nested.getI32Type(), hit)
            .getResult();
      });
}

Value mlir::dorefa::buildMaximum(OpBuilder &builder, Location loc,
                                 Value vector) {
  Type element = getElementTypeOrSelf(vector.getType());
  Value empty =
      tensor::EmptyOp::create(builder, loc, ArrayRef<int64_t>{}, element);
  Value zero = arith::ConstantOp::create(builder, loc, element,
                                         builder.getZeroAttr(element));
  Value start = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  auto body = [](OpBuilder &nested, Location at, ValueRange values) {
    Value larger = arith::MaximumFOp::create(nested, at, values[0], values[1]);
    linalg::YieldOp::create(nested, at, larger);
  };
  return linalg::ReduceOp::create(builder, loc, vector, start,
                                  ArrayRef<int64_t>{0}, body)
      .getResult(0);
}
