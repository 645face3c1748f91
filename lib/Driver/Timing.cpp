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

static double getMedian(ArrayRef<double> sorted) {
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

/// `call` some times for warming up, then `repeat` times.
static Expected<Timing> timeCalls(CycleCounter &counter, int64_t repeat,
                                  function_ref<Error()> call) {
  for (int64_t i = 0; i < std::min<int64_t>(repeat / 10, 10); ++i)
    if (Error error = call())
      return error;
  Timing timing;
  for (int64_t i = 0; i < repeat; ++i) {
    counter.start();
    Clock::time_point begin = Clock::now();
    Error error = call();
    timing.seconds.push_back(
        std::chrono::duration<double>(Clock::now() - begin).count());
    if (std::optional<uint64_t> cycles = counter.stop())
      timing.cycles.push_back(*cycles);
    if (error)
      return error;
  }
  sort(timing.seconds);
  sort(timing.cycles);
  return timing;
}

/// Arguments are uploaded once, and results stay.
static Expected<Timing>
timeCallsOnDevice(const engine::CompiledFunction &function,
                  ArrayRef<data::Tensor> arguments, CycleCounter &counter,
                  int64_t repeat) {
  engine::Device &device = *function.getDevice();
  std::vector<engine::DeviceTensor> tensors(arguments.size());
  std::vector<engine::DeviceArgument> onDevice(arguments.size());
  for (auto [i, argument] : enumerate(arguments)) {
    if (!function.signature().arguments[i].isTensor) {
      onDevice[i].scalar = &argument;
      continue;
    }
    tensors[i] = engine::DeviceTensor::upload(device, argument);
    onDevice[i].tensor = &tensors[i];
  }
  return timeCalls(counter, repeat, [&]() -> Error {
    auto results = function.callOnDevice(onDevice);
    if (!results)
      return results.takeError();
    device.wait();
    return device.takeError();
  });
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
  if (function.getDevice())
    return timeCallsOnDevice(function, arguments, counter, repeat);
  return ::timeCalls(counter, repeat, [&] {
    return function.callUnchecked(pointers).takeError();
  });
}
