//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A detector's loss with its gradient, as reductions in linalg: equal losses of
// negatives are told apart by their index.

#include "DetectionLoops.h"

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaDetection.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;
using namespace mlir::dorefa::loops;

using utils::IteratorType;

namespace {

/// What the loss and its gradient have in common; built by both, and one again
/// after common subexpressions are eliminated.
struct MultiboxTerms {
  Value targets[4];   // [batch, N]: of the offsets, where there is an object
  Value classes;      // [batch, N]: 0, or label + 1
  Value largest, sum; // [batch, N]: of the logits; of their shifted powers
  Value crossEntropy; // [batch, N]
  Value counts;       // [batch, N]: 1 for positive and hard anchors, else 0
  Value divisor;      // f32: max(P, 1)
};

} // namespace

/// The matched object's label + 1 (0 without one), and its box's corners (0).
static Values buildMatched(Nest &nest, Value match, Value boxes, Value labels) {
  ImplicitLocOpBuilder &b = nest.b;
  SmallVector<OpFoldResult> sizes = getSizes(b, match);
  AffineMap middle = nest.map(3, {nest.d0, nest.d1});
  Values inputs = {match, labels};
  SmallVector<AffineMap> maps = {middle, nest.map(3, {nest.d0, nest.d2})};
  Values starts = {buildFilled(b, sizes, b.getI32Type(), 0)};
  for (int64_t i = 0; i < 4; ++i) {
    inputs.push_back(boxes);
    maps.push_back(nest.map(3, {nest.d0, nest.d2, nest.constant(i)}));
    starts.push_back(buildFilled(b, sizes, b.getF32Type(), 0));
  }
  return nest.reduce(
      inputs, maps, starts,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value hit = isEqual(b, args[0], index32(b, 2));
        Value number = arith::AddIOp::create(b, args[1], i32(b, 1));
        Values sums = {arith::AddIOp::create(
            b, args[6], arith::SelectOp::create(b, hit, number, i32(b, 0)))};
        for (int i = 0; i < 4; ++i)
          sums.push_back(arith::AddFOp::create(
              b, args[7 + i],
              arith::SelectOp::create(b, hit, args[2 + i], f32(b, 0))));
        return sums;
      });
}

/// Centre and length along an axis.
static std::pair<Value, Value> buildExtent(ImplicitLocOpBuilder &b, Value first,
                                           Value last) {
  Value sum = arith::AddFOp::create(b, first, last);
  return {arith::MulFOp::create(b, sum, f32(b, 0.5)),
          arith::SubFOp::create(b, last, first)};
}

static void buildTargets(Nest &nest, MultiboxTerms &terms, Value anchors,
                         ValueRange corners) {
  ImplicitLocOpBuilder &b = nest.b;
  AffineMap both = nest.map(2, {nest.d0, nest.d1});
  for (int64_t axis : {0, 1}) {
    auto ofAnchor = [&](int64_t i) {
      return nest.map(2, {nest.d1, nest.constant(i)});
    };
    Type type = b.getF32Type();
    Values targets = buildElementwise(
        b, {corners[axis], corners[axis + 2], anchors, anchors},
        {both, both, ofAnchor(axis), ofAnchor(axis + 2)},
        getSizes(b, corners[0]), {type, type},
        [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          auto [centre, length] = buildExtent(b, args[0], args[1]);
          auto [from, unit] = buildExtent(b, args[2], args[3]);
          Value shift = arith::DivFOp::create(
              b, arith::SubFOp::create(b, centre, from), unit);
          Value growth =
              math::LogOp::create(b, arith::DivFOp::create(b, length, unit));
          return {arith::DivFOp::create(b, shift, f32(b, 0.1f)),
                  arith::DivFOp::create(b, growth, f32(b, 0.2f))};
        });
    terms.targets[axis] = targets[0];
    terms.targets[axis + 2] = targets[1];
  }
}

static void buildCrossEntropies(Nest &nest, MultiboxTerms &terms,
                                Value logits) {
  ImplicitLocOpBuilder &b = nest.b;
  SmallVector<OpFoldResult> sizes = getSizes(b, terms.classes);
  Type type = b.getF32Type();
  AffineMap all = nest.map(3, {nest.d0, nest.d1, nest.d2});
  AffineMap middle = nest.map(3, {nest.d0, nest.d1});
  double lowest = -std::numeric_limits<double>::infinity();
  terms.largest =
      nest.reduce(logits, all, buildFilled(b, sizes, type, lowest),
                  [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                    return {arith::MaximumFOp::create(b, args[1], args[0])};
                  })[0];
  terms.sum = nest.reduce(
      {logits, terms.largest}, {all, middle}, buildFilled(b, sizes, type, 0),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value power =
            math::ExpOp::create(b, arith::SubFOp::create(b, args[0], args[1]));
        return {arith::AddFOp::create(b, args[2], power)};
      })[0];
  Value chosen = nest.reduce(
      {logits, terms.classes}, {all, middle}, buildFilled(b, sizes, type, 0),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value hit = isEqual(b, index32(b, 2), args[1]);
        return {arith::AddFOp::create(
            b, args[2], arith::SelectOp::create(b, hit, args[0], f32(b, 0)))};
      })[0];
  terms.crossEntropy =
      buildPointwise(b, {terms.sum, terms.largest, chosen}, type,
                     [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                       Value log = math::LogOp::create(b, args[0]);
                       return {arith::SubFOp::create(
                           b, arith::AddFOp::create(b, log, args[1]), args[2])};
                     });
}

