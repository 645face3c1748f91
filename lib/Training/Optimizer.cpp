//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Stochastic gradient descent and Adam.
//
// Scalars that depend on the step alone are computed in f64 and rounded once.

#include "dorefa/Training/Optimizer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// f32 arithmetic in the body of an update.
struct Arithmetic {
  OpBuilder &builder;
  Location loc;

  Value constant(double value) {
    return arith::ConstantOp::create(
        builder, loc, builder.getF32FloatAttr(static_cast<float>(value)));
  }
  Value add(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value sub(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value mul(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value div(Value a, Value b) {
    return arith::DivFOp::create(builder, loc, a, b);
  }
  /// decay * average + share * sample
  Value blend(double decay, Value average, double share, Value sample) {
    return add(mul(constant(decay), average), mul(constant(share), sample));
  }
};
} // namespace

SmallVector<std::string> OptimizerOptions::getStatePrefixes() const {
  if (kind == OptimizerKind::adam)
    return {"adam.m/", "adam.v/"};
  if (momentum != 0)
    return {"momentum/"};
  return {};
}

/// 1 - base^t in f64, t an f64 scalar.
static Value buildBias(OpBuilder &builder, Location loc, double base, Value t) {
  Value decay =
      arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(base));
  Value one =
      arith::ConstantOp::create(builder, loc, builder.getF64FloatAttr(1.0));
  Value power = math::PowFOp::create(builder, loc, decay, t);
  return arith::SubFOp::create(builder, loc, one, power);
}

OptimizerBuilder::OptimizerBuilder(const OptimizerOptions &options,
                                   OpBuilder &builder, Location loc,
                                   Value learningRate, Value step)
    : options(options), builder(builder), loc(loc), rate(learningRate) {
  if (options.kind != OptimizerKind::adam)
    return;
  Type f32 = builder.getF32Type(), f64 = builder.getF64Type();
  Value one =
      arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(1));
  Value count = arith::AddIOp::create(builder, loc, step, one);
  Value t = arith::SIToFPOp::create(builder, loc, f64, count);
  Value wide = arith::ExtFOp::create(builder, loc, f64, learningRate);
  Value corrected = arith::DivFOp::create(
      builder, loc, wide, buildBias(builder, loc, options.beta1, t));
  rate = arith::TruncFOp::create(builder, loc, f32, corrected);
  Value second = math::SqrtOp::create(
      builder, loc, buildBias(builder, loc, options.beta2, t));
  root = arith::TruncFOp::create(builder, loc, f32, second);
}

// The parameter and its states are the destinations, so that the update can
// run in place.
SmallVector<Value> OptimizerBuilder::update(Value parameter, Value gradient,
                                            ValueRange states) const {
  SmallVector<Value> outputs = {parameter};
  llvm::append_range(outputs, states);
  auto type = cast<RankedTensorType>(parameter.getType());
  SmallVector<AffineMap> maps(1 + outputs.size(),
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto body = [&](OpBuilder &nested, Location at, ValueRange values) {
    Arithmetic f32{nested, at};
    Value g = values[0], w = values[1];
    if (options.weightDecay != 0)
      g = f32.add(g, f32.mul(f32.constant(options.weightDecay), w));
    SmallVector<Value> results;
    if (options.kind == OptimizerKind::adam) {
      Value m = f32.blend(options.beta1, values[2], 1 - options.beta1, g);
      Value v =
          f32.blend(options.beta2, values[3], 1 - options.beta2, f32.mul(g, g));
      Value denominator =
          f32.add(f32.div(math::SqrtOp::create(nested, at, v), root),
                  f32.constant(options.epsilon));
      results = {f32.sub(w, f32.mul(rate, f32.div(m, denominator))), m, v};
    } else {
      Value v = g;
      if (options.momentum != 0)
        v = f32.add(f32.mul(f32.constant(options.momentum), values[2]), v);
      results.push_back(f32.sub(w, f32.mul(rate, v)));
      if (options.momentum != 0)
        results.push_back(v);
    }
    linalg::YieldOp::create(nested, at, results);
  };
  return SmallVector<Value>(
      linalg::GenericOp::create(builder, loc, ValueRange(outputs).getTypes(),
                                gradient, outputs, maps, iterators, body)
          .getResults());
}
