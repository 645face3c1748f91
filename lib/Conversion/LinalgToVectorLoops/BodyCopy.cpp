//===- BodyCopy.cpp - The body of a linalg op, copied into lanes ----------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A value of the body is, in lanes, one of four things:
//
//   the same in all lanes          a scalar;
//   counting up along the lanes    the scalar of the first lane, until somebody
//                                  needs the vector;
//   the same in runs of r lanes    a vector with one lane for each run. It
//                                  comes from an index shifted right: a random
//                                  generator that gives four words a block
//                                  computes each block once;
//   else                           a vector.

#include "dorefa/Conversion/LinalgToVectorLoops/Payload.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::dorefa;

/// first, first + 1, ... as integers or indices.
static Value countLanes(OpBuilder &b, Location loc, Value first,
                        int64_t lanes) {
  Type element = first.getType();
  auto type = VectorType::get(lanes, element);
  unsigned width =
      isa<IndexType>(element) ? 64 : element.getIntOrFloatBitWidth();
  SmallVector<llvm::APInt> steps;
  for (int64_t lane = 0; lane < lanes; ++lane)
    steps.emplace_back(64, lane);
  for (llvm::APInt &step : steps)
    step = step.zextOrTrunc(width);
  Value counting =
      arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, steps));
  return arith::AddIOp::create(b, loc, broadcast(b, loc, first, lanes),
                               counting);
}

static std::optional<int64_t> getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)) &&
      constant.getSignificantBits() <= 64)
    return constant.getSExtValue();
  return std::nullopt;
}

static bool isWide(Type type) { return type.isIndex() || type.isInteger(64); }

int64_t Payload::getRunLength(unsigned loop) {
  DenseSet<Value> counting, moving;
  int64_t run = 1;
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      if (index.getDim() == loop) {
        counting.insert(index);
        moving.insert(index);
      }
      continue;
    }
    unsigned numMoving = llvm::count_if(
        inner.getOperands(), [&](Value v) { return moving.contains(v); });
    if (numMoving == 0)
      continue;
    moving.insert(inner.result_begin(), inner.result_end());
    unsigned numCounting = llvm::count_if(
        inner.getOperands(), [&](Value v) { return counting.contains(v); });
    if (numMoving != 1 || numCounting != 1)
      continue;
    if (isa<arith::AddIOp, arith::IndexCastOp, arith::IndexCastUIOp>(inner))
      counting.insert(inner.getResult(0));
    if (isa<arith::ShRUIOp>(inner) && counting.contains(inner.getOperand(0)) &&
        isWide(inner.getOperand(0).getType()))
      if (auto amount = getConstant(inner.getOperand(1)))
        if (*amount >= 0 && *amount <= 3)
          run = std::max(run, int64_t(1) << *amount);
  }
  return run;
}

namespace {
class BodyCopy {
public:
  BodyCopy(OpBuilder &b, linalg::GenericOp op, ArrayRef<Value> arguments,
           int64_t lanes)
      : b(b), op(op), lanes(lanes) {
    mapping.map(op.getBody()->getArguments(), arguments);
  }

  /// Takes an index of the op.
  void copyIndex(linalg::IndexOp index, const LoopIndex &loop);
  void copy(Operation &inner);
  void copyContracted(Operation &sum, Operation *product);
  /// The value in all lanes.
  Value lookup(Value value);

private:
  struct Counter {
    Value first;
    /// Trailing zeros that `first` is known to have.
    unsigned zeros;
  };
  struct Runs {
    Value values;
    int64_t length;
  };

  bool copyCounting(Operation &inner);
  bool copyRuns(Operation &inner);
  void propagateZeros(Operation &inner);
  unsigned getZeros(Value value) const;
  const Counter *getCounter(Value value) const {
    auto it = counters.find(value);
    return it == counters.end() ? nullptr : &it->second;
  }
  /// Neither counts nor has runs nor is a vector.
  bool isUniform(Value value) const {
    return !counters.contains(value) && !runs.contains(value) &&
           !isa<VectorType>(mapping.lookupOrDefault(value).getType());
  }

  OpBuilder &b;
  linalg::GenericOp op;
  int64_t lanes;
  IRMapping mapping;
  DenseMap<Value, Counter> counters;
  DenseMap<Value, Runs> runs;
  /// Trailing zeros of uniform values.
  DenseMap<Value, unsigned> zeros;
};
} // namespace

static constexpr unsigned maxZeros = 16;

