//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pieces.h"

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/TilingInterfaceImpl.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_QUANTIZEPIECES
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

/// Codes of a piece: they and their mask are in the first-level cache of any
/// processor, and the numbers they are made of in the second-level one.
static constexpr int64_t pieceCodes = 8192;
/// Codes below which a piece is not worth its loop.
static constexpr int64_t leastCodes = 256;

/// Whether each element of the results is made of elements of the operands.
static bool isElementwise(linalg::GenericOp op) {
  return op.hasPureTensorSemantics() && op.getNumReductionLoops() == 0 &&
         llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
           return op.getMatchingIndexingMap(&init).isIdentity() &&
                  !op.payloadUsesValueFromOperand(&init);
         });
}

/// Whether the loops of a product of matrices finish each sum with `op`: a tile
/// of theirs is of more rows than a piece. A piece of a convolution has many.
static bool finishesSums(linalg::GenericOp op) {
  return op.getNumLoops() == 2 && llvm::any_of(op.getInputs(), [](Value input) {
           auto sums = input.getDefiningOp<linalg::LinalgOp>();
           return sums && sums->hasOneUse() &&
                  sums.getNumReductionLoops() != 0 &&
                  sums->getNumResults() == 1;
         });
}

/// Iterations of each loop in a piece, 0 for all; nothing where pieces do not
/// pay. A piece is some rows of an image, or an image.
static std::optional<SmallVector<int64_t>>
choosePiece(linalg::GenericOp quantizer) {
  SmallVector<int64_t> shape = quantizer.getStaticLoopRanges();
  if (shape.size() < 2 ||
      llvm::is_contained(ArrayRef(shape).drop_front(), ShapedType::kDynamic))
    return std::nullopt;
  SmallVector<int64_t> piece(shape.size(), 0);
  int64_t codes = 1;
  for (int64_t size : ArrayRef(shape).drop_front(2))
    codes *= size;
  if (shape.size() == 2) // the last axis is packed
    codes = shape[1];
  if (shape.size() > 2) {
    int64_t rows = shape[1];
    while (rows > 1 && (shape[1] % rows != 0 || rows * codes > pieceCodes))
      --rows;
    if (rows != shape[1])
      piece[1] = rows;
    codes *= rows;
  }
  if (shape[0] != 1)
    piece[0] = 1;
  if (codes < leastCodes || llvm::all_equal(piece))
    return std::nullopt;
  return piece;
}

/// What each loop of `op` adds to `expr`, which is a sum of loops times
/// constants; nothing if it is not.
static std::optional<SmallVector<int64_t>> getSteps(linalg::LinalgOp op,
                                                    AffineExpr expr) {
  SmallVector<int64_t> steps;
  if (!expr.isPureAffine() ||
      failed(getFlattenedAffineExpr(expr, op.getNumLoops(), 0, &steps)) ||
      int64_t(steps.size()) != op.getNumLoops() + 1)
    return std::nullopt;
  return steps;
}

/// Whether pieces of the first `numDivided` loops read parts of an operand that
/// have no element in common.
static bool readApart(linalg::LinalgOp op, OpOperand &operand,
                      unsigned numDivided) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  llvm::SmallBitVector found(numDivided);
  for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults()) {
    std::optional<SmallVector<int64_t>> steps = getSteps(op, expr);
    if (!steps)
      return false;
    int64_t stride = 0, extent = 1;
    for (auto [loop, step, range] :
         llvm::zip_first(llvm::seq(ranges.size()), *steps, ranges)) {
      if (step == 0)
        continue;
      if (loop < numDivided) {
        if (stride != 0)
          return false;
        stride = step;
        found.set(loop);
      } else {
        if (ShapedType::isDynamic(range) || step < 0)
          return false;
        extent += step * (range - 1);
      }
    }
    if (stride != 0 && stride < extent)
      return false;
  }
  return found.all();
}

/// Ops whose results only pieces of `op` need, before each what it needs: pools
/// and what they read. Pieces of the first `numDivided` loops are those of
/// theirs.
static void collectProducers(linalg::LinalgOp op, unsigned numDivided,
                             llvm::SetVector<Operation *> &producers) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto producer = operand.get().getDefiningOp<linalg::LinalgOp>();
    if (!producer || producer->getBlock() != op->getBlock() ||
        !producer.hasPureTensorSemantics() ||
        !readApart(op, operand, numDivided) ||
        !(isa<linalg::FillOp>(producer) || operand.get().hasOneUse()))
      continue;
    ArrayRef<AffineExpr> written =
        producer.getIndexingMapMatchingResult(cast<OpResult>(operand.get()))
            .getResults();
    auto isLoop = [&](unsigned i) {
      return written[i] == getAffineDimExpr(i, op.getContext());
    };
    if (written.size() < numDivided ||
        !llvm::all_of(llvm::seq(numDivided), isLoop))
      continue;
    collectProducers(producer, numDivided, producers);
    producers.insert(producer);
  }
}

