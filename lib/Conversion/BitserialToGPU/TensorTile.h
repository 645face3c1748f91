//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How a product is cut into tiles for tensor cores.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_TENSORTILE_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_TENSORTILE_H

#include "ProductView.h"

namespace mlir::bitserial {

/// One side of a tile in shared memory: as in global memory, words along the
/// depth with their planes inside ([rows][words planes]), or rows or columns
/// inside ([words planes][columns]).
struct SideTile {
  bool depthInside;
  int64_t planes;
  int64_t length; // rows or columns
  int64_t vector; // words of one copy
  int64_t padding;

  int64_t outer(int64_t depth) const {
    return depthInside ? length : depth * planes;
  }
  int64_t inner(int64_t depth) const {
    return depthInside ? depth * planes : length;
  }
  int64_t stride(int64_t depth) const { return inner(depth) + padding; }
  int64_t words(int64_t depth) const { return outer(depth) * stride(depth); }
  int64_t copies(int64_t depth) const {
    return outer(depth) * inner(depth) / vector;
  }

  /// The padding of a few words with which the 32 threads of a warp, that read
  /// rows 0 to 7 of words 0 to 3, meet least in the 32 banks.
  static int64_t choosePadding(bool depthInside, int64_t planes, int64_t inner);
};

/// A block owns a tile, each of its warps a part of it.
struct TensorTile {
  static constexpr int64_t mmaRows = 16, mmaColumns = 8, mmaWords = 8;

  int64_t rowBlocks, columnBlocks; // of one warp, mmaRows by mmaColumns each
  int64_t warpsDown, warpsAcross;
  int64_t depth;  // words of one stage, a multiple of mmaWords
  int64_t stages; // in shared memory at once
  int64_t sums;   // accumulators of one block: one for each p + q
  int64_t splits; // blocks that share the depth of a tile
  SideTile lhs, rhs;

  int64_t rows() const { return warpsDown * rowBlocks * mmaRows; }
  int64_t columns() const { return warpsAcross * columnBlocks * mmaColumns; }
  int64_t threads() const { return 32 * warpsDown * warpsAcross; }
  int64_t sharedBytes() const {
    return 4 * stages * (lhs.words(depth) + rhs.words(depth));
  }

  /// Whether a warp has the columns that it must have together, and registers
  /// for their sums.
  bool holds(const ProductView &view) const;

  static TensorTile get(const ProductView &view);
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_TENSORTILE_H
