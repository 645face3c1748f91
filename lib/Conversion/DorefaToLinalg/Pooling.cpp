//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Max-pool with winners, and sending a cotangent back to them.

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Conversion/DorefaToLinalg/WindowBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

namespace {

struct LowerMaxPool : OpConversionPattern<MaxPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  /// value > best; the first NaN is better than any number, and stays.
  static Value buildBetter(ImplicitLocOpBuilder &b, Value value, Value best) {
    if (!isa<FloatType>(value.getType()))
      return arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, value, best);
    Value above =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UGT, value, best);
    Value isNumber =
        arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, best, best);
    return arith::AndIOp::create(b, above, isNumber);
  }

  /// The first tap of each window that is not padding: it wins where nothing is
  /// above the -inf that the padding holds.
  static Value buildFirstTaps(MaxPoolOp op, ImplicitLocOpBuilder &b,
                              ArrayRef<OpFoldResult> sizes) {
    ArrayRef<int64_t> pads = op.getPads(), strides = op.getStrides();
    if (pads[0] == 0 && pads[1] == 0)
      return buildFilled(b, sizes, b.getI8Type(), 0);
    auto type = cast<RankedTensorType>(op.getWinner().getType());
    SmallVector<int8_t> taps;
    for (int64_t y = 0; y < type.getDimSize(1); ++y)
      for (int64_t x = 0; x < type.getDimSize(2); ++x)
        taps.push_back(std::max<int64_t>(pads[0] - y * strides[0], 0) *
                           op.getKernel()[1] +
                       std::max<int64_t>(pads[1] - x * strides[1], 0));
    auto windows = RankedTensorType::get(
        {type.getDimSize(1), type.getDimSize(2)}, b.getI8Type());
    Value constant = arith::ConstantOp::create(
        b, DenseElementsAttr::get(windows, ArrayRef<int8_t>(taps)));
    AffineMap window = AffineMap::get(
        4, 0, {b.getAffineDimExpr(1), b.getAffineDimExpr(2)}, b.getContext());
    return buildElementwise(
        b, constant, window, sizes, b.getI8Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {args[0]};
        })[0];
  }

  /// The maxima of codes without their places. Code 0 pads: nothing is below.
  static Value buildMaximalCodes(MaxPoolOp op, ImplicitLocOpBuilder &b,
                                 Value codes) {
    Value x = buildPadded(b, codes, op.getPads(), 0);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    ArrayRef<int64_t> kernel = op.getKernel(), strides = op.getStrides();
    SmallVector<OpFoldResult> sizes = {
        getSize(b, x, 0), b.getIndexAttr(type.getDimSize(1)),
        b.getIndexAttr(type.getDimSize(2)), getSize(b, x, 3)};
    // Tap after tap, so that the vector loop is innermost.
    SmallVector<OpFoldResult> steps = {
        b.getIndexAttr(1), b.getIndexAttr(strides[0]),
        b.getIndexAttr(strides[1]), b.getIndexAttr(1)};
    SmallVector<Value> taps;
    for (int64_t i = 0; i < kernel[0]; ++i)
      for (int64_t j = 0; j < kernel[1]; ++j) {
        SmallVector<OpFoldResult> offsets = {
            b.getIndexAttr(0), b.getIndexAttr(i), b.getIndexAttr(j),
            b.getIndexAttr(0)};
        taps.push_back(
            tensor::ExtractSliceOp::create(b, x, offsets, sizes, steps));
      }
    return buildPointwise(
        b, taps, b.getI8Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value best = args[0];
          for (Value tap : args.take_front(taps.size()).drop_front())
            best = arith::MaxUIOp::create(b, best, tap);
          return {best};
        });
  }

  LogicalResult
  matchAndRewrite(MaxPoolOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value x = adaptor.getInput();
    Type element = cast<RankedTensorType>(x.getType()).getElementType();
    bool isFloat = isa<FloatType>(element);
    if (!isFloat && op.getWinner().use_empty()) {
      Value codes = buildMaximalCodes(op, b, x);
      Value winner = buildEmpty(b, getSizes(b, codes), b.getI8Type());
      rewriter.replaceOp(op, {codes, winner});
      return success();
    }
    // Codes are compared as i16, so that -1 can stand for padding.
    Type compared = isFloat ? element : Type(b.getIntegerType(16));
    if (!isFloat)
      x = buildPointwise(
          b, x, compared,
          [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
            return {arith::ExtUIOp::create(b, compared, args[0])};
          });
    double lowest = isFloat ? -std::numeric_limits<double>::infinity() : -1;
    x = buildPadded(b, x, op.getPads(), lowest);

    auto winnerType = cast<RankedTensorType>(op.getWinner().getType());
    SmallVector<OpFoldResult> sizes = {
        getSize(b, x, 0), b.getIndexAttr(winnerType.getDimSize(1)),
        b.getIndexAttr(winnerType.getDimSize(2)), getSize(b, x, 3)};
    ArrayRef<int64_t> kernel = op.getKernel(), strides = op.getStrides();
    // The window's shape is read off a tensor that is never touched.
    Value window = tensor::EmptyOp::create(b, kernel, compared);
    MLIRContext *context = b.getContext();
    AffineExpr n, y, xx, c, i, j;
    bindDims(context, n, y, xx, c, i, j);
    SmallVector<AffineMap> maps = {
        AffineMap::get(6, 0, {n, y * strides[0] + i, xx * strides[1] + j, c},
                       context),
        AffineMap::get(6, 0, {i, j}, context),
        AffineMap::get(6, 0, {n, y, xx, c}, context),
        AffineMap::get(6, 0, {n, y, xx, c}, context)};
    SmallVector<IteratorType> iterators(4, IteratorType::parallel);
    iterators.append(2, IteratorType::reduction);
    SmallVector<Value> inits = {buildFilled(b, sizes, compared, lowest),
                                buildFirstTaps(op, b, sizes)};
    SmallVector<Value> pooled = buildGeneric(
        b, {x, window}, inits, maps, iterators,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value value = args[0], best = args[2], winner = args[3];
          Value better = buildBetter(b, value, best);
          Value row = linalg::IndexOp::create(b, 4);
          Value column = linalg::IndexOp::create(b, 5);
          Value width = buildScalar(b, b.getIndexType(), kernel[1]);
          Value tap = arith::AddIOp::create(
              b, arith::MulIOp::create(b, row, width), column);
          Value tap8 = arith::IndexCastOp::create(b, b.getI8Type(), tap);
          return {arith::SelectOp::create(b, better, value, best),
                  arith::SelectOp::create(b, better, tap8, winner)};
        });
    if (!isFloat)
      pooled[0] = buildPointwise(
          b, pooled[0], b.getI8Type(),
          [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
            return {arith::TruncIOp::create(b, b.getI8Type(), args[0])};
          });
    rewriter.replaceOp(op, pooled);
    return success();
  }
};

