//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Philox 4x32-10 (Salmon et al., SC'11) as scalar arith ops, for the bodies of
// elementwise ops that draw random numbers (spec 1.4).

#ifndef DOREFA_DIALECT_DOREFA_TRANSFORMS_PHILOXBUILDER_H
#define DOREFA_DIALECT_DOREFA_TRANSFORMS_PHILOXBUILDER_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"
#include <array>

namespace mlir::dorefa {

/// Op ids below this are those of a network's ops; parameter i is initialised
/// with the stream of id kInitializerId + i, step 0.
constexpr int32_t kInitializerId = 0x40000000;

/// The four words (i32) of Philox 4x32-10 for a counter of four i32 values and
/// a key of two. Branch-free: vectorizes in any elementwise loop.
std::array<Value, 4> buildPhilox(OpBuilder &builder, Location loc,
                                 const std::array<Value, 4> &counter,
                                 const std::array<Value, 2> &key);

/// The word (i32) of element `element` (i64, its row-major index) of the random
/// op `opId` (i32) in a run's `seed` and `step` (i64): word element mod 4 of
/// the counter (element / 4, opId, step low, step high) under the key (seed
/// low, seed high).
Value buildPhiloxWord(OpBuilder &builder, Location loc, Value element,
                      Value opId, Value seed, Value step);

/// ((word >> 9) + 0.5) * 2^-23 as f32: inside (0, 1), and exact.
Value buildUniform(OpBuilder &builder, Location loc, Value word);

/// A standard normal f32 for element `element` of a stream: Box-Muller on the
/// uniforms u, v of words 2 element and 2 element + 1,
/// sqrt(-2 log u) cos(2 pi v).
Value buildNormal(OpBuilder &builder, Location loc, Value element, Value opId,
                  Value seed, Value step);

} // namespace mlir::dorefa

#endif // DOREFA_DIALECT_DOREFA_TRANSFORMS_PHILOXBUILDER_H
