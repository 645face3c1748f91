//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How long a compiled function takes.

#ifndef DOREFA_DRIVER_TIMING_H
#define DOREFA_DRIVER_TIMING_H

#include "dorefa/ExecutionEngine/CompiledFunction.h"

#include <optional>

namespace dorefa::driver {

/// Seconds of each of several calls, sorted.
struct Timing {
  /// Sorted.
  std::vector<double> seconds;
  /// Sorted; empty where cycles cannot be counted.
  std::vector<double> cycles;

  double median() const;
  std::optional<double> medianCycles() const;
  double min() const { return seconds.front(); }
  double max() const { return seconds.back(); }
};

/// Times `repeat` calls after some that warm up. The allocation of the results
/// is part of a call, checking of the arguments is not. On a device the
/// arguments are there before, and a call ends when the device has done what it
/// launched.
llvm::Expected<Timing> timeCalls(const engine::CompiledFunction &function,
                                 llvm::MutableArrayRef<data::Tensor> arguments,
                                 int64_t repeat);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TIMING_H
