//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d on packed words: sum (2 c_w - n_W) c_a = 2 S - n_W sum(c_a).

#include "BitserialBuilders.h"
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
    if (filterCode.getKind() != CodeKind::bipolar)
      return op.emitOpError("has no bit-serial lowering of pow2 filters");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    ConvWindow window = op.getWindow();
    auto filterType = cast<RankedTensorType>(op.getFilter().getType());
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t outH = type.getDimSize(1), outW = type.getDimSize(2);

    WordLayout inputLayout{inputCode.getBits()};
    WordLayout filterLayout{filterCode.getBits()};
    inputLayout.bytes = filterLayout.bytes = choice.usesBytes(
        {inputLayout.bits, filterLayout.bits, filterType.getDimSize(3)});
    Value image = buildPackedImage(rewriter, op.getLoc(), adaptor.getInput(),
                                   window, inputLayout);
    Value filter = buildForwardFilter(b, adaptor.getFilter(), window.groups,
                                      b.getI8Type(), nullptr);
    filter = buildPack(b, filter, 3, filterLayout);
    Value sums = buildBitConv(b, image, inputLayout, filter, filterLayout, outH,
                              outW, window.strides, window.dilations);
    Value inputSums =
        buildWindowSum(b, buildPopSum(b, image, 4, inputLayout), outH, outW,
                       filterType.getDimSize(1), filterType.getDimSize(2),
                       window.strides, window.dilations);
    Value factor =
        buildFactor(b, adaptor.getFilterScale(), adaptor.getInputScale(),
                    inputCode.getMaxCode() * filterCode.getMaxCode());
    Value result = buildCorrected(b, sums, inputSums, factor,
                                  filterCode.getMaxCode(), window.groups);
    rewriter.replaceOp(op, buildMergedAxes(b, result, 3));
    return success();
  }

  /// f32(2 S - n_W A) * factor over [N,OH,OW,G,Fg].
  static Value buildCorrected(ImplicitLocOpBuilder &b, Value sums,
                              Value inputSums, Value factor, int64_t maxWeight,
                              int64_t groups) {
    MLIRContext *context = b.getContext();
    AffineExpr n, y, x, g, f;
    bindDims(context, n, y, x, g, f);
    AffineMap factorMap = getScalarMap(context, 5);
    if (cast<RankedTensorType>(factor.getType()).getRank() == 1) {
      factor = buildSplitAxis(b, factor, 0, groups);
      factorMap = AffineMap::get(5, 0, {g, f}, context);
    }
    return buildElementwise(
        b, {sums, inputSums, factor},
        {b.getMultiDimIdentityMap(5),
         AffineMap::get(5, 0, {n, y, x, g}, context), factorMap},
        getSizes(b, sums), b.getF32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value numerator = arith::SubIOp::create(
              b, buildTimes(b, 2, args[0]), buildTimes(b, maxWeight, args[1]));
          Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
          return {arith::MulFOp::create(b, value, args[2])};
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
