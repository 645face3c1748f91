//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The learning rate of each step.

#ifndef DOREFA_DRIVER_LEARNINGRATE_H
#define DOREFA_DRIVER_LEARNINGRATE_H

#include "dorefa/Driver/OptionParser.h"

#include <map>

namespace dorefa::driver {

/// A base rate and how it falls:
///   constant  rate
///   step      rate * gamma^floor(epoch / stepEpochs)
///   cosine    rate * (1 + cos(pi * step / steps of the whole run)) / 2
struct LearningRate {
  double rate = 1e-3;
  std::string schedule = "constant";
  int64_t stepEpochs = 100;
  double gamma = 0.5;

  /// Adds --lr, --lr-schedule, --lr-step-epochs, --lr-gamma.
  void addTo(OptionParser &parser);

  /// The rate of step `step`, from 0, of a run of `epochs` epochs.
  double at(int64_t step, int64_t stepsPerEpoch, int64_t epochs) const;

  /// What must be equal for a resumed run to continue as the unbroken one.
  std::map<std::string, std::string> describe(int64_t epochs) const;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LEARNINGRATE_H
