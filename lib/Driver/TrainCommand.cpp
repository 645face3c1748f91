//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run train: from a model file to a trained network.

#include "dorefa/Driver/Batches.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/Trainer.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

namespace {
struct TrainOptions {
  std::string file, data;
  int64_t steps = 0;
  TrainerOptions trainer;
  OptimizerChoice optimizer;
  CompileOptions compile;
  bool noCheckLowered = false;

  void addTo(OptionParser &parser);
};
} // namespace

void TrainOptions::addTo(OptionParser &parser) {
  parser.positional("FILE", "a model: a forward function in MLIR", file);
  parser.text("data", "NAME[:DIR]",
              "fashion-mnist, mnist:DIR, svhn:DIR, cifar10:DIR, npz:FILE, "
              "fashion-scenes or voc:DIR",
              data);
  parser.required();
  parser.integer("epochs", "N", "epochs to train", trainer.epochs, 1, 1 << 20);
  parser.integer("steps", "N", "stop after N steps", steps, 1);
  parser.integer("batch", "N", "images of a step (default 128)", trainer.batch,
                 1, 1 << 20);
  parser.integer("seed", "N", "of initial values, order and noise (default 1)",
                 trainer.seed, 0);
  parser.group("options of the optimizer");
  trainer.learningRate.addTo(parser);
  optimizer.addTo(parser);
  parser.group("options of the output");
  parser.text("checkpoint", "FILE", "where to keep the run (safetensors)",
              trainer.checkpoint);
  parser.integer("checkpoint-every", "N",
                 "steps between checkpoints (default: each epoch)",
                 trainer.checkpointEvery, 1);
  parser.flag("resume", "continue the run of the checkpoint", trainer.resume);
  parser.text("resume-from", "FILE",
              "continue the run of this checkpoint with another model or other "
              "bits",
              trainer.resumeFrom);
  parser.text("metrics", "FILE", "one JSON object a line and epoch",
              trainer.metrics);
  parser.integer("metrics-every", "N", "steps between additional lines",
                 trainer.metricsEvery, 1);
  compile.addTo(parser);
  parser.flag("no-check-lowered",
              "accept low-bit layers that did not become low-bit kernels",
              noCheckLowered);
}

/// What the parser cannot see: options that need or exclude each other.
static Error checkOptions(const OptionParser &parser, TrainOptions &options) {
  if (options.trainer.resume && options.trainer.checkpoint.empty())
    return usageError("option '--resume' needs --checkpoint=FILE");
  if (options.trainer.resume && !options.trainer.resumeFrom.empty())
    return usageError("options '--resume' and '--resume-from' exclude each "
                      "other");
  if (parser.given("checkpoint-every") && options.trainer.checkpoint.empty())
    return usageError("option '--checkpoint-every' needs --checkpoint=FILE");
  if (parser.given("metrics-every") && options.trainer.metrics.empty())
    return usageError("option '--metrics-every' needs --metrics=FILE");
  if (!parser.given("epochs") && !parser.given("steps"))
    return usageError("missing option --epochs=N or --steps=N");
  if (!parser.given("epochs") &&
      options.trainer.learningRate.schedule == "cosine")
    return usageError("option '--lr-schedule=cosine' needs --epochs=N");
  if (parser.given("steps"))
    options.trainer.steps = options.steps;
  return Error::success();
}

Error dorefa::driver::runTrain(ArrayRef<StringRef> commandLine) {
  OptionParser parser("train FILE --data=NAME[:DIR] --epochs=N",
                      "Trains a model: differentiates it, compiles the "
                      "training step and runs it.");
  TrainOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }
  if (Error error = checkOptions(parser, options))
    return error;

  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  TrainerOptions &trainer = options.trainer;
  trainer.settings = options.optimizer.describe();
  trainer.settings["model"] = hashModule(**module);
  if (Error error = makeTrainable(**module, options.optimizer))
    return inputError(options.file + ": " + toString(std::move(error)));
  if (Error error = updateInPlace(**module, options.compile))
    return error;
  std::vector<engine::FunctionSignature> signatures =
      engine::getSignatures(**module);
  if (Error error = keepFunctions(**module, {"init", "train_step", "evaluate"}))
    return error;
  if (!options.noCheckLowered)
    if (Error error = checkLowered(**module, options.compile))
      return inputError(options.file + ": " + toString(std::move(error)));

  Expected<data::Dataset> dataset = data::loadDataset(options.data);
  if (!dataset)
    return dataset.takeError();
  // Before the compilation, which may take its time.
  if (Error error = checkFits(signatures, *dataset, trainer.batch))
    return error;
  if (!trainer.epochs)
    trainer.epochs =
        divideCeil(*trainer.steps,
                   std::max<int64_t>(dataset->train.size() / trainer.batch, 1));

  auto engine = compileProgram(**module, options.compile, errs());
  if (!engine)
    return engine.takeError();
  auto program = TrainingProgram::create(std::move(*engine));
  if (!program)
    return inputError(options.file + ": " + toString(program.takeError()));
  return train(**program, *dataset, trainer, outs());
}
