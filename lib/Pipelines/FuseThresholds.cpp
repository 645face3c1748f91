//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Scale, batch norm, h and quantizer as thresholds of the integer sum.
//
// Each step of the chain from a sum s to its code rounds a function that rises
// or falls in the step before, and so does the whole, f(s), in f32 as in real
// numbers. With t = s where f rises and t = -1 - s where it falls, code >= j
// exactly where t > T_j, T_j the largest t with a code below j. T_j is found by
// halving: its 32 bits, from the highest, by evaluating the chain itself. No
// formula for T_j, and nothing to correct.

#include "PreparedValues.h"

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_FUSETHRESHOLDS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

/// Beyond that many comparisons the chain of floats is as fast.
static constexpr int64_t maxThresholds = 7;

//===----------------------------------------------------------------------===//
// The chain
//===----------------------------------------------------------------------===//

static bool isConstant(Value value, double expected) {
  FloatAttr attribute;
  return matchPattern(value, m_Constant(&attribute)) &&
         attribute.getValueAsDouble() == expected;
}

namespace {
/// A body's ops from an integer sum to a code.
struct Chain {
  /// The integer, and the code that is computed from it.
  Value sum, code;
  int64_t maxCode = 0;
  /// All ops between the two, in order.
  SmallVector<Operation *> ops;
  /// What else they read: arguments of the body.
  llvm::SetVector<BlockArgument> channels;
};
} // namespace

/// max(x, c) or min(x, c), written as a comparison and a selection.
static bool isSelectedBound(arith::SelectOp select, bool isMax, Value &x,
                            Value &bound) {
  auto compare = select.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare || compare.getPredicate() != (isMax ? arith::CmpFPredicate::OGT
                                                   : arith::CmpFPredicate::OLT))
    return false;
  x = select.getTrueValue();
  bound = select.getFalseValue();
  return compare.getLhs() == x && compare.getRhs() == bound;
}

/// Whether `h` is clip(x, 0, 1) or (tanh(x) + 1) / 2.
static bool isBounded(Value h) {
  Value low, x, bound;
  if (auto select = h.getDefiningOp<arith::SelectOp>()) {
    if (!isSelectedBound(select, /*isMax=*/false, low, bound) ||
        !isConstant(bound, 1))
      return false;
    auto inner = low.getDefiningOp<arith::SelectOp>();
    return inner && isSelectedBound(inner, /*isMax=*/true, x, bound) &&
           isConstant(bound, 0);
  }
  auto half = h.getDefiningOp<arith::MulFOp>();
  if (!half || !isConstant(half.getRhs(), 0.5))
    return false;
  auto shifted = half.getLhs().getDefiningOp<arith::AddFOp>();
  if (!shifted || !isConstant(shifted.getRhs(), 1))
    return false;
  auto narrow = shifted.getLhs().getDefiningOp<arith::TruncFOp>();
  return narrow && narrow.getIn().getDefiningOp<math::TanhOp>();
}

