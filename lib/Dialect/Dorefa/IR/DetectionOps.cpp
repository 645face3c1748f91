//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints, types and gradients of the ops of a single-shot detector.

#include "dorefa/Dialect/Dorefa/IR/DorefaDetection.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::dorefa;

#define GET_OP_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaDetectionOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Anchors
//===----------------------------------------------------------------------===//

/// The number of anchors; failure with (C1) to (C3) if there is none.
static FailureOr<int64_t>
countAnchors(function_ref<InFlightDiagnostic()> emitError,
             ArrayRef<int64_t> grids, ArrayRef<float> sizes) {
  constexpr int64_t most = 1 << 20;
  if (grids.empty() || grids.size() % 2 != 0 ||
      llvm::any_of(grids, [](int64_t size) { return size < 1; })) {
    emitError() << "(C1) grids must be pairs of positive numbers (rows, "
                   "columns), got "
                << grids;
    return failure();
  }
  const size_t levels = grids.size() / 2;
  // Negated, so that a NaN is wrong.
  if (sizes.empty() || sizes.size() % (2 * levels) != 0 ||
      !llvm::all_of(sizes, [](float size) { return size > 0; })) {
    emitError() << "(C2) sizes must be positive, as many pairs (width, height) "
                   "for each of the "
                << levels << " grids";
    return failure();
  }
  const int64_t perCell = sizes.size() / 2 / levels;
  int64_t count = 0;
  for (size_t level = 0; level < levels; ++level) {
    const int64_t rows = grids[2 * level], columns = grids[2 * level + 1];
    if (rows > most || columns > most ||
        (count += rows * columns * perCell) > most) {
      emitError() << "(C3) expected at most " << most << " anchors";
      return failure();
    }
  }
  return count;
}

LogicalResult AnchorBoxesOp::verify() {
  FailureOr<int64_t> count =
      countAnchors([&] { return emitOpError(); }, getGrids(), getSizes());
  if (failed(count))
    return failure();
  auto type = cast<RankedTensorType>(getResult().getType());
  if (type.getShape() != ArrayRef<int64_t>{*count, 4})
    return emitOpError("(C3) the result must be [")
           << *count << ", 4], got " << type;
  return success();
}

LogicalResult AnchorBoxesOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, Adaptor adaptor,
    SmallVectorImpl<Type> &inferredReturnTypes) {
  Location loc = location.value_or(UnknownLoc::get(context));
  if (!adaptor.getGridsAttr() || !adaptor.getSizesAttr())
    return failure();
  FailureOr<int64_t> count = countAnchors(
      [&] { return mlir::emitError(loc, "'dorefa.anchor_boxes' op "); },
      adaptor.getGrids(), adaptor.getSizes());
  if (failed(count))
    return failure();
  inferredReturnTypes.push_back(
      RankedTensorType::get({*count, 4}, Float32Type::get(context)));
  return success();
}

//===----------------------------------------------------------------------===//
// Matching and loss
//===----------------------------------------------------------------------===//

/// True if `value` has this shape: sizes, or a number that is not known (-1)
/// for any static size.
static bool hasShape(Value value, ArrayRef<int64_t> shape) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() != static_cast<int64_t>(shape.size()))
    return false;
  for (auto [size, wanted] : llvm::zip_equal(type.getShape(), shape))
    if (ShapedType::isDynamic(size) || (wanted != -1 && size != wanted))
      return false;
  return true;
}

/// The same behind a batch axis, whose size goes into `batch` where it is
/// static; false if it is another than there.
static bool hasBatchOf(Value value, ArrayRef<int64_t> shape, int64_t &batch) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getRank() != static_cast<int64_t>(shape.size()) + 1)
    return false;
  for (auto [size, wanted] :
       llvm::zip_equal(type.getShape().drop_front(), shape))
    if (ShapedType::isDynamic(size) || (wanted != -1 && size != wanted))
      return false;
  int64_t size = type.getDimSize(0);
  if (ShapedType::isDynamic(size))
    return true;
  if (!ShapedType::isDynamic(batch) && batch != size)
    return false;
  batch = size;
  return true;
}

