//===- SplitReduction.h - Large reductions in a fixed number of parts -*- C++
//-*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SPLITREDUCTION_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SPLITREDUCTION_H

#include "Schedule.h"

namespace mlir::dorefa {

/// The reduction loop of a large op with few parallel iterations that is to be
/// divided into parts of its own, if there is one.
std::optional<unsigned> chooseSplit(IterationSpace &space, Payload &payload,
                                    const Schedule &schedule);

/// Emits the op with loop `dim` divided into a fixed number of parts, which
/// run in parallel and leave their results side by side; those are then added
/// to the outputs in order. Returns the ops that do this last step, still to
/// be lowered.
SmallVector<linalg::GenericOp> emitSplit(OpBuilder &b, IterationSpace space,
                                         Payload &payload, unsigned dim,
                                         unsigned vectorBits, bool parallel);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_SPLITREDUCTION_H