/// Whether the result rises, or falls, with the operand that is in `varying`.
static bool isMonotone(Operation *op, const DenseSet<Value> &varying) {
  auto varies = [&](Value value) { return varying.contains(value); };
  if (isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
    return varies(op->getOperand(0)) != varies(op->getOperand(1));
  if (isa<arith::DivFOp>(op))
    return varies(op->getOperand(0)) && !varies(op->getOperand(1));
  if (isa<arith::NegFOp, arith::ExtFOp, arith::TruncFOp, math::TanhOp,
          math::RoundEvenOp, arith::FPToSIOp, arith::TruncIOp>(op))
    return true;
  // A comparison alone is not, but the selection that reads it is checked.
  if (isa<arith::CmpFOp>(op))
    return true;
  auto select = dyn_cast<arith::SelectOp>(op);
  Value x, bound;
  return select &&
         (isSelectedBound(select, /*isMax=*/true, x, bound) ||
          isSelectedBound(select, /*isMax=*/false, x, bound)) &&
         varies(x) && !varies(bound);
}

/// The chain behind the only result of `op`, if there is one. `isChannel` says
/// which arguments of the body it may read.
static std::optional<Chain>
findChain(linalg::GenericOp op, function_ref<bool(BlockArgument)> isChannel) {
  Block *body = op.getBlock();
  Chain chain;
  chain.code = body->getTerminator()->getOperand(0);
  auto narrow = chain.code.getDefiningOp<arith::TruncIOp>();
  auto integer =
      narrow ? narrow.getIn().getDefiningOp<arith::FPToSIOp>() : nullptr;
  auto rounded =
      integer ? integer.getIn().getDefiningOp<math::RoundEvenOp>() : nullptr;
  if (!rounded)
    return std::nullopt;
  // A factor of 1 has been folded away.
  chain.maxCode = 1;
  if (!isBounded(rounded.getOperand())) {
    auto scaled = rounded.getOperand().getDefiningOp<arith::MulFOp>();
    FloatAttr factor;
    if (!scaled || !isBounded(scaled.getLhs()) ||
        !matchPattern(scaled.getRhs(), m_Constant(&factor)))
      return std::nullopt;
    double maxCode = factor.getValueAsDouble();
    chain.maxCode = static_cast<int64_t>(maxCode);
    if (maxCode != chain.maxCode || maxCode < 1 || maxCode > maxThresholds)
      return std::nullopt;
  }

  // All that the code is computed from, up to the sum.
  DenseSet<Operation *> slice;
  SmallVector<Value> worklist = {chain.code};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == body) {
      if (!isChannel(argument))
        return std::nullopt;
      chain.channels.insert(argument);
      continue;
    }
    Operation *producer = value.getDefiningOp();
    if (!producer || producer->getBlock() != body)
      continue; // a constant outside of the body
    if (auto converted = dyn_cast<arith::SIToFPOp>(producer)) {
      if (chain.sum && chain.sum != converted.getIn())
        return std::nullopt;
      chain.sum = converted.getIn();
      slice.insert(producer);
      continue;
    }
    if (slice.insert(producer).second)
      llvm::append_range(worklist, producer->getOperands());
  }
  if (!chain.sum || !chain.sum.getType().isInteger(32))
    return std::nullopt;
  DenseSet<Value> varying = {chain.sum};
  for (Operation &inner : *body) {
    if (!slice.contains(&inner))
      continue;
    chain.ops.push_back(&inner);
    if (llvm::none_of(inner.getOperands(),
                      [&](Value value) { return varying.contains(value); }))
      continue;
    if (!isa<arith::SIToFPOp>(inner) && !isMonotone(&inner, varying))
      return std::nullopt;
    varying.insert(inner.result_begin(), inner.result_end());
  }
  return chain;
}

//===----------------------------------------------------------------------===//
// The thresholds
//===----------------------------------------------------------------------===//

namespace {
/// Builds tensors [C] from what the chain reads of each channel.
class ThresholdBuilder {
public:
  ThresholdBuilder(ImplicitLocOpBuilder &b, linalg::GenericOp op,
                   const Chain &chain, unsigned channelDim, int64_t channels)
      : b(b), chain(chain), channels(channels) {
    for (BlockArgument argument : chain.channels) {
      OpOperand *operand = op.getMatchingOpOperand(argument);
      inputs.push_back(operand->get());
      arguments.push_back(argument);
      isPerChannel.push_back(
          op.getMatchingIndexingMap(operand).isFunctionOfDim(channelDim));
    }
  }

  /// 0 for each channel whose code rises with the sum, -1 where it falls.
  Value buildFlips() {
    return build(
        ValueRange(), Value(), [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value low = evaluate(b, args, constant(b, INT32_MIN));
          Value high = evaluate(b, args, constant(b, INT32_MAX));
          Value falls =
              arith::CmpIOp::create(b, arith::CmpIPredicate::ult, high, low);
          return arith::ExtSIOp::create(b, b.getI32Type(), falls).getResult();
        });
  }

