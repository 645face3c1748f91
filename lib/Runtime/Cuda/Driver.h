//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The part of libcuda.so.1 that is used, found at run time.

#ifndef DOREFA_LIB_RUNTIME_CUDA_DRIVER_H
#define DOREFA_LIB_RUNTIME_CUDA_DRIVER_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace dorefa::cuda {

// The driver's own types, by what they are.
using Result = int;
using Device = int;
using Context = struct ContextObject *;
using ModuleHandle = struct ModuleObject *;
using Function = struct FunctionObject *;
using Stream = struct StreamObject *;
using Event = struct EventObject *;
using Pool = struct PoolObject *;
using Address = unsigned long long;

// Values of the driver's enumerations.
constexpr Result outOfMemory = 2;
constexpr Result invalidPTX = 218, unsupportedPTX = 222, noBinaryForGPU = 209,
                 invalidImage = 200;
constexpr int maxDynamicSharedBytes = 8;                  // of a function
constexpr int capabilityMajor = 75, capabilityMinor = 76; // of a device
constexpr int jitErrorLog = 5, jitErrorLogSize = 6;
constexpr int hasMemoryPools = 115;     // of a device
constexpr int poolReleaseThreshold = 4; // of a pool, in bytes
constexpr unsigned eventWithoutTime = 2;

// X(name, symbol, parameters)
#define DOREFA_CUDA_FUNCTIONS(X)                                               \
  X(init, "cuInit", (unsigned))                                                \
  X(deviceGetCount, "cuDeviceGetCount", (int *))                               \
  X(deviceGet, "cuDeviceGet", (Device *, int))                                 \
  X(deviceGetName, "cuDeviceGetName", (char *, int, Device))                   \
  X(deviceGetAttribute, "cuDeviceGetAttribute", (int *, int, Device))          \
  X(primaryContextRetain, "cuDevicePrimaryCtxRetain", (Context *, Device))     \
  X(contextSetCurrent, "cuCtxSetCurrent", (Context))                           \
  X(moduleLoad, "cuModuleLoadDataEx",                                          \
    (ModuleHandle *, const void *, unsigned, int *, void **))                  \
  X(moduleUnload, "cuModuleUnload", (ModuleHandle))                            \
  X(moduleGetFunction, "cuModuleGetFunction",                                  \
    (Function *, ModuleHandle, const char *))                                  \
  X(functionSetAttribute, "cuFuncSetAttribute", (Function, int, int))          \
  X(launchKernel, "cuLaunchKernel",                                            \
    (Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,     \
     unsigned, Stream, void **, void **))                                      \
  X(streamCreate, "cuStreamCreate", (Stream *, unsigned))                      \
  X(streamDestroy, "cuStreamDestroy_v2", (Stream))                             \
  X(streamSynchronize, "cuStreamSynchronize", (Stream))                        \
  X(streamWaitEvent, "cuStreamWaitEvent", (Stream, Event, unsigned))           \
  X(eventCreate, "cuEventCreate", (Event *, unsigned))                         \
  X(eventDestroy, "cuEventDestroy_v2", (Event))                                \
  X(eventSynchronize, "cuEventSynchronize", (Event))                           \
  X(eventRecord, "cuEventRecord", (Event, Stream))                             \
  X(memoryAllocate, "cuMemAlloc_v2", (Address *, size_t))                      \
  X(memoryAllocateInOrder, "cuMemAllocAsync", (Address *, size_t, Stream))     \
  X(memoryFreeInOrder, "cuMemFreeAsync", (Address, Stream))                    \
  X(deviceGetPool, "cuDeviceGetDefaultMemPool", (Pool *, Device))              \
  X(poolSetAttribute, "cuMemPoolSetAttribute", (Pool, int, void *))            \
  X(poolTrim, "cuMemPoolTrimTo", (Pool, size_t))                               \
  X(memoryFree, "cuMemFree_v2", (Address))                                     \
  X(memoryGetInfo, "cuMemGetInfo_v2", (size_t *, size_t *))                    \
  X(memoryCopy, "cuMemcpyAsync", (Address, Address, size_t, Stream))           \
  X(memorySet32, "cuMemsetD32Async", (Address, unsigned, size_t, Stream))      \
  X(memorySet16, "cuMemsetD16Async",                                           \
    (Address, unsigned short, size_t, Stream))                                 \
  X(hostRegister, "cuMemHostRegister_v2", (void *, size_t, unsigned))          \
  X(hostUnregister, "cuMemHostUnregister", (void *))                           \
  X(getErrorName, "cuGetErrorName", (Result, const char **))                   \
  X(getErrorString, "cuGetErrorString", (Result, const char **))

/// The driver, with the primary context of one device.
class Driver {
public:
#define DOREFA_CUDA_MEMBER(name, symbol, parameters)                           \
  Result(*name) parameters = nullptr;
  DOREFA_CUDA_FUNCTIONS(DOREFA_CUDA_MEMBER)
#undef DOREFA_CUDA_MEMBER

  /// Looks for driver and device at its first call.
  static Driver &get();

  /// Why neither can be used; empty if they can.
  const std::string &whyUnavailable() const { return problem; }
  Device device() const { return chosen; }
  Context context() const { return primary; }
  /// Memory that is allocated and freed in the order of a stream; null where
  /// the device has none.
  Pool memoryPool() const { return pool; }
  /// Compute capability, 90 for 9.0, that the device has, and that it is taken
  /// for.
  int deviceCapability() const { return ownCapability; }
  int capability() const { return computeCapability; }

  /// "out of memory (2)", by the driver.
  std::string describe(Result result) const;

private:
  Driver();
  bool load();
  bool openDevice();
  bool openPool();
  bool readNumber(const char *variable, const char *meaning, int &number);
  bool readCapability();

  std::string problem;
  Device chosen = 0;
  int ownCapability = 0, computeCapability = 0;
  Context primary = nullptr;
  Pool pool = nullptr;
};

} // namespace dorefa::cuda

#endif // DOREFA_LIB_RUNTIME_CUDA_DRIVER_H