static unsigned countZeros(int64_t value) {
  return value == 0
             ? maxZeros
             : std::min<unsigned>(maxZeros, llvm::countr_zero(uint64_t(value)));
}

unsigned BodyCopy::getZeros(Value value) const {
  if (auto constant = getConstant(value))
    return countZeros(*constant);
  if (const Counter *counter = getCounter(value))
    return counter->zeros;
  return zeros.lookup(value);
}

Value BodyCopy::lookup(Value value) {
  if (mapping.contains(value))
    return mapping.lookup(value);
  if (const Counter *counter = getCounter(value)) {
    Value vector = countLanes(b, op.getLoc(), counter->first, lanes);
    mapping.map(value, vector);
    return vector;
  }
  auto it = runs.find(value);
  if (it == runs.end())
    return value;
  SmallVector<int64_t> spread;
  for (int64_t lane = 0; lane < lanes; ++lane)
    spread.push_back(lane / it->second.length);
  Value vector = vector::ShuffleOp::create(b, op.getLoc(), it->second.values,
                                           it->second.values, spread);
  mapping.map(value, vector);
  return vector;
}

void BodyCopy::copyIndex(linalg::IndexOp index, const LoopIndex &loop) {
  unsigned known = countZeros(loop.multiple);
  if (loop.alongLanes && lanes > 1) {
    counters[index] = {loop.first, known};
    return;
  }
  mapping.map(index.getResult(), loop.first);
  zeros[index] = known;
}

void BodyCopy::propagateZeros(Operation &inner) {
  if (isa<arith::AddIOp>(inner))
    zeros[inner.getResult(0)] =
        std::min(getZeros(inner.getOperand(0)), getZeros(inner.getOperand(1)));
  else if (isa<arith::MulIOp>(inner))
    zeros[inner.getResult(0)] =
        std::min(maxZeros,
                 getZeros(inner.getOperand(0)) + getZeros(inner.getOperand(1)));
  else if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(inner))
    zeros[inner.getResult(0)] = getZeros(inner.getOperand(0));
}

/// What follows from an operand that counts without making a vector of it.
bool BodyCopy::copyCounting(Operation &inner) {
  if (inner.getNumResults() != 1)
    return false;
  Location loc = inner.getLoc();
  Value result = inner.getResult(0);
  // Counting in another type gives the same bits.
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(inner)) {
    const Counter *counter = getCounter(inner.getOperand(0));
    if (!counter)
      return false;
    Value first =
        arith::IndexCastOp::create(b, loc, result.getType(), counter->first);
    counters[result] = {first, counter->zeros};
    return true;
  }
  if (!isa<arith::AddIOp, arith::ShRUIOp, arith::AndIOp>(inner))
    return false;
  Value left = inner.getOperand(0), right = inner.getOperand(1);
  if (!getCounter(left) && !isa<arith::ShRUIOp>(inner))
    std::swap(left, right);
  const Counter *counter = getCounter(left);
  if (!counter || !isUniform(right))
    return false;
  if (isa<arith::AddIOp>(inner)) {
    Value first = arith::AddIOp::create(b, loc, counter->first,
                                        mapping.lookupOrDefault(right));
    counters[result] = {first, std::min(counter->zeros, getZeros(right))};
    return true;
  }
  std::optional<int64_t> constant = getConstant(right);
  if (!constant || *constant < 0)
    return false;
  if (isa<arith::AndIOp>(inner)) {
    // Of bits that are zero in the first lane, all lanes are known.
    if (*constant >= int64_t(1) << counter->zeros)
      return false;
    auto type = VectorType::get(lanes, result.getType());
    unsigned width =
        type.getElementType().isIndex() ? 64 : type.getElementTypeBitWidth();
    SmallVector<APInt> values;
    for (int64_t lane = 0; lane < lanes; ++lane)
      values.emplace_back(width, lane & *constant, false, true);
    mapping.map(result, arith::ConstantOp::create(
                            b, loc, DenseElementsAttr::get(type, values)));
    return true;
  }
  // In 64 bits nothing wraps around within the lanes.
  if (*constant == 0 || *constant > counter->zeros ||
      lanes % (int64_t(1) << *constant) != 0 || !isWide(result.getType()))
    return false;
  int64_t length = int64_t(1) << *constant;
  Value first = arith::ShRUIOp::create(b, loc, counter->first,
                                       mapping.lookupOrDefault(right));
  if (length == lanes)
    mapping.map(result, first);
  else
    runs[result] = {countLanes(b, loc, first, lanes / length), length};
  return true;
}