  /// The largest flipped sum of each channel with a code below `code`; if there
  /// is none, the least integer, which no sum is.
  Value buildThreshold(Value flips, int64_t code) {
    // One step for each bit; their number is read off a tensor that is never
    // touched.
    Value steps =
        tensor::EmptyOp::create(b, ArrayRef<int64_t>{32}, b.getI32Type());
    return build(flips, steps, [&](ImplicitLocOpBuilder &b, ValueRange args) {
      Value flip = args[inputs.size()], found = args.back();
      Value step = arith::IndexCastOp::create(b, b.getI32Type(),
                                              linalg::IndexOp::create(b, 1));
      // From the least integer up; the addition wraps.
      Value bit = arith::ShRUIOp::create(b, constant(b, INT32_MIN), step);
      Value tried = arith::AddIOp::create(b, found, bit);
      Value value = evaluate(b, args, arith::XOrIOp::create(b, tried, flip));
      Value limit = arith::ConstantIntOp::create(b, value.getType(), code);
      Value below =
          arith::CmpIOp::create(b, arith::CmpIPredicate::ult, value, limit);
      return arith::SelectOp::create(b, below, tried, found).getResult();
    });
  }

private:
  using Body = function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

  static Value constant(ImplicitLocOpBuilder &b, int32_t value) {
    return arith::ConstantIntOp::create(b, b.getI32Type(), value);
  }

  /// The code of a sum; `args` begin with what the chain reads.
  Value evaluate(ImplicitLocOpBuilder &b, ValueRange args, Value sum) {
    IRMapping mapping;
    mapping.map(chain.sum, sum);
    for (auto [argument, value] : llvm::zip(arguments, args))
      mapping.map(argument, value);
    for (Operation *op : chain.ops)
      b.clone(*op, mapping);
    return mapping.lookup(chain.code);
  }

  Value build(ValueRange more, Value steps, Body body) {
    MLIRContext *context = b.getContext();
    unsigned loops = steps ? 2 : 1;
    AffineMap channel =
        AffineMap::get(loops, 0, b.getAffineDimExpr(0), context);
    AffineMap scalar = AffineMap::get(loops, 0, {}, context);
    SmallVector<Value> operands = inputs;
    SmallVector<AffineMap> maps;
    for (bool perChannel : isPerChannel)
      maps.push_back(perChannel ? channel : scalar);
    for (Value value : more) {
      operands.push_back(value);
      maps.push_back(channel);
    }
    SmallVector<utils::IteratorType> iterators = {
        utils::IteratorType::parallel};
    Value init =
        tensor::EmptyOp::create(b, ArrayRef<int64_t>{channels}, b.getI32Type());
    if (steps) {
      operands.push_back(steps);
      maps.push_back(AffineMap::get(loops, 0, b.getAffineDimExpr(1), context));
      iterators.push_back(utils::IteratorType::reduction);
      init =
          linalg::FillOp::create(b, constant(b, INT32_MIN), init).getResult(0);
    }
    maps.push_back(channel);
    return linalg::GenericOp::create(
               b, init.getType(), operands, init, maps, iterators,
               [&](OpBuilder &nested, Location loc, ValueRange args) {
                 ImplicitLocOpBuilder inner(loc, nested);
                 linalg::YieldOp::create(inner, body(inner, args));
               })
        .getResult(0);
  }

  ImplicitLocOpBuilder &b;
  const Chain &chain;
  int64_t channels;
  SmallVector<Value> inputs;
  SmallVector<BlockArgument> arguments;
  SmallVector<bool> isPerChannel;
};
} // namespace

