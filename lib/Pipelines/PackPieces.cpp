//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/TilingInterfaceImpl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_PACKPIECES
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using bitserial::PackOp;

/// Codes of a piece: with the numbers they are made of, in the first-level
/// cache of any processor.
static constexpr int64_t pieceCodes = 8192;
/// Codes below which a piece is not worth its loop.
static constexpr int64_t leastCodes = 256;

namespace {
/// A pack of codes that a loop computes in pieces of whole rows.
struct Packing {
  PackOp pack;
  unsigned codes;               // the loop's result
  tensor::ExpandShapeOp split;  // of the codes, or null
  tensor::ExtractSliceOp place; // that the words are written to, or null,
  tensor::InsertSliceOp back;   // and where they are put back
};

/// A part of a tensor.
struct Window {
  SmallVector<OpFoldResult> offsets, sizes;
};
} // namespace

/// The packs along the last axis that read `codes`, as they are or with axes of
/// length one.
static SmallVector<std::pair<PackOp, tensor::ExpandShapeOp>>
findPacks(Value codes) {
  SmallVector<std::pair<PackOp, tensor::ExpandShapeOp>> packs;
  auto add = [&](Operation *user, tensor::ExpandShapeOp split) {
    auto pack = dyn_cast<PackOp>(user);
    if (!pack)
      return;
    auto type = cast<ShapedType>(pack.getCodes().getType());
    if (int64_t(pack.getAxis()) == type.getRank() - 1 &&
        !type.isDynamicDim(pack.getAxis()))
      packs.push_back({pack, split});
  };
  for (Operation *user : codes.getUsers()) {
    add(user, nullptr);
    if (auto split = dyn_cast<tensor::ExpandShapeOp>(user))
      for (Operation *reader : split->getUsers())
        add(reader, split);
  }
  return packs;
}

//===----------------------------------------------------------------------===//
// Pieces of a quantizer
//===----------------------------------------------------------------------===//

/// Whether each element of the results is made of elements of the operands.
static bool isElementwise(linalg::GenericOp op) {
  return op.hasPureTensorSemantics() && op.getNumReductionLoops() == 0 &&
         // What is random follows from the number of its element: vectors know
         // which it is only as long as loops begin at 0.
         op.getBody()->getOps<linalg::IndexOp>().empty() &&
         llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
           return op.getMatchingIndexingMap(&init).isIdentity() &&
                  !op.payloadUsesValueFromOperand(&init);
         });
}

/// Whether the loops of a reduction finish each sum with `op`.
static bool finishesSums(linalg::GenericOp op) {
  return llvm::any_of(op.getInputs(), [](Value input) {
    auto sums = input.getDefiningOp<linalg::LinalgOp>();
    return sums && sums->hasOneUse() && sums.getNumReductionLoops() != 0 &&
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
  b.setInsertionPoint(quantizer);
  FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
      b, cast<TilingInterface>(quantizer.getOperation()), options);
  if (succeeded(tiled))
    b.replaceOp(quantizer, tiled->replacements);
}

//===----------------------------------------------------------------------===//
// Packs of pieces
//===----------------------------------------------------------------------===//

/// The insertion that writes the pieces of result `number`.
static tensor::ParallelInsertSliceOp findInsertion(scf::ForallOp loop,
                                                   unsigned number) {
  tensor::ParallelInsertSliceOp found;
  for (Operation *user : loop.getRegionIterArgs()[number].getUsers())
    if (auto insertion = dyn_cast<tensor::ParallelInsertSliceOp>(user)) {
      if (found || !llvm::all_of(insertion.getMixedStrides(), isOneInteger) ||
          insertion.getSourceType().getRank() !=
              insertion.getDestType().getRank())
        return nullptr;
      found = insertion;
    } else if (!isa<tensor::ExtractSliceOp>(user)) {
      return nullptr;
    }
  return found;
}

/// The part of the packed codes that is the part `whole` of the codes. Nothing
/// if rows are not whole.
static std::optional<Window> splitWindow(OpBuilder &b, Packing packing,
                                         const Window &whole) {
  Window window = whole;
  auto type = cast<RankedTensorType>(packing.pack.getCodes().getType());
  if (tensor::ExpandShapeOp split = packing.split) {
    window.offsets.assign(type.getRank(), b.getIndexAttr(0));
    window.sizes.assign(type.getRank(), b.getIndexAttr(1));
    for (auto [axis, group] :
         llvm::enumerate(split.getReassociationIndices())) {
      int64_t long_ = group.back();
      for (int64_t i : group)
        if (type.getDimSize(i) != 1)
          long_ = i;
      if (llvm::count_if(group, [&](int64_t i) {
            return type.getDimSize(i) != 1;
          }) > 1)
        return std::nullopt;
      window.offsets[long_] = whole.offsets[axis];
      window.sizes[long_] = whole.sizes[axis];
    }
  }
  if (!isZeroInteger(window.offsets.back()) ||
      !isConstantIntValue(window.sizes.back(), type.getShape().back()))
    return std::nullopt;
  return window;
}

/// Fills in where the words are put; false if that is not a window of the words'
/// own shape.
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
         packing.place.hasUnitStride() &&
         type.getShape() == packing.place.getStaticSizes();
}

