//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Loops over pieces of tensors: what several passes ask of them, and do to
// them.

#ifndef DOREFA_LIB_PIPELINES_PIECES_H
#define DOREFA_LIB_PIPELINES_PIECES_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::dorefa {

/// The only insertion that writes pieces of result `number`, if it writes whole
/// ones and nothing else touches them but what reads slices.
tensor::ParallelInsertSliceOp findInsertion(scf::ForallOp loop,
                                            unsigned number);

/// A pack along the last axis, and the ops between codes and it, which change
/// their shape or take some of them.
struct PackedCodes {
  bitserial::PackOp pack;
  SmallVector<Operation *> path;
};

/// Those of `codes` in the block that computes them.
SmallVector<PackedCodes> findPacks(Value codes);

/// In place of a part of memory that nothing was written to yet, memory of its
/// own.
void giveOwnMemory(RewriterBase &b, tensor::ExtractSliceOp part);

/// Lets what nothing outside of `loop` reads live in memory of the piece.
void dropUnusedResults(RewriterBase &b, scf::ForallOp loop);

/// Erases the ops of values that nothing uses, the last ones first, and what
/// only they needed.
void eraseUnused(RewriterBase &b, ValueRange values);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_PIPELINES_PIECES_H