/// Hard negative mining. The rank of an anchor without object is the number of
/// those before it, by loss and then by index.
static void buildCounts(Nest &nest, MultiboxTerms &terms, Value match,
                        int64_t negatives) {
  ImplicitLocOpBuilder &b = nest.b;
  Type i32Type = b.getI32Type();
  SmallVector<OpFoldResult> sizes = getSizes(b, match);
  double lowest = -std::numeric_limits<double>::infinity();
  Value keys =
      buildPointwise(b, {match, terms.crossEntropy}, b.getF32Type(),
                     [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                       return {arith::SelectOp::create(
                           b, isObject(b, args[0]), f32(b, lowest), args[1])};
                     });
  Value ranks = nest.reduce(
      {keys, keys},
      {nest.map(3, {nest.d0, nest.d1}), nest.map(3, {nest.d0, nest.d2})},
      buildFilled(b, sizes, i32Type, 0),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT,
                                            args[1], args[0]);
        Value earlier =
            compare(b, arith::CmpIPredicate::slt, index32(b, 2), index32(b, 1));
        Value before = arith::OrIOp::create(
            b, above,
            arith::AndIOp::create(b, isEqual(b, args[1], args[0]), earlier));
        return {arith::AddIOp::create(
            b, args[2],
            arith::SelectOp::create(b, before, i32(b, 1), i32(b, 0)))};
      })[0];
  AffineMap both = nest.map(2, {nest.d0, nest.d1});
  AffineMap sample = nest.map(2, {nest.d0});
  const IteratorType kinds[] = {IteratorType::parallel,
                                IteratorType::reduction};
  Value positives = buildGeneric(
      b, match, buildFilled(b, sizes[0], i32Type, 0), {both, sample}, kinds,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        return {arith::AddIOp::create(
            b, args[1],
            arith::SelectOp::create(b, isObject(b, args[0]), i32(b, 1),
                                    i32(b, 0)))};
      })[0];
  // More negatives than there are anchors are all of them.
  const int64_t anchors = cast<RankedTensorType>(match.getType()).getDimSize(1);
  const int64_t each = std::min(negatives, anchors);
  terms.counts = buildElementwise(
      b, {match, ranks, positives}, {both, both, sample}, sizes, i32Type,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value quota = arith::MulIOp::create(b, args[2], i32(b, each));
        Value hard = compare(b, arith::CmpIPredicate::slt, args[1], quota);
        Value counts = arith::OrIOp::create(b, isObject(b, args[0]), hard);
        return {arith::SelectOp::create(b, counts, i32(b, 1), i32(b, 0))};
      })[0];
  Value total =
      nest.sum(positives, nest.map(1, {nest.d0}), i32Type,
               [](ImplicitLocOpBuilder &, ValueRange args) { return args[0]; });
  terms.divisor = buildPointwise(
      b, total, b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value least = arith::MaxSIOp::create(b, args[0], i32(b, 1));
        return {arith::SIToFPOp::create(b, b.getF32Type(), least)};
      });
}

template <typename OpT, typename Adaptor>
static MultiboxTerms buildTerms(Nest &nest, OpT op, Adaptor adaptor) {
  MultiboxTerms terms;
  Values matched = buildMatched(nest, adaptor.getMatch(), adaptor.getBoxes(),
                                adaptor.getLabels());
  terms.classes = matched[0];
  buildTargets(nest, terms, adaptor.getAnchors(),
               ValueRange(matched).drop_front());
  buildCrossEntropies(nest, terms, adaptor.getLogits());
  buildCounts(nest, terms, adaptor.getMatch(), op.getNegatives());
  return terms;
}

