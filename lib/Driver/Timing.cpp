//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Timing.h"

#include "dorefa/Driver/CycleCounter.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using Clock = std::chrono::steady_clock;

double dorefa::driver::getMedian(ArrayRef<double> sorted) {
  size_t half = sorted.size() / 2;
  if (sorted.size() % 2)
    return sorted[half];
  return (sorted[half - 1] + sorted[half]) / 2;
}

double Timing::median() const { return getMedian(seconds); }

std::optional<double> Timing::medianCycles() const {
  if (cycles.empty())
    return std::nullopt;
  return getMedian(cycles);
}

Expected<Timing>
dorefa::driver::timeCalls(const engine::CompiledFunction &function,
                          MutableArrayRef<data::Tensor> arguments,
                          int64_t repeat) {
  SmallVector<data::Tensor *> pointers;
  for (data::Tensor &argument : arguments)
    pointers.push_back(&argument);
  // Ahead of the first call: it counts the threads that start later.
  CycleCounter counter;
  // The first call checks the arguments for all.
  auto first = function.call(pointers);
  if (!first)
    return first.takeError();
  first->clear();
  for (int64_t i = 0; i < std::min<int64_t>(repeat / 10, 10); ++i)
    if (auto results = function.callUnchecked(pointers); !results)
      return results.takeError();
  Timing timing;
  for (int64_t i = 0; i < repeat; ++i) {
    counter.start();
    Clock::time_point begin = Clock::now();
    auto results = function.callUnchecked(pointers);
    timing.seconds.push_back(
        std::chrono::duration<double>(Clock::now() - begin).count());
    if (std::optional<uint64_t> cycles = counter.stop())
      timing.cycles.push_back(*cycles);
    if (!results)
      return results.takeError();
  }
  sort(timing.seconds);
  sort(timing.cycles);
  return timing;
}
