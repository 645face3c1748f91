//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d on packed words: sum (2 c_w - n_W) c_a = 2 S - n_W sum(c_a).

#include "FilterCoding.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

namespace {

struct LowerConv2D : OpConversionPattern<Conv2DOp> {
  LowerConv2D(const TypeConverter &converter, MLIRContext *context,
              const StrategyChoice &choice)
      : OpConversionPattern(converter, context), choice(choice) {}

  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    CodeType inputCode = getCodeType(op.getInput().getType());
    CodeType filterCode = getCodeType(op.getFilter().getType());
    if (!inputCode || !filterCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t outH = type.getDimSize(1), outW = type.getDimSize(2);

    WordLayout inputLayout{inputCode.getBits()};
    FilterCoding coding(filterCode);
    WordLayout filterLayout{coding.bits()};
    bitserial::ProductShape shape{
        inputLayout.bits, filterLayout.bits, filterType.getDimSize(3),
        window.countUses(filterType.getDimSize(0) / window.groups,
                         filterType.getDimSize(1), filterType.getDimSize(2)),
        filterType.getNumElements() / filterType.getDimSize(0)};
    bitserial::Strategy strategy = choice.choose(shape.setPositions(type));
    inputLayout.bytes = filterLayout.bytes =
        strategy == bitserial::Strategy::integer;
    coding = coding.inSignedCodes(
        choice.countSignedPowers(strategy, filterCode),
        filterType.getDimSize(1) * filterType.getDimSize(2) *
            llvm::alignTo(filterType.getDimSize(3), inputLayout.codesPerWord()),
        inputCode.getMaxCode());
    filterLayout.bits = coding.bits();
    filterLayout.isSigned = coding.isSigned();
    Value image = buildPackedImage(rewriter, op.getLoc(), adaptor.getInput(),
                                   window, inputLayout);
    Value filter = buildForwardFilter(b, adaptor.getFilter(), window.groups,
                                      b.getI8Type(), nullptr);
    SmallVector<Value> sums =
        coding.buildProducts(b, filter, [&](Value part) -> Value {
          Value words = buildPack(b, part, 3, filterLayout);
          return buildBitConv(b, image, inputLayout, words, filterLayout, outH,
                              outW, window.strides, window.dilations, strategy);
        });
    Value inputSums;
    if (coding.offset() != 0)
      inputSums =
          buildWindowSum(b, buildPopSum(b, image, 4, inputLayout), outH, outW,
                         filterType.getDimSize(1), filterType.getDimSize(2),
                         window.strides, window.dilations);
    Value factor =
        buildFactor(b, adaptor.getFilterScale(), adaptor.getInputScale(),
                    inputCode.getMaxCode() * coding.denominator());
    int64_t terms =
        ShapedType::getNumElements(filterType.getShape().drop_front());
    IntegerType sumType = coding.getSumType(terms, inputCode.getMaxCode());
    // Training reads it again and again (--dorefa-narrow-sums).
    bool keepsNarrow = !op.getResult().hasOneUse() &&
                       coding.fits(terms, inputCode.getMaxCode(), 16);
    Value result = buildCorrected(b, sums, inputSums, factor, coding, sumType,
                                  keepsNarrow, window.groups);
    rewriter.replaceOp(op, buildMergedAxes(b, result, 3));
    return success();
  }

  /// f32(sum over the parts of step S - offset A) * factor over
  /// [N,OH,OW,G,Fg]; no A without an offset.
  static Value buildCorrected(ImplicitLocOpBuilder &b, ValueRange sums,
                              Value inputSums, Value factor,
                              const FilterCoding &coding, IntegerType sumType,
                              bool keepsNarrow, int64_t groups) {
    MLIRContext *context = b.getContext();
    AffineExpr n, y, x, g, f;
    bindDims(context, n, y, x, g, f);
    AffineMap factorMap = getScalarMap(context, 5);
    if (cast<RankedTensorType>(factor.getType()).getRank() == 1) {
      factor = buildSplitAxis(b, factor, 0, groups);
      factorMap = AffineMap::get(5, 0, {g, f}, context);
    }
    SmallVector<Value> inputs(sums);
    SmallVector<AffineMap> maps(sums.size(), b.getMultiDimIdentityMap(5));
    inputs.push_back(factor);
    maps.push_back(factorMap);
    if (inputSums) {
      inputs.push_back(inputSums);
      maps.push_back(AffineMap::get(5, 0, {n, y, x, g}, context));
    }
    return buildElementwise(
        b, inputs, maps, getSizes(b, sums[0]), b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value offset;
          if (inputSums)
            offset = buildTimes(b, coding.offset(), args[sums.size() + 1]);
          SmallVector<Value> parts;
          for (Value sum : args.take_front(sums.size())) {
            Value part = buildTimes(b, coding.step(), sum);
            if (offset)
              part = arith::SubIOp::create(b, part, offset);
            parts.push_back(part);
          }
          Value numerator = coding.buildSum(b, parts, sumType);
          if (keepsNarrow)
            numerator =
                arith::TruncIOp::create(b, b.getIntegerType(16), numerator);
          Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
          return {arith::MulFOp::create(b, value, args[sums.size()])};
        })[0];
  }

private:
  StrategyChoice choice;
};

} // namespace

void mlir::dorefa::populateForwardProductPatterns(
    const TypeConverter &converter, RewritePatternSet &patterns,
    const StrategyChoice &choice) {
  patterns.add<LowerConv2D>(converter, patterns.getContext(), choice);
}
