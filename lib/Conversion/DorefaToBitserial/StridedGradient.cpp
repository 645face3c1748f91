//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The gradient of an image that a window crosses in strides: pixels that lie a
// stride apart see the same taps, so each phase of the stride is a gradient of
// its own, of a part of the filter and without a stride. As one convolution it
// would slide over a grid that is zeros but for one position of each stride.

#include "BitserialBuilders.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {

/// Along one axis: pixels first, first + stride, ..., and the taps they see.
struct Phase {
  int64_t first, pixels, stride;
  int64_t firstTap, taps;
  int64_t low, high; // pads
};

/// The phases of axis `axis`, or none where not all of them are windows.
SmallVector<Phase> getPhases(const ConvWindow &window, unsigned axis,
                             int64_t pixels, int64_t taps, int64_t positions) {
  int64_t stride = window.strides[axis];
  int64_t low = window.pads[axis], high = window.pads[axis + 2];
  if (stride == 1)
    return {{0, pixels, 1, 0, taps, low, high}};
  if (window.dilations[axis] != 1)
    return {};
  SmallVector<Phase> phases;
  for (int64_t first = 0; first < std::min(stride, pixels); ++first) {
    Phase phase;
    phase.first = first;
    phase.stride = stride;
    phase.pixels = llvm::divideCeil(pixels - first, stride);
    phase.firstTap = (first + low) % stride;
    phase.taps = phase.firstTap < taps
                     ? llvm::divideCeil(taps - phase.firstTap, stride)
                     : 0;
    phase.low = (first + low) / stride;
    phase.high = positions - phase.pixels - phase.low + phase.taps - 1;
    // The last pixels lie behind all windows.
    if (phase.taps > 0 && phase.high < 0)
      return {};
    phases.push_back(phase);
  }
  return phases;
}

struct SplitPhases : OpRewritePattern<Conv2DGradInputOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(Conv2DGradInputOp op,
                                PatternRewriter &rewriter) const override {
    ConvWindow window = op.getWindow();
    if (llvm::all_of(window.strides, [](int64_t s) { return s == 1; }))
      return failure();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    auto filter = cast<RankedTensorType>(op.getFilter().getType());
    auto cotangent = cast<RankedTensorType>(op.getCotangent().getType());
    auto getAxisPhases = [&](unsigned axis) {
      return getPhases(window, axis, type.getDimSize(axis + 1),
                       filter.getDimSize(axis + 1),
                       cotangent.getDimSize(axis + 1));
    };
    SmallVector<Phase> rows = getAxisPhases(0), columns = getAxisPhases(1);
    if (rows.empty() || columns.empty())
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    bool all = true;
    for (const Phase &phase : llvm::concat<Phase>(rows, columns))
      all &= phase.taps > 0;
    Value result = all ? buildEmpty(b, getResultSizes(b, op), b.getF32Type())
                       : buildUnseen(b, op);
    for (const Phase &row : rows)
      for (const Phase &column : columns)
        if (row.taps > 0 && column.taps > 0)
          result = buildPhase(b, op, row, column, result);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  static SmallVector<OpFoldResult> getResultSizes(ImplicitLocOpBuilder &b,
                                                  Conv2DGradInputOp op) {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), type.getShape());
    sizes[0] = getSize(b, op.getCotangent(), 0);
    return sizes;
  }

  /// Pixels that no window sees: zero, times the scales.
  static Value buildUnseen(ImplicitLocOpBuilder &b, Conv2DGradInputOp op) {
    Value factor = buildFactor(b, op.getCotangentScale(), op.getFilterScale(),
                               /*denominator=*/1);
    return buildElementwise(
        b, factor, getScaleMap(factor, 4), getResultSizes(b, op),
        b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value zero = buildScalar(b, b.getF32Type(), 0);
          return {arith::MulFOp::create(b, zero, args[0])};
        })[0];
  }

  static Value buildPhase(ImplicitLocOpBuilder &b, Conv2DGradInputOp op,
                          const Phase &row, const Phase &column, Value result) {
    auto type = cast<RankedTensorType>(result.getType());
    auto index = [&](ArrayRef<int64_t> values) {
      return getAsIndexOpFoldResult(b.getContext(), values);
    };
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    Value filter = tensor::ExtractSliceOp::create(
        b, op.getFilter(), index({0, row.firstTap, column.firstTap, 0}),
        index({filterType.getDimSize(0), row.taps, column.taps,
               filterType.getDimSize(3)}),
        index({1, row.stride, column.stride, 1}));
    auto phaseType = RankedTensorType::get(
        {type.getDimSize(0), row.pixels, column.pixels, type.getDimSize(3)},
        type.getElementType());
    auto phase = Conv2DGradInputOp::create(
        b, phaseType, op.getCotangent(), filter, op.getCotangentScale(),
        op.getFilterScale(), ArrayRef<int64_t>{1, 1},
        ArrayRef{row.low, column.low, row.high, column.high}, op.getDilations(),
        op.getGroups());
    phase->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    SmallVector<OpFoldResult> sizes = getSizes(b, phase.getResult());
    return tensor::InsertSliceOp::create(
        b, phase.getResult(), result, index({0, row.first, column.first, 0}),
        sizes, index({1, row.stride, column.stride, 1}));
  }
};

} // namespace

void mlir::dorefa::populatePhasePatterns(RewritePatternSet &patterns) {
  patterns.add<SplitPhases>(patterns.getContext());
}
