//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Codes that become words before they leave a kernel.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PACKEDOUTPUT_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PACKEDOUTPUT_H

#include "Numbers.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::bitserial {

/// Memory for codes that one op alone writes and one `pack` alone reads.
struct PackedOutput {
  PackOp pack;
  memref::AllocOp codes;
  /// For each axis of what is packed the axis of the memory, or -1.
  SmallVector<int64_t> axes;

  /// That of the memory `output` of `writer`, if it is such.
  static std::optional<PackedOutput> find(Value output, Operation *writer);

  /// Where a plane of a word is, for indices of the codes' memory.
  SmallVector<Value> getIndices(const Numbers &n, ValueRange codes, Value word,
                                int64_t plane) const;

  /// Erases the pack and the memory.
  void erase() const;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PACKEDOUTPUT_H