namespace {

struct LowerMultiboxLoss : OpConversionPattern<MultiboxLossOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MultiboxLossOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Nest nest(b);
    MultiboxTerms terms = buildTerms(nest, op, adaptor);
    AffineMap both = nest.map(2, {nest.d0, nest.d1});
    Values inputs = {adaptor.getMatch(), terms.counts, terms.crossEntropy};
    SmallVector<AffineMap> maps(3, both);
    for (int64_t i = 0; i < 4; ++i) {
      inputs.append({adaptor.getOffsets(), terms.targets[i]});
      maps.append({nest.map(2, {nest.d0, nest.d1, nest.constant(i)}), both});
    }
    Value total = nest.sum(
        inputs, maps, b.getF64Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Value smooth = f32(b, 0);
          for (int i = 0; i < 4; ++i) {
            Value difference =
                arith::SubFOp::create(b, args[3 + 2 * i], args[4 + 2 * i]);
            Value size = math::AbsFOp::create(b, difference);
            Value square = arith::MulFOp::create(
                b, arith::MulFOp::create(b, size, size), f32(b, 0.5));
            Value line = arith::SubFOp::create(b, size, f32(b, 0.5));
            Value isSmall = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT,
                                                  size, f32(b, 1));
            smooth = arith::AddFOp::create(
                b, smooth, arith::SelectOp::create(b, isSmall, square, line));
          }
          Value place = arith::SelectOp::create(b, isObject(b, args[0]), smooth,
                                                f32(b, 0));
          Value counts = isEqual(b, args[1], i32(b, 1));
          Value kind = arith::SelectOp::create(b, counts, args[2], f32(b, 0));
          Value sum = arith::AddFOp::create(b, place, kind);
          return arith::ExtFOp::create(b, b.getF64Type(), sum);
        });
    Value loss = buildPointwise(
        b, {total, terms.divisor}, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          Value narrow = arith::TruncFOp::create(b, b.getF32Type(), args[0]);
          return {arith::DivFOp::create(b, narrow, args[1])};
        });
    rewriter.replaceOp(op, loss);
    return success();
  }
};

struct LowerMultiboxLossGrad : OpConversionPattern<MultiboxLossGradOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MultiboxLossGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Nest nest(b);
    MultiboxTerms terms = buildTerms(nest, op, adaptor);
    Type type = b.getF32Type();
    Value weight =
        buildPointwise(b, {adaptor.getCotangent(), terms.divisor}, type,
                       [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                         return {arith::DivFOp::create(b, args[0], args[1])};
                       });
    AffineMap all = nest.map(3, {nest.d0, nest.d1, nest.d2});
    AffineMap middle = nest.map(3, {nest.d0, nest.d1});
    AffineMap scalar = nest.map(3, {});
    Value offsets = adaptor.getOffsets(), logits = adaptor.getLogits();
    Value offsetsGrad = buildElementwise(
        b,
        {offsets, adaptor.getMatch(), terms.targets[0], terms.targets[1],
         terms.targets[2], terms.targets[3], weight},
        {all, middle, middle, middle, middle, middle, scalar},
        getSizes(b, offsets), type,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          Value axis = index32(b, 2), target = args[2];
          for (int i = 1; i < 4; ++i)
            target = arith::SelectOp::create(b, isEqual(b, axis, i32(b, i)),
                                             args[2 + i], target);
          Value difference = arith::SubFOp::create(b, args[0], target);
          Value slope = arith::MaximumFOp::create(
              b, arith::MinimumFOp::create(b, difference, f32(b, 1)),
              f32(b, -1));
          Value grad = arith::MulFOp::create(b, slope, args[6]);
          return {arith::SelectOp::create(b, isObject(b, args[1]), grad,
                                          f32(b, 0))};
        })[0];
    Value logitsGrad = buildElementwise(
        b,
        {logits, terms.largest, terms.sum, terms.classes, terms.counts, weight},
        {all, middle, middle, middle, middle, scalar}, getSizes(b, logits),
        type, [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          Value power = math::ExpOp::create(
              b, arith::SubFOp::create(b, args[0], args[1]));
          Value softmax = arith::DivFOp::create(b, power, args[2]);
          Value hit = isEqual(b, index32(b, 2), args[3]);
          Value target = arith::SelectOp::create(b, hit, f32(b, 1), f32(b, 0));
          Value grad = arith::MulFOp::create(
              b, arith::SubFOp::create(b, softmax, target), args[5]);
          Value counts = isEqual(b, args[4], i32(b, 1));
          return {arith::SelectOp::create(b, counts, grad, f32(b, 0))};
        })[0];
    rewriter.replaceOp(op, {offsetsGrad, logitsGrad});
    return success();
  }
};

} // namespace

void mlir::dorefa::populateMultiboxLossPatterns(const TypeConverter &converter,
                                                RewritePatternSet &patterns) {
  patterns.add<LowerMultiboxLoss, LowerMultiboxLossGrad>(converter,
                                                         patterns.getContext());
}
