//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Weights that are powers of two.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOLINALG_POW2WEIGHTS_H
#define DOREFA_LIB_CONVERSION_DOREFATOLINALG_POW2WEIGHTS_H

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::dorefa {

/// The codes and the scale of quantize_weight to pow2 codes.
std::pair<Value, Value> buildPow2Weights(ImplicitLocOpBuilder &b,
                                         QuantizeWeightOp op, Value weights);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOLINALG_POW2WEIGHTS_H
