//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_ALIGNCONTRACTIONS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// The loop that the last axis of the only result runs along, if the op
/// contracts two inputs.
static std::optional<unsigned> getVectorLoop(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumResults() != 1 ||
      op.getNumDpsInputs() != 2)
    return std::nullopt;
  AffineMap map = op.getIndexingMapsArray().back();
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto last = dyn_cast<AffineDimExpr>(map.getResults().back());
  return last ? std::optional(last.getPosition()) : std::nullopt;
}

/// The axis of an input that runs along `loop`, if it is not the last one.
static std::optional<int64_t> getOuterAxis(AffineMap map, unsigned loop) {
  for (auto [axis, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (dim && dim.getPosition() == loop && axis + 1 < map.getNumResults())
      return axis;
  }
  return std::nullopt;
}

/// Whether few sums are made of long rows: vectors along the rows, which both
/// inputs have, are full then, and vectors along the sums are not.
static bool hasFewColumns(linalg::GenericOp op, unsigned loop) {
  constexpr int64_t fewest = 16, longRow = 128;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  if (ShapedType::isDynamic(extents[loop]) || extents[loop] >= fewest)
    return false;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (maps[0].getNumResults() == 0 || maps[1].getNumResults() == 0)
    return false;
  AffineExpr last = maps[0].getResults().back();
  auto row = dyn_cast<AffineDimExpr>(last);
  return row && maps[1].getResults().back() == last &&
         op.getIteratorTypesArray()[row.getPosition()] ==
             utils::IteratorType::reduction &&
         extents[row.getPosition()] >= longRow;
}

static void align(linalg::GenericOp op, unsigned loop) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  ImplicitLocOpBuilder b(op.getLoc(), op);
  bool changed = false;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    AffineMap &map = maps[operand->getOperandNumber()];
    std::optional<int64_t> axis = getOuterAxis(map, loop);
    if (!axis)
      continue;
    SmallVector<int64_t> permutation =
        llvm::to_vector(llvm::seq<int64_t>(map.getNumResults()));
    permutation.erase(permutation.begin() + *axis);
    permutation.push_back(*axis);
    auto type = cast<RankedTensorType>(operand->get().getType());
    SmallVector<OpFoldResult> sizes;
    SmallVector<AffineExpr> exprs;
    for (int64_t source : permutation) {
      exprs.push_back(map.getResult(source));
      if (type.isDynamicDim(source))
        sizes.push_back(
            tensor::DimOp::create(b, operand->get(), source).getResult());
      else
        sizes.push_back(b.getIndexAttr(type.getDimSize(source)));
    }
    Value empty = tensor::EmptyOp::create(b, sizes, type.getElementType());
    auto transpose =
        linalg::TransposeOp::create(b, operand->get(), empty, permutation);
    operand->set(transpose->getResult(0));
    map = AffineMap::get(map.getNumDims(), 0, exprs, b.getContext());
    changed = true;
  }
  if (changed)
    op.setIndexingMapsAttr(b.getAffineMapArrayAttr(maps));
}

namespace {
struct AlignContractions
    : dorefa::impl::AlignContractionsBase<AlignContractions> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp>(op.getOperation()) &&
          op.hasPureTensorSemantics() && op.getNumReductionLoops() > 0)
        named.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      (void)linalg::generalizeNamedOp(rewriter, op);
    }
    getOperation()->walk([](linalg::GenericOp op) {
      if (!op.hasPureTensorSemantics())
        return;
      std::optional<unsigned> loop = getVectorLoop(op);
      if (loop && !hasFewColumns(op, *loop))
        align(op, *loop);
    });
  }
};
} // namespace
