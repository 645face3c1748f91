//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the forms of pack and unpack have in common.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_LOOPS_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_LOOPS_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::bitserial {

/// A pack or an unpack on memrefs: [outer.., codes, inner..] and
/// [outer.., words, planes, inner..].
struct PackedPair {
  Value codes, words;
  int64_t axis;
  bool isPack;
  std::optional<int64_t> byteBits = std::nullopt; // of words of bytes

  MemRefType codesType() const { return cast<MemRefType>(codes.getType()); }
  MemRefType wordsType() const { return cast<MemRefType>(words.getType()); }
  int64_t numPlanes() const { return wordsType().getDimSize(axis + 1); }
  int64_t numCodes() const { return codesType().getDimSize(axis); }
  int64_t codesPerWord() const { return byteBits ? wordBytes : wordBits; }
};

/// How loops are built.
struct LoopOptions {
  int64_t vectorBits;
  bool parallel; // allowed and worth it
};

/// A range of one loop.
struct LoopRange {
  OpFoldResult begin, end;
  int64_t step = 1;
};

/// The body of loops gets their induction variables.
using LoopBody = function_ref<void(OpBuilder &, Location, ValueRange)>;

/// Nested loops; with `parallel` the outermost, until they have iterations
/// enough for any number of threads, are one scf.parallel.
void buildLoops(OpBuilder &builder, Location loc, ArrayRef<LoopRange> ranges,
                bool parallel, LoopBody body);

/// The ranges of axes `first` to `last`, exclusive, of a memref.
SmallVector<LoopRange> getAxisRanges(OpBuilder &builder, Location loc,
                                     Value memref, int64_t first, int64_t last);

/// factor * index + constant.
Value scale(OpBuilder &builder, Location loc, OpFoldResult index,
            int64_t factor, int64_t constant = 0);

/// size / divisor, rounded down.
OpFoldResult divide(OpBuilder &builder, Location loc, OpFoldResult size,
                    int64_t divisor);

/// Elements one behind the other along the last axis.
bool hasUnitStride(MemRefType type);

/// The scalar form, for the words (of unpack: of the codes) in `ranges`, one
/// for each axis of the result.
void buildScalar(OpBuilder &builder, Location loc, const PackedPair &pair,
                 ArrayRef<LoopRange> ranges, bool parallel);

/// The form for an axis of contiguous codes that is the last one.
void buildRows(OpBuilder &builder, Location loc, const PackedPair &pair,
               const LoopOptions &options);

/// The same of words of bytes, which are the codes themselves.
void buildByteRows(OpBuilder &builder, Location loc, const PackedPair &pair,
                   const LoopOptions &options);

/// The form with lanes along the last axis, behind the packed one. Fails if
/// there are too few lanes.
LogicalResult buildLanes(OpBuilder &builder, Location loc, PackedPair pair,
                         const LoopOptions &options);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_LOOPS_H
