//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// quantize_weight to powers of two (LBW-Net; spec 1.5).
//
// With nearest levels, the errors of the exponents s and s - 1 differ only by
// weights above the largest level of s - 1 and around the smallest of s - 1,
// u = 2^(s-m):
//
//   E(s) - E(s-1) = 2^(s-m) (B - 2^m T),
//   T = sum max(0, |w| - 3/4 2^s),   B = sum max(0, u - 2 ||w| - u|).
//
// So one pass over the weights moves the scan by one exponent. With N weights,
//
//   T = sum max(|w|, 3/4 2^s) - 3/4 2^s N,   B = u N - 2 sum min(||w| - u|,
//   u/2),
//
// which is less work for each weight. f64 holds all of these exactly (up to
// 2^27 weights), so the sign is exact, too, in whatever order the threads add.

#include "Pow2Weights.h"
#include "FloatBits.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <limits>

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

/// 2^127 is the largest power of two of f32; weights from 1.5 times of it
/// would ask for 2^128.
static constexpr int64_t kLargestExponent = 127;

namespace {

/// Where the levels of the weights of a scale end, as bits of floats: those of
/// positive ones are in the order of what they stand for, and one exponent
/// further is 2^23 bits further. Denormal numbers are not like that, so the
/// weights of small scales are multiplied by a power of two first.
struct Cuts {
  Value factor;  // f32, of the weights
  Value top;     // i32: how often 2 goes into |w| / top is a weight's t
  Value dropped; // i32, the largest |w| that becomes 0

  explicit Cuts(ValueRange values)
      : factor(values[0]), top(values[1]), dropped(values[2]) {}

  /// The bits of |w|, multiplied.
  Value buildMagnitude(ImplicitLocOpBuilder &b, Value weight) const {
    Value magnitude = math::AbsFOp::create(b, weight);
    return arith::BitcastOp::create(
        b, b.getI32Type(), arith::MulFOp::create(b, magnitude, factor));
  }
  Value buildKept(ImplicitLocOpBuilder &b, Value magnitude) const {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, magnitude,
                                 dropped);
  }
  /// t, 0 to m - 1, as i32: the difference in exponents, rounded up.
  Value buildShift(ImplicitLocOpBuilder &b, Value magnitude, int64_t m) const {
    Type i32 = b.getI32Type();
    Value zero = buildScalar(b, i32, 0);
    if (m == 1)
      return zero;
    Value above =
        arith::AddIOp::create(b, top, buildScalar(b, i32, (1 << 23) - 1));
    Value t = arith::ShRSIOp::create(
        b, arith::SubIOp::create(b, above, magnitude), buildScalar(b, i32, 23));
    t = arith::MaxSIOp::create(b, t, zero);
    return arith::MinSIOp::create(b, t, buildScalar(b, i32, m - 1));
  }
};

//===----------------------------------------------------------------------===//
// Tensors: one element for the layer, or for each output channel
//===----------------------------------------------------------------------===//

struct Pow2Quantizer {
  ImplicitLocOpBuilder &b;
  Value weights;
  bool perChannel;
  int64_t m; // levels
  unsigned rank = cast<RankedTensorType>(weights.getType()).getRank();

  SmallVector<OpFoldResult> getScaleSizes() const {
    if (!perChannel)
      return {};
    return {getSize(b, weights, 0)};
  }

  /// From the values of scales, one for a layer or for each channel.
  SmallVector<Value> map(ValueRange inputs, TypeRange types,
                         ScalarBody body) const {
    SmallVector<AffineMap> maps(inputs.size(),
                                b.getMultiDimIdentityMap(perChannel));
    return buildElementwise(b, inputs, maps, getScaleSizes(), types, body);
  }

  /// The same with results in the place of `outputs`, whose elements the body
  /// gets last: what a loop carries stays where it is.
  SmallVector<Value> update(ValueRange inputs, ValueRange outputs,
                            ScalarBody body) const {
    SmallVector<AffineMap> maps(inputs.size() + outputs.size(),
                                b.getMultiDimIdentityMap(perChannel));
    SmallVector<IteratorType> iterators(perChannel, IteratorType::parallel);
    return buildGeneric(b, inputs, outputs, maps, iterators, body);
  }

