//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run tune: measures the strategies of a model's products on this
// machine.

#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/LayerTimer.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/TunedTable.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace dorefa::driver;
using mlir::bitserial::Strategy;
using mlir::bitserial::symbolizeStrategy;

namespace {
struct TuneOptions {
  std::string file, entry;
  int64_t batch = 32, repeat = 15;
  OptimizerChoice optimizer;
  CompileOptions compile;

  void addTo(OptionParser &parser);
};
} // namespace

void TuneOptions::addTo(OptionParser &parser) {
  parser.positional("FILE", "a model, or a module with --entry", file);
  parser.text("entry", "F",
              "the function whose products to measure (default train_step)",
              entry);
  parser.integer("batch", "N", "images of a call to time (default 32)", batch,
                 1, 1 << 20);
  parser.integer("repeat", "N",
                 "calls to time, more of short layers (default 15)", repeat, 1,
                 1 << 30);
  compile.addTo(parser);
}

/// Ahead of the model's choice a faster strategy must be so by more than what
/// measurements differ by.
static constexpr double margin = 0.98;

/// What was measured of all products of one shape.
static TunedTable::Entry
chooseFastest(const mlir::bitserial::ProductShape &shape,
              ArrayRef<const LayerPlan *> plans) {
  TunedTable::Entry entry{{shape, Strategy::automatic}, {}};
  for (const LayerPlan *plan : plans)
    for (const StrategyCost &cost : plan->strategies)
      if (cost.measuredSeconds)
        entry.seconds[cost.strategy] += *cost.measuredSeconds;
  // The rounding of the float strategy is its own: a choice may change the time
  // of a program, not its results.
  std::string best = plans.front()->strategy;
  for (const auto &[strategy, seconds] : entry.seconds)
    if (strategy != "float" && seconds < margin * entry.seconds[best])
      best = strategy;
  entry.choice.strategy = *symbolizeStrategy(best);
  return entry;
}

static void print(const TunedTable::Entry &entry, StringRef model) {
  outs() << getText(entry.choice.shape) << ':';
  for (const auto &[strategy, seconds] : entry.seconds)
    outs() << ' ' << strategy << format(" %.1f us,", seconds * 1e6);
  StringRef best = stringifyStrategy(entry.choice.strategy);
  outs() << " so " << best;
  if (best != model)
    outs() << " instead of " << model;
  outs() << '\n';
}

Error dorefa::driver::runTune(ArrayRef<StringRef> commandLine) {
  OptionParser parser(
      "tune FILE", "Measures each strategy for each product of a model on this "
                   "machine. From then on --strategy=auto takes the fastest.");
  TuneOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }
  if (options.compile.strategy != "auto")
    return usageError("option '--strategy': tune measures all of them");
  if (options.compile.target.kind == TargetKind::reference)
    return usageError("option '--target': the reference has one strategy");
  if (options.compile.target.kind == TargetKind::emulator)
    return usageError(
        "option '--target': the emulator's times are not a GPU's");

  if (options.compile.target.kind == TargetKind::cuda)
    return usageError("option '--target': tune measures kernels of CPUs");

  // What the model would choose is what a measurement has to beat.
  TunedTable table = options.compile.noTuned
                         ? TunedTable()
                         : TunedTable::load(options.compile.target.cpu, errs());
  options.compile.noTuned = true;
  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  Expected<mlir::func::FuncOp> function =
      findEntry(**module, options.file, options.entry, options.optimizer);
  if (!function)
    return function.takeError();
  std::vector<LayerPlan> plans = planLayers(*function, options.compile);
  erase_if(plans, [](const LayerPlan &plan) { return !plan.shape; });
  if (plans.empty())
    return inputError(options.file + ": function '" + options.entry +
                      "' has no product of codes");
  if (Error error = measureLayers(plans, options.compile, options.batch,
                                  options.repeat, /*everyStrategy=*/true))
    return error;

  std::map<std::string, SmallVector<const LayerPlan *>> byShape;
  for (const LayerPlan &plan : plans)
    byShape[getText(*plan.shape)].push_back(&plan);
  for (const auto &[text, group] : byShape) {
    TunedTable::Entry entry = chooseFastest(*group[0]->shape, group);
    print(entry, group[0]->strategy);
    table.set(std::move(entry));
  }
  if (Error error = table.store(options.compile.target.cpu))
    return inputError("the table is not kept: " + toString(std::move(error)));
  outs() << "written to " << *TunedTable::pathOf(options.compile.target.cpu)
         << '\n';
  return Error::success();
}
