//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Timing.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using Clock = std::chrono::steady_clock;

double Timing::median() const {
  size_t half = seconds.size() / 2;
  if (seconds.size() % 2)
    return seconds[half];
  return (seconds[half - 1] + seconds[half]) / 2;
}

Expected<Timing>
dorefa::driver::timeCalls(const engine::CompiledFunction &function,
                          MutableArrayRef<data::Tensor> arguments,
                          int64_t repeat) {
  SmallVector<data::Tensor *> pointers;
  for (data::Tensor &argument : arguments)
    pointers.push_back(&argument);
  // The first call checks the arguments for all.
  auto first = function.call(pointers);
  if (!first)
    return first.takeError();
  first->clear();
  for (int64_t i = 0; i < std::min<int64_t>(repeat / 10, 10); ++i)
    function.callUnchecked(pointers);
  Timing timing;
  for (int64_t i = 0; i < repeat; ++i) {
    Clock::time_point begin = Clock::now();
    std::vector<engine::Result> results = function.callUnchecked(pointers);
    timing.seconds.push_back(
        std::chrono::duration<double>(Clock::now() - begin).count());
  }
  sort(timing.seconds);
  return timing;
}
