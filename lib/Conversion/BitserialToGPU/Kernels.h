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

/// Blocks that share the depth of a sum, and add what they have, in each
/// kernel.
int64_t getLoopSplits(const ProductView &view);
int64_t getTensorSplits(const ProductView &view);
int64_t getWarpgroupSplits(const ProductView &view);

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

/// Puts the sums of p + q of tensor cores together, 2^(p+q) of each, and adds
/// them. A warp has `rowBlocks` by `columnBlocks` blocks of 16 rows and 8
/// columns; `firstRow` and `firstColumn` are those of the thread in the first
/// one; the four `part`s of a fragment are its columns 0 and 1 in the rows 0,
/// then 8, from there.
void buildTileSums(const Numbers &n, const ProductView &view,
                   const ProductSizes &sizes, const ProductIndices &indices,
                   int64_t rowBlocks, int64_t columnBlocks, int64_t sums,
                   Value firstRow, Value firstColumn, bool shared,
                   llvm::function_ref<Value(int64_t row, int64_t column,
                                            int64_t sum, int64_t part)>
                       value);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_KERNELS_H
