//===- IterationSpace.h - Loops and strides of a linalg op ------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A linalg op on buffers, seen as a set of loops and, for each operand, a flat
// buffer with a start and one stride per loop:
//
//   address(operand) = start + sum over loops of iteration * stride
//
// Indexing maps, layouts, unit dimensions and contiguous neighbours are all
// gone in this form; what is left is what a loop nest needs to know.

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_ITERATIONSPACE_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_ITERATIONSPACE_H

#include "IndexMath.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::dorefa {

struct Dimension {
  /// Iterations write different elements of every output.
  bool parallel;
  OpFoldResult extent;
  /// The extent if it is static, else a guess.
  int64_t estimate;
  /// The op's own index of the first iteration (non-zero in a split loop).
  OpFoldResult first;
  /// The loop's index is a value of the body (linalg.index).
  bool indexed = false;
};

struct Access {
  /// The value itself, for an operand that is not a buffer.
  Value scalar;
  /// The buffer as a memref of rank 1 with stride 1.
  Value base;
  Type elementType;
  OpFoldResult start;
  SmallVector<OpFoldResult> strides;

  int64_t getElementBytes() const {
    return elementType.isIntOrFloat()
               ? (elementType.getIntOrFloatBitWidth() + 7) / 8
               : 8;
  }
  bool dependsOn(unsigned dim) const {
    return !scalar && !isStatic(strides[dim], 0);
  }
  bool hasStride(unsigned dim, int64_t stride) const {
    return isStatic(strides[dim], stride);
  }
};

struct IterationSpace {
  linalg::GenericOp op;
  SmallVector<Dimension> dims;
  /// Operands in order, inputs first.
  SmallVector<Access> accesses;
  /// For each loop of the op, its position in `dims`, or none for one that has
  /// a single iteration.
  SmallVector<std::optional<unsigned>> dimOfLoop;
  /// Outputs start from the combiner's neutral element, not from memory.
  bool startNeutral = false;
  /// The last inputs that only an epilogue uses.
  unsigned numEpilogueInputs = 0;

  unsigned getNumInputs() { return op.getNumDpsInputs(); }
  ArrayRef<Access> getInputs() {
    return ArrayRef<Access>(accesses).take_front(getNumInputs() -
                                                 numEpilogueInputs);
  }
  ArrayRef<Access> getOutputs() {
    return ArrayRef<Access>(accesses).drop_front(getNumInputs());
  }
  std::optional<int64_t> getExtent(unsigned dim) const {
    return getStatic(dims[dim].extent);
  }
  int64_t estimateExtent(unsigned dim) const { return dims[dim].estimate; }
  /// An output that no reduction loop moves stays in registers.
  bool isCarried(const Access &output) const;
  bool hasReduction() const;
  /// Static iterations of the whole op, dynamic extents guessed.
  int64_t estimateIterations() const;

  /// Reads `op`; emits the flat views of its operands and dynamic extents.
  /// Fails for layouts that are not strided.
  static FailureOr<IterationSpace> get(OpBuilder &b, linalg::GenericOp op);

private:
  void dropUnitLoops();
  void collapse(OpBuilder &b);
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_ITERATIONSPACE_H
