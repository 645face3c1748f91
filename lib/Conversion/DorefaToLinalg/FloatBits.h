//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Scalars of f64 whose exponents are read off, and made, by their bits.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOLINALG_FLOATBITS_H
#define DOREFA_LIB_CONVERSION_DOREFATOLINALG_FLOATBITS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {

/// |x| of an f32 in f64, where every f32 is a normal number.
Value buildWideMagnitude(ImplicitLocOpBuilder &b, Value x);

/// 2^exponent in f64, of an i32.
Value buildPower(ImplicitLocOpBuilder &b, Value exponent);

/// floor(log2(a / c)) as i32, of positive f64.
Value buildFloorLog2Ratio(ImplicitLocOpBuilder &b, Value a, Value c);

/// factor x.
Value buildScaled(ImplicitLocOpBuilder &b, Value x, double factor);

/// Of two that are not NaN.
Value buildLargerOf(ImplicitLocOpBuilder &b, Value x, Value y);
Value buildSmallerOf(ImplicitLocOpBuilder &b, Value x, Value y);

Value buildIsZero(ImplicitLocOpBuilder &b, Value x);

/// Of a maximum of magnitudes: neither infinite nor NaN.
Value buildIsFinite(ImplicitLocOpBuilder &b, Value largest);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOLINALG_FLOATBITS_H