/// Where a piece's words are in what they are written to.
static Window getWordsWindow(OpBuilder &b, Location loc, Packing packing,
                             const Window &codes) {
  Window words = codes;
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(packing.pack.getInit().getType()).getShape();
  words.offsets.back() = b.getIndexAttr(0);
  words.offsets.push_back(b.getIndexAttr(0));
  words.sizes.back() = b.getIndexAttr(shape[shape.size() - 2]);
  words.sizes.push_back(b.getIndexAttr(shape.back()));
  if (packing.place)
    for (auto [offset, first] :
         llvm::zip_equal(words.offsets, packing.place.getMixedOffsets()))
      offset = affine::makeComposedFoldedAffineApply(
          b, loc, b.getAffineDimExpr(0) + b.getAffineDimExpr(1),
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

/// Erases what computes values that nothing uses.
static void eraseUnused(RewriterBase &b, ArrayRef<Value> values) {
  for (Value value : values) {
    Operation *op = value.getDefiningOp();
    if (!op || !isOpTriviallyDead(op))
      continue;
    SmallVector<Value> operands(op->getOperands());
    b.eraseOp(op);
    eraseUnused(b, operands);
  }
}

/// Packs each piece behind its computation.
static scf::ForallOp fuse(RewriterBase &b, scf::ForallOp loop,
                          Packing packing) {
  tensor::ParallelInsertSliceOp insertion =
      findInsertion(loop, packing.codes);
  if (!insertion || !findPlace(packing))
    return loop;
  std::optional<Window> codes = splitWindow(
      b, packing, {insertion.getMixedOffsets(), insertion.getMixedSizes()});
  if (!codes)
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
  auto type = cast<RankedTensorType>(pack.getCodes().getType());
  Value part = insertion.getSource();
  if (packing.split) {
    SmallVector<int64_t> shape;
    SmallVector<Value> dynamic;
    dispatchIndexOpFoldResults(codes->sizes, dynamic, shape);
    part = tensor::ExpandShapeOp::create(
        b, loc, type.clone(shape), part,
        packing.split.getReassociationIndices(), codes->sizes);
  }
  Window window = getWordsWindow(b, loc, packing, *codes);
  SmallVector<OpFoldResult> ones(window.sizes.size(), b.getIndexAttr(1));
  Value out = loop.getRegionIterArgs().back();
  Value place = tensor::ExtractSliceOp::create(b, loc, out, window.offsets,
                                               window.sizes, ones);
  auto packed = PackOp::create(b, loc, place.getType(), part, place,
                               pack.getAxis(), pack.getBits(), pack.getBytes(),
                               pack.getInRange());
  b.setInsertionPointToEnd(done.getBody());
  tensor::ParallelInsertSliceOp::create(b, loc, packed->getResult(0), out,
                                        window.offsets, window.sizes, ones);
  Operation *last = packing.back ? packing.back.getOperation() : pack;
  SmallVector<Value> replaced(last->getOperands());
  b.replaceOp(last, loop->getResults().back());
  eraseUnused(b, replaced);
  return loop;
}

/// Lets codes that only packs of pieces read live in memory of the piece.
static void dropCodes(RewriterBase &b, scf::ForallOp loop) {
  llvm::SmallBitVector kept(loop.getNumResults(), true);
  for (OpResult result : loop->getResults()) {
    unsigned number = result.getResultNumber();
    tensor::ParallelInsertSliceOp insertion = findInsertion(loop, number);
    if (!insertion || !result.use_empty())
      continue;
    BlockArgument out = loop.getRegionIterArgs()[number];
    for (Operation *user : llvm::make_early_inc_range(out.getUsers()))
      if (auto place = dyn_cast<tensor::ExtractSliceOp>(user)) {
        b.setInsertionPoint(place);
        SmallVector<OpFoldResult> sizes;
        llvm::SmallBitVector dropped = place.getDroppedDims();
        for (auto [i, size] : llvm::enumerate(place.getMixedSizes()))
          if (!dropped[i])
            sizes.push_back(size);
        b.replaceOpWithNewOp<tensor::EmptyOp>(place, sizes,
                                              place.getType().getElementType());
      }
    b.eraseOp(insertion);
    kept[number] = false;
  }
  if (kept.all())
    return;
  b.setInsertionPoint(loop);
  SmallVector<Value> outputs;
  for (unsigned number : kept.set_bits())
    outputs.push_back(loop.getOutputs()[number]);
  auto narrower = scf::ForallOp::create(
      b, loop.getLoc(), loop.getMixedLowerBound(), loop.getMixedUpperBound(),
      loop.getMixedStep(), outputs, loop.getMapping());
  narrower.getRegion().takeBody(loop.getRegion());
  Block *body = narrower.getBody();
  for (unsigned number = kept.size(); number-- > 0;)
    if (!kept[number])
      body->eraseArgument(loop.getRank() + number);
  for (auto [i, number] : llvm::enumerate(kept.set_bits()))
    b.replaceAllUsesWith(loop->getResult(number), narrower->getResult(i));
  b.eraseOp(loop);
}

namespace {
struct PackPieces : dorefa::impl::PackPiecesBase<PackPieces> {
  void getDependentDialects(DialectRegistry &registry) const override {
    PackPiecesBase::getDependentDialects(registry);
    linalg::registerTilingInterfaceExternalModels(registry);
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::GenericOp> quantizers;
    getOperation()->walk(
        [&](linalg::GenericOp op) { quantizers.push_back(op); });
    for (linalg::GenericOp quantizer : quantizers)
      divide(rewriter, quantizer);

    SmallVector<scf::ForallOp> loops;
    getOperation()->walk([&](scf::ForallOp loop) { loops.push_back(loop); });
    for (scf::ForallOp loop : loops) {
      SmallVector<Packing> packings;
      for (OpResult result : loop->getResults())
        for (auto [pack, split] : findPacks(result))
          if (pack->getBlock() == loop->getBlock())
            packings.push_back(
                {pack, result.getResultNumber(), split, nullptr, nullptr});
      for (const Packing &packing : packings)
        loop = fuse(rewriter, loop, packing);
      if (!packings.empty())
        dropCodes(rewriter, loop);
    }
  }
};
} // namespace
