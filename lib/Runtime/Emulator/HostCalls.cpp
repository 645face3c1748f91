//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The functions that host code of a GPU calls, by their names, for code that is
// linked with the emulator. What goes wrong ends the process with status 1.

#include "dorefa/Runtime/Chips.h"
#include "dorefa/Runtime/Emulator.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace dorefa;

static void *find(const char *name) {
  for (auto [known, address] : emulator::getSymbols())
    if (std::strcmp(known, name) == 0)
      return address;
  std::abort(); // its list lacks a name below
}

template <typename Result, typename... Arguments>
static Result call(const char *name, Arguments... arguments) {
  auto *function = reinterpret_cast<Result (*)(Arguments...)>(find(name));
  auto check = [] {
    if (std::optional<std::string> error = emulator::takeError()) {
      std::fprintf(stderr, "dorefa: error: %s\n", error->c_str());
      std::exit(1);
    }
  };
  if constexpr (std::is_void_v<Result>) {
    function(arguments...);
    check();
  } else {
    Result result = function(arguments...);
    check();
    return result;
  }
}

extern "C" {

int32_t dorefaChooseChip(const DorefaChip *chips, int64_t count) {
  return call<int32_t>(__func__, chips, count);
}
void *mgpuMemAlloc(uint64_t bytes, void *stream, bool sharedWithHost) {
  return call<void *>(__func__, bytes, stream, sharedWithHost);
}
void mgpuMemFree(void *memory, void *stream) {
  call<void>(__func__, memory, stream);
}
void mgpuMemcpy(void *target, void *source, size_t bytes, void *stream) {
  call<void>(__func__, target, source, bytes, stream);
}
void mgpuMemset32(void *target, uint32_t value, size_t count, void *stream) {
  call<void>(__func__, target, value, count, stream);
}
void mgpuMemset16(void *target, uint16_t value, size_t count, void *stream) {
  call<void>(__func__, target, value, count, stream);
}
void mgpuLaunchKernel(void *kernel, intptr_t gridX, intptr_t gridY,
                      intptr_t gridZ, intptr_t blockX, intptr_t blockY,
                      intptr_t blockZ, int32_t sharedBytes, void *stream,
                      void **arguments, void **extra, size_t count) {
  call<void>(__func__, kernel, gridX, gridY, gridZ, blockX, blockY, blockZ,
             sharedBytes, stream, arguments, extra, count);
}
void *mgpuStreamCreate() { return call<void *>(__func__); }
void mgpuStreamDestroy(void *stream) { call<void>(__func__, stream); }
void mgpuStreamSynchronize(void *stream) { call<void>(__func__, stream); }

} // extern "C"
