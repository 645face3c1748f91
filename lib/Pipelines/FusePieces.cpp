//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pieces.h"
#include "Windows.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_FUSEPIECES
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// A product in pieces, and the op that alone reads its sums.
struct Pieces {
  scf::ForallOp forall;
  tensor::ExtractSliceOp place; // that a piece is written to
  tensor::ParallelInsertSliceOp insertion;
  tensor::CollapseShapeOp reshape; // of the sums, or null
  linalg::GenericOp reader;
  OpOperand *sums; // of the reader
};
} // namespace

/// The only use of `value` but for its sizes.
static OpOperand *getOnlyUse(Value value) {
  OpOperand *only = nullptr;
  for (OpOperand &use : value.getUses()) {
    if (isa<tensor::DimOp>(use.getOwner()))
      continue;
    if (only)
      return nullptr;
    only = &use;
  }
  return only;
}

/// Whether each element of the results is made of the sum at its place, and of
/// elements of other operands that such a window can be taken of.
static bool isElementwise(linalg::GenericOp op, OpOperand &sums) {
  if (!op.hasPureTensorSemantics() ||
      op.getNumParallelLoops() != op.getNumLoops() || !op.isDpsInput(&sums) ||
      !op.getMatchingIndexingMap(&sums).isIdentity())
    return false;
  for (OpOperand &operand : op->getOpOperands())
    if (!op.getMatchingIndexingMap(&operand).isProjectedPermutation())
      return false;
  for (OpOperand &init : op.getDpsInitsMutable())
    if (!op.getMatchingIndexingMap(&init).isIdentity() ||
        op.payloadUsesValueFromOperand(&init))
      return false;
  return op.getBody()->getOps<linalg::IndexOp>().empty();
}

static std::optional<Pieces> match(scf::ForallOp forall) {
  if (forall->getNumResults() != 1 ||
      forall.getBody()->getOps<bitserial::TileProductOp>().empty() ||
      !forall.getOutputs()[0].getDefiningOp<tensor::EmptyOp>())
    return std::nullopt;
  Pieces pieces;
  pieces.forall = forall;
  for (Operation *user : forall.getRegionIterArgs()[0].getUsers())
    if (auto place = dyn_cast<tensor::ExtractSliceOp>(user);
        place && !pieces.place)
      pieces.place = place;
    else if (auto insertion = dyn_cast<tensor::ParallelInsertSliceOp>(user);
             insertion && !pieces.insertion)
      pieces.insertion = insertion;
    else
      return std::nullopt;
  if (!pieces.place || !pieces.insertion ||
      !llvm::all_of(pieces.insertion.getMixedStrides(), isOneInteger))
    return std::nullopt;
  OpOperand *use = getOnlyUse(forall.getResult(0));
  if (use) {
    pieces.reshape = dyn_cast<tensor::CollapseShapeOp>(use->getOwner());
    if (pieces.reshape)
      use = getOnlyUse(pieces.reshape.getResult());
  }
  pieces.reader = use ? dyn_cast<linalg::GenericOp>(use->getOwner()) : nullptr;
  if (!pieces.reader || pieces.reader->getBlock() != forall->getBlock() ||
      !isElementwise(pieces.reader, *use))
    return std::nullopt;
  pieces.sums = use;
  return pieces;
}

/// Where a piece is, in the shape that the reader sees.
static std::optional<Window> getWindow(OpBuilder &b, const Pieces &pieces) {
  tensor::ParallelInsertSliceOp insertion = pieces.insertion;
  Window whole{insertion.getMixedOffsets(), insertion.getMixedSizes()};
  if (!pieces.reshape)
    return whole;
  return getResultWindow(b, pieces.reshape, whole);
}

/// The part of `operand` that the window needs, or all of it.
static Value takePart(OpBuilder &b, Location loc, Value operand, AffineMap map,
                      const Window &window) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type || type.getRank() == 0)
    return operand;
  SmallVector<OpFoldResult> offsets, sizes,
      ones(type.getRank(), b.getIndexAttr(1));
  for (AffineExpr expr : map.getResults()) {
    unsigned dim = cast<AffineDimExpr>(expr).getPosition();
    offsets.push_back(window.offsets[dim]);
    sizes.push_back(window.sizes[dim]);
  }
  bool isAll = type.hasStaticShape();
  for (auto [size, part] : llvm::zip_equal(type.getShape(), sizes))
    isAll &= isConstantIntValue(part, size);
  if (isAll)
    return operand;
  return tensor::ExtractSliceOp::create(b, loc, operand, offsets, sizes, ones);
}

