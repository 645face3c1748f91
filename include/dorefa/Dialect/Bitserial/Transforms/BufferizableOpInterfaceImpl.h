//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Bufferization of the bitserial ops.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace bitserial {

/// Adds the external models of BufferizableOpInterface to the bitserial ops.
void registerBitserialBufferization(DialectRegistry &registry);

} // namespace bitserial
} // namespace mlir

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_BUFFERIZABLEOPINTERFACEIMPL_H
