//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Trainer.h"

#include "dorefa/Data/Shuffle.h"
#include "dorefa/Driver/Checkpoint.h"
#include "dorefa/Driver/Evaluation.h"
#include "dorefa/Driver/Interruption.h"
#include "dorefa/Driver/NumberText.h"
#include "dorefa/Driver/Progress.h"
#include "dorefa/Driver/Status.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using Clock = std::chrono::steady_clock;

namespace {
class Trainer {
public:
  Trainer(TrainingProgram &program, const data::Dataset &dataset,
          const TrainerOptions &options, raw_fd_ostream &out)
      : program(program), dataset(dataset), options(options),
        batch(dataset, options.batch, program.objectsPerImage()),
        progress(out, options.epochs) {
    stepsPerEpoch = dataset.train.size() / options.batch;
    lastStep = stepsPerEpoch * options.epochs;
    if (options.steps)
      lastStep = std::min(lastStep, *options.steps);
  }

  Error run();

private:
  /// Initial values, or those of the checkpoint with the place to go on from.
  Error start();
  /// One step; `step` is the number of steps done before and after it.
  Error runStep();
  Error checkFinite(const StepReport &report) const;
  /// Metrics, with an evaluation where `evaluated`; nothing was interrupted.
  Error reportMetrics(bool evaluated);
  Error writeCheckpoint();
  std::map<std::string, std::string> describeRun() const;

  int64_t epochOf(int64_t number) const { return number / stepsPerEpoch; }
  bool atEpochEnd() const { return step % stepsPerEpoch == 0; }
  /// Steps of the epoch that the last step belongs to.
  int64_t stepsInEpoch() const { return (step - 1) % stepsPerEpoch + 1; }

  TrainingProgram &program;
  const data::Dataset &dataset;
  const TrainerOptions &options;
  Batch batch;
  Progress progress;
  std::unique_ptr<MetricsFile> metrics;
  int64_t stepsPerEpoch = 0, lastStep = 0;

  int64_t step = 0;
  double epochLoss = 0;
  int64_t orderedEpoch = -1;
  std::vector<int64_t> order;
  /// Of this process: the time spent in the epoch's steps, and their number.
  double epochSeconds = 0;
  int64_t timedSteps = 0;
};
} // namespace

std::map<std::string, std::string> Trainer::describeRun() const {
  std::map<std::string, std::string> settings = options.settings;
  settings.merge(options.learningRate.describe(options.epochs));
  settings["seed"] = std::to_string(options.seed);
  settings["batch"] = std::to_string(options.batch);
  settings["data"] =
      dataset.name + ", " + std::to_string(dataset.train.size()) + " images";
  return settings;
}

Error Trainer::start() {
  if (!options.resume && options.resumeFrom.empty())
    return program.initialize(options.seed);
  const std::string &path =
      options.resume ? options.checkpoint : options.resumeFrom;
  Expected<Checkpoint> checkpoint = Checkpoint::read(path);
  if (!checkpoint)
    return checkpoint.takeError();
  std::map<std::string, std::string> settings = describeRun();
  // Another model, or other bits, may go on where its values fit.
  if (!options.resume)
    checkpoint->settings["model"] = settings["model"];
  if (Error error = checkpoint->checkSettings(path, settings))
    return error;
  if (Error error = program.setValues(std::move(checkpoint->values)))
    return inputError(path + ": " + toString(std::move(error)));
  step = checkpoint->step;
  epochLoss = checkpoint->epochLoss;
  return Error::success();
}

Error Trainer::checkFinite(const StepReport &report) const {
  std::string where = "at step " + std::to_string(step + 1);
  if (!report.overflowed.empty())
    return inputError("the scale of the gradient of layer '" +
                      join(report.overflowed, "', '") + "' is not finite " +
                      where + " (loss " + exactText(report.loss) +
                      "); a smaller --lr may help");
  if (!std::isfinite(report.loss))
    return inputError("the loss is not finite " + where +
                      "; a smaller --lr may help");
  return Error::success();
}

