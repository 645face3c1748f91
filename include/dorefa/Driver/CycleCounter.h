//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Cycles that the processor spent in this process.

#ifndef DOREFA_DRIVER_CYCLECOUNTER_H
#define DOREFA_DRIVER_CYCLECOUNTER_H

#include <cstdint>
#include <optional>

// The C++ peers of the benchmarks are compiled with this file: no LLVM here.
namespace dorefa::driver {

/// Counts cycles in user mode by perf_event_open(2), of the thread that makes
/// the counter and of those it starts later. Many machines do not allow it.
class CycleCounter {
public:
  CycleCounter();
  ~CycleCounter();
  CycleCounter(const CycleCounter &) = delete;
  CycleCounter &operator=(const CycleCounter &) = delete;

  void start();
  /// Cycles since `start`; nothing where they cannot be counted.
  std::optional<uint64_t> stop();

private:
  int descriptor = -1;
  uint64_t begin = 0;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_CYCLECOUNTER_H