  Value fill(Type type, double value) const {
    return buildFilled(b, getScaleSizes(), type, value);
  }

  /// Over the weights of each scale, from zeros. The body gets a weight, the
  /// elements of `scales` and the accumulators.
  SmallVector<Value> reduce(ValueRange scales, TypeRange types,
                            ScalarBody body) const {
    SmallVector<Value> inputs = {weights}, inits;
    llvm::append_range(inputs, scales);
    for (Type type : types)
      inits.push_back(fill(type, 0));
    AffineMap scaleMap = perChannel ? getLeadingMap(b.getContext(), rank)
                                    : getScalarMap(b.getContext(), rank);
    SmallVector<AffineMap> maps(inputs.size() + inits.size(), scaleMap);
    maps[0] = b.getMultiDimIdentityMap(rank);
    SmallVector<IteratorType> iterators(rank, IteratorType::reduction);
    if (perChannel)
      iterators[0] = IteratorType::parallel;
    return buildGeneric(b, inputs, inits, maps, iterators, body);
  }

  /// The larger of a magnitude and the bits of the largest so far; NaN counts
  /// as the largest.
  static Value buildLarger(ImplicitLocOpBuilder &b, Value weight,
                           Value largest) {
    Value magnitude = math::AbsFOp::create(b, weight);
    return arith::MaxSIOp::create(
        b, largest, arith::BitcastOp::create(b, b.getI32Type(), magnitude));
  }

