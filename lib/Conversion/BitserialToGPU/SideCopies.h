//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Copies from global into shared memory.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_SIDECOPIES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_SIDECOPIES_H

#include "TensorTile.h"

namespace mlir::bitserial {

/// A chunk of words of one side's tile: where it is in the tile of global
/// memory ([outer][inner], see SideTile), and that in other words.
struct ChunkPlace {
  Value outer, inner;
  Value word, plane; // of the depth, and of this word
  Value place;       // row or column
};

/// Which chunks the threads of a warp copy at once.
enum class CopyOrder {
  inside, // as they lie in global memory
  /// Chunks of one word: four words of eight rows or columns, which are 128
  /// bytes of shared memory where a tile is laid out in core matrices.
  cores
};

/// One side's asynchronous copies: what a thread knows before the loop over
/// the depth.
class SideCopies {
public:
  SideCopies(const SideTile &side, int64_t depth, int64_t threads, Value thread,
             Value first, Value size, CopyOrder order = CopyOrder::inside)
      : side(side), depth(depth), threads(threads), order(order),
        thread(thread), first(first), size(size) {}

  using Source = llvm::function_ref<SmallVector<Value>(
      Value place, const DepthPosition &depth, Value plane)>;
  using Target = llvm::function_ref<SmallVector<Value>(const ChunkPlace &)>;

  /// Copies the tile of `step` from `memory`, at the indices that `source`
  /// gives of a row or column that exists, to `shared` at those that `target`
  /// gives.
  void build(const Numbers &n, Value memory, Source source, Value shared,
             Target target, Value step, Value wordsOfDepth,
             const ProductIndices &indices) const;

private:
  int64_t chunksInside() const { return side.inner(depth) / side.vector; }
  int64_t chunks() const { return side.copies(depth); }
  ChunkPlace getInside(const Numbers &n, Value chunk, int64_t done) const;
  ChunkPlace getCores(const Numbers &n, Value chunk) const;

  const SideTile &side;
  int64_t depth, threads;
  CopyOrder order;
  Value thread, first, size;
};

/// Where a side's words come from, and the shared memory they go to.
struct StageSide {
  const SideCopies &copies;
  Value shared;
};

/// Copies the tiles of `step` of both sides, as one group of copies; `target`
/// gives the places of both in shared memory.
void buildStageCopies(const Numbers &n, const ProductView &view,
                      const ProductSizes &sizes, Value group,
                      const StageSide &lhs, const StageSide &rhs,
                      SideCopies::Target target, Value step);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_SIDECOPIES_H
