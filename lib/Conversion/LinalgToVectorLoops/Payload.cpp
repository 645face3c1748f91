//===- Payload.cpp - The body of a linalg op, in lanes --------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/LinalgToVectorLoops/Payload.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

static bool isLaneType(Type type) {
  return isa<FloatType, IndexType>(type) ||
         (isa<IntegerType>(type) && type.getIntOrFloatBitWidth() <= 64);
}

static bool canRunInLanes(Operation &op) {
  if (isa<linalg::IndexOp, linalg::YieldOp>(op))
    return true;
  if (isa<arith::ConstantOp>(op))
    return isLaneType(op.getResult(0).getType());
  return OpTrait::hasElementwiseMappableTraits(&op) &&
         llvm::all_of(op.getOperandTypes(), isLaneType) &&
         llvm::all_of(op.getResultTypes(), isLaneType);
}

Payload::Payload(linalg::GenericOp op) : op(op) {
  auto widen = [&](Type type) {
    unsigned bits = 32;
    if (isa<IntegerType, FloatType>(type))
      bits = type.getIntOrFloatBitWidth();
    laneBits = std::max(laneBits, std::min(32u, llvm::bit_ceil(bits)));
  };
  for (BlockArgument argument : op.getBody()->getArguments())
    widen(argument.getType());
  for (OpOperand &operand : op->getOpOperands()) {
    // Single bits have no address.
    Type element = getElementTypeOrSelf(operand.get().getType());
    if (isa<ShapedType>(operand.get().getType()) && element.isInteger() &&
        element.getIntOrFloatBitWidth() % 8 != 0)
      vectorizable = false;
    if (!isLaneType(element))
      vectorizable = false;
  }
  for (Operation &inner : op.getBody()->without_terminator()) {
    vectorizable &= canRunInLanes(inner);
    hasPopulationCount |= isa<math::CtPopOp>(inner);
    if (isa<arith::ConstantOp, linalg::IndexOp>(inner))
      continue;
    for (Type type : inner.getResultTypes())
      widen(type);
    ++cost;
  }
  for (unsigned i = 0; i < op.getNumDpsInits(); ++i)
    combiners.push_back(matchCombiner(i));
}

static TypedAttr getNeutral(Operation *op) {
  Builder b(op->getContext());
  Type type = op->getResult(0).getType();
  auto floating = [&](auto makeValue) -> TypedAttr {
    if (!isa<FloatType>(type))
      return {};
    return b.getFloatAttr(type,
                          makeValue(cast<FloatType>(type).getFloatSemantics()));
  };
  auto integer = [&](auto makeValue) -> TypedAttr {
    if (!isa<IntegerType>(type))
      return {};
    return b.getIntegerAttr(type, makeValue(type.getIntOrFloatBitWidth()));
  };
  using llvm::APFloat;
  using llvm::APInt;
  return llvm::TypeSwitch<Operation *, TypedAttr>(op)
      // x + -0 is x for every x, and x + +0 is not for x = -0.
      .Case<arith::AddFOp>([&](auto) {
        return floating([](auto &s) { return APFloat::getZero(s, true); });
      })
      .Case<arith::MulFOp>(
          [&](auto) { return floating([](auto &s) { return APFloat(s, 1); }); })
      .Case<arith::MaximumFOp>([&](auto) {
        return floating([](auto &s) { return APFloat::getInf(s, true); });
      })
      .Case<arith::MinimumFOp>([&](auto) {
        return floating([](auto &s) { return APFloat::getInf(s, false); });
      })
      .Case<arith::MaxNumFOp, arith::MinNumFOp>([&](auto) {
        return floating([](auto &s) { return APFloat::getNaN(s); });
      })
      .Case<arith::AddIOp, arith::OrIOp, arith::XOrIOp, arith::MaxUIOp>(
          [&](auto) { return integer([](int w) { return APInt(w, 0); }); })
      .Case<arith::MulIOp>(
          [&](auto) { return integer([](int w) { return APInt(w, 1); }); })
      .Case<arith::AndIOp, arith::MinUIOp>([&](auto) {
        return integer([](int w) { return APInt::getAllOnes(w); });
      })
      .Case<arith::MaxSIOp>([&](auto) {
        return integer([](int w) { return APInt::getSignedMinValue(w); });
      })
      .Case<arith::MinSIOp>([&](auto) {
        return integer([](int w) { return APInt::getSignedMaxValue(w); });
      })
      .Default([](Operation *) { return TypedAttr(); });
}

Combiner Payload::matchCombiner(unsigned output) {
  BlockArgument accumulator = getArgument(op.getNumDpsInputs() + output);
  Operation *yield = op.getBody()->getTerminator();
  Value result = yield->getOperand(output);
  Operation *update = result.getDefiningOp();
  if (!update || !accumulator.hasOneUse() || !result.hasOneUse() ||
      *accumulator.user_begin() != update)
    return {};
  TypedAttr neutral = getNeutral(update);
  if (!neutral)
    return {};
  Combiner combiner;
  combiner.op = update;
  combiner.neutral = neutral;
  Value term = update->getOperand(update->getOperand(0) == accumulator);
  if (isa<arith::AddFOp>(update))
    if (auto product = term.getDefiningOp<arith::MulFOp>())
      if (product->hasOneUse())
        combiner.product = product;
  return combiner;
}

