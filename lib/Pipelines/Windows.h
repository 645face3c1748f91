//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Where a part of a tensor is once the tensor has another shape, or only every
// second of its elements are left.

#ifndef DOREFA_LIB_PIPELINES_WINDOWS_H
#define DOREFA_LIB_PIPELINES_WINDOWS_H

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::dorefa {

/// A part of a tensor, without steps.
struct Window {
  SmallVector<OpFoldResult> offsets, sizes;
};

/// The part of the result of `op`, a reshape or slice, that is made of the part
/// `window` of its source and of no other element. Nothing if that is no
/// window, or not known to be one.
std::optional<Window> getResultWindow(OpBuilder &b, Operation *op,
                                      const Window &window);

/// What `op`, a reshape or slice, makes of `part`, which is `window` of its
/// source; `result` is the window of its result.
Value buildOfPart(OpBuilder &b, Operation *op, Value part, const Window &window,
                  const Window &result);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_PIPELINES_WINDOWS_H
