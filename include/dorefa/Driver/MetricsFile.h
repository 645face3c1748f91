//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How training went, one JSON object a line.

#ifndef DOREFA_DRIVER_METRICSFILE_H
#define DOREFA_DRIVER_METRICSFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>
#include <string>

namespace dorefa::driver {

/// One line: `epoch` and `step` count what is done, from 1; `trainLoss` is the
/// mean over the steps of the epoch so far; times are in seconds and leave
/// evaluation out. Numbers that are not finite or not known are null.
struct Metrics {
  int64_t epoch = 0, step = 0;
  double learningRate = 0, trainLoss = 0;
  std::optional<double> testLoss, testAccuracy;
  /// Of a detector alone: the others have no such numbers in their lines.
  bool ofDetector = false;
  std::optional<double> testMap50, testMap;
  double seconds = 0, imagesPerSecond = 0;
};

/// A file of metrics to which lines are added. Each is written out at once.
class MetricsFile {
public:
  /// Starts the file anew, or keeps its lines up to step `resumeAt`.
  static llvm::Expected<std::unique_ptr<MetricsFile>>
  open(llvm::StringRef path, std::optional<int64_t> resumeAt);

  llvm::Error append(const Metrics &metrics);

private:
  MetricsFile(std::string path) : path(std::move(path)) {}

  std::string path;
  std::unique_ptr<llvm::raw_fd_ostream> stream;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_METRICSFILE_H
