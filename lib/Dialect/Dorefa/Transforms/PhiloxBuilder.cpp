//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Philox 4x32-10 as scalar arith ops.
//
// The state is four 32-bit words. They live in i64 lanes, upper half zero: one
// product of two such lanes is the 64-bit product of the words, which is what
// a vector unit multiplies in one instruction (pmuludq), without unpacking.

#include "dorefa/Dialect/Dorefa/Transforms/PhiloxBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// Builds i64 arithmetic, folding constants on the way.
struct WordBuilder {
  OpBuilder &builder;
  Location loc;

  Value constant(uint64_t value) {
    return arith::ConstantOp::create(
        builder, loc, builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  }
  Value low(Value value) {
    return builder.createOrFold<arith::AndIOp>(loc, value,
                                               constant(0xFFFFFFFFu));
  }
  Value high(Value value) {
    return builder.createOrFold<arith::ShRUIOp>(loc, value, constant(32));
  }
  Value multiply(Value value, uint64_t factor) {
    return builder.createOrFold<arith::MulIOp>(loc, value, constant(factor));
  }
  Value xorOf(Value a, Value b, Value c) {
    Value ab = builder.createOrFold<arith::XOrIOp>(loc, a, b);
    return builder.createOrFold<arith::XOrIOp>(loc, ab, c);
  }
  Value add(Value value, uint64_t term) {
    return builder.createOrFold<arith::AddIOp>(loc, value, constant(term));
  }
  Value truncate(Value value) {
    return builder.createOrFold<arith::TruncIOp>(loc, builder.getI32Type(),
                                                 value);
  }
  Value extend(Value value) {
    return builder.createOrFold<arith::ExtUIOp>(loc, builder.getI64Type(),
                                                value);
  }
};
} // namespace

/// The generator on words in i64 lanes.
static std::array<Value, 4> buildRounds(WordBuilder &words,
                                        std::array<Value, 4> counter,
                                        std::array<Value, 2> key) {
  for (int round = 0; round < 10; ++round) {
    if (round > 0) {
      key[0] = words.low(words.add(key[0], 0x9E3779B9u));
      key[1] = words.low(words.add(key[1], 0xBB67AE85u));
    }
    Value p0 = words.multiply(counter[0], 0xD2511F53u);
    Value p1 = words.multiply(counter[2], 0xCD9E8D57u);
    counter = {words.xorOf(words.high(p1), counter[1], key[0]), words.low(p1),
               words.xorOf(words.high(p0), counter[3], key[1]), words.low(p0)};
  }
  return counter;
}

std::array<Value, 4>
mlir::dorefa::buildPhilox(OpBuilder &builder, Location loc,
                          const std::array<Value, 4> &counter,
                          const std::array<Value, 2> &key) {
  WordBuilder words{builder, loc};
  std::array<Value, 4> state;
  for (int i = 0; i < 4; ++i)
    state[i] = words.extend(counter[i]);
  state =
      buildRounds(words, state, {words.extend(key[0]), words.extend(key[1])});
  for (Value &word : state)
    word = words.truncate(word);
  return state;
}

Value mlir::dorefa::buildPhiloxWord(OpBuilder &builder, Location loc,
                                    Value element, Value opId, Value seed,
                                    Value step) {
  WordBuilder words{builder, loc};
  Value block =
      builder.createOrFold<arith::ShRUIOp>(loc, element, words.constant(2));
  std::array<Value, 4> state = buildRounds(
      words,
      {words.low(block), words.extend(opId), words.low(step), words.high(step)},
      {words.low(seed), words.high(seed)});
  // Bits 0 and 1 of the element choose the word. Up to there all is the same
  // for the four elements of a block.
  for (Value &word : state)
    word = words.truncate(word);
  auto bit = [&](uint64_t mask) -> Value {
    Value masked =
        builder.createOrFold<arith::AndIOp>(loc, element, words.constant(mask));
    return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ne,
                                               masked, words.constant(0));
  };
  Value odd = bit(1);
  Value even =
      builder.createOrFold<arith::SelectOp>(loc, odd, state[1], state[0]);
  Value upper =
      builder.createOrFold<arith::SelectOp>(loc, odd, state[3], state[2]);
  return builder.createOrFold<arith::SelectOp>(loc, bit(2), upper, even);
}

Value mlir::dorefa::buildUniform(OpBuilder &builder, Location loc, Value word) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getF32FloatAttr(value));
  };
  Value nine =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(9));
  Value top = builder.createOrFold<arith::ShRUIOp>(loc, word, nine);
  // 23 bits: never negative, so the signed conversion (one instruction) does.
  Value real =
      builder.createOrFold<arith::SIToFPOp>(loc, builder.getF32Type(), top);
  Value centred =
      builder.createOrFold<arith::AddFOp>(loc, real, constant(0.5f));
  return builder.createOrFold<arith::MulFOp>(loc, centred,
                                             constant(0x1.0p-23f));
}

Value mlir::dorefa::buildNormal(OpBuilder &builder, Location loc, Value element,
                                Value opId, Value seed, Value step) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getF32FloatAttr(value));
  };
  auto integer = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI64IntegerAttr(value));
  };
  Value first = builder.createOrFold<arith::ShLIOp>(loc, element, integer(1));
  Value second = builder.createOrFold<arith::OrIOp>(loc, first, integer(1));
  Value u = buildUniform(
      builder, loc, buildPhiloxWord(builder, loc, first, opId, seed, step));
  Value v = buildUniform(
      builder, loc, buildPhiloxWord(builder, loc, second, opId, seed, step));
  Value log = math::LogOp::create(builder, loc, u);
  Value square = arith::MulFOp::create(builder, loc, constant(-2.0f), log);
  Value radius = math::SqrtOp::create(builder, loc, square);
  Value angle =
      arith::MulFOp::create(builder, loc, constant(0x1.921fb6p+2f), v);
  Value cosine = math::CosOp::create(builder, loc, angle);
  return arith::MulFOp::create(builder, loc, radius, cosine);
}
