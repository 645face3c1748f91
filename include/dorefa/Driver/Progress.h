//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What training shows of itself.

#ifndef DOREFA_DRIVER_PROGRESS_H
#define DOREFA_DRIVER_PROGRESS_H

#include "dorefa/Driver/MetricsFile.h"

#include <chrono>

namespace dorefa::driver {

/// One line for each epoch on `out`; on a terminal also one that is written
/// over again with the step, the loss, the speed and the time that is left.
class Progress {
public:
  Progress(llvm::raw_fd_ostream &out, int64_t epochs)
      : out(out), isTerminal(out.is_displayed()), epochs(epochs) {}

  /// `done` of `total` steps of the epoch; `remaining` seconds of the run.
  void step(int64_t epoch, int64_t done, int64_t total, double loss,
            double imagesPerSecond, double remaining);
  void epoch(const Metrics &metrics);
  /// Leaves the line that is written over.
  void finish();

private:
  llvm::raw_fd_ostream &out;
  bool isTerminal, lineIsOpen = false;
  int64_t epochs;
  std::chrono::steady_clock::time_point lastShown;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_PROGRESS_H