struct LowerMaxPoolGrad : OpConversionPattern<MaxPoolGradOp> {
  using OpConversionPattern::OpConversionPattern;

  /// winner == tap ? cotangent : 0.
  static Value buildTap(ImplicitLocOpBuilder &b, Value winner, Value tap,
                        Value cotangent) {
    Value won = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, winner, tap);
    return arith::SelectOp::create(b, won, cotangent,
                                   buildScalar(b, b.getF32Type(), 0));
  }

  LogicalResult
  matchAndRewrite(MaxPoolGradOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ArrayRef<int64_t> pads = op.getPads();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t height = type.getDimSize(1) + pads[0] + pads[2];
    int64_t width = type.getDimSize(2) + pads[1] + pads[3];
    bool disjoint = op.getKernel() == op.getStrides();
    Value padded = disjoint ? buildDisjoint(op, adaptor, b, height, width)
                            : buildOverlapping(op, adaptor, b, height, width);
    Value result = padded;
    if (llvm::any_of(pads, [](int64_t pad) { return pad != 0; })) {
      SmallVector<OpFoldResult> offsets = {
          b.getIndexAttr(0), b.getIndexAttr(pads[0]), b.getIndexAttr(pads[1]),
          b.getIndexAttr(0)};
      SmallVector<OpFoldResult> sizes = {
          getSize(b, padded, 0), b.getIndexAttr(type.getDimSize(1)),
          b.getIndexAttr(type.getDimSize(2)), getSize(b, padded, 3)};
      SmallVector<OpFoldResult> ones(4, b.getIndexAttr(1));
      result = tensor::ExtractSliceOp::create(b, padded, offsets, sizes, ones);
    }
    rewriter.replaceOp(op, result);
    return success();
  }

  /// Windows that do not overlap: every element of a window is written once,
  /// as [n, y, i, x, j, c] seen through a reshape.
  static Value buildDisjoint(MaxPoolGradOp op, OpAdaptor adaptor,
                             ImplicitLocOpBuilder &b, int64_t height,
                             int64_t width) {
    Value g = adaptor.getCotangent();
    auto type = cast<RankedTensorType>(g.getType());
    ArrayRef<int64_t> kernel = op.getKernel();
    int64_t outH = type.getDimSize(1), outW = type.getDimSize(2);
    SmallVector<OpFoldResult> sizes = {
        getSize(b, g, 0),          b.getIndexAttr(outH),
        b.getIndexAttr(kernel[0]), b.getIndexAttr(outW),
        b.getIndexAttr(kernel[1]), getSize(b, g, 3)};
    MLIRContext *context = b.getContext();
    AffineExpr n, y, i, x, j, c;
    bindDims(context, n, y, i, x, j, c);
    AffineMap pooled = AffineMap::get(6, 0, {n, y, x, c}, context);
    Value spread = buildElementwise(
        b, {g, adaptor.getWinner()}, {pooled, pooled}, sizes, b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value row = linalg::IndexOp::create(b, 2);
          Value column = linalg::IndexOp::create(b, 4);
          Value tap = arith::AddIOp::create(
              b,
              arith::MulIOp::create(
                  b, row, buildScalar(b, b.getIndexType(), kernel[1])),
              column);
          Value tap8 = arith::IndexCastOp::create(b, b.getI8Type(), tap);
          return {buildTap(b, args[1], tap8, args[0])};
        })[0];
    SmallVector<ReassociationIndices> groups = {{0}, {1, 2}, {3, 4}, {5}};
    Value covered = tensor::CollapseShapeOp::create(b, spread, groups);
    if (outH * kernel[0] == height && outW * kernel[1] == width)
      return covered;
    // Rows and columns behind the last window get no gradient.
    SmallVector<OpFoldResult> paddedSizes = {
        getSize(b, g, 0), b.getIndexAttr(height), b.getIndexAttr(width),
        getSize(b, g, 3)};
    SmallVector<OpFoldResult> zeros(4, b.getIndexAttr(0));
    SmallVector<OpFoldResult> ones(4, b.getIndexAttr(1));
    return tensor::InsertSliceOp::create(
        b, covered, buildFilled(b, paddedSizes, b.getF32Type(), 0), zeros,
        getSizes(b, covered), ones);
  }

  /// Windows that overlap: tap after tap is added to a strided slice.
  static Value buildOverlapping(MaxPoolGradOp op, OpAdaptor adaptor,
                                ImplicitLocOpBuilder &b, int64_t height,
                                int64_t width) {
    Value g = adaptor.getCotangent();
    auto type = cast<RankedTensorType>(g.getType());
    ArrayRef<int64_t> kernel = op.getKernel(), strides = op.getStrides();
    SmallVector<OpFoldResult> paddedSizes = {
        getSize(b, g, 0), b.getIndexAttr(height), b.getIndexAttr(width),
        getSize(b, g, 3)};
    Value sum = buildFilled(b, paddedSizes, b.getF32Type(), 0);
    SmallVector<OpFoldResult> sizes = {
        getSize(b, g, 0), b.getIndexAttr(type.getDimSize(1)),
        b.getIndexAttr(type.getDimSize(2)), getSize(b, g, 3)};
    SmallVector<OpFoldResult> steps = {
        b.getIndexAttr(1), b.getIndexAttr(strides[0]),
        b.getIndexAttr(strides[1]), b.getIndexAttr(1)};
    AffineMap identity = b.getMultiDimIdentityMap(4);
    SmallVector<IteratorType> iterators(4, IteratorType::parallel);
    for (int64_t i = 0; i < kernel[0]; ++i) {
      for (int64_t j = 0; j < kernel[1]; ++j) {
        SmallVector<OpFoldResult> offsets = {
            b.getIndexAttr(0), b.getIndexAttr(i), b.getIndexAttr(j),
            b.getIndexAttr(0)};
        Value slice =
            tensor::ExtractSliceOp::create(b, sum, offsets, sizes, steps);
        Value updated =
            buildGeneric(b, {g, adaptor.getWinner()}, slice,
                         {identity, identity, identity}, iterators,
                         [&](ImplicitLocOpBuilder &b,
                             ValueRange args) -> SmallVector<Value> {
                           Value tap =
                               buildScalar(b, b.getI8Type(), i * kernel[1] + j);
                           return {arith::AddFOp::create(
                               b, args[2], buildTap(b, args[1], tap, args[0]))};
                         })[0];
        sum = tensor::InsertSliceOp::create(b, updated, sum, offsets, sizes,
                                            steps);
      }
    }
    return sum;
  }
};

} // namespace

void mlir::dorefa::populatePoolingPatterns(const TypeConverter &converter,
                                           RewritePatternSet &patterns) {
  patterns.add<LowerMaxPool, LowerMaxPoolGrad>(converter,
                                               patterns.getContext());
}
