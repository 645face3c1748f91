//===- LinalgToVectorLoops.cpp - Linalg on buffers to vector loops --------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h"

#include "LoopEmitter.h"
#include "SplitReduction.h"

#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTLINALGTOVECTORLOOPS
#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

/// The same copy as a linalg op, so that it is vectorized like any other.
static linalg::GenericOp generalizeCopy(RewriterBase &rewriter,
                                        memref::CopyOp copy) {
  unsigned rank = cast<MemRefType>(copy.getTarget().getType()).getRank();
  AffineMap identity = rewriter.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> kinds(rank, utils::IteratorType::parallel);
  return rewriter.replaceOpWithNewOp<linalg::GenericOp>(
      copy, copy.getSource(), copy.getTarget(),
      ArrayRef<AffineMap>{identity, identity}, kinds,
      [](OpBuilder &b, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(b, loc, arguments[0]);
      });
}

namespace {
struct ConvertLinalgToVectorLoops
    : dorefa::impl::ConvertLinalgToVectorLoopsBase<ConvertLinalgToVectorLoops> {
  using ConvertLinalgToVectorLoopsBase::ConvertLinalgToVectorLoopsBase;

  void runOnOperation() override;

private:
  LogicalResult convert(RewriterBase &rewriter, linalg::GenericOp op,
                        bool explain);
};
} // namespace

LogicalResult ConvertLinalgToVectorLoops::convert(RewriterBase &rewriter,
                                                  linalg::GenericOp op,
                                                  bool explain) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  FailureOr<IterationSpace> space = IterationSpace::get(rewriter, op);
  if (failed(space))
    return op.emitOpError(
        "needs strided buffers and indexing maps that are sums of loop "
        "indices times constants");
  normalizeConditionalReductions(rewriter, op);
  Payload payload(op);
  Schedule schedule = chooseSchedule(*space, payload, vectorBits);
  if (warnScalar && !schedule.vectorDim && !space->dims.empty())
    op.emitWarning("becomes scalar loops");

  std::optional<unsigned> split = chooseSplit(*space, payload, schedule);
  if (explain)
    op.emitRemark(schedule.describe())
        << (split ? "; loop " + std::to_string(*split) + " split in parts"
                  : "");

  // Threads do not nest.
  bool threads = parallel && !op->getParentOfType<scf::ParallelOp>();
  SmallVector<linalg::GenericOp> finishes;
  if (split)
    finishes =
        emitSplit(rewriter, *space, payload, *split, vectorBits, threads);
  else
    LoopEmitter(*space, payload, schedule, threads).emit(rewriter);
  for (linalg::GenericOp finish : finishes)
    if (failed(convert(rewriter, finish, /*explain=*/false)))
      return failure();
  rewriter.eraseOp(op);
  return success();
}

void ConvertLinalgToVectorLoops::runOnOperation() {
  if (vectorBits != 128 && vectorBits != 256 && vectorBits != 512) {
    getOperation()->emitError("vector-bits must be 128, 256 or 512, not ")
        << vectorBits.getValue();
    return signalPassFailure();
  }
  IRRewriter rewriter(&getContext());
  SmallVector<Operation *> ops;
  getOperation()->walk([&](Operation *op) {
    if (isa<linalg::LinalgOp, memref::CopyOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    rewriter.setInsertionPoint(op);
    linalg::GenericOp generic;
    if (auto copy = dyn_cast<memref::CopyOp>(op)) {
      if (isa<MemRefType>(copy.getSource().getType()) &&
          isa<MemRefType>(copy.getTarget().getType()))
        generic = generalizeCopy(rewriter, copy);
      else
        continue;
    } else {
      auto linalgOp = cast<linalg::LinalgOp>(op);
      if (!linalgOp.hasPureBufferSemantics()) {
        op->emitOpError("has tensor operands: bufferize first");
        return signalPassFailure();
      }
      generic = dyn_cast<linalg::GenericOp>(op);
      if (!generic) {
        FailureOr<linalg::GenericOp> generalized =
            linalg::generalizeNamedOp(rewriter, linalgOp);
        if (failed(generalized)) {
          op->emitOpError("has no generic form");
          return signalPassFailure();
        }
        generic = *generalized;
      }
    }
    if (failed(convert(rewriter, generic, explain)))
      return signalPassFailure();
  }
}
