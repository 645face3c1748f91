//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The training loop.

#ifndef DOREFA_DRIVER_TRAINER_H
#define DOREFA_DRIVER_TRAINER_H

#include "dorefa/Data/Dataset.h"
#include "dorefa/Driver/LearningRate.h"
#include "dorefa/Driver/TrainingProgram.h"

namespace dorefa::driver {

struct TrainerOptions {
  /// The length of the run in epochs, and in steps where it ends earlier.
  int64_t epochs = 0;
  std::optional<int64_t> steps;
  int64_t batch = 128;
  int64_t seed = 1;
  LearningRate learningRate;

  /// Where to keep the run; empty for nowhere. It is written each
  /// `checkpointEvery` steps, or at each epoch's end if that is 0, and in any
  /// case at the end.
  std::string checkpoint;
  int64_t checkpointEvery = 0;
  bool resume = false;
  /// The checkpoint of a run to continue with this model, which has the same
  /// parameters and states but may have other bits; empty for none.
  std::string resumeFrom;

  /// One line for each epoch, and one each `metricsEvery` steps if that is
  /// not 0.
  std::string metrics;
  int64_t metricsEvery = 0;

  /// What else a resumed run must have in common with the one it continues.
  std::map<std::string, std::string> settings;
};

/// Trains until the end of the run or an interruption (see
/// `InterruptionGuard`); in both cases the checkpoint is written. Each epoch
/// visits the images in an order of its own, in whole batches; what is left is
/// dropped. All of it follows from the seed and the number of the step, so a
/// resumed run gives the same values as an unbroken one, bit for bit.
///
/// A loss or a gradient's scale that is not finite stops training with an
/// error that names step and layer; the checkpoint stays as it was.
llvm::Error train(TrainingProgram &program, const data::Dataset &dataset,
                  const TrainerOptions &options, llvm::raw_fd_ostream &out);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_TRAINER_H
