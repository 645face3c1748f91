//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tables of the sums of the subsets of four codes.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TABLES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TABLES_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// The tables of 32 codes in bytes, two in each of four vectors of 32 bytes.
SmallVector<Value> buildTables(ImplicitLocOpBuilder &b, Value codes);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TABLES_H
