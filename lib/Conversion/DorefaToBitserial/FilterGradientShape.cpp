//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToBitserial/FilterGradientShape.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"

using namespace mlir;
using namespace mlir::dorefa;

FilterGradientShape::FilterGradientShape(Conv2DGradFilterOp op)
    : window(op.getWindow()),
      cotangentCode(getCodeType(op.getCotangent().getType())),
      inputCode(getCodeType(op.getInput().getType())) {
  auto filter = cast<RankedTensorType>(op.getResult().getType());
  auto cotangent = cast<RankedTensorType>(op.getCotangent().getType());
  kernelH = filter.getDimSize(1);
  kernelW = filter.getDimSize(2);
  channels = filter.getDimSize(3);
  filters = filter.getDimSize(0) / window.groups;
  outH = cotangent.getDimSize(1);
  outW = cotangent.getDimSize(2);
}

std::optional<FilterGradientShape::PositionProduct>
FilterGradientShape::planPositions(const bitserial::Machine &machine) const {
  // 2c - n as a signed byte.
  constexpr int64_t mostBits = 7;
  bool areBytes =
      inputCode && cotangentCode && cotangentCode.getBits() <= mostBits;
  // Of single pixels the lowering takes those that are read, at stride 1.
  bool isPointwise =
      kernelH * kernelW == 1 &&
      llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; });
  bool hasStride =
      llvm::any_of(window.strides, [](int64_t s) { return s != 1; });
  if (!areBytes || channels % bitserial::matrixRows != 0 ||
      filters % bitserial::matrixRows != 0 || (hasStride && !isPointwise))
    return std::nullopt;
  std::optional<bitserial::Kernel> kernel = bitserial::chooseKernel(
      bitserial::Strategy::integer, /*bytes=*/true, inputCode.getBits(),
      getNumeratorBits(), /*isSigned=*/true, machine);
  if (!kernel || *kernel == bitserial::Kernel::words)
    return std::nullopt;
  bool isMatrix = *kernel == bitserial::Kernel::matrix;
  int64_t steps = llvm::alignTo(
      llvm::divideCeil((outH - 1) * imageW() + outW, bitserial::wordBytes),
      isMatrix ? bitserial::matrixSteps : 4);
  // More zeros than that are not worth it.
  constexpr int64_t mostPerPosition = 2;
  int64_t depth = steps * bitserial::wordBytes;
  if (depth > mostPerPosition * positions())
    return std::nullopt;
  return PositionProduct{*kernel, depth};
}

bitserial::FormAttr FilterGradientShape::getForm(const PositionProduct &product,
                                                 int64_t vectorBits) const {
  using bitserial::FormAttr;
  MLIRContext *context = cotangentCode.getContext();
  int64_t lhsBits = inputCode.getBits(), rhsBits = getNumeratorBits();
  int64_t bytes = vectorBits / 8, lanes = bytes / bitserial::wordBytes;
  if (product.kernel == bitserial::Kernel::matrix)
    return FormAttr::get(context, product.kernel, lhsBits, rhsBits, bytes,
                         /*vectors=*/2, 2 * bitserial::matrixRows,
                         bitserial::matrixSteps, bitserial::matrixSteps,
                         /*is_signed=*/true);
  int64_t vectors = filters % (2 * lanes) == 0 ? 2 : 1;
  // Sums, and what is multiplied, in 32 registers or in 16.
  int64_t columns = vectorBits == 512 ? 8 : 4;
  int64_t steps = product.depth / bitserial::wordBytes;
  int64_t drain = std::min(
      steps, FormAttr::getLargestDrain(product.kernel, lhsBits, rhsBits, true));
  while (steps % drain != 0)
    --drain;
  return FormAttr::get(context, product.kernel, lhsBits, rhsBits, bytes,
                       vectors, columns, drain, drain % 2 == 0 ? 2 : 1,
                       /*is_signed=*/true);
}
