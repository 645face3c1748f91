//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_input on packed words. The cotangent is spread over a grid on
// which the gradient is a plain convolution with the reversed filter. Outside
// of the cotangent the grid holds code 0, which is not value 0, so the sums
// over filter codes run over the valid taps only (spec 2):
//
//   I = 4 S - 2 n_W sum(c_g) - 2 n_G sum_valid(c_w) + n_G n_W T

#include "FilterCoding.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

namespace {

/// Where the grid holds a cotangent: one bit for each of its positions.
struct ValidGrid {
  const DilatedAxis &height, &width;

  static bool isValid(const DilatedAxis &axis, int64_t position) {
    int64_t distance = position - axis.offset;
    return axis.count > 0 && distance >= 0 && distance % axis.stride == 0 &&
           distance / axis.stride < axis.count;
  }
  bool isValid(int64_t row, int64_t column) const {
    return isValid(height, row) && isValid(width, column);
  }
};

struct LowerConv2DGradInput : OpConversionPattern<Conv2DGradInputOp> {
  LowerConv2DGradInput(const TypeConverter &converter, MLIRContext *context,
                       const StrategyChoice &choice)
      : OpConversionPattern(converter, context), choice(choice) {}

  LogicalResult
  matchAndRewrite(Conv2DGradInputOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    CodeType cotangentCode = getCodeType(cotangentType);
    CodeType filterCode = getCodeType(filterType);
    if (!cotangentCode || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t inH = type.getDimSize(1), inW = type.getDimSize(2);
    int64_t kernelH = filterType.getDimSize(1);
    int64_t kernelW = filterType.getDimSize(2);
    DilatedAxis height =
        getDilatedAxis(window, 0, inH, kernelH, cotangentType.getDimSize(1));
    DilatedAxis width =
        getDilatedAxis(window, 1, inW, kernelW, cotangentType.getDimSize(2));

    WordLayout gridLayout{cotangentCode.getBits()};
    FilterCoding coding(filterCode);
    WordLayout filterLayout{coding.bits()};
    bitserial::ProductShape shape{
        gridLayout.bits, filterLayout.bits,
        filterType.getDimSize(0) / window.groups,
        filterType.getNumElements() / filterType.getDimSize(0),
        filterType.getNumElements() / filterType.getDimSize(3) / window.groups};
    bitserial::Strategy strategy = choice.choose(shape.setPositions(type));
    gridLayout.bytes = filterLayout.bytes =
        strategy == bitserial::Strategy::integer;
    coding = coding.inSignedCodes(
        choice.countSignedPowers(strategy, filterCode),
        kernelH * kernelW *
            llvm::alignTo(filterType.getDimSize(0) / window.groups,
                          gridLayout.codesPerWord()),
        cotangentCode.getMaxCode());
    filterLayout.bits = coding.bits();
    filterLayout.isSigned = coding.isSigned();
    Value grid = buildPackedGrid(b, adaptor.getCotangent(), height, width,
                                 window.groups, gridLayout);
    Value codes = buildReversedFilter(b, adaptor.getFilter(), window.groups,
                                      b.getI8Type(), nullptr);
    SmallVector<int64_t> ones = {1, 1};
    SmallVector<Value> borders;
    SmallVector<Value> sums =
        coding.buildProducts(b, codes, [&](Value part) -> Value {
          Value filter = buildPack(b, part, 3, filterLayout);
          return buildBitConv(b, grid, gridLayout, filter, filterLayout, inH,
                              inW, ones, window.dilations, strategy);
        });
    for (int64_t part : llvm::seq(coding.parts()))
      borders.push_back(buildBorder(
          b, coding.buildPart(b, codes, part), ValidGrid{height, width}, inH,
          inW, window.dilations, cotangentCode.getMaxCode(), coding));
    Value gradientSums;
    if (coding.offset() != 0)
      gradientSums =
          buildWindowSum(b, buildPopSum(b, grid, 4, gridLayout), inH, inW,
                         kernelH, kernelW, ones, window.dilations);
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getFilterScale(),
                    cotangentCode.getMaxCode() * coding.denominator());
    IntegerType sumType = coding.getSumType(
        kernelH * kernelW * (filterType.getDimSize(0) / window.groups),
        cotangentCode.getMaxCode());
    Value result =
        buildCorrected(b, sums, gradientSums, borders, factor, coding, sumType);
    rewriter.replaceOp(op, buildMergedAxes(b, result, 3));
    return success();
  }

  /// The cotangent's codes [N,OH,OW,F] packed into the grid
  /// [N,H',W',G,words,planes].
  static Value buildPackedGrid(ImplicitLocOpBuilder &b, Value codes,
                               const DilatedAxis &height,
                               const DilatedAxis &width, int64_t groups,
                               WordLayout layout) {
    Value split = buildSplitAxis(b, codes, 3, groups);
    DilatedSlice from = getCotangentSlice(b, split, height, width);
    auto type = cast<RankedTensorType>(split.getType());
    if (height.count != type.getDimSize(1) || width.count != type.getDimSize(2))
      split = tensor::ExtractSliceOp::create(b, split, from.offsets, from.sizes,
                                             from.strides);
    return buildPackInto(b, split, 4, layout,
                         getGridSlice(b, split, height, width), height.size,
                         width.size);
  }

