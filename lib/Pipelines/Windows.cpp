//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Windows.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Sizes of `value`, as what makes it has them; null where it does not say.
static OpFoldResult getSize(Value value, unsigned axis) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(axis))
    return IntegerAttr::get(IndexType::get(value.getContext()),
                            type.getDimSize(axis));
  Operation *op = value.getDefiningOp();
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op))
    return empty.getMixedSizes()[axis];
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
    return expand.getMixedOutputShape()[axis];
  if (auto loop = dyn_cast_or_null<scf::ForallOp>(op))
    return getSize(loop.getOutputs()[cast<OpResult>(value).getResultNumber()],
                   axis);
  return nullptr;
}

/// Whether the window is all of an axis: as long as that, it begins with it.
static bool isWhole(const Window &window, Value source, unsigned axis) {
  OpFoldResult size = getSize(source, axis);
  return size && isEqualConstantIntOrValue(window.sizes[axis], size);
}

/// The only axis of `group` that is not of length one, the last one if all are;
/// nothing if there are several.
static std::optional<int64_t> getOnlyAxis(ArrayRef<int64_t> shape,
                                          ArrayRef<int64_t> group) {
  int64_t axis = group.back(), count = 0;
  for (int64_t i : group)
    if (shape[i] != 1) {
      axis = i;
      ++count;
    }
  if (count > 1)
    return std::nullopt;
  return axis;
}

static std::optional<Window> collapse(OpBuilder &b, tensor::CollapseShapeOp op,
                                      const Window &window) {
  Window result;
  ArrayRef<int64_t> shape = op.getSrcType().getShape();
  for (auto [i, group] : llvm::enumerate(op.getReassociationIndices())) {
    if (std::optional<int64_t> axis = getOnlyAxis(shape, group)) {
      result.offsets.push_back(window.offsets[*axis]);
      result.sizes.push_back(window.sizes[*axis]);
      continue;
    }
    if (op.getResultType().isDynamicDim(i) ||
        !llvm::all_of(group, [&](int64_t axis) {
          return isWhole(window, op.getSrc(), axis);
        }))
      return std::nullopt;
    result.offsets.push_back(b.getIndexAttr(0));
    result.sizes.push_back(b.getIndexAttr(op.getResultType().getDimSize(i)));
  }
  return result;
}

static std::optional<Window> expand(OpBuilder &b, tensor::ExpandShapeOp op,
                                    const Window &window) {
  ArrayRef<int64_t> shape = op.getResultType().getShape();
  Window result;
  result.offsets.assign(shape.size(), b.getIndexAttr(0));
  result.sizes.assign(shape.size(), b.getIndexAttr(1));
  for (auto [i, group] : llvm::enumerate(op.getReassociationIndices())) {
    std::optional<int64_t> axis = getOnlyAxis(shape, group);
    if (!axis)
      return std::nullopt;
    result.offsets[*axis] = window.offsets[i];
    result.sizes[*axis] = window.sizes[i];
  }
  return result;
}

/// Whether `value` is a multiple of `factor` whatever turn of the loops it is.
static bool isMultiple(OpFoldResult value, int64_t factor) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % factor == 0;
  auto index = dyn_cast<BlockArgument>(cast<Value>(value));
  if (!index)
    return false;
  auto loop = dyn_cast<scf::ForallOp>(index.getOwner()->getParentOp());
  if (!loop || index.getArgNumber() >= unsigned(loop.getRank()))
    return false;
  std::optional<int64_t> first = getConstantIntValue(
                             loop.getMixedLowerBound()[index.getArgNumber()]),
                         step = getConstantIntValue(
                             loop.getMixedStep()[index.getArgNumber()]);
  return first && step && *first % factor == 0 && *step % factor == 0;
}

static std::optional<Window> thin(OpBuilder &b, tensor::ExtractSliceOp op,
                                  const Window &window) {
  if (op.getDroppedDims().any())
    return std::nullopt;
  Window result;
  for (unsigned axis : llvm::seq(op.getSourceType().getRank())) {
    OpFoldResult size = op.getMixedSizes()[axis];
    int64_t offset = op.getStaticOffset(axis), step = op.getStaticStride(axis);
    if (ShapedType::isDynamic(offset) || ShapedType::isDynamic(step))
      return std::nullopt;
    if (getConstantIntValue(size) && isWhole(window, op.getSource(), axis)) {
      result.offsets.push_back(b.getIndexAttr(0));
      result.sizes.push_back(size);
      continue;
    }
    if (offset == 0 && step == 1) {
      OpFoldResult all = getSize(op.getSource(), axis);
      if (!all || !isEqualConstantIntOrValue(size, all))
        return std::nullopt;
      result.offsets.push_back(window.offsets[axis]);
      result.sizes.push_back(window.sizes[axis]);
      continue;
    }
    // The first of each `step` elements, of as many as the slice takes.
    std::optional<int64_t> count = getConstantIntValue(window.sizes[axis]),
                           taken = getConstantIntValue(size);
    if (offset != 0 || step <= 0 || !count || !taken || *count % step != 0 ||
        op.getSourceType().getDimSize(axis) != *taken * step ||
        !isMultiple(window.offsets[axis], step))
      return std::nullopt;
    result.offsets.push_back(affine::makeComposedFoldedAffineApply(
        b, op.getLoc(), b.getAffineDimExpr(0).floorDiv(step),
        {window.offsets[axis]}));
    result.sizes.push_back(b.getIndexAttr(*count / step));
  }
  return result;
}

std::optional<Window> dorefa::getResultWindow(OpBuilder &b, Operation *op,
                                              const Window &window) {
  return TypeSwitch<Operation *, std::optional<Window>>(op)
      .Case([&](tensor::CollapseShapeOp op) { return collapse(b, op, window); })
      .Case([&](tensor::ExpandShapeOp op) { return expand(b, op, window); })
      .Case([&](tensor::ExtractSliceOp op) { return thin(b, op, window); });
}

Value dorefa::buildOfPart(OpBuilder &b, Operation *op, Value part,
                          const Window &window, const Window &result) {
  Location loc = op->getLoc();
  return TypeSwitch<Operation *, Value>(op)
      .Case([&](tensor::CollapseShapeOp op) {
        return tensor::CollapseShapeOp::create(b, loc, part,
                                               op.getReassociationIndices());
      })
      .Case([&](tensor::ExpandShapeOp op) {
        SmallVector<int64_t> shape;
        SmallVector<Value> dynamic;
        dispatchIndexOpFoldResults(result.sizes, dynamic, shape);
        return tensor::ExpandShapeOp::create(
            b, loc, op.getResultType().clone(shape), part,
            op.getReassociationIndices(), result.sizes);
      })
      .Case([&](tensor::ExtractSliceOp op) {
        // Of a whole axis what is taken of it; of others the first element is
        // the first of the part, too.
        return tensor::ExtractSliceOp::create(
            b, loc, part, op.getMixedOffsets(), result.sizes,
            op.getMixedStrides());
      });
}