/// The sums of a piece in as many axes as the window has.
static Value expandTo(OpBuilder &b, Location loc, Value sums,
                      ArrayRef<OpFoldResult> sizes) {
  auto type = cast<RankedTensorType>(sums.getType());
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(sizes, dynamic, shape);
  if (type.getRank() == int64_t(shape.size()))
    return sums;
  auto groups = getReassociationIndicesForCollapse(shape, type.getShape());
  if (!groups)
    return nullptr;
  return tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), sums,
      *groups, sizes);
}

/// Computes the results of the reader in the body of `forall`, which is that of
/// the product, and puts them where its sums were put.
static void fuseReader(RewriterBase &b, Pieces &pieces, const Window &window,
                       Value sums, scf::ForallOp forall) {
  linalg::GenericOp reader = pieces.reader;
  Location loc = reader.getLoc();
  scf::InParallelOp done = forall.getTerminator();
  b.setInsertionPoint(done);
  SmallVector<Value> inputs, outputs;
  for (OpOperand *operand : reader.getDpsInputOperands())
    inputs.push_back(operand == pieces.sums
                         ? sums
                         : takePart(b, loc, operand->get(),
                                    reader.getMatchingIndexingMap(operand),
                                    window));
  SmallVector<OpFoldResult> ones(window.sizes.size(), b.getIndexAttr(1));
  SmallVector<Type> types;
  for (Value out : forall.getRegionIterArgs()) {
    outputs.push_back(tensor::ExtractSliceOp::create(
        b, loc, out, window.offsets, window.sizes, ones));
    types.push_back(outputs.back().getType());
  }
  auto part = linalg::GenericOp::create(b, loc, types, inputs, outputs,
                                        reader.getIndexingMapsArray(),
                                        reader.getIteratorTypesArray());
  part.getRegion().takeBody(reader.getRegion());
  b.setInsertionPointToStart(done.getBody());
  for (auto [value, out] :
       llvm::zip_equal(part.getResults(), forall.getRegionIterArgs()))
    tensor::ParallelInsertSliceOp::create(b, loc, value, out, window.offsets,
                                          window.sizes, ones);
}

static void fuse(RewriterBase &b, Pieces &pieces) {
  std::optional<Window> window = getWindow(b, pieces);
  if (!window)
    return;
  scf::ForallOp old = pieces.forall;
  linalg::GenericOp reader = pieces.reader;
  b.setInsertionPoint(pieces.insertion->getParentOp());
  Location loc = reader.getLoc();
  Value sums = expandTo(b, loc, pieces.insertion.getSource(), window->sizes);
  if (!sums)
    return;
  // Of the piece, not of all sums: so much is read again while it is near.
  giveOwnMemory(b, pieces.place);
  b.eraseOp(pieces.insertion);

  // Sizes of the sums are asked of what they were written to.
  Value init = old.getOutputs()[0];
  auto replaceSizes = [&](Value value) {
    for (Operation *user : llvm::make_early_inc_range(value.getUsers()))
      if (auto dim = dyn_cast<tensor::DimOp>(user)) {
        b.setInsertionPoint(dim);
        Value source = init;
        if (value != old.getResult(0))
          source = tensor::CollapseShapeOp::create(
              b, dim.getLoc(), init, pieces.reshape.getReassociationIndices());
        b.replaceOpWithNewOp<tensor::DimOp>(dim, source, dim.getIndex());
      }
  };
  replaceSizes(old.getResult(0));
  if (pieces.reshape)
    replaceSizes(pieces.reshape.getResult());

  b.setInsertionPoint(reader);
  auto forall = scf::ForallOp::create(
      b, old.getLoc(), old.getMixedLowerBound(), old.getMixedUpperBound(),
      old.getMixedStep(), reader.getOutputs(), old.getMapping());
  forall.getRegion().takeBody(old.getRegion());
  Block *body = forall.getBody();
  body->eraseArgument(body->getNumArguments() - 1);
  for (Value out : reader.getOutputs())
    body->addArgument(out.getType(), loc);
  fuseReader(b, pieces, *window, sums, forall);
  b.replaceOp(reader, forall.getResults());
  if (pieces.reshape)
    b.eraseOp(pieces.reshape);
  b.eraseOp(old);
}

namespace {
struct FusePieces : dorefa::impl::FusePiecesBase<FusePieces> {
  void runOnOperation() override {
    SmallVector<scf::ForallOp> products;
    getOperation()->walk(
        [&](scf::ForallOp forall) { products.push_back(forall); });
    IRRewriter rewriter(&getContext());
    for (scf::ForallOp forall : products)
      if (std::optional<Pieces> pieces = match(forall))
        fuse(rewriter, *pieces);
  }
};
} // namespace
