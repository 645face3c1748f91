//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the ops have in common: which part of its operands a tile of an op uses.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILING_H
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILING_H

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mlir::bitserial {

/// How the loops of an op walk through one axis of an operand.
struct AxisMap {
  enum Kind {
    whole, // every tile uses the whole axis
    sum,   // index = sum of factor * loop
    codes  // the loop counts words, the axis counts their codes
  };
  Kind kind = whole;
  SmallVector<std::pair<unsigned, int64_t>, 2> terms; // loop, factor

  static AxisMap all() { return {}; }
  static AxisMap loop(unsigned loop) { return {sum, {{loop, 1}}}; }
  static AxisMap window(unsigned outer, int64_t stride, unsigned inner,
                        int64_t dilation) {
    return {sum, {{outer, stride}, {inner, dilation}}};
  }
  static AxisMap codesOf(unsigned loop, int64_t perWord) {
    return {codes, {{loop, perWord}}};
  }

  bool isLoop() const {
    return kind == sum && terms.size() == 1 && terms[0].second == 1;
  }
};

/// The loops of an op and, for each operand, its axes.
struct TileMap {
  SmallVector<utils::IteratorType> iterators;
  SmallVector<SmallVector<AxisMap>> operands;
};

namespace detail {

Speculation::Speculatability getSpeculatability(Operation *op);
void getEffects(
    Operation *op, bool readsInit,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);
LogicalResult reifyInitShape(Operation *op, OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &shapes);

SmallVector<Range> getIterationDomain(Operation *op, const TileMap &map,
                                      OpBuilder &builder);

/// The part of an operand that a tile of the loops uses.
LogicalResult getOperandTile(Operation *op, const TileMap &map,
                             OpBuilder &builder, unsigned operand,
                             ArrayRef<OpFoldResult> offsets,
                             ArrayRef<OpFoldResult> sizes,
                             SmallVector<OpFoldResult> &operandOffsets,
                             SmallVector<OpFoldResult> &operandSizes);

/// The tile of the loops that uses, or writes, exactly this part of an operand.
LogicalResult getLoopTile(Operation *op, const TileMap &map, OpBuilder &builder,
                          unsigned operand, ArrayRef<OpFoldResult> offsets,
                          ArrayRef<OpFoldResult> sizes,
                          SmallVectorImpl<OpFoldResult> &loopOffsets,
                          SmallVectorImpl<OpFoldResult> &loopSizes);

/// The op on slices of its operands.
FailureOr<TilingResult> tile(Operation *op, const TileMap &map,
                             OpBuilder &builder, ArrayRef<OpFoldResult> offsets,
                             ArrayRef<OpFoldResult> sizes);

} // namespace detail
} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILING_H
