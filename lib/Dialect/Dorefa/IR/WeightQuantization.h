//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Quantization of weights that are known at compile time.

#ifndef DOREFA_LIB_DIALECT_DOREFA_IR_WEIGHTQUANTIZATION_H
#define DOREFA_LIB_DIALECT_DOREFA_IR_WEIGHTQUANTIZATION_H

#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"

namespace mlir::dorefa {

struct QuantizedWeights {
  SmallVector<uint8_t> codes;
  SmallVector<float> scales;
};

/// The codes and scales that `dorefa.quantize_weight` gives finite `weights`
/// (row-major, at least one). `scaleCount` is 1, or the size of axis 0 with a
/// scale for each channel.
QuantizedWeights quantizeWeights(ArrayRef<float> weights, CodeType code,
                                 int64_t scaleCount, Pow2Scheme scheme);

/// The value of code `c`, up to its scale: one correctly rounded division.
float getCodeValue(CodeType code, uint8_t c);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_DIALECT_DOREFA_IR_WEIGHTQUANTIZATION_H
