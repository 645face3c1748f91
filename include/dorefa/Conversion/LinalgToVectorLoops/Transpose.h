//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_CONVERSION_LINALGTOVECTORLOOPS_TRANSPOSE_H
#define DOREFA_CONVERSION_LINALGTOVECTORLOOPS_TRANSPOSE_H

#include "mlir/IR/Builders.h"

namespace mlir::dorefa {

/// Transposes a square of vectors in registers.
void transpose(OpBuilder &b, Location loc, MutableArrayRef<Value> rows);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOVECTORLOOPS_TRANSPOSE_H
