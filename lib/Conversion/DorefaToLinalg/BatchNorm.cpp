//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Batch norm, its statistics and its gradient. All sums over the batch run in
// f64 and are rounded once, so that results do not depend on their order.

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

/// The number of elements of a channel, all axes but the last, as an f64.
static Value buildCount(ImplicitLocOpBuilder &b, Value input) {
  unsigned rank = cast<RankedTensorType>(input.getType()).getRank();
  Value count = arith::ConstantIndexOp::create(b, 1);
  for (unsigned axis = 0; axis + 1 < rank; ++axis)
    count =
        arith::MulIOp::create(b, count, tensor::DimOp::create(b, input, axis));
  Value integer = arith::IndexCastOp::create(b, b.getI64Type(), count);
  return arith::SIToFPOp::create(b, b.getF64Type(), integer);
}

/// Sums over all axes but the last, one f64 accumulator [C] for each yield of
/// `body`, which gets the inputs only. Rank-1 inputs are read per channel.
static SmallVector<Value> buildChannelSums(ImplicitLocOpBuilder &b,
                                           ValueRange inputs, unsigned results,
                                           ScalarBody body) {
  unsigned rank = cast<RankedTensorType>(inputs[0].getType()).getRank();
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(cast<RankedTensorType>(input.getType()).getRank() == rank
                       ? b.getMultiDimIdentityMap(rank)
                       : getChannelMap(b.getContext(), rank));
  SmallVector<Value> inits;
  for (unsigned i = 0; i < results; ++i) {
    inits.push_back(
        buildFilled(b, getSize(b, inputs[0], rank - 1), b.getF64Type(), 0));
    maps.push_back(getChannelMap(b.getContext(), rank));
  }
  SmallVector<IteratorType> iterators(rank, IteratorType::reduction);
  iterators.back() = IteratorType::parallel;
  return buildGeneric(
      b, inputs, inits, maps, iterators,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        SmallVector<Value> terms = body(b, args.take_front(inputs.size()));
        SmallVector<Value> sums;
        for (auto [term, accumulator] :
             llvm::zip_equal(terms, args.drop_front(inputs.size())))
          sums.push_back(arith::AddFOp::create(b, accumulator, term));
        return sums;
      });
}

static Value extend(ImplicitLocOpBuilder &b, Value x) {
  return arith::ExtFOp::create(b, b.getF64Type(), x);
}

static Value truncate(ImplicitLocOpBuilder &b, Value x) {
  return arith::TruncFOp::create(b, b.getF32Type(), x);
}

/// 1 / sqrt(variance + epsilon) in f32, one [C] tensor.
static Value buildReciprocalDeviation(ImplicitLocOpBuilder &b, Value variance,
                                      APFloat epsilon) {
  return buildPointwise(
      b, variance, b.getF32Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value eps = arith::ConstantOp::create(
            b, b.getFloatAttr(b.getF32Type(), epsilon));
        Value deviation =
            math::SqrtOp::create(b, arith::AddFOp::create(b, args[0], eps));
        return {arith::DivFOp::create(b, buildScalar(b, b.getF32Type(), 1),
                                      deviation)};
      });
}

namespace {

struct LowerBatchStats : OpConversionPattern<BatchStatsOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(BatchStatsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = adaptor.getInput();
    Value count = buildCount(b, x);
    auto divideByCount = [&](ImplicitLocOpBuilder &b,
                             ValueRange args) -> SmallVector<Value> {
      return {truncate(b, arith::DivFOp::create(b, args[0], count))};
    };
    Value sum = buildChannelSums(
        b, x, 1,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {extend(b, args[0])};
        })[0];
    Value mean = buildPointwise(b, sum, b.getF32Type(), divideByCount);
    Value squares = buildChannelSums(
        b, {x, mean}, 1,
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value d = extend(b, arith::SubFOp::create(b, args[0], args[1]));
          return {arith::MulFOp::create(b, d, d)};
        })[0];
    Value variance = buildPointwise(b, squares, b.getF32Type(), divideByCount);
    rewriter.replaceOp(op, {mean, variance});
    return success();
  }
};

struct LowerBatchNorm : OpConversionPattern<BatchNormOp> {
  using OpConversionPattern::OpConversionPattern;

