//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the parts of the conversion share.

#ifndef DOREFA_LIB_CONVERSION_LINALGTOGPU_KERNELS_H
#define DOREFA_LIB_CONVERSION_LINALGTOGPU_KERNELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {

/// Threads of a block, of every kernel.
inline constexpr int64_t blockThreads = 256;

/// A kernel of one thread for each point of a space of `sizes`; the last axis
/// is that of neighbouring threads. `body` builds what a thread does at its
/// point.
void buildThreadKernel(
    ImplicitLocOpBuilder &b, ValueRange sizes,
    function_ref<void(ImplicitLocOpBuilder &, ValueRange point)> body);

/// A kernel of one block for each point of a space. `workgroup` are types of
/// buffers that the threads of a block share.
void buildBlockKernel(
    ImplicitLocOpBuilder &b, ValueRange sizes, ArrayRef<MemRefType> workgroup,
    function_ref<void(ImplicitLocOpBuilder &, ValueRange point, Value thread,
                      ValueRange shared)>
        body);

/// The coordinates of element `number` of a space in row-major order.
SmallVector<Value> buildCoordinates(ImplicitLocOpBuilder &b, Value number,
                                    ValueRange sizes);
/// The number of elements of a space.
Value buildProduct(ImplicitLocOpBuilder &b, ValueRange sizes);
/// How many parts of `size` make up `whole`.
Value buildParts(ImplicitLocOpBuilder &b, Value whole, Value size);

/// A linalg op with the sizes of its loops.
struct LoopNest {
  linalg::LinalgOp op;
  SmallVector<Value> sizes; // by loop
  SmallVector<unsigned> parallel, reduction;

  /// Computes the sizes where the builder stands.
  static LoopNest get(ImplicitLocOpBuilder &b, linalg::LinalgOp op);

  SmallVector<Value> sizesOf(ArrayRef<unsigned> loops) const;
  /// Values of all loops from those of the parallel and of the others.
  SmallVector<Value> scatter(ValueRange parallelPoint,
                             ValueRange reductionPoint) const;
  /// Where output `index` is written at a point.
  SmallVector<Value> outputIndices(ImplicitLocOpBuilder &b, unsigned index,
                                   ValueRange point) const;
  /// What the body yields at a point, from the outputs' values there.
  SmallVector<Value> buildBody(ImplicitLocOpBuilder &b, ValueRange point,
                               ValueRange outputs) const;
};

/// Whether output `index` has one value for all steps of the reductions. Fusion
/// makes ops with others too: what it put into a sum, for each term.
bool isWrittenOnce(linalg::LinalgOp op, unsigned index);

/// What one thread does for one point of the parallel loops: all reductions,
/// in order.
void buildPoint(ImplicitLocOpBuilder &b, const LoopNest &nest,
                ValueRange parallelPoint);

/// Whether the reductions of `op` are few and long, and may be reordered.
bool prefersBlocks(linalg::LinalgOp op);
/// One block for each point of the parallel loops.
void buildBlockReduction(ImplicitLocOpBuilder &b, const LoopNest &nest);

/// Turns the load of one element of the device into a copy to the host.
void convertHostLoad(memref::LoadOp load);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOGPU_KERNELS_H
