//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How a product is cut into tiles: which form, and how long a chunk.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TILEPLAN_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TILEPLAN_H

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"

namespace mlir::bitserial {

/// A product as a tile sees it: `segments` times `words` words of planes of
/// depth, and so many columns.
struct TileShape {
  int64_t lhsBits, rhsBits, segments, words, columns;
  bool isSigned = false; // the rhs
};

/// The form of a product, and steps that the words of a segment are padded to.
struct TilePlan {
  FormAttr form;
  int64_t steps, chunk;
  int64_t block = 0; // steps that are listed, where blocks of zeros are skipped

  int64_t segmentBytes() const { return steps * form.getRowBytesPerStep(); }
};

/// The kernel of a product of planes, or of bytes; none where loops over words
/// are as fast, or the strategy has no kernel for these bits.
std::optional<Kernel> chooseKernel(Strategy strategy, bool bytes,
                                   int64_t lhsBits, int64_t rhsBits,
                                   bool isSigned, const Machine &machine);

TilePlan planTiles(MLIRContext *context, Kernel kernel, const TileShape &shape,
                   int64_t vectorBits);

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_TILEPLAN_H
