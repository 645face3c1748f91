//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Loads, stores and copies of a thread, checked against bounds.

#include "Block.h"
#include "Device.h"

#include <cstring>

using namespace dorefa::emulator;

static std::string describeAccess(uintptr_t address, int64_t size, bool isWrite,
                                  const MemoryRange &range, const char *where) {
  std::string text = std::string(isWrite ? "writes " : "reads ") +
                     std::to_string(size) + " bytes ";
  if (address < range.begin)
    text += std::to_string(range.begin - address) + " before the begin";
  else
    text += "at byte " + std::to_string(address - range.begin);
  return text + " of " + where + " of " +
         std::to_string(range.end - range.begin) + " bytes";
}

void dorefaEmulatorCheck(DorefaEmulatorThread *thread, const void *base,
                         const void *address, int64_t size, int32_t isWrite,
                         const char *site) {
  if (size == 0)
    return;
  Lane &lane = Lane::of(thread);
  auto value = reinterpret_cast<uintptr_t>(address);
  auto &cached = lane.cache[reinterpret_cast<uintptr_t>(base) / 256 % 16];
  if (cached.base == base && cached.range.contains(value, size))
    return;
  const MemoryRange *range = getDevice().memory.find(base);
  if (!range)
    lane.block->fail(lane, site,
                     std::string(isWrite ? "writes " : "reads ") +
                         std::to_string(size) +
                         " bytes in no allocation of the device");
  if (!range->contains(value, size))
    lane.block->fail(
        lane, site,
        describeAccess(value, size, isWrite, *range, "an allocation"));
  cached.base = base;
  cached.range = *range;
}

void dorefaEmulatorCheckShared(DorefaEmulatorThread *thread, const void *base,
                               int64_t length, const void *address,
                               int64_t size, int32_t isWrite,
                               const char *site) {
  Lane &lane = Lane::of(thread);
  auto begin = reinterpret_cast<uintptr_t>(base);
  MemoryRange range = {begin, begin + length};
  if (length < 0)
    range.end = lane.block->sharedRange().end;
  auto value = reinterpret_cast<uintptr_t>(address);
  if (!range.contains(value, size))
    lane.block->fail(
        lane, site,
        describeAccess(value, size, isWrite, range, "shared memory"));
  if (isWrite == 1)
    lane.sharedWrites = SharedWrites::written;
}

//===----------------------------------------------------------------------===//
// Asynchronous copies
//===----------------------------------------------------------------------===//

void dorefaEmulatorCopyAsync(DorefaEmulatorThread *thread, void *target,
                             const void *source, int32_t size,
                             int32_t sourceSize, const char *site) {
  Lane &lane = Lane::of(thread);
  auto misaligned = [&](const void *address) {
    return reinterpret_cast<uintptr_t>(address) % size != 0;
  };
  if (misaligned(target) || (sourceSize && misaligned(source)))
    lane.block->fail(lane, site,
                     "a copy of " + std::to_string(size) +
                         " bytes that is not aligned to its size");
  lane.openCopies.push_back({target, source, size, sourceSize});
}

void dorefaEmulatorCopyCommit(DorefaEmulatorThread *thread) {
  Lane &lane = Lane::of(thread);
  lane.copyGroups.push_back(std::move(lane.openCopies));
  lane.openCopies.clear();
}

void dorefaEmulatorCopyWait(DorefaEmulatorThread *thread, int32_t pending) {
  Lane &lane = Lane::of(thread);
  auto &groups = lane.copyGroups;
  if (groups.size() <= size_t(pending))
    return;
  auto end = groups.end() - pending;
  for (auto group = groups.begin(); group != end; ++group)
    for (const PendingCopy &copy : *group) {
      lane.sharedWrites = SharedWrites::written;
      std::memcpy(copy.target, copy.source, copy.sourceSize);
      std::memset(static_cast<char *>(copy.target) + copy.sourceSize, 0,
                  copy.size - copy.sourceSize);
    }
  groups.erase(groups.begin(), end);
}