Error Trainer::runStep() {
  int64_t epoch = epochOf(step);
  if (orderedEpoch != epoch) {
    order = data::epochPermutation(dataset.train.size(), options.seed, epoch);
    orderedEpoch = epoch;
    epochSeconds = 0;
    timedSteps = 0;
  }
  Clock::time_point begin = Clock::now();
  batch.fill(dataset.train,
             ArrayRef(order).slice(step % stepsPerEpoch * options.batch,
                                   options.batch));
  double rate = options.learningRate.at(step, stepsPerEpoch, options.epochs);
  Expected<StepReport> report =
      program.trainStep(batch.tensors, rate, options.seed, step);
  if (!report)
    return report.takeError();
  if (Error error = checkFinite(*report))
    return error;
  epochSeconds += std::chrono::duration<double>(Clock::now() - begin).count();
  ++timedSteps;
  epochLoss += report->loss;
  ++step;
  double secondsPerStep = epochSeconds / timedSteps;
  progress.step(epoch + 1, stepsInEpoch(), stepsPerEpoch, report->loss,
                options.batch / secondsPerStep,
                secondsPerStep * (lastStep - step));
  return Error::success();
}

Error Trainer::reportMetrics(bool evaluated) {
  Metrics line;
  line.epoch = epochOf(step - 1) + 1;
  line.step = step;
  line.learningRate =
      options.learningRate.at(step - 1, stepsPerEpoch, options.epochs);
  line.trainLoss = epochLoss / stepsInEpoch();
  line.seconds = epochSeconds;
  line.ofDetector = program.objectsPerImage() != 0;
  line.imagesPerSecond = timedSteps * options.batch / epochSeconds;
  if (evaluated) {
    auto evaluation = evaluateAll(program, dataset.test, batch,
                                  InterruptionGuard::interrupted);
    if (!evaluation)
      return evaluation.takeError();
    if (!*evaluation)
      return Error::success();
    line.testLoss = (*evaluation)->loss;
    line.testAccuracy = (*evaluation)->accuracy;
    if (const auto &detection = (*evaluation)->detection) {
      line.testMap50 = detection->map50;
      line.testMap = detection->map;
    }
    progress.epoch(line);
  }
  return metrics ? metrics->append(line) : Error::success();
}

Error Trainer::writeCheckpoint() {
  if (options.checkpoint.empty())
    return Error::success();
  Checkpoint checkpoint;
  checkpoint.step = step;
  checkpoint.epochLoss = atEpochEnd() ? 0 : epochLoss;
  checkpoint.settings = describeRun();
  checkpoint.values.swap(program.values());
  Error error = checkpoint.write(options.checkpoint);
  checkpoint.values.swap(program.values());
  return error;
}

Error Trainer::run() {
  if (Error error = start())
    return error;
  if (!options.metrics.empty()) {
    auto opened = MetricsFile::open(
        options.metrics,
        options.resume ? std::optional<int64_t>(step) : std::nullopt);
    if (!opened)
      return opened.takeError();
    metrics = std::move(*opened);
  }
  InterruptionGuard guard;
  // The step that the file on disk has; -1 before this process wrote it.
  int64_t kept = -1;
  while (step < lastStep && !guard.interrupted()) {
    if (Error error = runStep()) {
      progress.finish();
      return error;
    }
    bool metricsDue = options.metricsEvery && step % options.metricsEvery == 0;
    bool evaluated = atEpochEnd() || step == lastStep;
    if (evaluated || metricsDue)
      if (Error error = reportMetrics(evaluated))
        return error;
    bool keep = options.checkpointEvery ? step % options.checkpointEvery == 0
                                        : atEpochEnd();
    if (keep) {
      if (Error error = writeCheckpoint())
        return error;
      kept = step;
    }
    if (atEpochEnd())
      epochLoss = 0;
  }
  progress.finish();
  if (kept != step)
    if (Error error = writeCheckpoint())
      return error;
  guard.reraise();
  return Error::success();
}

Error dorefa::driver::train(TrainingProgram &program,
                            const data::Dataset &dataset,
                            const TrainerOptions &options,
                            raw_fd_ostream &out) {
  if (dataset.train.size() < options.batch)
    return inputError("--batch is " + Twine(options.batch) + ", and " +
                      dataset.name + " has only " +
                      Twine(dataset.train.size()) + " images to train on");
  // What would fail after an hour of training is better found now.
  if (!options.checkpoint.empty()) {
    StringRef directory = sys::path::parent_path(options.checkpoint);
    if (!directory.empty() && !sys::fs::is_directory(directory))
      return inputError("--checkpoint: no directory '" + directory + "'");
  }
  return Trainer(program, dataset, options, out).run();
}
