//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolutions of codes as loops over the numerators of their values, integers
// of the caller's choice. A numerator outside of the image is simply 0.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_INTEGERPRODUCTS_H
#define DOREFA_CONVERSION_DOREFATOLINALG_INTEGERPRODUCTS_H

#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

namespace mlir::dorefa {

/// The numerators of codes as a tensor of `type`.
Value buildNumerators(ImplicitLocOpBuilder &b, Value codes, CodeType code,
                      IntegerType type);

/// How a numerator and a code of the filter are multiplied.
struct IntegerProduct {
  /// Of the numerators and of the sums.
  IntegerType type;
  /// From the codes of the filter to what `add` wants of each: i8 tensors to
  /// one or more others of their shape.
  function_ref<SmallVector<Value>(ImplicitLocOpBuilder &, Value)> expandFilter;
  /// Of a numerator, the elements of the expanded filter and the sum so far:
  /// the next sum.
  ScalarBody add;
};

/// The result of a convolution of codes by codes. `adaptor` has the operands as
/// carriers.
Value buildIntegerConv2D(ImplicitLocOpBuilder &b, Conv2DOp op,
                         Conv2DOp::Adaptor adaptor,
                         const IntegerProduct &product);

/// The same of the gradient of its input: a convolution of the dilated
/// cotangent with the reversed filter.
Value buildIntegerConv2DGradInput(ImplicitLocOpBuilder &b, Conv2DGradInputOp op,
                                  Conv2DGradInputOp::Adaptor adaptor,
                                  const IntegerProduct &product);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_INTEGERPRODUCTS_H
