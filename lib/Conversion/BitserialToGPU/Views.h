//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Axes of views of memory.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_VIEWS_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_VIEWS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::bitserial {

/// For each axis of what `op`, a collapse or expand, makes the axis of its
/// source that it is, -1 of an axis of size 1 that has none; nothing where axes
/// are split or put together.
std::optional<SmallVector<int64_t>> getAxes(Operation *op);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_VIEWS_H
