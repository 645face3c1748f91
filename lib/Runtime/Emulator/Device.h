//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What outlives a launch: memory, options, the first error.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_DEVICE_H
#define DOREFA_LIB_RUNTIME_EMULATOR_DEVICE_H

#include "DeviceMemory.h"
#include "dorefa/Runtime/Emulator.h"

#include <mutex>

namespace dorefa::emulator {

struct Device {
  DeviceMemory memory;
  Options options;

  /// Keeps the first message.
  void setError(const std::string &message);
  bool hasError();
  std::optional<std::string> takeError();

private:
  std::mutex mutex;
  std::optional<std::string> error;
};

Device &getDevice();

/// Runs all blocks of a grid.
void launchKernel(const DorefaEmulatorKernel &kernel, const int64_t (&grid)[3],
                  const int64_t (&block)[3], int64_t dynamicSharedSize,
                  void **arguments);

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_DEVICE_H