/// An op of values that are equal in runs, and of scalars.
bool BodyCopy::copyRuns(Operation &inner) {
  int64_t length = 0;
  for (Value operand : inner.getOperands()) {
    auto it = runs.find(operand);
    if (it == runs.end()) {
      if (!isUniform(operand))
        return false;
    } else if (length != 0 && length != it->second.length) {
      return false;
    } else {
      length = it->second.length;
    }
  }
  if (length == 0)
    return false;
  int64_t count = lanes / length;
  SmallVector<Value> operands;
  for (auto [i, operand] : llvm::enumerate(inner.getOperands())) {
    auto it = runs.find(operand);
    if (it != runs.end())
      operands.push_back(it->second.values);
    else if (isa<arith::SelectOp>(inner) && i == 0)
      operands.push_back(mapping.lookupOrDefault(operand));
    else
      operands.push_back(broadcast(b, inner.getLoc(),
                                   mapping.lookupOrDefault(operand), count));
  }
  Operation *copy = inner.cloneWithoutRegions();
  copy->setOperands(operands);
  for (Value result : copy->getResults())
    result.setType(VectorType::get(count, result.getType()));
  b.insert(copy);
  for (auto [from, to] : llvm::zip(inner.getResults(), copy->getResults()))
    runs[from] = {to, length};
  return true;
}

void BodyCopy::copy(Operation &inner) {
  if (inner.getNumRegions() != 0) {
    b.clone(inner, mapping);
    return;
  }
  if (copyCounting(inner) || copyRuns(inner))
    return;
  SmallVector<Value> operands;
  for (Value operand : inner.getOperands())
    operands.push_back(lookup(operand));
  bool isVector = lanes > 1 && llvm::any_of(operands, [](Value v) {
                    return isa<VectorType>(v.getType());
                  });
  if (isVector)
    for (auto [i, operand] : llvm::enumerate(operands))
      if (!isa<arith::SelectOp>(inner) || i != 0)
        operand = broadcast(b, inner.getLoc(), operand, lanes);
  Operation *copy = inner.cloneWithoutRegions();
  copy->setOperands(operands);
  if (isVector)
    for (Value result : copy->getResults())
      result.setType(VectorType::get(lanes, result.getType()));
  else
    propagateZeros(inner);
  b.insert(copy);
  mapping.map(inner.getResults(), copy->getResults());
}

void BodyCopy::copyContracted(Operation &sum, Operation *product) {
  bool productFirst = sum.getOperand(0) == product->getResult(0);
  SmallVector<Value> operands = {lookup(product->getOperand(0)),
                                 lookup(product->getOperand(1)),
                                 lookup(sum.getOperand(productFirst))};
  if (lanes > 1 && llvm::any_of(operands, [](Value v) {
        return isa<VectorType>(v.getType());
      }))
    for (Value &operand : operands)
      operand = broadcast(b, sum.getLoc(), operand, lanes);
  mapping.map(sum.getResult(0),
              math::FmaOp::create(b, sum.getLoc(), operands[0], operands[1],
                                  operands[2]));
}

SmallVector<Value>
Payload::emit(OpBuilder &b, ArrayRef<Value> arguments, int64_t lanes,
              bool contract, llvm::function_ref<LoopIndex(unsigned)> getIndex,
              ValueRange wanted) {
  if (wanted.empty())
    wanted = op.getBody()->getTerminator()->getOperands();
  llvm::SetVector<Operation *> needed;
  for (Value value : wanted)
    if (Operation *definition = value.getDefiningOp())
      needed.insert(definition);
  for (unsigned i = 0; i < needed.size(); ++i)
    needed[i]->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (Operation *definition = operand.getDefiningOp())
          needed.insert(definition);
    });

  DenseMap<Operation *, Operation *> productOfSum;
  SmallPtrSet<Operation *, 2> products;
  if (contract)
    for (const Combiner &combiner : combiners)
      if (combiner.product) {
        productOfSum[combiner.op] = combiner.product;
        products.insert(combiner.product);
      }

  BodyCopy body(b, op, arguments, lanes);
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (products.contains(&inner) || !needed.contains(&inner))
      continue;
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      body.copyIndex(index, getIndex(index.getDim()));
    else if (Operation *product = productOfSum.lookup(&inner))
      body.copyContracted(inner, product);
    else
      body.copy(inner);
  }
  SmallVector<Value> results;
  for (Value result : wanted)
    results.push_back(body.lookup(result));
  return results;
}
