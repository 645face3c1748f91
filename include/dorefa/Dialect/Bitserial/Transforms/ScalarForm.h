//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// One word or one code at a time: the defining equations of pack and unpack.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_SCALARFORM_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_SCALARFORM_H

#include "mlir/IR/Builders.h"

namespace mlir::bitserial {

/// The word at `indices` of the packed form of `codes` (tensor or memref), an
/// i32: a loop over its codes. With `byteBits` a word of bytes.
Value buildWord(OpBuilder &builder, Location loc, Value codes,
                ValueRange indices, int64_t axis,
                std::optional<int64_t> byteBits = std::nullopt);

/// The code at `indices` of the codes in `packed` (tensor or memref), an i8: a
/// loop over its planes.
Value buildCode(OpBuilder &builder, Location loc, Value packed,
                ValueRange indices, int64_t axis);

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_SCALARFORM_H
