//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pieces.h"
#include "Windows.h"

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_PACKPIECES
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;
using bitserial::PackOp;

namespace {
/// A pack of codes that a loop computes in pieces of whole rows.
struct Packing {
  PackOp pack;
  SmallVector<Operation *> path; // from the codes to the pack
  unsigned codes;                // the loop's result
  tensor::ExtractSliceOp place;  // that the words are written to, or null,
  tensor::InsertSliceOp back;    // and where they are put back
};
} // namespace

/// The part of a tensor before each op of the path, and the part that is
/// packed, which is nothing if it is not of whole rows.
static std::optional<SmallVector<Window>>
followPath(OpBuilder &b, const Packing &packing, Window codes) {
  SmallVector<Window> windows = {std::move(codes)};
  for (Operation *op : packing.path) {
    std::optional<Window> next = getResultWindow(b, op, windows.back());
    if (!next)
      return std::nullopt;
    windows.push_back(*next);
  }
  auto type = cast<RankedTensorType>(PackOp(packing.pack).getCodes().getType());
  if (!isConstantIntValue(windows.back().sizes.back(), type.getShape().back()))
    return std::nullopt;
  return windows;
}

/// Fills in where the words are put; false if that is not a window of the
/// words' own shape.
static bool findPlace(Packing &packing) {
  PackOp pack = packing.pack;
  Value init = pack.getInit();
  if (init.getDefiningOp<tensor::EmptyOp>())
    return true;
  if (auto split = init.getDefiningOp<tensor::ExpandShapeOp>())
    init = split.getSrc();
  packing.place = init.getDefiningOp<tensor::ExtractSliceOp>();
  Value words = pack->getResult(0);
  if (words.hasOneUse())
    if (auto merged =
            dyn_cast<tensor::CollapseShapeOp>(*words.getUsers().begin()))
      words = merged.getResult();
  if (!packing.place || !words.hasOneUse())
    return false;
  packing.back = dyn_cast<tensor::InsertSliceOp>(*words.getUsers().begin());
  auto type = cast<RankedTensorType>(pack.getInit().getType());
  return packing.back && packing.back.getSource() == words &&
         packing.back.getDest() == packing.place.getSource() &&
         packing.back.isSameAs(packing.place, isEqualConstantIntOrValue) &&
         packing.back.getDestType().getRank() == type.getRank() &&
         llvm::none_of(packing.place.getStaticStrides(),
                       ShapedType::isDynamic) &&
         type.getShape() == packing.place.getStaticSizes();
}

/// Where a piece's words are in what they are written to, before each step.
static Window getWordsWindow(OpBuilder &b, Location loc, const Packing &packing,
                             const Window &codes) {
  Window words = codes;
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(PackOp(packing.pack).getInit().getType())
          .getShape();
  words.offsets.back() = b.getIndexAttr(0);
  words.offsets.push_back(b.getIndexAttr(0));
  words.sizes.back() = b.getIndexAttr(shape[shape.size() - 2]);
  words.sizes.push_back(b.getIndexAttr(shape.back()));
  if (tensor::ExtractSliceOp place = packing.place)
    for (auto [offset, first, step] : llvm::zip_equal(
             words.offsets, place.getMixedOffsets(), place.getStaticStrides()))
      offset = affine::makeComposedFoldedAffineApply(
          b, loc, b.getAffineDimExpr(0) * step + b.getAffineDimExpr(1),
          {offset, first});
  return words;
}

/// The same loop with a further result, which begins as `init`.
static scf::ForallOp addOutput(RewriterBase &b, scf::ForallOp loop,
                               Value init) {
  b.setInsertionPoint(loop);
  SmallVector<Value> outputs(loop.getOutputs());
  outputs.push_back(init);
  auto wider = scf::ForallOp::create(
      b, loop.getLoc(), loop.getMixedLowerBound(), loop.getMixedUpperBound(),
      loop.getMixedStep(), outputs, loop.getMapping());
  wider.getRegion().takeBody(loop.getRegion());
  wider.getBody()->addArgument(init.getType(), loop.getLoc());
  b.replaceOp(loop, wider.getResults().drop_back());
  return wider;
}

/// Packs each piece behind its computation.
static scf::ForallOp fuse(RewriterBase &b, scf::ForallOp loop,
                          Packing packing) {
  tensor::ParallelInsertSliceOp insertion = findInsertion(loop, packing.codes);
  if (!insertion || !findPlace(packing))
    return loop;
  b.setInsertionPoint(loop.getTerminator());
  std::optional<SmallVector<Window>> windows = followPath(
      b, packing, {insertion.getMixedOffsets(), insertion.getMixedSizes()});
  if (!windows)
    return loop;
  PackOp pack = packing.pack;
  Value init = packing.place ? packing.place.getSource() : pack.getInit();
  SmallVector<Value> needed = {init};
  if (packing.place)
    llvm::append_range(needed, packing.place.getOffsets());
  if (failed(moveValueDefinitions(b, needed, loop)))
    return loop;

  loop = addOutput(b, loop, init);
  Location loc = pack.getLoc();
  scf::InParallelOp done = loop.getTerminator();
  b.setInsertionPoint(done);
  Value part = insertion.getSource();
  for (auto [i, op] : llvm::enumerate(packing.path))
    part = buildOfPart(b, op, part, (*windows)[i], (*windows)[i + 1]);
  Window window = getWordsWindow(b, loc, packing, windows->back());
  SmallVector<OpFoldResult> steps(window.sizes.size(), b.getIndexAttr(1));
  if (packing.place)
    steps = packing.place.getMixedStrides();
  Value out = loop.getRegionIterArgs().back();
  Value place = tensor::ExtractSliceOp::create(b, loc, out, window.offsets,
                                               window.sizes, steps);
  auto packed =
      PackOp::create(b, loc, place.getType(), part, place, pack.getAxis(),
                     pack.getBits(), pack.getBytes(), pack.getInRange());
  b.setInsertionPointToEnd(done.getBody());
  tensor::ParallelInsertSliceOp::create(b, loc, packed->getResult(0), out,
                                        window.offsets, window.sizes, steps);
  Operation *last = packing.back ? packing.back.getOperation() : pack;
  SmallVector<Value> replaced(last->getOperands());
  b.replaceOp(last, loop->getResults().back());
  eraseUnused(b, replaced);
  return loop;
}

namespace {
struct PackPieces : dorefa::impl::PackPiecesBase<PackPieces> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<scf::ForallOp> loops;
    getOperation()->walk([&](scf::ForallOp loop) { loops.push_back(loop); });
    for (scf::ForallOp loop : loops) {
      SmallVector<Packing> packings;
      for (OpResult result : loop->getResults())
        for (auto &[pack, path] : findPacks(result))
          packings.push_back(
              {pack, path, result.getResultNumber(), nullptr, nullptr});
      for (const Packing &packing : packings)
        loop = fuse(rewriter, loop, packing);
      if (!packings.empty())
        dropUnusedResults(rewriter, loop);
    }
  }
};
} // namespace
