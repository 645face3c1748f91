//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/BitserialToVector/Passes.h"

#include "Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALTILESTOVECTOR
#include "dorefa/Conversion/BitserialToVector/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;

/// Bytes below which one thread is as fast as many.
static constexpr int64_t parallelBytes = 64 * 1024;

static bool isWorthThreads(Operation *op, MemRefType type) {
  return !op->getParentOfType<scf::ParallelOp>() &&
         !op->getParentOfType<scf::ForallOp>() &&
         (!type.hasStaticShape() || type.getNumElements() >= parallelBytes);
}

namespace {
struct ConvertBitserialTilesToVector
    : dorefa::impl::ConvertBitserialTilesToVectorBase<
          ConvertBitserialTilesToVector> {
  using ConvertBitserialTilesToVectorBase::ConvertBitserialTilesToVectorBase;

  void runOnOperation() override {
    // All are found before any becomes loops, beside which others may go.
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isa<PackPanelsOp, ListBlocksOp, PackRowsOp, PackTablesOp,
              TileProductOp, MatrixProductOp, SelectSumOp>(op) &&
          op->getNumResults() == 0)
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      ImplicitLocOpBuilder b(op->getLoc(), op);
      auto isParallel = [&](auto op) {
        return parallel &&
               isWorthThreads(op, cast<MemRefType>(op.getInit().getType()));
      };
      if (auto panels = dyn_cast<PackPanelsOp>(op))
        buildPackedPanels(b, panels, isParallel(panels));
      else if (auto lists = dyn_cast<ListBlocksOp>(op))
        buildListedBlocks(b, lists);
      else if (auto rows = dyn_cast<PackRowsOp>(op))
        buildPackedRows(b, rows, isParallel(rows));
      else if (auto tables = dyn_cast<PackTablesOp>(op))
        buildPackedTables(b, tables, isParallel(tables));
      else if (auto product = dyn_cast<TileProductOp>(op))
        buildTileProduct(b, product);
      else if (auto product = dyn_cast<MatrixProductOp>(op))
        buildMatrixProduct(b, product);
      else if (auto sum = dyn_cast<SelectSumOp>(op))
        buildSelectSum(b, sum, isParallel(sum));
      op->erase();
    }
  }
};
} // namespace