  /// -n_G sum_valid(step u - offset) over [H,W,G,Cg], from the codes u of a
  /// part of the reversed filter [G,KH,KW,Fg,Cg]. It depends on the weights,
  /// not the data.
  static Value buildBorder(ImplicitLocOpBuilder &b, Value codes,
                           const ValidGrid &grid, int64_t inH, int64_t inW,
                           ArrayRef<int64_t> dilations, int64_t maxGradient,
                           const FilterCoding &coding) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(codes.getType()).getShape();
    int64_t groups = shape[0], kernelH = shape[1], kernelW = shape[2];
    int64_t outputs = shape[3], inputs = shape[4];
    MLIRContext *context = b.getContext();

    // sum over the output channels, one for each tap: [G,KH,KW,Cg].
    Value tapSums = buildGeneric(
        b, codes,
        buildFilled(
            b,
            getAsIndexOpFoldResult(context, {groups, kernelH, kernelW, inputs}),
            b.getI32Type(), 0),
        {b.getMultiDimIdentityMap(5),
         b.getMultiDimIdentityMap(5).dropResult(3)},
        {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
         IteratorType::reduction, IteratorType::parallel},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Type i32 = b.getI32Type();
          Value code =
              coding.isSigned()
                  ? arith::ExtSIOp::create(b, i32, args[0]).getResult()
                  : arith::ExtUIOp::create(b, i32, args[0]).getResult();
          return {arith::AddIOp::create(b, args[1], code)};
        })[0];

    SmallVector<int32_t> valid, terms;
    for (int64_t row = 0; row < grid.height.size; ++row)
      for (int64_t column = 0; column < grid.width.size; ++column)
        valid.push_back(grid.isValid(row, column));
    for (int64_t y = 0; y < inH; ++y)
      for (int64_t x = 0; x < inW; ++x) {
        int64_t taps = 0;
        for (int64_t i = 0; i < kernelH; ++i)
          for (int64_t j = 0; j < kernelW; ++j)
            taps += grid.isValid(y + i * dilations[0], x + j * dilations[1]);
        terms.push_back(maxGradient * coding.offset() * taps * outputs);
      }
    auto constant = [&](ArrayRef<int64_t> shape, ArrayRef<int32_t> values) {
      auto type = RankedTensorType::get(shape, b.getI32Type());
      return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values))
          .getResult();
    };
    Value mask = constant({grid.height.size, grid.width.size}, valid);
    Value term = constant({inH, inW}, terms);

    // sum_valid(u): [H,W,G,Cg].
    AffineExpr y, x, g, c, i, j;
    bindDims(context, y, x, g, c, i, j);
    Value validSums = buildGeneric(
        b, {mask, tapSums},
        buildFilled(b,
                    getAsIndexOpFoldResult(context, {inH, inW, groups, inputs}),
                    b.getI32Type(), 0),
        {AffineMap::get(6, 0, {y + i * dilations[0], x + j * dilations[1]},
                        context),
         AffineMap::get(6, 0, {g, i, j, c}, context),
         AffineMap::get(6, 0, {y, x, g, c}, context)},
        {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
         IteratorType::parallel, IteratorType::reduction,
         IteratorType::reduction},
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value product = arith::MulIOp::create(b, args[0], args[1]);
          return {arith::AddIOp::create(b, args[2], product)};
        })[0];
    AffineMap identity = b.getMultiDimIdentityMap(4);
    AffineMap pixel = AffineMap::get(
        4, 0, {b.getAffineDimExpr(0), b.getAffineDimExpr(1)}, context);
    return buildElementwise(
        b, {validSums, term}, {identity, pixel}, getSizes(b, validSums),
        b.getI32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::SubIOp::create(
              b, args[1], buildTimes(b, coding.step() * maxGradient, args[0]))};
        })[0];
  }

  /// f32(sum over the parts of 2 step S - 2 offset sum(c_g) + border)
  /// * factor[n] over [N,H,W,G,Cg].
  static Value buildCorrected(ImplicitLocOpBuilder &b, ValueRange sums,
                              Value gradientSums, ValueRange borders,
                              Value factor, const FilterCoding &coding,
                              IntegerType sumType) {
    MLIRContext *context = b.getContext();
    AffineExpr n, y, x, g, c;
    bindDims(context, n, y, x, g, c);
    size_t count = sums.size();
    SmallVector<Value> inputs(sums);
    SmallVector<AffineMap> maps(count, b.getMultiDimIdentityMap(5));
    llvm::append_range(inputs, borders);
    maps.append(count, AffineMap::get(5, 0, {y, x, g, c}, context));
    inputs.push_back(factor);
    maps.push_back(getScaleMap(factor, 5));
    if (gradientSums) {
      inputs.push_back(gradientSums);
      maps.push_back(AffineMap::get(5, 0, {n, y, x, g}, context));
    }
    return buildElementwise(
        b, inputs, maps, getSizes(b, sums[0]), b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value offset;
          if (gradientSums)
            offset = buildTimes(b, 2 * coding.offset(), args[2 * count + 1]);
          SmallVector<Value> parts;
          for (auto [sum, border] : llvm::zip_equal(args.take_front(count),
                                                    args.slice(count, count))) {
            Value part = buildTimes(b, 2 * coding.step(), sum);
            if (offset)
              part = arith::SubIOp::create(b, part, offset);
            parts.push_back(arith::AddIOp::create(b, part, border));
          }
          Value numerator = coding.buildSum(b, parts, sumType);
          Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
          return {arith::MulFOp::create(b, value, args[2 * count])};
        })[0];
  }

private:
  StrategyChoice choice;
};

} // namespace

void mlir::dorefa::populateInputGradientPatterns(const TypeConverter &converter,
                                                 RewritePatternSet &patterns,
                                                 const StrategyChoice &choice) {
  patterns.add<LowerConv2DGradInput>(converter, patterns.getContext(), choice);
}
