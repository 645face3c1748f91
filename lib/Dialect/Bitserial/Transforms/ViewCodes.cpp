//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::bitserial {
#define GEN_PASS_DEF_VIEWCODES
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h.inc"
} // namespace mlir::bitserial

using namespace mlir;
using namespace mlir::bitserial;

/// Whether the words are the codes, byte by byte.
static bool isView(PackOp pack) {
  auto codes = dyn_cast<RankedTensorType>(pack.getCodes().getType());
  return codes && pack.getBytes() && pack.getInRange() &&
         pack.getAxis() == codes.getRank() - 1 &&
         !codes.isDynamicDim(pack.getAxis()) &&
         codes.getDimSize(pack.getAxis()) % wordBytes == 0;
}

/// The only op that reads more of `value` than its sizes.
static Operation *getOnlyReader(Value value) {
  Operation *only = nullptr;
  for (Operation *user : value.getUsers()) {
    if (isa<tensor::DimOp>(user))
      continue;
    if (only)
      return nullptr;
    only = user;
  }
  return only;
}

/// The insertion that puts the words where they were written to, the middle of
/// zeros, if nothing else reads them or the codes: other readers would find
/// these apart.
static tensor::InsertSliceOp findInsertion(PackOp pack) {
  Value words = pack->getResult(0);
  auto place = pack.getInit().getDefiningOp<tensor::ExtractSliceOp>();
  auto insertion =
      dyn_cast_if_present<tensor::InsertSliceOp>(getOnlyReader(words));
  if (!place || !insertion || getOnlyReader(pack.getCodes()) != pack)
    return nullptr;
  auto fill = place.getSource().getDefiningOp<linalg::FillOp>();
  if (!fill || !matchPattern(fill.getInputs()[0], m_Zero()) ||
      insertion.getSource() != words ||
      insertion.getDest() != place.getSource() ||
      !insertion.isSameAs(place, isEqualConstantIntOrValue) ||
      insertion.getSourceType().getRank() != insertion.getDestType().getRank())
    return nullptr;
  return insertion;
}

/// The codes before their last axis was split.
static tensor::ExpandShapeOp findSplit(Value codes) {
  auto split = codes.getDefiningOp<tensor::ExpandShapeOp>();
  if (!split || getOnlyReader(split.getSrc()) != split)
    return nullptr;
  SmallVector<ReassociationIndices> groups = split.getReassociationIndices();
  bool isLast = llvm::all_of(ArrayRef(groups).drop_back(),
                             [](ArrayRef<int64_t> g) { return g.size() == 1; });
  return isLast ? split : nullptr;
}

/// Codes in the middle of zeros, as their words were; their last axis is whole.
static Value buildPadded(OpBuilder &b, tensor::InsertSliceOp insertion,
                         Value codes) {
  Location loc = insertion.getLoc();
  auto type = cast<RankedTensorType>(codes.getType());
  int64_t rank = type.getRank();
  auto takeOuter = [&](SmallVector<OpFoldResult> all, OpFoldResult last) {
    all.resize(rank - 1);
    all.push_back(last);
    return all;
  };
  OpFoldResult channels = b.getIndexAttr(type.getDimSize(rank - 1));
  SmallVector<OpFoldResult> sizes =
      takeOuter(tensor::getMixedSizes(b, loc, insertion.getDest()), channels);
  Value zero = arith::ConstantOp::create(b, loc, b.getI8IntegerAttr(0));
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI8Type());
  Value zeros = linalg::FillOp::create(b, loc, zero, empty)->getResult(0);
  return tensor::InsertSliceOp::create(
      b, loc, codes, zeros,
      takeOuter(insertion.getMixedOffsets(), b.getIndexAttr(0)),
      takeOuter(insertion.getMixedSizes(), channels),
      takeOuter(insertion.getMixedStrides(), b.getIndexAttr(1)));
}

/// `padded` with the last axis split as that of the codes was.
static Value buildSplit(OpBuilder &b, Value padded,
                        tensor::ExpandShapeOp split) {
  Location loc = split.getLoc();
  auto type = cast<RankedTensorType>(padded.getType());
  SmallVector<int64_t> shape(split.getResultType().getShape());
  SmallVector<OpFoldResult> sizes = split.getMixedOutputShape();
  for (int64_t axis = 0; axis + 1 < type.getRank(); ++axis) {
    shape[axis] = type.getDimSize(axis);
    sizes[axis] = tensor::getMixedSize(b, loc, padded, axis);
  }
  return tensor::ExpandShapeOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), padded,
      split.getReassociationIndices(), sizes);
}

/// The codes one behind the other: of a slice, a copy. All that is a view of
/// them is one of the copy.
static Value buildGathered(OpBuilder &b, Location loc, Value codes) {
  Value whole = codes;
  while (isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(
      whole.getDefiningOp()))
    whole = whole.getDefiningOp()->getOperand(0);
  if (!whole.getDefiningOp<tensor::ExtractSliceOp>())
    return codes;
  Value empty = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, codes), b.getI8Type());
  return linalg::CopyOp::create(b, loc, codes, empty)->getResult(0);
}

static void view(RewriterBase &b, PackOp pack) {
  Value codes = pack.getCodes();
  if (pack.getInit().getDefiningOp<tensor::EmptyOp>()) {
    b.setInsertionPoint(pack);
    codes = buildGathered(b, pack.getLoc(), codes);
    b.replaceOpWithNewOp<ViewWordsOp>(pack, codes);
    return;
  }
  tensor::InsertSliceOp insertion = findInsertion(pack);
  if (!insertion)
    return;
  b.setInsertionPoint(insertion);
  if (tensor::ExpandShapeOp split = findSplit(codes))
    codes = buildSplit(b, buildPadded(b, insertion, split.getSrc()), split);
  else
    codes = buildPadded(b, insertion, codes);
  b.replaceOpWithNewOp<ViewWordsOp>(insertion, codes);
}

namespace {
struct ViewCodes : bitserial::impl::ViewCodesBase<ViewCodes> {
  void runOnOperation() override {
    SmallVector<PackOp> packs;
    getOperation()->walk([&](PackOp pack) {
      if (isView(pack))
        packs.push_back(pack);
    });
    IRRewriter rewriter(&getContext());
    for (PackOp pack : packs)
      view(rewriter, pack);
  }
};
} // namespace
