//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run plan: how each layer is computed, as a table.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/LayerTimer.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/RandomArguments.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/Timing.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

namespace {
struct PlanOptions {
  std::string file, entry, jsonPath;
  bool measure = false;
  int64_t batch = 32, repeat = 5;
  OptimizerChoice optimizer;
  CompileOptions compile;

  void addTo(OptionParser &parser);
};
} // namespace

void PlanOptions::addTo(OptionParser &parser) {
  parser.positional("FILE", "a model, or a module with --entry", file);
  parser.text("entry", "F",
              "the function to look at (default train_step, or forward where "
              "that cannot be made)",
              entry);
  parser.flag("measure", "also time each product, and the whole functions",
              measure);
  parser.integer("batch", "N", "images of a call to time (default 32)", batch,
                 1, 1 << 20);
  parser.integer("repeat", "N", "calls to time (default 5)", repeat, 1,
                 1 << 30);
  parser.text("json", "FILE", "also write the table here", jsonPath);
  compile.addTo(parser);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static std::string cell(const char *format, double number) {
  std::string text;
  raw_string_ostream(text) << llvm::format(format, number);
  return text;
}

using Row = SmallVector<std::string, 9>;

static Row makeRow(const LayerPlan &plan) {
  return {plan.name,
          plan.productName().str(),
          plan.bits(),
          plan.strategy,
          cell("%.3f", plan.macs / 1e6),
          cell("%.1f", plan.packedBytes / 1024.0),
          cell("%.1f", plan.floatBytes / 1024.0),
          cell("%.1f", plan.predictedSeconds * 1e6),
          plan.measuredSeconds ? cell("%.1f", *plan.measuredSeconds * 1e6)
                               : std::string()};
}

static LayerPlan sumUp(ArrayRef<LayerPlan> plans) {
  LayerPlan total;
  for (const LayerPlan &plan : plans) {
    total.macs += plan.macs;
    total.packedBytes += plan.packedBytes;
    total.floatBytes += plan.floatBytes;
    total.predictedSeconds += plan.predictedSeconds;
    if (plan.measuredSeconds)
      total.measuredSeconds =
          total.measuredSeconds.value_or(0) + *plan.measuredSeconds;
  }
  return total;
}

static void printTable(ArrayRef<LayerPlan> plans, bool measured,
                       raw_ostream &stream) {
  std::vector<Row> rows{{"layer", "product", "bits", "strategy", "MMAC",
                         "KiB packed", "KiB float", "predicted us",
                         "measured us"}};
  for (const LayerPlan &plan : plans)
    rows.push_back(makeRow(plan));
  rows.push_back(makeRow(sumUp(plans)));
  rows.back()[0] = "total";
  rows.back()[1] = rows.back()[2] = rows.back()[3] = "";

  size_t columns = rows[0].size() - !measured;
  SmallVector<size_t> widths(columns, 0);
  for (const Row &row : rows)
    for (size_t i = 0; i < columns; ++i)
      widths[i] = std::max(widths[i], row[i].size());
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < columns; ++i) {
      std::string padding(widths[i] - row[i].size(), ' ');
      bool isNumber = i >= 4;
      line +=
          (i ? "  " : "") + (isNumber ? padding + row[i] : row[i] + padding);
    }
    stream << StringRef(line).rtrim() << '\n';
  }
}

static json::Value toJSON(const LayerPlan &plan) {
  json::Object object{{"layer", plan.name},
                      {"product", plan.productName()},
                      {"bits", json::Array{plan.leftBits, plan.rightBits}},
                      {"strategy", plan.strategy},
                      {"macs", plan.macs},
                      {"bytes_packed", plan.packedBytes},
                      {"bytes_float", plan.floatBytes},
                      {"seconds_predicted", plan.predictedSeconds}};
  if (plan.measuredSeconds)
    object["seconds_measured"] = *plan.measuredSeconds;
  return object;
}

//===----------------------------------------------------------------------===//
// The command
//===----------------------------------------------------------------------===//

/// Times the functions of a model as wholes.
static Error measureFunctions(mlir::ModuleOp module, const PlanOptions &options,
                              ArrayRef<StringRef> names) {
  int64_t classes = getClassCount(module).value_or(10);
  if (Error error = keepFunctions(module, names))
    return error;
  auto engine = compileProgram(module, options.compile, errs());
  if (!engine)
    return engine.takeError();
  for (StringRef name : names) {
    auto function = (*engine)->lookup(name);
    if (!function)
      return function.takeError();
    std::vector<data::Tensor> arguments = makeRandomArguments(
        function->signature(), options.batch, classes, /*seed=*/1);
    Expected<Timing> timing = timeCalls(*function, arguments, options.repeat);
    if (!timing)
      return timing.takeError();
    outs() << name
           << format(": %.1f us an image, in batches of %lld\n",
                     timing->median() / options.batch * 1e6,
                     (long long)options.batch);
  }
  return Error::success();
}

/// The function to show; a model gets its training step first.
static Expected<mlir::func::FuncOp> findFunction(mlir::ModuleOp module,
                                                 PlanOptions &options) {
  bool isModel = module.lookupSymbol("forward") != nullptr;
  bool wantsStep =
      options.entry.empty() || is_contained(trainingFunctions, options.entry);
  if (isModel && wantsStep)
    if (Error error = makeTrainable(module, options.optimizer))
      return inputError(options.file + ": " + toString(std::move(error)));
  if (options.entry.empty())
    options.entry = "train_step";
  auto function = module.lookupSymbol<mlir::func::FuncOp>(options.entry);
  if (function && !function.isExternal())
    return function;
  SmallVector<StringRef> names;
  for (auto other : module.getOps<mlir::func::FuncOp>())
    if (!other.isExternal())
      names.push_back(other.getName());
  return inputError(options.file + ": no function '" + options.entry +
                    "' in the module; there are " + join(names, ", ") +
                    " (see --entry)");
}

Error dorefa::driver::runPlan(ArrayRef<StringRef> commandLine) {
  OptionParser parser(
      "plan FILE", "Shows for each convolution and linear layer, forward and "
                   "backward, its bits, the kernel strategy and the cost of "
                   "one image.");
  PlanOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }

  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  Expected<mlir::func::FuncOp> function = findFunction(**module, options);
  if (!function)
    return function.takeError();
  std::vector<LayerPlan> plans = planLayers(*function, options.compile);
  if (options.measure)
    if (Error error = measureLayers(plans, options.compile, options.batch,
                                    options.repeat))
      return error;
  printTable(plans, options.measure, outs());
  if (!options.jsonPath.empty()) {
    json::Array layers;
    for (const LayerPlan &plan : plans)
      layers.push_back(toJSON(plan));
    if (Error error = data::writeFileAtomically(
            options.jsonPath, [&](raw_ostream &stream) {
              stream << json::Value(std::move(layers)) << '\n';
              return Error::success();
            }))
      return error;
  }
  if (!options.measure)
    return Error::success();
  SmallVector<StringRef> names{options.entry};
  if (options.entry == "train_step")
    for (StringRef name : {"evaluate", "predict"})
      if ((*module)->lookupSymbol(name))
        names.push_back(name);
  return measureFunctions(**module, options, names);
}
