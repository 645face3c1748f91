//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The functions that host code of a GPU calls, as the emulator has them. Names
// and arguments are those of MLIR's lowering of the gpu dialect.

#include "Device.h"

#include "dorefa/Runtime/Chips.h"

#include <cstdlib>
#include <cstring>

using namespace dorefa::emulator;

/// An address in device memory must have `size` bytes behind it; any other is
/// the host's.
static bool checkCopy(const void *address, size_t size, const char *which) {
  Device &device = getDevice();
  const MemoryRange *range = device.memory.find(address);
  auto value = reinterpret_cast<uintptr_t>(address);
  if (!range || range->contains(value, size))
    return true;
  device.setError("a copy of " + std::to_string(size) + " bytes: its " + which +
                  " has " + std::to_string(range->end - value));
  return false;
}

static void *memAlloc(uint64_t size, void *, bool) {
  void *memory = getDevice().memory.allocate(size);
  if (!memory)
    getDevice().setError("no memory for an allocation of " +
                         std::to_string(size) + " bytes");
  return memory;
}

static void memFree(void *memory, void *) {
  if (memory && !getDevice().memory.release(memory))
    getDevice().setError("memory is freed that is not allocated");
}

static void memCopy(void *target, void *source, size_t size, void *) {
  if (size && checkCopy(target, size, "target") &&
      checkCopy(source, size, "source"))
    std::memcpy(target, source, size);
}

template <typename T>
static void memSet(void *target, T value, size_t count, void *) {
  if (checkCopy(target, count * sizeof(T), "target"))
    for (size_t i = 0; i < count; ++i)
      static_cast<T *>(target)[i] = value;
}

static void launch(void *kernel, intptr_t gridX, intptr_t gridY, intptr_t gridZ,
                   intptr_t blockX, intptr_t blockY, intptr_t blockZ,
                   int32_t sharedSize, void *stream, void **arguments,
                   void **extra, size_t argumentCount) {
  launchKernel(*static_cast<const DorefaEmulatorKernel *>(kernel),
               {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedSize,
               arguments);
}

/// That of the GPU which is emulated, for code that chooses by it.
static int getCapability() {
  const char *wanted = std::getenv("DOREFA_EMULATOR_CAPABILITY");
  if (!wanted)
    return 90; // as the limits of a launch
  char *end = nullptr;
  long capability = std::strtol(wanted, &end, 10);
  if (*wanted != '\0' && *end == '\0' && capability > 0 && capability < 1000)
    return static_cast<int>(capability);
  getDevice().setError("DOREFA_EMULATOR_CAPABILITY is a compute capability, 90 "
                       "for 9.0, not '" +
                       std::string(wanted) + "'");
  return 90;
}

static int32_t chooseChip(const DorefaChip *chips, int64_t count) {
  int capability = getCapability();
  int64_t best = dorefa::findBest(chips, count, capability);
  if (best < 0)
    getDevice().setError("the emulated GPU has " +
                         dorefa::describeMismatch(chips, count, capability));
  return best;
}

// Everything happens at once and in order: streams and events are nothing.
static void *create() { return nullptr; }
static void onObject(void *) {}
static void onTwoObjects(void *, void *) {}

template <typename Function>
static std::pair<const char *, void *> symbol(const char *name,
                                              Function *function) {
  return {name, reinterpret_cast<void *>(function)};
}

std::vector<std::pair<const char *, void *>> dorefa::emulator::getSymbols() {
  return {
      symbol("dorefaChooseChip", chooseChip),
      symbol("mgpuMemAlloc", memAlloc),
      symbol("mgpuMemFree", memFree),
      symbol("mgpuMemcpy", memCopy),
      symbol("mgpuMemset32", memSet<uint32_t>),
      symbol("mgpuMemset16", memSet<uint16_t>),
      symbol("mgpuLaunchKernel", launch),
      symbol("mgpuStreamCreate", create),
      symbol("mgpuStreamDestroy", onObject),
      symbol("mgpuStreamSynchronize", onObject),
      symbol("mgpuStreamWaitEvent", onTwoObjects),
      symbol("mgpuEventCreate", create),
      symbol("mgpuEventDestroy", onObject),
      symbol("mgpuEventSynchronize", onObject),
      symbol("mgpuEventRecord", onTwoObjects),
      symbol("dorefaEmulatorCheck", dorefaEmulatorCheck),
      symbol("dorefaEmulatorCheckShared", dorefaEmulatorCheckShared),
      symbol("dorefaEmulatorBarrier", dorefaEmulatorBarrier),
      symbol("dorefaEmulatorWarpBarrier", dorefaEmulatorWarpBarrier),
      symbol("dorefaEmulatorMma", dorefaEmulatorMma),
      symbol("dorefaEmulatorWarpgroupMultiply",
             dorefaEmulatorWarpgroupMultiply),
      symbol("dorefaEmulatorProxyFence", dorefaEmulatorProxyFence),
      symbol("dorefaEmulatorLoadMatrix", dorefaEmulatorLoadMatrix),
      symbol("dorefaEmulatorShuffle", dorefaEmulatorShuffle),
      symbol("dorefaEmulatorVote", dorefaEmulatorVote),
      symbol("dorefaEmulatorCopyAsync", dorefaEmulatorCopyAsync),
      symbol("dorefaEmulatorCopyCommit", dorefaEmulatorCopyCommit),
      symbol("dorefaEmulatorCopyWait", dorefaEmulatorCopyWait),
  };
}
