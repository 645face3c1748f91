//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Where memory is, for what names it otherwise than a memref does.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_ADDRESSES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_ADDRESSES_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// Of the first element, as an index.
Value getByteAddress(ImplicitLocOpBuilder &b, Value memory);

/// An !llvm.ptr to an address, an index.
Value getPointer(ImplicitLocOpBuilder &b, Value address);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_ADDRESSES_H
