//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The two kinds of kernels.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_KERNELS_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_KERNELS_H

#include "ProductView.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::bitserial {

/// Whether a block of each kernel has whole sums (blocks may share their depth,
/// and add what they have), and a warp all those that are packed into a word.
bool finishesInLoops(const ProductView &view);
bool finishesInTensorTiles(const ProductView &view);
bool finishesInWarpgroups(const ProductView &view);

/// Each thread owns a few sums and runs through the depth.
void buildLoopKernel(ImplicitLocOpBuilder &b, const ProductView &view);

/// Tiles of both sides in shared memory, multiplied by tensor cores.
void buildTensorKernel(ImplicitLocOpBuilder &b, const ProductView &view);

/// The same on warpgroups of four warps (sm_90a), which read both sides from
/// shared memory themselves.
void buildWarpgroupKernel(ImplicitLocOpBuilder &b, const ProductView &view);

/// A launch of `grid` blocks (numbers) of `threads` threads with `sharedBytes`
/// of memory together; the builder stands in its body afterwards.
gpu::LaunchOp buildLaunch(ImplicitLocOpBuilder &b, std::array<Value, 3> grid,
                          std::array<int64_t, 2> threads, int64_t sharedBytes);

/// The part of the depth that one of `splits` blocks has, in steps of `step`
/// words: from `begin` to `end`.
struct DepthPart {
  Value begin, end;
  DepthPart(const Numbers &n, Value depth, int64_t step, Value part,
            int64_t splits);
};

/// sums[indices] += value where `inside` holds, atomically if others add, too;
/// or what the epilogue does with the value.
void buildAddition(const Numbers &n, const ProductView &view,
                   ValueRange indices, Value value, Value inside, bool shared);

/// A sum of a thread, its column, and whether there is one, an i1.
struct ColumnSum {
  Value column, value, exists;
};

/// Which columns, of those behind one another, a thread of a warp has.
enum class ColumnOrder {
  lanes,    // its own of each 32
  fragments // 2 q and 2 q + 1 of each eight, with q = lane mod 4
};

/// Whether a column exists, an i1: of blocks that have `blockColumns` each, the
/// last may have some beyond the end.
Value buildExists(const Numbers &n, const ProductView &view,
                  const ProductSizes &sizes, Value column,
                  int64_t blockColumns);

/// What the epilogue does with sums of a row, whose results, or some of them,
/// are packed. All threads of a warp come here, with the same row of a word's
/// columns; what is beyond the end enters words as zeros.
void buildPackedRow(const Numbers &n, const ProductView &view,
                    const ProductSizes &sizes, const ProductIndices &indices,
                    Value row, ArrayRef<ColumnSum> sums, ColumnOrder order);

/// The sums that a thread has of a tile of tensor cores: for each p + q a
/// fragment of four in each of its warp's blocks of 16 rows and 8 columns. They
/// count as 2^(p+q) in the product.
struct TileSums {
  int64_t rowBlocks, columnBlocks, sums;
  int64_t tileColumns; // of the whole block of threads
  /// Those of the thread in the warp's first block.
  Value firstRow, firstColumn;
  bool shared; // with blocks that have other parts of the depth
};

/// Puts the sums together, and adds them or hands them to the epilogue. The
/// four `part`s of a fragment are its columns 0 and 1 in the rows 0, then 8,
/// from the thread's first on.
void buildTileSums(const Numbers &n, const ProductView &view,
                   const ProductSizes &sizes, const ProductIndices &indices,
                   const TileSums &tile,
                   llvm::function_ref<Value(int64_t row, int64_t column,
                                            int64_t sum, int64_t part)>
                       value);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_KERNELS_H
