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

int64_t FilterGradientShape::countTiledPositions() const {
  using bitserial::matrixRows;
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
  if (!areBytes || channels % matrixRows != 0 || filters % matrixRows != 0 ||
      (hasStride && !isPointwise))
    return 0;
  int64_t depth = llvm::alignTo((outH - 1) * imageW() + outW,
                                bitserial::matrixSteps * bitserial::wordBytes);
  // More zeros than that are not worth it.
  constexpr int64_t mostPerPosition = 2;
  return depth <= mostPerPosition * positions() ? depth : 0;
}
