//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToLinalg/IntegerProducts.h"

#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"

using namespace mlir;
using namespace mlir::dorefa;

Value mlir::dorefa::buildNumerators(ImplicitLocOpBuilder &b, Value codes,
                                    CodeType code, IntegerType type) {
  return buildPointwise(
      b, codes, type,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {buildNumerator(b, args[0], code, type)};
      });
}

Value mlir::dorefa::buildIntegerConv2D(ImplicitLocOpBuilder &b, Conv2DOp op,
                                       Conv2DOp::Adaptor adaptor,
                                       const IntegerProduct &product) {
  CodeType inputCode = getCodeType(op.getInput().getType());
  CodeType filterCode = getCodeType(op.getFilter().getType());
  ConvWindow window = op.getWindow();
  auto type = cast<RankedTensorType>(op.getResult().getType());
  Value image = buildNumerators(b, adaptor.getInput(), inputCode, product.type);
  image = buildSplitAxis(b, buildPadded(b, image, window.pads, 0), 3,
                         window.groups);
  Value codes = buildForwardFilter(b, adaptor.getFilter(), window.groups,
                                   b.getI8Type(), nullptr);
  Value sums = buildConvSums(
      b, image, product.expandFilter(b, codes), window.strides,
      window.dilations, type.getDimSize(1), type.getDimSize(2), product.add);
  Value factor =
      buildFactor(b, adaptor.getFilterScale(), adaptor.getInputScale(),
                  getDenominator(inputCode) * getDenominator(filterCode));
  return buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/3);
}

Value mlir::dorefa::buildIntegerConv2DGradInput(
    ImplicitLocOpBuilder &b, Conv2DGradInputOp op,
    Conv2DGradInputOp::Adaptor adaptor, const IntegerProduct &product) {
  auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
  auto filterType = cast<RankedTensorType>(op.getFilter().getType());
  auto type = cast<RankedTensorType>(op.getResult().getType());
  CodeType cotangentCode = getCodeType(cotangentType);
  CodeType filterCode = getCodeType(filterType);
  ConvWindow window = op.getWindow();
  DilatedAxis axes[2];
  for (unsigned i : {0, 1})
    axes[i] = getDilatedAxis(window, i, type.getDimSize(1 + i),
                             filterType.getDimSize(1 + i),
                             cotangentType.getDimSize(1 + i));
  Value cotangent =
      buildNumerators(b, adaptor.getCotangent(), cotangentCode, product.type);
  Value grid = buildSplitAxis(b, buildDilated(b, cotangent, axes[0], axes[1]),
                              3, window.groups);
  Value codes = buildReversedFilter(b, adaptor.getFilter(), window.groups,
                                    b.getI8Type(), nullptr);
  Value sums = buildConvSums(b, grid, product.expandFilter(b, codes), {1, 1},
                             window.dilations, type.getDimSize(1),
                             type.getDimSize(2), product.add);
  Value factor =
      buildFactor(b, adaptor.getCotangentScale(), adaptor.getFilterScale(),
                  getDenominator(cotangentCode) * getDenominator(filterCode));
  return buildScaled(b, buildMergedAxes(b, sums, 3), factor, /*axis=*/0);
}
