//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Memrefs as compiled code passes them.

#ifndef DOREFA_LIB_EXECUTIONENGINE_MEMREFDESCRIPTOR_H
#define DOREFA_LIB_EXECUTIONENGINE_MEMREFDESCRIPTOR_H

#include "dorefa/ExecutionEngine/FunctionSignature.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace dorefa::engine {

/// The memref descriptor of the LLVM lowering: allocated and aligned pointer,
/// offset, sizes, strides; each of 8 bytes.
struct MemrefDescriptor {
  static size_t wordCount(size_t rank) { return 3 + 2 * rank; }

  /// Describes contiguous elements at `data`.
  static void write(void *data, llvm::ArrayRef<int64_t> shape, int64_t *words) {
    size_t rank = shape.size();
    words[0] = words[1] = reinterpret_cast<intptr_t>(data);
    words[2] = 0;
    int64_t stride = 1;
    for (size_t i = rank; i-- > 0;) {
      words[3 + i] = shape[i];
      words[3 + rank + i] = stride;
      stride *= shape[i];
    }
  }

  MemrefDescriptor(const int64_t *words, size_t rank, int64_t elementSize)
      : allocation(reinterpret_cast<uint8_t *>(words[0])),
        data(reinterpret_cast<uint8_t *>(words[1]) + words[2] * elementSize),
        sizes(words + 3, rank), strides(words + 3 + rank, rank) {}

  bool isContiguous() const {
    int64_t expected = 1;
    for (size_t i = sizes.size(); i-- > 0; expected *= sizes[i])
      if (sizes[i] != 1 && strides[i] != expected)
        return llvm::is_contained(sizes, 0);
    return true;
  }

  uint8_t *allocation, *data;
  llvm::ArrayRef<int64_t> sizes, strides;
};

/// Where each result lies in the struct that the adaptor fills: offsets in
/// bytes, and the size of the whole as the last.
llvm::SmallVector<size_t> getResultOffsets(const FunctionSignature &signature);

} // namespace dorefa::engine

#endif // DOREFA_LIB_EXECUTIONENGINE_MEMREFDESCRIPTOR_H
