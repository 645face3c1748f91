//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Scalar arithmetic on codes, used wherever a conversion turns codes into
// values or values into codes.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_CODEVALUES_H
#define DOREFA_CONVERSION_DOREFATOLINALG_CODEVALUES_H

#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {

/// The correctly rounded f32 tanh of an f32 scalar: evaluated in f64 and
/// rounded once, so that every implementation agrees bit for bit.
Value buildRoundedTanh(ImplicitLocOpBuilder &b, Value x);

/// round_half_even(n * unit) as an i8, `unit` an f32 scalar in [0, 1].
Value buildRoundToCode(ImplicitLocOpBuilder &b, Value unit, CodeType code);

/// The integer numerator of the value of a code (an i8 scalar), in `integer`:
/// c, 2c - n, or a signed power of two; over getDenominator().
Value buildNumerator(ImplicitLocOpBuilder &b, Value code, CodeType type,
                     Type integer);
int64_t getDenominator(CodeType type);

/// The f32 tensor of values of an i8 tensor of codes; `scale` is null, a
/// tensor<f32>, or one element for each index of axis 0.
Value buildDequantized(ImplicitLocOpBuilder &b, Value codes, CodeType type,
                       Value scale);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_CODEVALUES_H
