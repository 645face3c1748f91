//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Arithmetic inside of kernels: 32-bit numbers, which take half the registers
// and instructions that indices would.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_NUMBERS_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_NUMBERS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// Builds unsigned i32 arithmetic; what is constant folds.
struct Numbers {
  ImplicitLocOpBuilder &b;

  Value constant(int64_t value) const;
  Value add(Value x, Value y) const;
  Value add(Value x, int64_t y) const { return add(x, constant(y)); }
  Value sub(Value x, Value y) const;
  Value mul(Value x, Value y) const;
  Value mul(Value x, int64_t y) const { return mul(x, constant(y)); }
  Value div(Value x, Value y) const;
  Value div(Value x, int64_t y) const { return div(x, constant(y)); }
  Value rem(Value x, Value y) const;
  Value rem(Value x, int64_t y) const { return rem(x, constant(y)); }
  Value min(Value x, Value y) const;
  Value max(Value x, Value y) const;
  Value ceilDiv(Value x, int64_t y) const { return div(add(x, y - 1), y); }
  /// x < y, an i1.
  Value isLess(Value x, Value y) const;
  /// Both of two i1.
  Value both(Value x, Value y) const;
  Value select(Value condition, Value x, Value y) const;

  /// From and to indices.
  Value fromIndex(Value index) const;
  Value toIndex(Value number) const;
  SmallVector<Value> toIndices(ValueRange numbers) const;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_NUMBERS_H
