//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE.txt for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Folds of the dorefa ops.

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// quantize_weight
//===----------------------------------------------------------------------===//

LogicalResult QuantizeWeightOp::fold(FoldAdaptor,
                                     SmallVectorImpl<OpFoldResult> &results) {
  if (getCodeType(getCodes().getType()))
    return failure();
  // No quantizer: the weight itself, scale 1.
  if (getInput().getType() != getCodes().getType())
    return failure();
  results.push_back(getInput());
  results.push_back(
      DenseElementsAttr::get(cast<ShapedType>(getScale().getType()), 1.0f));
  return success();
}

//===----------------------------------------------------------------------===//
// dequantize
//===----------------------------------------------------------------------===//

OpFoldResult DequantizeOp::fold(FoldAdaptor) { return {}; }