/// (C1) of anchors, boxes and labels.
static LogicalResult verifyObjects(Operation *op, Value anchors, Value boxes,
                                   Value labels, int64_t &batch) {
  if (!hasShape(anchors, {-1, 4}))
    return op->emitOpError("(C1) anchors must be [N, 4], N static, got ")
           << anchors.getType();
  if (!hasBatchOf(boxes, {-1, 4}, batch))
    return op->emitOpError("(C1) boxes must be [batch, K, 4], K static, got ")
           << boxes.getType();
  int64_t objects = cast<RankedTensorType>(boxes.getType()).getDimSize(1);
  if (!hasBatchOf(labels, {objects}, batch))
    return op->emitOpError("(C1) labels must be [batch, ")
           << objects << "] for boxes of " << boxes.getType() << ", got "
           << labels.getType();
  return success();
}

static int64_t getAnchorCount(Value anchors) {
  return cast<RankedTensorType>(anchors.getType()).getDimSize(0);
}

LogicalResult MatchAnchorsOp::verify() {
  int64_t batch = ShapedType::kDynamic;
  if (failed(
          verifyObjects(*this, getAnchors(), getBoxes(), getLabels(), batch)))
    return failure();
  int64_t anchors = getAnchorCount(getAnchors());
  if (!hasBatchOf(getResult(), {anchors}, batch))
    return emitOpError("(C1) the result must be [batch, ")
           << anchors << "], got " << getResult().getType();
  float threshold = getThreshold().convertToFloat();
  if (!(threshold > 0 && threshold <= 1))
    return emitOpError("(C2) the threshold must be above 0 and at most 1, got ")
           << threshold;
  return success();
}

LogicalResult
MatchAnchorsOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                 Adaptor adaptor,
                                 SmallVectorImpl<Type> &inferredReturnTypes) {
  auto anchors = dyn_cast<RankedTensorType>(adaptor.getAnchors().getType());
  auto boxes = dyn_cast<RankedTensorType>(adaptor.getBoxes().getType());
  if (!anchors || !boxes || anchors.getRank() < 1 || boxes.getRank() < 1)
    return failure();
  inferredReturnTypes.push_back(
      RankedTensorType::get({boxes.getDimSize(0), anchors.getDimSize(0)},
                            IntegerType::get(context, 32)));
  return success();
}

/// (C1) and (C2) of multibox_loss and its gradient.
template <typename OpT>
static LogicalResult verifyMultibox(OpT op) {
  int64_t batch = ShapedType::kDynamic;
  if (failed(verifyObjects(op, op.getAnchors(), op.getBoxes(), op.getLabels(),
                           batch)))
    return failure();
  int64_t anchors = getAnchorCount(op.getAnchors());
  if (!hasBatchOf(op.getOffsets(), {anchors, 4}, batch))
    return op.emitOpError("(C1) offsets must be [batch, ")
           << anchors << ", 4] for anchors of " << op.getAnchors().getType()
           << ", got " << op.getOffsets().getType();
  if (!hasBatchOf(op.getLogits(), {anchors, -1}, batch) ||
      cast<RankedTensorType>(op.getLogits().getType()).getDimSize(2) < 2)
    return op.emitOpError("(C1) logits must be [batch, ")
           << anchors
           << ", classes + 1], the classes static, at least one, got "
           << op.getLogits().getType();
  if (!hasBatchOf(op.getMatch(), {anchors}, batch))
    return op.emitOpError("(C1) match must be [batch, ")
           << anchors << "], got " << op.getMatch().getType();
  int64_t negatives = op.getNegativesAttr().getInt();
  if (negatives < 0)
    return op.emitOpError("(C2) negatives must be at least 0, got ")
           << negatives;
  return success();
}

LogicalResult MultiboxLossOp::verify() { return verifyMultibox(*this); }
LogicalResult MultiboxLossGradOp::verify() { return verifyMultibox(*this); }

LogicalResult
MultiboxLossOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                                 Adaptor,
                                 SmallVectorImpl<Type> &inferredReturnTypes) {
  inferredReturnTypes.push_back(
      RankedTensorType::get({}, Float32Type::get(context)));
  return success();
}

bool MultiboxLossOp::carriesGradient(unsigned operand) { return operand < 2; }

FailureOr<SmallVector<Value>> MultiboxLossOp::buildVectorJacobianProduct(
    OpBuilder &builder, ArrayRef<Value> cotangents, const BackwardContext &) {
  auto grad = MultiboxLossGradOp::create(
      builder, getLoc(), getOffsets().getType(), getLogits().getType(),
      cotangents[0], getOffsets(), getLogits(), getMatch(), getAnchors(),
      getBoxes(), getLabels(), getNegativesAttr());
  SmallVector<Value> gradients(getNumOperands());
  gradients[0] = grad.getOffsetsGrad();
  gradients[1] = grad.getLogitsGrad();
  return gradients;
}