void mlir::dorefa::normalizeConditionalReductions(RewriterBase &rewriter,
                                                  linalg::GenericOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  Operation *yield = op.getBody()->getTerminator();
  for (unsigned i = 0; i < op.getNumDpsInits(); ++i) {
    BlockArgument out = op.getBody()->getArgument(op.getNumDpsInputs() + i);
    auto select = yield->getOperand(i).getDefiningOp<arith::SelectOp>();
    if (!select || !select->hasOneUse() || !out.hasNUses(2))
      continue;
    bool updatesIfTrue = select.getFalseValue() == out;
    if (!updatesIfTrue && select.getTrueValue() != out)
      continue;
    Operation *update =
        (updatesIfTrue ? select.getTrueValue() : select.getFalseValue())
            .getDefiningOp();
    if (!update || !update->hasOneUse() || update->getNumOperands() != 2)
      continue;
    unsigned position = update->getOperand(0) == out ? 1 : 0;
    TypedAttr neutral = getNeutral(update);
    if (!neutral || update->getOperand(1 - position) != out)
      continue;
    Location loc = select.getLoc();
    rewriter.setInsertionPoint(select);
    Value term = update->getOperand(position);
    Value nothing = arith::ConstantOp::create(rewriter, loc, neutral);
    Value taken = arith::SelectOp::create(rewriter, loc, select.getCondition(),
                                          updatesIfTrue ? term : nothing,
                                          updatesIfTrue ? nothing : term);
    Operation *moved = rewriter.clone(*update);
    moved->setOperand(position, taken);
    rewriter.replaceOp(select, moved);
    rewriter.eraseOp(update);
  }
}

CountedBits Payload::getCountedBits() {
  if (combiners.size() != 1 || !combiners[0] ||
      !isa<arith::AddIOp>(combiners[0].op))
    return {};
  Operation *sum = combiners[0].op;
  BlockArgument accumulator = getArgument(op.getNumDpsInputs());
  Value term = sum->getOperand(sum->getOperand(0) == accumulator);
  CountedBits bits;
  if (auto shift = term.getDefiningOp<arith::ShLIOp>()) {
    bits.shift = shift.getRhs();
    term = shift.getLhs();
  }
  auto count = term.getDefiningOp<math::CtPopOp>();
  if (!count || !count.getType().isInteger(32))
    return {};
  bits.word = count.getOperand();
  return bits;
}

static std::optional<int64_t>
evaluate(Value value,
         llvm::function_ref<std::optional<int64_t>(unsigned)> getIndex) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (auto index = dyn_cast<linalg::IndexOp>(op))
    return getIndex(index.getDim());
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtUIOp>(op))
    return evaluate(op->getOperand(0), getIndex);
  if (!isa<arith::AddIOp, arith::MulIOp>(op))
    return std::nullopt;
  auto x = evaluate(op->getOperand(0), getIndex);
  auto y = evaluate(op->getOperand(1), getIndex);
  if (!x || !y)
    return std::nullopt;
  return isa<arith::AddIOp>(op) ? *x + *y : *x * *y;
}

std::optional<int64_t> Payload::evaluateShift(
    const CountedBits &bits,
    llvm::function_ref<std::optional<int64_t>(unsigned)> getIndex) {
  return bits.shift ? evaluate(bits.shift, getIndex) : 0;
}

Value mlir::dorefa::combine(OpBuilder &b, const Combiner &combiner, Value x,
                            Value y) {
  OperationState state(combiner.op->getLoc(), combiner.op->getName());
  state.addOperands({x, y});
  state.addTypes(x.getType());
  return b.create(state)->getResult(0);
}

Value mlir::dorefa::makeNeutral(OpBuilder &b, Location loc,
                                const Combiner &combiner, int64_t lanes) {
  Value scalar = arith::ConstantOp::create(b, loc, combiner.neutral);
  return broadcast(b, loc, scalar, lanes);
}

Value mlir::dorefa::broadcast(OpBuilder &b, Location loc, Value value,
                              int64_t lanes) {
  if (lanes == 1 || isa<VectorType>(value.getType()))
    return value;
  auto type = VectorType::get(lanes, value.getType());
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, constant.getValue()));
  return vector::BroadcastOp::create(b, loc, type, value);
}

Value mlir::dorefa::reduceLanes(OpBuilder &b, const Combiner &combiner,
                                Value vector) {
  auto type = dyn_cast<VectorType>(vector.getType());
  if (!type)
    return vector;
  Location loc = combiner.op->getLoc();
  int64_t lanes = type.getNumElements();
  while (lanes > 2 && lanes % 2 == 0) {
    lanes /= 2;
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
    auto high = llvm::to_vector(llvm::seq<int64_t>(lanes, 2 * lanes));
    vector = combine(b, combiner,
                     vector::ShuffleOp::create(b, loc, vector, vector, low),
                     vector::ShuffleOp::create(b, loc, vector, vector, high));
  }
  Value result = vector::ExtractOp::create(b, loc, vector, int64_t(0));
  for (int64_t lane = 1; lane < lanes; ++lane)
    result = combine(b, combiner, result,
                     vector::ExtractOp::create(b, loc, vector, lane));
  return result;
}
