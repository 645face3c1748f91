//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceMemory.h"

#include <cstdlib>
#include <cstring>

using namespace dorefa::emulator;

// cuMemAlloc aligns to 256. As much lies between any two allocations, so that
// the end of one is never the beginning of another.
static constexpr size_t alignment = 256;

void *DeviceMemory::allocate(size_t size) {
  size_t whole = (size + alignment) / alignment * alignment;
  if (whole < size)
    return nullptr;
  void *memory = std::aligned_alloc(alignment, whole + alignment);
  if (!memory)
    return nullptr;
  std::memset(memory, unwrittenByte, size);
  auto begin = reinterpret_cast<uintptr_t>(memory);
  allocations[begin] = {begin, begin + size};
  return memory;
}

bool DeviceMemory::release(void *memory) {
  if (!allocations.erase(reinterpret_cast<uintptr_t>(memory)))
    return false;
  std::free(memory);
  return true;
}

const MemoryRange *DeviceMemory::find(const void *address) const {
  auto value = reinterpret_cast<uintptr_t>(address);
  auto next = allocations.upper_bound(value);
  if (next == allocations.begin())
    return nullptr;
  const MemoryRange &range = std::prev(next)->second;
  return range.contains(value) ? &range : nullptr;
}
