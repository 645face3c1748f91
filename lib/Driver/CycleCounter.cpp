//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/CycleCounter.h"

#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace dorefa::driver;

#ifdef __linux__

static std::optional<uint64_t> readCounter(int descriptor) {
  uint64_t value;
  if (descriptor < 0 ||
      read(descriptor, &value, sizeof(value)) != sizeof(value))
    return std::nullopt;
  return value;
}

CycleCounter::CycleCounter() {
  perf_event_attr event = {};
  event.size = sizeof(event);
  event.type = PERF_TYPE_HARDWARE;
  event.config = PERF_COUNT_HW_CPU_CYCLES;
  event.exclude_kernel = event.exclude_hv = 1;
  event.inherit = 1;
  descriptor = syscall(SYS_perf_event_open, &event, /*pid=*/0, /*cpu=*/-1,
                       /*group_fd=*/-1, PERF_FLAG_FD_CLOEXEC);
}

CycleCounter::~CycleCounter() {
  if (descriptor >= 0)
    close(descriptor);
}

void CycleCounter::start() { begin = readCounter(descriptor).value_or(0); }

std::optional<uint64_t> CycleCounter::stop() {
  std::optional<uint64_t> end = readCounter(descriptor);
  // A counter that stands still counts nothing.
  if (!end || *end == begin)
    return std::nullopt;
  return *end - begin;
}

#else

CycleCounter::CycleCounter() = default;
CycleCounter::~CycleCounter() = default;
void CycleCounter::start() {}
std::optional<uint64_t> CycleCounter::stop() { return std::nullopt; }

#endif