/// Sizes of results are asked of what they are written to, which is there
/// before the loop over pieces.
static void askInitsForSizes(RewriterBase &b, linalg::LinalgOp op) {
  for (OpResult result : op->getResults()) {
    Value init = op.getDpsInits()[result.getResultNumber()];
    if (auto fill = init.getDefiningOp<linalg::FillOp>())
      init = fill.getOutputs()[0];
    b.replaceUsesWithIf(result, init, [](OpOperand &use) {
      return isa<tensor::DimOp>(use.getOwner());
    });
  }
}

/// Writes the numbers of elements, which random ones follow from, in operations
/// that run in lanes.
static void expandIndices(RewriterBase &b, Operation *loop) {
  loop->walk([&](affine::AffineApplyOp apply) {
    if (!isa<linalg::GenericOp>(apply->getParentOp()))
      return;
    b.setInsertionPoint(apply);
    std::optional<SmallVector<Value, 8>> values = affine::expandAffineMap(
        b, apply.getLoc(), apply.getAffineMap(), apply.getMapOperands());
    if (values)
      b.replaceOp(apply, *values);
  });
}

/// Computes what packs read of the results of `quantizer` in pieces.
static void divide(RewriterBase &b, linalg::GenericOp quantizer) {
  if (!isElementwise(quantizer) || finishesSums(quantizer) ||
      quantizer->getParentOfType<scf::ForallOp>() ||
      llvm::all_of(quantizer->getResults(),
                   [](Value result) { return findPacks(result).empty(); }))
    return;
  std::optional<SmallVector<int64_t>> piece = choosePiece(quantizer);
  if (!piece)
    return;
  scf::SCFTilingOptions options;
  options.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
  options.setTileSizes(getAsIndexOpFoldResult(b.getContext(), *piece));
  llvm::SetVector<Operation *> producers;
  collectProducers(quantizer, (*piece)[1] != 0 ? 2 : 1, producers);
  scf::SCFTileAndFuseOptions fusion;
  fusion.setTilingOptions(options);
  using Decision = scf::SCFTileAndFuseOptions::ControlFnResult;
  fusion.setFusionControlFn([&](tensor::ExtractSliceOp, OpResult result,
                                bool) -> std::optional<Decision> {
    Operation *producer = result.getOwner();
    if (!producers.contains(producer))
      return std::nullopt;
    return Decision{!isa<linalg::FillOp>(producer) &&
                    producer->getNumResults() > 1};
  });
  b.setInsertionPoint(quantizer);
  FailureOr<scf::SCFTileAndFuseResult> tiled =
      scf::tileConsumerAndFuseProducersUsingSCF(
          b, cast<TilingInterface>(quantizer.getOperation()), fusion);
  if (failed(tiled))
    return;
  // Slices of what is computed in their place by now, and sizes that they had.
  SmallVector<Value> left;
  tiled->loops.front()->walk([&](Operation *op) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    if (slice && !slice->use_empty() &&
        slice.getSource().getDefiningOp<tensor::EmptyOp>())
      giveOwnMemory(b, slice);
    else if (slice || isa<tensor::DimOp>(op))
      left.push_back(op->getResult(0));
  });
  eraseUnused(b, left);
  expandIndices(b, tiled->loops.front());
  for (Operation *producer : producers)
    askInitsForSizes(b, cast<linalg::LinalgOp>(producer));
  for (auto [old, replacement] : tiled->replacements)
    b.replaceAllUsesWith(old, replacement);
  SmallVector<Value> replaced;
  producers.insert(quantizer);
  for (Operation *op : producers)
    llvm::append_range(replaced, op->getResults());
  eraseUnused(b, replaced);
  dropUnusedResults(b,
                    cast<scf::ForallOp>(tiled->loops.front().getOperation()));
}

namespace {
struct QuantizePieces : dorefa::impl::QuantizePiecesBase<QuantizePieces> {
  void getDependentDialects(DialectRegistry &registry) const override {
    QuantizePiecesBase::getDependentDialects(registry);
    linalg::registerTilingInterfaceExternalModels(registry);
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> quantizers;
    getOperation()->walk(
        [&](linalg::GenericOp op) { quantizers.push_back(op); });
    for (linalg::GenericOp quantizer : quantizers)
      divide(rewriter, quantizer);
  }
};
} // namespace
