//===- BitCounters.cpp - Sums of bit counts -------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEmitter.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::dorefa;

/// The sums in words of counters kept in bytes.
static Value addBytesOfWords(OpBuilder &b, Location loc, Value bytes,
                             VectorType type) {
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getI32IntegerAttr(value)));
  };
  Value words = vector::BitCastOp::create(b, loc, type, bytes);
  Value even = arith::AndIOp::create(b, loc, words, constant(0x00ff00ff));
  Value odd = arith::AndIOp::create(
      b, loc, arith::ShRUIOp::create(b, loc, words, constant(8)),
      constant(0x00ff00ff));
  Value halves = arith::AddIOp::create(b, loc, even, odd);
  Value low = arith::AndIOp::create(b, loc, halves, constant(0xffff));
  Value high = arith::ShRUIOp::create(b, loc, halves, constant(16));
  return arith::AddIOp::create(b, loc, low, high);
}

/// Runs the inner loops that are left with a counter for each accumulator and
/// shift, and adds those to the accumulators.
SmallVector<Value> LoopEmitter::emitCounting(OpBuilder &b, Cursor cursor,
                                             const Tile &tile,
                                             ArrayRef<Value> accumulators) {
  Location loc = space.op.getLoc();
  const BitCounting &counting = *schedule.counting;
  SmallVector<Value> counters;
  for (Value accumulator : accumulators) {
    Type type = accumulator.getType();
    auto vectorType = dyn_cast<VectorType>(type);
    if (counting.inBytes && vectorType)
      type = VectorType::get(vectorType.getNumElements() * 4, b.getI8Type());
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    counters.append(counting.shifts.size(), zero);
  }
  isCounting = true;
  counters = emitInner(b, counting.level, cursor, tile, nullptr, counters);
  isCounting = false;

  SmallVector<Value> sums;
  for (auto [i, accumulator] : llvm::enumerate(accumulators)) {
    Value sum = accumulator;
    for (auto [j, shift] : llvm::enumerate(counting.shifts)) {
      Value count = counters[i * counting.shifts.size() + j];
      auto vectorType = dyn_cast<VectorType>(sum.getType());
      if (counting.inBytes && vectorType)
        count = addBytesOfWords(b, loc, count, vectorType);
      if (shift != 0) {
        Value amount =
            arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(shift));
        count = arith::ShLIOp::create(
            b, loc, count,
            broadcast(b, loc, amount,
                      vectorType ? vectorType.getNumElements() : 1));
      }
      sum = arith::AddIOp::create(b, loc, sum, count);
    }
    sums.push_back(sum);
  }
  return sums;
}

SmallVector<Value> LoopEmitter::emitCountingBody(OpBuilder &b, Cursor &cursor,
                                                 const Tile &tile,
                                                 ArrayRef<Value> counters) {
  Location loc = space.op.getLoc();
  const BitCounting &counting = *schedule.counting;
  CountedBits bits = payload.getCountedBits();
  SmallVector<Point> steps = enumerate(cursor, /*parallelDims=*/false);
  SmallVector<Value> results(counters);
  Value *counter = results.begin();
  for (const Point &point : tile.points)
    for (Lanes lanes : tile.vectors) {
      for (const Point &step : steps) {
        Point at = add(along(point, lanes.offset), step);
        int64_t shift = *payload.evaluateShift(
            bits, [&](unsigned loop) -> std::optional<int64_t> {
              std::optional<unsigned> dim = space.dimOfLoop[loop];
              return dim ? at[*dim] : 0;
            });
        Value word = payload
                         .emit(
                             b,
                             getArguments(b, cursor, at, lanes.count,
                                          SmallVector<Value>{counters.front()}),
                             lanes.count, /*contract=*/false,
                             [&](unsigned loop) {
                               return getLoopIndex(b, cursor, loop, at);
                             },
                             bits.word)
                         .front();
        word = broadcast(b, loc, word, lanes.count);
        if (counting.inBytes && lanes.count > 1)
          word = vector::BitCastOp::create(
              b, loc, VectorType::get(lanes.count * 4, b.getI8Type()), word);
        Value &sum = counter[llvm::find(counting.shifts, shift) -
                             counting.shifts.begin()];
        sum = arith::AddIOp::create(b, loc, sum,
                                    math::CtPopOp::create(b, loc, word));
      }
      counter += counting.shifts.size();
    }
  return results;
}