  /// (1 - momentum) * running + momentum * (batch * correction), in f32.
  static Value buildRunning(ImplicitLocOpBuilder &b, Value running, Value batch,
                            APFloat momentum, Value correction) {
    return buildPointwise(
        b, {running, batch}, b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Type f32 = b.getF32Type();
          Value m = arith::ConstantOp::create(b, b.getFloatAttr(f32, momentum));
          Value keep = arith::SubFOp::create(b, buildScalar(b, f32, 1), m);
          Value fresh = args[1];
          if (correction)
            fresh = arith::MulFOp::create(b, fresh, correction);
          return {arith::AddFOp::create(b,
                                        arith::MulFOp::create(b, keep, args[0]),
                                        arith::MulFOp::create(b, m, fresh))};
        });
  }

  LogicalResult
  matchAndRewrite(BatchNormOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = adaptor.getInput();
    Value mean = adaptor.getRunningMean();
    Value variance = adaptor.getRunningVariance();
    Value newMean = mean, newVariance = variance;
    if (!op.getInference()) {
      auto stats =
          BatchStatsOp::create(b, mean.getType(), variance.getType(), x);
      mean = stats.getMean();
      variance = stats.getVariance();
      // count / (count - 1), or 1 where there is a single element.
      Value count = buildCount(b, x);
      Value one = buildScalar(b, b.getF64Type(), 1);
      Value below = arith::MaximumFOp::create(
          b, arith::SubFOp::create(b, count, one), one);
      Value correction = truncate(b, arith::DivFOp::create(b, count, below));
      newMean = buildRunning(b, adaptor.getRunningMean(), mean,
                             op.getMomentum(), Value());
      newVariance = buildRunning(b, adaptor.getRunningVariance(), variance,
                                 op.getMomentum(), correction);
    }
    Value reciprocal = buildReciprocalDeviation(b, variance, op.getEpsilon());
    unsigned rank = cast<RankedTensorType>(x.getType()).getRank();
    AffineMap channel = getChannelMap(b.getContext(), rank);
    Value y = buildElementwise(
        b, {x, mean, reciprocal, adaptor.getGamma(), adaptor.getBeta()},
        {b.getMultiDimIdentityMap(rank), channel, channel, channel, channel},
        getSizes(b, x), b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value centred = arith::SubFOp::create(b, args[0], args[1]);
          Value normalized = arith::MulFOp::create(b, centred, args[2]);
          return {arith::AddFOp::create(
              b, arith::MulFOp::create(b, normalized, args[3]), args[4])};
        })[0];
    rewriter.replaceOp(op, {y, newMean, newVariance});
    return success();
  }
};

struct LowerBatchNormGrad : OpConversionPattern<BatchNormGradOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(BatchNormGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value g = adaptor.getCotangent(), x = adaptor.getInput();
    Value mean = adaptor.getMean();
    Value reciprocal =
        buildReciprocalDeviation(b, adaptor.getVariance(), op.getEpsilon());
    auto normalize = [](ImplicitLocOpBuilder &b, Value x, Value mean,
                        Value reciprocal) -> Value {
      return arith::MulFOp::create(b, arith::SubFOp::create(b, x, mean),
                                   reciprocal);
    };
    SmallVector<Value> sums = buildChannelSums(
        b, {g, x, mean, reciprocal}, 2,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value wide = extend(b, args[0]);
          Value xhat = extend(b, normalize(b, args[1], args[2], args[3]));
          return {wide, arith::MulFOp::create(b, wide, xhat)};
        });
    auto round = [](ImplicitLocOpBuilder &b, ValueRange args) {
      return SmallVector<Value>{truncate(b, args[0])};
    };
    Value betaGrad = buildPointwise(b, sums[0], b.getF32Type(), round);
    Value gammaGrad = buildPointwise(b, sums[1], b.getF32Type(), round);

    // Everything that is constant for a channel is computed once.
    Value count = buildCount(b, x);
    auto overCount = [&](ImplicitLocOpBuilder &b,
                         ValueRange args) -> SmallVector<Value> {
      return {truncate(b, arith::DivFOp::create(b, args[0], count))};
    };
    Value meanG = buildPointwise(b, sums[0], b.getF32Type(), overCount);
    Value meanGX = buildPointwise(b, sums[1], b.getF32Type(), overCount);
    Value slope = buildPointwise(
        b, {adaptor.getGamma(), reciprocal}, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::MulFOp::create(b, args[0], args[1])};
        });
    unsigned rank = cast<RankedTensorType>(x.getType()).getRank();
    AffineMap identity = b.getMultiDimIdentityMap(rank);
    AffineMap channel = getChannelMap(b.getContext(), rank);
    Value dx = buildElementwise(
        b, {g, x, mean, reciprocal, meanG, meanGX, slope},
        {identity, identity, channel, channel, channel, channel, channel},
        getSizes(b, x), b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value xhat = normalize(b, args[1], args[2], args[3]);
          Value common = arith::AddFOp::create(
              b, args[4], arith::MulFOp::create(b, xhat, args[5]));
          return {arith::MulFOp::create(
              b, args[6], arith::SubFOp::create(b, args[0], common))};
        })[0];
    rewriter.replaceOp(op, {dx, gammaGrad, betaGrad});
    return success();
  }
};

} // namespace

void mlir::dorefa::populateBatchNormPatterns(const TypeConverter &converter,
                                             RewritePatternSet &patterns) {
  patterns.add<LowerBatchStats, LowerBatchNorm, LowerBatchNormGrad>(
      converter, patterns.getContext());
}
