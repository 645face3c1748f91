//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The memory of the emulated device.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_DEVICEMEMORY_H
#define DOREFA_LIB_RUNTIME_EMULATOR_DEVICEMEMORY_H

#include <cstddef>
#include <cstdint>
#include <map>

namespace dorefa::emulator {

struct MemoryRange {
  uintptr_t begin = 0, end = 0;

  bool contains(uintptr_t address) const {
    return begin <= address && address <= end;
  }
  bool contains(uintptr_t address, size_t size) const {
    return contains(address) && size <= end - address;
  }
};

/// All allocations. They change between launches only, so that threads of a
/// launch look them up without a lock.
class DeviceMemory {
public:
  /// New memory is filled with bytes that are a NaN as a float and far out of
  /// range as an index. Null if there is no more.
  void *allocate(size_t size);
  /// False if nothing was allocated there.
  bool release(void *memory);
  /// The allocation that an address is in; its end counts.
  const MemoryRange *find(const void *address) const;

private:
  // By begin.
  std::map<uintptr_t, MemoryRange> allocations;
};

/// The byte that memory is filled with that nobody has written.
inline constexpr int unwrittenByte = 0xff;

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_DEVICEMEMORY_H
