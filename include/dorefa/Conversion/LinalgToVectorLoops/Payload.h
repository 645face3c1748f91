//===- Payload.h - The body of a linalg op, in lanes ------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the body of a linalg op computes: whether it can run in vector lanes,
// how its reductions combine, and its copy for one vector of iterations.

#ifndef DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PAYLOAD_H
#define DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PAYLOAD_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::dorefa {

/// out = op(out, term) with an op that is associative and commutative (for
/// floats: taken to be).
struct Combiner {
  Operation *op = nullptr;
  /// x with op(x, y) == y, bit for bit.
  TypedAttr neutral;
  /// The product of `op = addf(out, product)`, if nothing else uses it.
  Operation *product = nullptr;

  explicit operator bool() const { return op; }
};

/// sum = addi(sum, ctpop(word)) or addi(sum, shli(ctpop(word), shift)).
struct CountedBits {
  Value word;
  /// None: zero.
  Value shift;

  explicit operator bool() const { return bool(word); }
};

/// The index of one loop of the op: its value in the first lane, a number that
/// divides it (0: it is 0), and whether it counts up along the lanes.
struct LoopIndex {
  Value first;
  int64_t multiple;
  bool alongLanes;
};

class Payload {
public:
  explicit Payload(linalg::GenericOp op);

  bool isVectorizable() const { return vectorizable; }
  /// Number of operations, constants and indices excepted.
  int64_t getCost() const { return cost; }
  /// Bits of a lane: the widest element, but 32 for 64-bit ones, which then
  /// take two registers.
  unsigned getLaneBits() const { return laneBits; }
  bool countsBits() const { return hasPopulationCount; }
  /// What the only output counts, if it is a sum of 32-bit bit counts.
  CountedBits getCountedBits();
  /// The shift of `bits`, if `getIndex` knows all indices it depends on.
  std::optional<int64_t>
  evaluateShift(const CountedBits &bits,
                llvm::function_ref<std::optional<int64_t>(unsigned)> getIndex);
  const Combiner &getCombiner(unsigned output) const {
    return combiners[output];
  }
  bool hasAllCombiners() const {
    return llvm::all_of(combiners, [](const Combiner &c) { return bool(c); });
  }
  /// If `loop` runs along the lanes: the longest run of lanes in which some
  /// value of the body, an index shifted right, is the same; 1 if none is.
  int64_t getRunLength(unsigned loop);
  bool reads(BlockArgument argument) const { return !argument.use_empty(); }
  BlockArgument getArgument(unsigned operand) {
    return op.getBody()->getArgument(operand);
  }

  /// Copies the body to the insertion point and returns what it yields, or the
  /// copies of `wanted` and only what they need.
  /// `arguments` are scalars, equal in all lanes, or vectors of `lanes`.
  /// `contract` permits fused multiply-add in reductions.
  SmallVector<Value> emit(OpBuilder &b, ArrayRef<Value> arguments,
                          int64_t lanes, bool contract,
                          llvm::function_ref<LoopIndex(unsigned)> getIndex,
                          ValueRange wanted = {});

private:
  Combiner matchCombiner(unsigned output);

  linalg::GenericOp op;
  bool vectorizable = true;
  bool hasPopulationCount = false;
  int64_t cost = 0;
  unsigned laneBits = 8;
  SmallVector<Combiner> combiners;
};

/// Makes select(c, op(out, x), out) in the body of `op` into
/// op(out, select(c, x, neutral)), which is a reduction like any other.
void normalizeConditionalReductions(RewriterBase &rewriter,
                                    linalg::GenericOp op);

/// combiner(x, y) for scalars or vectors.
Value combine(OpBuilder &b, const Combiner &combiner, Value x, Value y);

/// The neutral element as a scalar (lanes = 1) or a vector.
Value makeNeutral(OpBuilder &b, Location loc, const Combiner &combiner,
                  int64_t lanes);

/// All lanes of `vector` combined, in a tree that depends on nothing but their
/// number.
Value reduceLanes(OpBuilder &b, const Combiner &combiner, Value vector);

/// `value` in each of `lanes` lanes; a vector or lanes = 1 is left alone.
Value broadcast(OpBuilder &b, Location loc, Value value, int64_t lanes);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PAYLOAD_H
