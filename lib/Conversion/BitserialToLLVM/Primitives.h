//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
// The instructions that tiles of products are made of: each in a form for the
// targets that have one, and in upstream operations.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOLLVM_PRIMITIVES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOLLVM_PRIMITIVES_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

Value buildByteLookup(ImplicitLocOpBuilder &b, ByteLookupOp op,
                      ArrayRef<std::string> features);
Value buildMultiplyPairs(ImplicitLocOpBuilder &b, MultiplyPairsOp op,
                         ArrayRef<std::string> features);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOLLVM_PRIMITIVES_H
