//===- Schedule.h - The loop nest chosen for a linalg op --------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Which loop becomes vectors, which are unrolled into a register tile, and in
// which order, blocked how, the loops around and inside that tile run.
//
// Every loop divides what is left of a dimension into pieces of `step`
// iterations. Whatever is left of a dimension when all loops are entered is
// unrolled: the tile.

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULE_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULE_H

#include "IterationSpace.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Payload.h"

namespace mlir::dorefa {

struct Loop {
  unsigned dim;
  int64_t step;
};

/// An input whose vectors, for all inner loops, are first copied side by side.
struct Packing {
  unsigned access;
  /// The copy happens inside this many outer loops.
  unsigned level;
  /// What the next copy reads is fetched while this one is used.
  bool readAhead = false;
};

/// Bit counts are summed apart for each shift, which is applied at the end, and
/// in bytes if the machine counts bytes faster than words.
struct BitCounting {
  SmallVector<int64_t> shifts;
  bool inBytes = false;
  /// Counters start at zero, and are added to the sums, inside this many inner
  /// loops: before a byte overflows.
  unsigned level = 0;
};

struct Schedule {
  /// None: scalar loops.
  std::optional<unsigned> vectorDim;
  /// Lanes of a full vector.
  int64_t lanes = 1;
  /// The vector loop is a reduction; its lanes are combined at the end.
  bool horizontal = false;
  /// Loops outside of the accumulators, and those inside.
  SmallVector<Loop> outer, inner;
  /// The first `grid` outer loops may run in any order and in parallel.
  unsigned grid = 0;
  std::optional<Packing> packing;
  std::optional<BitCounting> counting;

  /// No loop after number `position` (outer, then inner) divides its dimension
  /// further: the pieces must have static sizes.
  bool isLast(unsigned position) const;

  /// One line for a reader: loops as dimension/step.
  std::string describe() const;
};

Schedule chooseSchedule(IterationSpace &space, Payload &payload,
                        unsigned vectorBits);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SCHEDULE_H
