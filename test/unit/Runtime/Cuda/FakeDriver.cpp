//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FakeDriver.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

static FakeDriver state;

extern "C" FakeDriver *getFakeDriver() { return &state; }

/// Notes a call, also in the file FAKE_CUDA_LOG, and looks up its result.
static int note(const char *function, const std::string &arguments = "") {
  std::string call = function;
  if (!arguments.empty())
    call += " " + arguments;
  state.calls.push_back(call);
  if (const char *path = std::getenv("FAKE_CUDA_LOG"))
    if (std::FILE *log = std::fopen(path, "a")) {
      std::fprintf(log, "%s\n", call.c_str());
      std::fclose(log);
    }
  auto found = state.results.find(function);
  return found == state.results.end() ? 0 : found->second;
}

static std::string list(std::initializer_list<unsigned long long> values) {
  std::string text;
  for (unsigned long long value : values)
    text += (text.empty() ? "" : " ") + std::to_string(value);
  return text;
}

using Address = unsigned long long;

extern "C" {

int cuInit(unsigned) {
  if (const char *devices = std::getenv("FAKE_CUDA_DEVICES"))
    state.devices = std::atoi(devices);
  if (const char *capability = std::getenv("FAKE_CUDA_CAPABILITY"))
    state.capability = std::atoi(capability);
  return note("cuInit");
}
int cuDeviceGetCount(int *count) {
  *count = state.devices;
  return note("cuDeviceGetCount");
}
int cuDeviceGet(int *device, int number) {
  *device = number;
  return note("cuDeviceGet", std::to_string(number));
}
int cuDeviceGetName(char *name, int size, int) {
  std::snprintf(name, size, "fake GPU");
  return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int) {
  *value = attribute == 75    ? state.capability / 10
           : attribute == 76  ? state.capability % 10
           : attribute == 115 ? state.hasPools
                              : 0;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int) {
  *context = &state;
  return note("cuDevicePrimaryCtxRetain");
}
int cuCtxSetCurrent(void *) { return 0; }
int cuModuleLoadDataEx(void **module, const void *code, unsigned count,
                       int *options, void **values) {
  *module = const_cast<void *>(code);
  std::string begin(static_cast<const char *>(code), 4);
  int result = note("cuModuleLoadDataEx", begin);
  if (begin == state.refusedCode)
    return 200;
  // 5 and 6: where messages go, and how many bytes they may have.
  if (result != 0 && count == 2 && options[0] == 5 && options[1] == 6)
    std::snprintf(static_cast<char *>(values[0]),
                  reinterpret_cast<size_t>(values[1]), "ptxas fatal");
  return result;
}
int cuModuleUnload(void *) { return note("cuModuleUnload"); }
int cuModuleGetFunction(void **function, void *module, const char *name) {
  *function = module;
  return note("cuModuleGetFunction", name);
}
int cuFuncSetAttribute(void *, int attribute, int value) {
  return note("cuFuncSetAttribute",
              list({unsigned(attribute), unsigned(value)}));
}
int cuLaunchKernel(void *, unsigned gridX, unsigned gridY, unsigned gridZ,
                   unsigned blockX, unsigned blockY, unsigned blockZ,
                   unsigned shared, void *, void **, void **) {
  return note("cuLaunchKernel",
              list({gridX, gridY, gridZ, blockX, blockY, blockZ, shared}));
}
int cuStreamCreate(void **stream, unsigned flags) {
  *stream = &state;
  return note("cuStreamCreate", std::to_string(flags));
}
int cuStreamDestroy_v2(void *) { return note("cuStreamDestroy"); }
int cuStreamSynchronize(void *) { return note("cuStreamSynchronize"); }
int cuStreamWaitEvent(void *, void *, unsigned) {
  return note("cuStreamWaitEvent");
}
int cuEventCreate(void **event, unsigned flags) {
  *event = &state;
  return note("cuEventCreate", std::to_string(flags));
}
int cuEventDestroy_v2(void *) { return note("cuEventDestroy"); }
int cuEventSynchronize(void *) { return note("cuEventSynchronize"); }
int cuEventRecord(void *, void *) { return note("cuEventRecord"); }
int cuMemAlloc_v2(Address *address, size_t bytes) {
  *address = reinterpret_cast<Address>(std::malloc(bytes));
  return note("cuMemAlloc", std::to_string(bytes));
}
int cuMemAllocAsync(Address *address, size_t bytes, void *) {
  *address = reinterpret_cast<Address>(std::malloc(bytes));
  return note("cuMemAllocAsync", std::to_string(bytes));
}
int cuMemFreeAsync(Address address, void *) {
  std::free(reinterpret_cast<void *>(address));
  return note("cuMemFreeAsync");
}
int cuDeviceGetDefaultMemPool(void **pool, int) {
  *pool = &state;
  return note("cuDeviceGetDefaultMemPool");
}
int cuMemPoolSetAttribute(void *, int attribute, void *value) {
  return note("cuMemPoolSetAttribute",
              list({unsigned(attribute), *static_cast<uint64_t *>(value)}));
}
int cuMemPoolTrimTo(void *, size_t bytes) {
  return note("cuMemPoolTrimTo", std::to_string(bytes));
}
int cuMemFree_v2(Address address) {
  std::free(reinterpret_cast<void *>(address));
  return note("cuMemFree");
}
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = state.free;
  *total = state.total;
  return 0;
}
int cuMemcpyAsync(Address to, Address from, size_t bytes, void *) {
  std::memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from),
              bytes);
  return note("cuMemcpyAsync", std::to_string(bytes));
}
int cuMemsetD32Async(Address to, unsigned value, size_t count, void *) {
  for (size_t i = 0; i < count; ++i)
    reinterpret_cast<uint32_t *>(to)[i] = value;
  return note("cuMemsetD32Async", list({value, count}));
}
int cuMemsetD16Async(Address to, unsigned short value, size_t count, void *) {
  for (size_t i = 0; i < count; ++i)
    reinterpret_cast<uint16_t *>(to)[i] = value;
  return note("cuMemsetD16Async", list({value, count}));
}
int cuMemHostRegister_v2(void *, size_t bytes, unsigned) {
  return note("cuMemHostRegister", std::to_string(bytes));
}
int cuMemHostUnregister(void *) { return note("cuMemHostUnregister"); }
int cuGetErrorName(int, const char **name) {
  *name = "FAKE";
  return 0;
}
int cuGetErrorString(int result, const char **text) {
  *text = result == 2 ? "out of memory" : "made to fail";
  return 0;
}

} // extern "C"
