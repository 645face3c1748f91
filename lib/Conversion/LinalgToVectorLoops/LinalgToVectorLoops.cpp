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
  bool convertFused(RewriterBase &rewriter, FusedReduction &fusion);
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

  // Threads do not nest, and parts serve threads alone.
  bool isNested =
      op->getParentOfType<scf::ParallelOp>() || op->hasAttr(oneThreadAttrName);
  std::optional<unsigned> split;
  if (!isNested)
    split = chooseSplit(*space, payload, schedule);
  if (explain)
    op.emitRemark(schedule.describe())
        << (split ? "; loop " + std::to_string(*split) + " split in parts"
                  : "");

  bool threads = parallel && !isNested;
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

/// Emits a reduction with its fill and its consumer as one loop nest; false,
/// with nothing changed, if the schedule has to store sums in between.
bool ConvertLinalgToVectorLoops::convertFused(RewriterBase &rewriter,
                                              FusedReduction &fusion) {
  linalg::GenericOp op = fusion.reduction;
  OpBuilder::InsertionGuard guard(rewriter);
  std::optional<Epilogue> epilogue;
  if (fusion.consumer) {
    epilogue.emplace(fusion.consumer);
    if (!epilogue->payload.isVectorizable())
      return false;
    op = fusion.createWithOperands(rewriter, *epilogue);
  }
  auto giveUp = [&]() {
    if (epilogue)
      rewriter.eraseOp(op);
    return false;
  };
  rewriter.setInsertionPoint(op);
  FailureOr<IterationSpace> space = IterationSpace::get(rewriter, op);
  if (failed(space))
    return giveUp();
  space->numEpilogueInputs =
      op.getNumDpsInputs() - fusion.reduction.getNumDpsInputs();
  normalizeConditionalReductions(rewriter, op);
  Payload payload(op);
  Schedule schedule = chooseSchedule(*space, payload, vectorBits);
  bool isNested = static_cast<bool>(op->getParentOfType<scf::ParallelOp>());
  if (!schedule.vectorDim || !space->isCarried(space->getOutputs()[0]) ||
      (!isNested && chooseSplit(*space, payload, schedule)) ||
      llvm::any_of(schedule.outer,
                   [&](Loop loop) { return !space->dims[loop.dim].parallel; }))
    return giveUp();
  if (explain)
    op.emitRemark(schedule.describe()) << (fusion.fill ? "; filled before" : "")
                                       << (epilogue ? "; used behind" : "");

  LoopEmitter emitter(*space, payload, schedule, parallel && !isNested);
  if (fusion.fill)
    emitter.startFrom(fusion.fill.getInputs()[0]);
  if (epilogue)
    emitter.finishWith(*epilogue);
  emitter.emit(rewriter);
  // Another fusion may have moved one further already.
  for (Operation *free : fusion.frees)
    if (free->isBeforeInBlock(op))
      rewriter.moveOpAfter(free, op);
  if (fusion.fill)
    rewriter.eraseOp(fusion.fill);
  if (epilogue) {
    rewriter.eraseOp(fusion.consumer);
    rewriter.eraseOp(fusion.reduction);
  }
  rewriter.eraseOp(op);
  return true;
}

void ConvertLinalgToVectorLoops::runOnOperation() {
  if (vectorBits != 128 && vectorBits != 256 && vectorBits != 512) {
    getOperation()->emitError("vector-bits must be 128, 256 or 512, not ")
        << vectorBits.getValue();
    return signalPassFailure();
  }
  IRRewriter rewriter(&getContext());
  // All neighbours are found before any op turns into loops.
  SmallVector<FusedReduction> fusions;
  DenseSet<Operation *> consumers;
  getOperation()->walk([&](linalg::GenericOp op) {
    FusedReduction fusion = FusedReduction::match(op);
    if (fusion.consumer && !consumers.insert(fusion.consumer).second) {
      fusion.consumer = {};
      fusion.frees.clear();
    }
    if (fusion.fill || fusion.consumer)
      fusions.push_back(fusion);
  });
  for (FusedReduction &fusion : fusions) {
    if (fusion.consumer && convertFused(rewriter, fusion))
      continue;
    fusion.consumer = {};
    fusion.frees.clear();
    if (fusion.fill)
      convertFused(rewriter, fusion);
  }

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
