//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Differentiation rules of linalg: which op takes which. Convolutions and pools
// go by their windows, all others by their loops.

#include "LinalgRules.h"
#include "Rules.h"
#include "WindowRules.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::dorefa;

template <typename OpTy>
static Gradients differentiateLoops(OpTy op, OpBuilder &builder,
                                    ArrayRef<Value> cotangents,
                                    const BackwardContext &context) {
  return differentiateStructured(cast<linalg::LinalgOp>(op.getOperation()),
                                 builder, cotangents, context);
}

template <typename... OpTys>
static void attachLoops(MLIRContext *context) {
  (attachRule<OpTys, differentiateLoops<OpTys>>(context), ...);
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

static AxisOrder channelsLast() { return {{0, 1, 2, 3}, {}}; }
static AxisOrder channelsFirst() { return {{0, 2, 3, 1}, {}}; }
/// Groups between batch and channels, as torch-mlir writes them.
static AxisOrder groupsFirst() {
  return {{0, 3, 4, 1, 2}, {{0}, {1}, {2}, {3, 4}}};
}

static ConvLayout layoutOf(linalg::Conv2DNhwcFhwcOp) {
  return {channelsLast(), channelsLast(), channelsLast()};
}
static ConvLayout layoutOf(linalg::Conv2DNhwcHwcfOp) {
  return {channelsLast(), {{3, 0, 1, 2}, {}}, channelsLast()};
}
static ConvLayout layoutOf(linalg::Conv2DNchwFchwOp) {
  return {channelsFirst(), channelsFirst(), channelsFirst()};
}
static ConvLayout layoutOf(linalg::Conv2DNgchwGfchwOp) {
  return {
      groupsFirst(), {{0, 1, 3, 4, 2}, {{0, 1}, {2}, {3}, {4}}}, groupsFirst()};
}
static ConvLayout layoutOf(linalg::Conv2DNgchwFgchwOp) {
  return {
      groupsFirst(), {{1, 0, 3, 4, 2}, {{0, 1}, {2}, {3}, {4}}}, groupsFirst()};
}
// Depthwise: a filter for each channel.
static ConvLayout layoutOf(linalg::DepthwiseConv2DNhwcHwcOp) {
  return {channelsLast(), {{2, 0, 1}, {{0}, {1}, {2}, {}}}, channelsLast()};
}
static ConvLayout layoutOf(linalg::DepthwiseConv2DNchwChwOp) {
  return {channelsFirst(), {{0, 1, 2}, {{0}, {1}, {2}, {}}}, channelsFirst()};
}

/// The axis of the image that counts the groups, if there is one.
template <typename OpTy>
static std::optional<unsigned> groupAxis() {
  if (std::is_same_v<OpTy, linalg::Conv2DNgchwGfchwOp> ||
      std::is_same_v<OpTy, linalg::Conv2DNgchwFgchwOp> ||
      std::is_same_v<OpTy, linalg::DepthwiseConv2DNchwChwOp>)
    return 1;
  if (std::is_same_v<OpTy, linalg::DepthwiseConv2DNhwcHwcOp>)
    return 3;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Convolutions and pools
//===----------------------------------------------------------------------===//

namespace {
/// The window of a linalg op; it never pads.
struct LinalgWindow {
  template <typename OpTy>
  explicit LinalgWindow(OpTy op, int64_t groups = 1)
      : strides(op.getStrides().template getValues<int64_t>()),
        dilations(op.getDilations().template getValues<int64_t>()),
        groups(groups) {}

  ConvWindow get() const { return {strides, pads, dilations, groups}; }

  SmallVector<int64_t> strides, dilations;
  SmallVector<int64_t> pads = {0, 0, 0, 0};
  int64_t groups;
};
} // namespace

template <typename OpTy>
static Gradients differentiateConv(OpTy op, OpBuilder &builder,
                                   ArrayRef<Value> cotangents,
                                   const BackwardContext &context) {
  Value image = op.getInputs()[0], filter = op.getInputs()[1];
  auto imageType = cast<RankedTensorType>(image.getType());
  int64_t groups =
      groupAxis<OpTy>() ? imageType.getDimSize(*groupAxis<OpTy>()) : 1;
  LinalgWindow window(op, groups);
  FailureOr<std::pair<Value, Value>> gradients =
      differentiateConvolution(op, builder, cotangents[0], image, filter,
                               layoutOf(op), window.get(), context);
  if (failed(gradients))
    return failure();
  return SmallVector<Value>{gradients->first, gradients->second, cotangents[0]};
}

template <typename... OpTys>
static void attachConvolutions(MLIRContext *context) {
  (attachRule<OpTys, differentiateConv<OpTys>>(context), ...);
}

template <typename OpTy>
static AxisOrder poolOrder() {
  return std::is_same_v<OpTy, linalg::PoolingNchwMaxOp> ||
                 std::is_same_v<OpTy, linalg::PoolingNchwSumOp>
             ? channelsFirst()
             : channelsLast();
}

/// The start value of a max-pool is below every element: dorefa.max_pool has
/// none.
static bool startsLowest(Value start) {
  auto fill = start.getDefiningOp<linalg::FillOp>();
  FloatAttr value;
  DenseElementsAttr elements;
  if (fill && matchPattern(fill.getInputs()[0], m_Constant(&value)))
    return value.getValue().isNegative() &&
           (value.getValue().isInfinity() || value.getValue().isLargest());
  if (matchPattern(start, m_Constant(&elements)) && elements.isSplat()) {
    APFloat splat = elements.getSplatValue<APFloat>();
    return splat.isNegative() && (splat.isInfinity() || splat.isLargest());
  }
  return false;
}

template <typename OpTy>
static Gradients differentiateMax(OpTy op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &) {
  if (!startsLowest(op.getOutputs()[0]))
    return op.emitOpError("is differentiated only where it starts from a "
                          "constant -inf or lowest float");
  LinalgWindow window(op);
  auto kernel = cast<RankedTensorType>(op.getInputs()[1].getType());
  FailureOr<Value> gradient =
      differentiateMaxPool(op, builder, cotangents[0], op.getInputs()[0],
                           poolOrder<OpTy>(), kernel.getShape(), window.get());
  if (failed(gradient))
    return failure();
  return SmallVector<Value>{*gradient, Value(), Value()};
}

template <typename OpTy>
static Gradients differentiateSum(OpTy op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context) {
  LinalgWindow window(op);
  auto kernel = cast<RankedTensorType>(op.getInputs()[1].getType());
  SmallVector<Value> gradients = {Value(), Value(), cotangents[0]};
  if (context.needed(0)) {
    FailureOr<Value> gradient = differentiateSumPool(
        op, builder, cotangents[0], op.getInputs()[0], poolOrder<OpTy>(),
        kernel.getShape(), window.get());
    if (failed(gradient))
      return failure();
    gradients[0] = *gradient;
  }
  return gradients;
}

void mlir::dorefa::attachLinalgRules(MLIRContext *context) {
  using namespace linalg;
  attachLoops<GenericOp, MapOp, ReduceOp, BroadcastOp, TransposeOp, FillOp,
              CopyOp>(context);
  attachLoops<ElementwiseOp, AbsOp, AddOp, DivOp, ErfOp, ExpOp, LogOp, MaxOp,
              MinOp, MulOp, NegFOp, PowFOp, ReciprocalOp, RsqrtOp, SelectOp,
              SqrtOp, SquareOp, SubOp, TanhOp>(context);
  attachLoops<ContractOp, MatmulOp, BatchMatmulOp, BatchReduceMatmulOp,
              MatvecOp, BatchMatvecOp, VecmatOp, BatchVecmatOp, DotOp>(context);
  attachConvolutions<Conv2DNhwcFhwcOp, Conv2DNhwcHwcfOp, Conv2DNchwFchwOp,
                     Conv2DNgchwGfchwOp, Conv2DNgchwFgchwOp,
                     DepthwiseConv2DNhwcHwcOp, DepthwiseConv2DNchwChwOp>(
      context);
  attachRule<PoolingNhwcMaxOp, differentiateMax<PoolingNhwcMaxOp>>(context);
  attachRule<PoolingNchwMaxOp, differentiateMax<PoolingNchwMaxOp>>(context);
  attachRule<PoolingNhwcSumOp, differentiateSum<PoolingNhwcSumOp>>(context);
  attachRule<PoolingNchwSumOp, differentiateSum<PoolingNchwSumOp>>(context);
}