  Value buildFloatOfBits(Value bits) const {
    Type f32 = b.getF32Type();
    return map(
        bits, f32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::BitcastOp::create(b, f32, args[0])};
        })[0];
  }

  /// max |w| in f32.
  Value buildLargest() const {
    Value bits = reduce(
        {}, b.getI32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildLarger(b, args[0], args[1])};
        })[0];
    return buildFloatOfBits(bits);
  }

  /// max |w| in f32 and sum |w| in f64, in one pass.
  std::pair<Value, Value> buildLargestAndSum() const {
    SmallVector<Value> both = reduce(
        {}, {b.getI32Type(), b.getF64Type()},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildLarger(b, args[0], args[1]),
                  arith::AddFOp::create(b, args[2],
                                        buildWideMagnitude(b, args[0]))};
        });
    return {buildFloatOfBits(both[0]), both[1]};
  }

  /// Of each scale: the number of weights, in f64.
  Value buildCount() const {
    Value count = arith::ConstantIndexOp::create(b, 1);
    for (int64_t axis = perChannel; axis < rank; ++axis) {
      Value size = getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                                   getSize(b, weights, axis));
      count = arith::MulIOp::create(b, count, size);
    }
    Value integer = arith::IndexCastOp::create(b, b.getI64Type(), count);
    Value wide = arith::SIToFPOp::create(b, b.getF64Type(), integer);
    SmallVector<Value> sizes;
    if (perChannel)
      sizes.push_back(getValueOrCreateConstantIndexOp(b, b.getLoc(),
                                                      getSize(b, weights, 0)));
    auto type = RankedTensorType::get(
        perChannel
            ? cast<RankedTensorType>(weights.getType()).getShape().take_front()
            : ArrayRef<int64_t>(),
        b.getF64Type());
    if (type.hasStaticShape())
      sizes.clear();
    return tensor::SplatOp::create(b, wide, type, sizes);
  }

  /// The first and the last exponent of the scan: no smaller one than
  /// log2(4 mean / 3) and no larger one than log2(4 max / 3) has less error.
  /// The mean counts zeros too and is rounded downwards: that only adds
  /// exponents which do not win.
  std::pair<Value, Value> buildRange(Value largest, Value sum) const {
    Type f64 = b.getF64Type(), i32 = b.getI32Type();
    SmallVector<Value> range = map(
        {largest, sum, buildCount()}, {i32, i32},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value zero = buildScalar(b, i32, 0);
          Value top = arith::ExtFOp::create(b, f64, args[0]);
          Value last = buildFloorLog2Ratio(b, top, buildScalar(b, f64, 0.75));
          last = arith::MinSIOp::create(b, last,
                                        buildScalar(b, i32, kLargestExponent));
          Value scaled = arith::MulFOp::create(
              b, args[1], buildScalar(b, f64, 1 - 0x1p-40));
          Value three =
              arith::MulFOp::create(b, args[2], buildScalar(b, f64, 0.75));
          Value first = buildFloorLog2Ratio(b, scaled, three);
          first = arith::MinSIOp::create(b, first, last);
          // No weights but zeros, or some without a defined level.
          Value scans = arith::AndIOp::create(
              b, buildIsFinite(b, args[0]),
              arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, args[0],
                                    buildScalar(b, b.getF32Type(), 0)));
          return {arith::SelectOp::create(b, scans, first, zero),
                  arith::SelectOp::create(b, scans, last, zero)};
        });
    return {range[0], range[1]};
  }

  /// The most steps that a scale's scan takes, as an index.
  Value buildSteps(Value first, Value last) const {
    Type i32 = b.getI32Type();
    Value steps =
        map({first, last}, i32,
            [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
              return {arith::SubIOp::create(b, args[1], args[0])};
            })[0];
    if (perChannel)
      steps = buildGeneric(
          b, steps, buildFilled(b, {}, i32, 0),
          {b.getMultiDimIdentityMap(1), getScalarMap(b.getContext(), 1)},
          IteratorType::reduction,
          [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
            return {arith::MaxSIOp::create(b, args[0], args[1])};
          })[0];
    Value most = tensor::ExtractOp::create(b, steps, ValueRange());
    return arith::IndexCastOp::create(b, b.getIndexType(), most);
  }

  /// sum max(|w|, 3/4 2^s) and sum min(||w| - u|, u/2) of the exponents `s`:
  /// T and B without the terms that all weights share.
  SmallVector<Value> buildSums(Value s) const {
    Type f64 = b.getF64Type();
    SmallVector<Value> levels = map(
        s, {f64, f64},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value power = buildPower(b, args[0]);
          return {buildScaled(b, power, 0.75),
                  buildScaled(b, power, std::ldexp(1.0, -m))};
        });
    return reduce(
        levels, {f64, f64},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value magnitude = buildWideMagnitude(b, args[0]);
          Value above = buildLargerOf(b, magnitude, args[1]);
          Value distance = math::AbsFOp::create(
              b, arith::SubFOp::create(b, magnitude, args[2]));
          Value around =
              buildSmallerOf(b, distance, buildScaled(b, args[2], 0.5));
          return {arith::AddFOp::create(b, args[3], above),
                  arith::AddFOp::create(b, args[4], around)};
        });
  }

  /// The exponents with the least error; among equals the largest.
  Value buildScan(Value largest, Value sum) const {
    Type f64 = b.getF64Type(), i32 = b.getI32Type();
    auto [first, last] = buildRange(largest, sum);
    Value steps = buildSteps(first, last);
    Value count = buildCount();
    Value zero = arith::ConstantIndexOp::create(b, 0);
    Value one = arith::ConstantIndexOp::create(b, 1);
    // s - 1, the best so far, and how much worse than it s - 1 is.
    SmallVector<Value> inits = {first, first, fill(f64, 0)};
    Value end = last;
    auto loop = scf::ForOp::create(
        b, zero, steps, one, inits,
        [&](OpBuilder &nested, Location loc, Value, ValueRange state) {
          ImplicitLocOpBuilder inner(loc, nested);
          Pow2Quantizer step{inner, weights, perChannel, m};
          Value s = step.update({}, state[0],
                                [&](ImplicitLocOpBuilder &b,
                                    ValueRange args) -> SmallVector<Value> {
                                  return {arith::AddIOp::create(
                                      b, args[0], buildScalar(b, i32, 1))};
                                })[0];
          SmallVector<Value> sums = step.buildSums(s);
          SmallVector<Value> best = step.update(
              {sums[0], sums[1], count, s, end}, {state[1], state[2]},
              [&](ImplicitLocOpBuilder &b, ValueRange args) {
                return step.buildUpdate(b, args);
              });
          scf::YieldOp::create(inner, ValueRange{s, best[0], best[1]});
        });
    return loop.getResult(1);
  }

  /// args: the sums, the number of weights, s, last, best, worse.
  SmallVector<Value> buildUpdate(ImplicitLocOpBuilder &b,
                                 ValueRange args) const {
    Type f64 = b.getF64Type();
    Value count = args[2], s = args[3], best = args[5];
    Value power = buildPower(b, s);
    Value unit = buildScaled(b, power, std::ldexp(1.0, -m));
    Value above = arith::SubFOp::create(
        b, args[0],
        arith::MulFOp::create(b, count, buildScaled(b, power, 0.75)));
    Value around = arith::SubFOp::create(
        b, arith::MulFOp::create(b, count, unit), buildScaled(b, args[1], 2));
    Value difference = arith::MulFOp::create(
        b,
        arith::SubFOp::create(b, around,
                              buildScaled(b, above, std::ldexp(1.0, m))),
        unit);
    Value worse = arith::AddFOp::create(b, args[6], difference);
    Value inside =
        arith::CmpIOp::create(b, arith::CmpIPredicate::sle, s, args[4]);
    Value wins = arith::AndIOp::create(
        b, inside,
        arith::CmpFOp::create(b, arith::CmpFPredicate::OLE, worse,
                              buildScalar(b, f64, 0)));
    return {arith::SelectOp::create(b, wins, s, best),
            arith::SelectOp::create(b, wins, buildScalar(b, f64, 0), worse)};
  }

  /// From the largest |w| and the two cuts in f64. A weight that is not finite:
  /// every weight becomes 0.
  static SmallVector<Value> buildBits(ImplicitLocOpBuilder &b, Value largest,
                                      Value top, Value bottom) {
    Type f32 = b.getF32Type(), i32 = b.getI32Type();
    // Then even the smallest level of a weight of 2^-60 is a normal number, and
    // the largest one is far from infinite.
    Value isSmall = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, largest,
                                          buildScalar(b, f32, 0x1p-60));
    Value factor = arith::SelectOp::create(
        b, isSmall, buildScalar(b, f32, 0x1p96), buildScalar(b, f32, 1));
    Value wide = arith::ExtFOp::create(b, b.getF64Type(), factor);
    auto roundUp = [&](Value cut) -> Value {
      Value scaled = arith::MulFOp::create(b, cut, wide);
      Value nearest = arith::TruncFOp::create(b, f32, scaled);
      Value isLess = arith::CmpFOp::create(
          b, arith::CmpFPredicate::OLT,
          arith::ExtFOp::create(b, b.getF64Type(), nearest), scaled);
      return arith::AddIOp::create(b, arith::BitcastOp::create(b, i32, nearest),
                                   arith::ExtUIOp::create(b, i32, isLess));
    };
    Value dropped =
        arith::SubIOp::create(b, roundUp(bottom), buildScalar(b, i32, 1));
    dropped = arith::SelectOp::create(
        b, buildIsFinite(b, largest), dropped,
        buildScalar(b, i32, std::numeric_limits<int32_t>::max()));
    return {factor, roundUp(top), dropped};
  }

  SmallVector<Type> getCutTypes() const {
    return {b.getF32Type(), b.getI32Type(), b.getI32Type()};
  }

  /// Nearest levels of 2^s: halfway is 3/4 2^s between the two largest.
  SmallVector<Value> buildExactCuts(Value largest, Value exponents) const {
    return map(
        {largest, exponents}, getCutTypes(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value power = buildPower(b, args[1]);
          return buildBits(b, args[0], buildScaled(b, power, 0.75),
                           buildScaled(b, power, std::ldexp(1.0, -m)));
        });
  }

  /// mu = 3/4 max|w| and 2^-m max|w|.
  SmallVector<Value> buildThresholdCuts(Value largest) const {
    Type f64 = b.getF64Type();
    return map(
        largest, getCutTypes(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value top = arith::ExtFOp::create(b, f64, args[0]);
          // Nothing but zeros: whatever is above zero.
          top = arith::SelectOp::create(b, buildIsZero(b, args[0]),
                                        buildScalar(b, f64, 1), top);
          return buildBits(b, args[0], buildScaled(b, top, 0.75),
                           buildScaled(b, top, std::ldexp(1.0, -m)));
        });
  }

  /// floor(log2(4 <Q,|W|> / (3 <Q,Q>))).
  Value buildThresholdExponents(ValueRange cuts) const {
    Type f64 = b.getF64Type(), i32 = b.getI32Type();
    SmallVector<Value> sums = reduce(
        cuts, {f64, f64},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Cuts cut(args.slice(1, 3));
          Value magnitude = cut.buildMagnitude(b, args[0]);
          Value t = arith::SubIOp::create(b, buildScalar(b, i32, 0),
                                          cut.buildShift(b, magnitude, m));
          Value q =
              arith::SelectOp::create(b, cut.buildKept(b, magnitude),
                                      buildPower(b, t), buildScalar(b, f64, 0));
          Value dot =
              arith::MulFOp::create(b, q, buildWideMagnitude(b, args[0]));
          Value square = arith::MulFOp::create(b, q, q);
          return {arith::AddFOp::create(b, args[4], dot),
                  arith::AddFOp::create(b, args[5], square)};
        });
    return map(
        sums, i32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value square =
              arith::MulFOp::create(b, args[1], buildScalar(b, f64, 0.75));
          Value s = buildFloorLog2Ratio(b, args[0], square);
          s = arith::MinSIOp::create(b, s,
                                     buildScalar(b, i32, kLargestExponent));
          return {arith::SelectOp::create(b, buildIsZero(b, args[0]),
                                          buildScalar(b, i32, 0), s)};
        })[0];
  }

  static Value buildFiniteOrNaN(ImplicitLocOpBuilder &b, Value largest,
                                Value value) {
    Value nan = buildScalar(b, value.getType(),
                            std::numeric_limits<double>::quiet_NaN());
    return arith::SelectOp::create(b, buildIsFinite(b, largest), value, nan);
  }

  Value buildScales(Value largest, Value exponents) const {
    Type f32 = b.getF32Type();
    return map(
        {largest, exponents}, f32,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value power = arith::TruncFOp::create(b, f32, buildPower(b, args[1]));
          return {buildFiniteOrNaN(b, args[0], power)};
        })[0];
  }

  /// 0, or 2 t + 1, or 2 t + 2 for a negative weight.
  Value buildCodes(ValueRange cuts) const {
    Type i8 = b.getI8Type(), i32 = b.getI32Type();
    AffineMap scaleMap = perChannel ? getLeadingMap(b.getContext(), rank)
                                    : getScalarMap(b.getContext(), rank);
    return buildElementwise(
        b, {weights, cuts[0], cuts[1], cuts[2]},
        {b.getMultiDimIdentityMap(rank), scaleMap, scaleMap, scaleMap},
        getSizes(b, weights), i8,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Cuts cut(args.drop_front());
          Value magnitude = cut.buildMagnitude(b, args[0]);
          Value t = cut.buildShift(b, magnitude, m);
          // Zeros of either sign are dropped.
          Value negative = arith::ShRUIOp::create(
              b, arith::BitcastOp::create(b, i32, args[0]),
              buildScalar(b, i32, 31));
          Value code = arith::AddIOp::create(b, t, t);
          code = arith::AddIOp::create(b, code, negative);
          code = arith::AddIOp::create(b, code, buildScalar(b, i32, 1));
          code = arith::SelectOp::create(b, cut.buildKept(b, magnitude), code,
                                         buildScalar(b, i32, 0));
          return {arith::TruncIOp::create(b, i8, code)};
        })[0];
  }
};

} // namespace

std::pair<Value, Value> mlir::dorefa::buildPow2Weights(ImplicitLocOpBuilder &b,
                                                       QuantizeWeightOp op,
                                                       Value weights) {
  int64_t m = getCodeType(op.getCodes().getType()).getPow2Levels();
  Pow2Quantizer quantizer{b, weights, op.getPerChannel(), m};
  Value largest, exponents;
  SmallVector<Value> cuts;
  // With two bits the paper's solution is the exact one.
  if (op.getScheme() == Pow2Scheme::threshold && m > 1) {
    largest = quantizer.buildLargest();
    cuts = quantizer.buildThresholdCuts(largest);
    exponents = quantizer.buildThresholdExponents(cuts);
  } else {
    Value sum;
    std::tie(largest, sum) = quantizer.buildLargestAndSum();
    exponents = quantizer.buildScan(largest, sum);
    cuts = quantizer.buildExactCuts(largest, exponents);
  }
  return {quantizer.buildCodes(cuts),
          quantizer.buildScales(largest, exponents)};
}
