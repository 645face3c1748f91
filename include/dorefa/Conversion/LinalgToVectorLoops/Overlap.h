//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Whether two buffers of a function may share memory.

#ifndef DOREFA_CONVERSION_LINALGTOVECTORLOOPS_OVERLAP_H
#define DOREFA_CONVERSION_LINALGTOVECTORLOOPS_OVERLAP_H

#include "mlir/IR/Value.h"

namespace mlir::dorefa {

/// The buffer that `memref` is a view of.
Value getRoot(Value memref);

/// Buffers are known to be apart if they differ and one of them was allocated
/// here, the other one here or outside.
bool mayOverlap(Value a, Value b);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOVECTORLOOPS_OVERLAP_H
