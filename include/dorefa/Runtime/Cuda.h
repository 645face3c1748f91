//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What compiled GPU code calls on a machine with an NVIDIA driver, and what a
// program asks before it does. C++17 alone: no LLVM, no CUDA headers; the
// driver is looked for when it is first needed.

#ifndef DOREFA_RUNTIME_CUDA_H
#define DOREFA_RUNTIME_CUDA_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

//===----------------------------------------------------------------------===//
// Between code from --dorefa-launch-kernels and this library
//===----------------------------------------------------------------------===//

extern "C" {

enum DorefaCudaFlags : int32_t {
  /// For GPUs of exactly this capability (sm_90a).
  dorefaCudaExact = 1,
  /// What ptxas made, not PTX.
  dorefaCudaMachineCode = 2
};

/// All kernels of a program, for one kind of GPU.
struct DorefaCudaCode {
  const char *bytes; // PTX ends with a zero
  int64_t size;
  int32_t capability, flags;
};

struct DorefaCudaProgram {
  const DorefaCudaCode *codes;
  int64_t count;
  /// This library's own, null at first.
  void *module;
};

/// The kernel `name`, as mgpuLaunchKernel takes it; `*handle` is null at first
/// and keeps it. Chooses the code for the GPU that is there and loads it when a
/// program's first kernel is asked for.
void *dorefaCudaGetKernel(DorefaCudaProgram *program, const char *name,
                          void **handle);
}

//===----------------------------------------------------------------------===//
// For the host
//===----------------------------------------------------------------------===//

namespace dorefa::cuda {

/// Why there is no GPU to run on; empty if there is one. The device is number
/// DOREFA_CUDA_DEVICE of the driver's list, 0 without it.
std::string whyUnavailable();

/// Compute capability of the device, 90 for 9.0, or DOREFA_CUDA_CAPABILITY if
/// that is less: code for older GPUs runs on newer ones. Only where one is
/// there.
int getComputeCapability();

/// Name of the device, as the driver tells it. Only where one is there.
std::string getDeviceName();

/// The functions that host code calls, dorefaChooseChip (see Chips.h),
/// dorefaCudaGetKernel, mgpuMemAlloc and
/// its relatives, by name. Each ends the process if it cannot do what it
/// should: with status 3 where driver or device are missing, or the driver is
/// too old for the code; with status 1 and the bytes asked for and free where
/// memory is short, and on any other error of the driver.
std::vector<std::pair<const char *, void *>> getSymbols();

} // namespace dorefa::cuda

#endif // DOREFA_RUNTIME_CUDA_H