/// Computes the codes by comparisons, where the chain stands.
static void compare(linalg::GenericOp op, const Chain &chain,
                    unsigned channelDim, int64_t channels) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  ThresholdBuilder thresholds(b, op, chain, channelDim, channels);
  SmallVector<Value> limits = {thresholds.buildFlips()};
  for (int64_t code = 1; code <= chain.maxCode; ++code)
    limits.push_back(thresholds.buildThreshold(limits[0], code));

  // The ops that the sum is computed by, and what they read.
  Block *body = op.getBlock();
  DenseSet<Value> needed = {chain.sum};
  SmallVector<Operation *> ops;
  for (Operation &inner : llvm::reverse(body->without_terminator()))
    if (llvm::any_of(inner.getResults(),
                     [&](Value result) { return needed.contains(result); })) {
      ops.push_back(&inner);
      needed.insert(inner.operand_begin(), inner.operand_end());
    }
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<BlockArgument> arguments;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(operand);
    if (!needed.contains(argument))
      continue;
    arguments.push_back(argument);
    inputs.push_back(operand->get());
    maps.push_back(op.getMatchingIndexingMap(operand));
  }
  AffineMap channel = AffineMap::get(
      op.getNumLoops(), 0, b.getAffineDimExpr(channelDim), b.getContext());
  llvm::append_range(inputs, limits);
  maps.append(limits.size(), channel);
  maps.push_back(op.getMatchingIndexingMap(op.getDpsInitOperand(0)));
  auto compared = linalg::GenericOp::create(
      b, op.getResultTypes(), inputs, op.getDpsInits(), maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder b(loc, nested);
        IRMapping mapping;
        for (auto [argument, value] : llvm::zip(arguments, args))
          mapping.map(argument, value);
        for (Operation *inner : llvm::reverse(ops))
          b.clone(*inner, mapping);
        ValueRange limits = args.drop_front(arguments.size()).drop_back();
        Value flipped = arith::XOrIOp::create(
            b, mapping.lookupOrDefault(chain.sum), limits[0]);
        Value code;
        for (Value limit : limits.drop_front()) {
          Value above = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt,
                                              flipped, limit);
          Value one = arith::ExtUIOp::create(b, b.getI32Type(), above);
          code = code ? arith::AddIOp::create(b, code, one).getResult() : one;
        }
        linalg::YieldOp::create(
            b,
            arith::TruncIOp::create(b, chain.code.getType(), code).getResult());
      });
  op->getResult(0).replaceAllUsesWith(compared->getResult(0));
  op->erase();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct FuseThresholds : dorefa::impl::FuseThresholdsBase<FuseThresholds> {
  void runOnOperation() override {
    if (!isInference(getOperation()))
      return;
    DenseSet<Value> data = getDataValues(getOperation());
    SmallVector<linalg::GenericOp> ops(
        getOperation().getBody().front().getOps<linalg::GenericOp>());
    for (linalg::GenericOp op : ops)
      fuse(op, data);
  }

private:
  void fuse(linalg::GenericOp op, const DenseSet<Value> &data) {
    if (op.getNumResults() != 1 || op.getNumReductionLoops() != 0 ||
        !data.contains(op->getResult(0)))
      return;
    std::optional<unsigned> channelDim;
    auto isChannel = [&](BlockArgument argument) {
      OpOperand *operand = op.getMatchingOpOperand(argument);
      AffineMap map = op.getMatchingIndexingMap(operand);
      if (data.contains(operand->get()) || map.getNumResults() > 1)
        return false;
      if (map.getNumResults() == 0)
        return true;
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(0));
      if (!dim || (channelDim && *channelDim != dim.getPosition()))
        return false;
      channelDim = dim.getPosition();
      return true;
    };
    std::optional<Chain> chain = findChain(op, isChannel);
    if (!chain || !channelDim)
      return;
    int64_t channels = op.getStaticLoopRanges()[*channelDim];
    if (ShapedType::isDynamic(channels) || channels == 0)
      return;
    compare(op, *chain, *channelDim, channels);
    ++numFused;
  }
};
} // namespace
