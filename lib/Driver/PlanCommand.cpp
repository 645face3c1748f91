//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run plan: how each layer is computed, and what its weights are, as
// tables.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Checkpoint.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/LaunchPlan.h"
#include "dorefa/Driver/LayerTimer.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/RandomArguments.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/TextTable.h"
#include "dorefa/Driver/Timing.h"
#include "dorefa/Driver/WeightReport.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

namespace {
struct PlanOptions {
  std::string file, entry, checkpointPath, jsonPath;
  bool measure = false, measureAll = false;

  bool measures() const { return measure || measureAll; }
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
  parser.flag("measure-all",
              "the same, and each product by every strategy, in turns",
              measureAll);
  parser.integer("batch", "N",
                 "images of a call to time or to plan (default 32)", batch, 1,
                 1 << 20);
  parser.integer("repeat", "N",
                 "calls to time, more of short layers (default 5)", repeat, 1,
                 1 << 30);
  parser.text(
      "checkpoint", "FILE",
      "what train wrote: also show the size of each parameter, the "
      "share of zeros among its codes, and the blocks of zeros that the "
      "product's kernel skips",
      checkpointPath);
  parser.text("json", "FILE", "also write the tables here", jsonPath);
  compile.addTo(parser);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static std::string microseconds(std::optional<double> seconds) {
  return seconds ? formatNumber("%.1f", *seconds * 1e6) : std::string();
}

static TableRow makeRow(const LayerPlan &plan, bool measured,
                        ArrayRef<StringRef> strategies) {
  TableRow row{plan.name,
               plan.productName().str(),
               plan.bits(),
               plan.strategy + (plan.chosenBy == "tuned" ? " (tuned)" : ""),
               formatNumber("%.3f", plan.macs / 1e6),
               formatNumber("%.1f", plan.packedBytes / 1024.0),
               formatNumber("%.1f", plan.floatBytes / 1024.0),
               microseconds(plan.predictedSeconds)};
  if (measured)
    row.push_back(microseconds(plan.measuredSeconds));
  for (StringRef name : strategies) {
    const StrategyCost *cost = plan.findStrategy(name);
    // Where there is one way only, its column would repeat the others.
    row.push_back(!cost || plan.strategies.size() < 2 ? std::string()
                  : cost->measuredSeconds
                      ? microseconds(cost->predictedSeconds) + "/" +
                            microseconds(cost->measuredSeconds)
                      : microseconds(cost->predictedSeconds));
  }
  return row;
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

/// The strategies that any of the plans could be computed by.
static SmallVector<StringRef> listStrategies(ArrayRef<LayerPlan> plans) {
  SmallVector<StringRef> names;
  for (StringRef name : {"popcount", "lookup", "integer", "float"})
    if (any_of(plans, [&](const LayerPlan &plan) {
          return plan.strategies.size() > 1 && plan.findStrategy(name);
        }))
      names.push_back(name);
  return names;
}

static void printLayers(ArrayRef<LayerPlan> plans, bool measured,
                        raw_ostream &stream) {
  SmallVector<StringRef> strategies = listStrategies(plans);
  std::vector<TableRow> rows{{"layer", "product", "bits", "strategy", "MMAC",
                              "KiB packed", "KiB float", "predicted us"}};
  if (measured)
    rows[0].push_back("measured us");
  for (StringRef name : strategies)
    rows[0].push_back(name.str());
  for (const LayerPlan &plan : plans)
    rows.push_back(makeRow(plan, measured, strategies));
  rows.push_back(makeRow(sumUp(plans), measured, strategies));
  rows.back()[0] = "total";
  rows.back()[1] = rows.back()[2] = rows.back()[3] = "";

  printTable(rows, /*firstNumber=*/4, stream);
}

static TableRow makeRow(const WeightReport &report) {
  double zeros = report.zeros.value_or(0) * 100.0;
  return {report.name,
          report.kind,
          std::to_string(report.bits),
          std::to_string(report.count),
          report.zeros && report.count
              ? formatNumber("%.1f %%", zeros / report.count)
              : std::string(),
          report.blocks ? std::to_string(report.blocks->skipped) + "/" +
                              std::to_string(report.blocks->blocks)
                        : std::string(),
          formatNumber("%.1f", report.bytes / 1024.0),
          formatNumber("%.1f", report.floatBytes / 1024.0)};
}

static void printWeights(ArrayRef<WeightReport> reports, raw_ostream &stream) {
  std::vector<TableRow> rows{{"parameter", "kind", "bits", "values", "zeros",
                              "skipped", "KiB", "KiB as float"}};
  WeightReport total;
  int64_t codes = 0;
  for (const WeightReport &report : reports) {
    rows.push_back(makeRow(report));
    total.count += report.count;
    total.bytes += report.bytes;
    total.floatBytes += report.floatBytes;
    if (!report.zeros)
      continue;
    codes += report.count;
    total.zeros = total.zeros.value_or(0) + *report.zeros;
  }
  rows.push_back(makeRow(total));
  TableRow &last = rows.back();
  last[0] = "total";
  last[1] = last[2] = "";
  if (codes)
    last[4] = formatNumber("%.1f %%", *total.zeros * 100.0 / codes);
  printTable(rows, /*firstNumber=*/2, stream);
}

/// Says where another strategy was measured to be faster by more than 5 %.
static void judgeChoices(ArrayRef<LayerPlan> plans, raw_ostream &stream) {
  unsigned choices = 0, off = 0;
  for (const LayerPlan &plan : plans) {
    const StrategyCost *fastest = plan.getFastest();
    if (plan.strategies.size() < 2 || !fastest || !plan.measuredSeconds)
      continue;
    ++choices;
    double ratio = *plan.measuredSeconds / *fastest->measuredSeconds;
    if (ratio <= 1.05)
      continue;
    ++off;
    stream << plan.name << ' ' << plan.productName() << ": " << plan.strategy
           << format(" takes %.2f times as long as ", ratio)
           << fastest->strategy << '\n';
  }
  stream << "the choice is within 5 % of the fastest strategy for "
         << choices - off << " of " << choices << " products\n";
}

static json::Value toJSON(const StrategyCost &cost) {
  json::Object object{{"strategy", cost.strategy},
                      {"seconds_predicted", cost.predictedSeconds}};
  if (cost.measuredSeconds)
    object["seconds_measured"] = *cost.measuredSeconds;
  return object;
}

static json::Value toJSON(const LayerPlan &plan) {
  json::Array strategies;
  for (const StrategyCost &cost : plan.strategies)
    strategies.push_back(toJSON(cost));
  json::Object object{{"layer", plan.name},
                      {"product", plan.productName()},
                      {"bits", json::Array{plan.leftBits, plan.rightBits}},
                      {"strategy", plan.strategy},
                      {"chosen_by", plan.chosenBy},
                      {"strategies", std::move(strategies)},
                      {"macs", plan.macs},
                      {"bytes_packed", plan.packedBytes},
                      {"bytes_float", plan.floatBytes},
                      {"seconds_predicted", plan.predictedSeconds}};
  if (plan.measuredSeconds)
    object["seconds_measured"] = *plan.measuredSeconds;
  return object;
}

static json::Value toJSON(const WeightReport &report) {
  json::Object object{
      {"parameter", report.name}, {"shape", json::Array(report.shape)},
      {"kind", report.kind},      {"bits", report.bits},
      {"bytes", report.bytes},    {"bytes_float", report.floatBytes}};
  if (report.zeros)
    object["zeros"] = *report.zeros;
  if (report.blocks) {
    object["blocks"] = report.blocks->blocks;
    object["blocks_skipped"] = report.blocks->skipped;
  }
  return object;
}

template <typename Row>
static json::Array toJSON(ArrayRef<Row> rows) {
  json::Array array;
  for (const Row &row : rows)
    array.push_back(toJSON(row));
  return array;
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
    (*engine)->freeWorkspace();
    Expected<Timing> timing = timeCalls(*function, arguments, options.repeat);
    if (!timing)
      return timing.takeError();
    outs() << name
           << format(": %.1f us an image, in batches of %lld; workspace of "
                     "%.1f KiB\n",
                     timing->median() / options.batch * 1e6,
                     (long long)options.batch,
                     (*engine)->workspaceBytes() / 1024.0);
  }
  return Error::success();
}

static Error writeTables(const PlanOptions &options, json::Object tables) {
  if (options.jsonPath.empty())
    return Error::success();
  return data::writeFileAtomically(options.jsonPath, [&](raw_ostream &stream) {
    stream << json::Value(std::move(tables)) << '\n';
    return Error::success();
  });
}

/// A table for each chip.
static Error showLaunches(mlir::ModuleOp module, const PlanOptions &options) {
  json::Array launches;
  for (const std::string &chip : getPlannedChips(options.compile)) {
    mlir::OwningOpRef<mlir::ModuleOp> copy(module.clone());
    auto plans = planLaunches(*copy, options.entry, options.batch, chip,
                              options.compile);
    if (!plans)
      return plans.takeError();
    if (!launches.empty())
      outs() << '\n';
    outs() << options.entry << " for " << chip << ", in batches of "
           << options.batch << '\n';
    printLaunches(*plans, outs());
    append_range(launches, describeLaunches(*plans));
  }
  return writeTables(options, json::Object{{"launches", std::move(launches)}});
}

Error dorefa::driver::runPlan(ArrayRef<StringRef> commandLine) {
  OptionParser parser(
      "plan FILE", "Shows for each convolution and linear layer, forward and "
                   "backward, its bits, the kernel strategy and the cost of "
                   "one image; of a trained model also its weights. For cuda, "
                   "shows what is launched: grids, blocks, shared memory, and "
                   "registers where ptxas is.");
  PlanOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }

  const TargetChoice &target = options.compile.target;
  bool ofLaunches = target.kind == TargetKind::cuda;
  if (ofLaunches && (options.measures() || !options.checkpointPath.empty()))
    return usageError("option '--target': for cuda, plan shows what is "
                      "launched, and that alone");

  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  std::string modelHash = hashModule(**module);
  Expected<mlir::func::FuncOp> function =
      findEntry(**module, options.file, options.entry, options.optimizer);
  if (!function)
    return function.takeError();
  if (ofLaunches)
    return showLaunches(**module, options);
  std::vector<LayerPlan> plans = planLayers(*function, options.compile);
  if (options.measures())
    if (Error error = measureLayers(plans, options.compile, options.batch,
                                    options.repeat, options.measureAll))
      return error;
  printLayers(plans, options.measures(), outs());
  if (options.measureAll)
    judgeChoices(plans, outs());
  std::vector<WeightReport> weights;
  if (!options.checkpointPath.empty()) {
    Expected<Checkpoint> checkpoint = Checkpoint::readOfModel(
        options.checkpointPath, modelHash, options.file);
    if (!checkpoint)
      return checkpoint.takeError();
    auto reports =
        reportWeights(*function, checkpoint->values, options.compile);
    if (!reports)
      return reports.takeError();
    weights = std::move(*reports);
    outs() << '\n';
    printWeights(weights, outs());
  }
  json::Object tables{{"layers", toJSON<LayerPlan>(plans)}};
  if (!options.checkpointPath.empty())
    tables["weights"] = toJSON<WeightReport>(weights);
  if (Error error = writeTables(options, std::move(tables)))
    return error;
  if (!options.measures())
    return Error::success();
  SmallVector<StringRef> names{options.entry};
  if (options.entry == "train_step")
    for (StringRef name : {"evaluate", "predict"})
      if ((*module)->lookupSymbol(name))
        names.push_back(name);
  return measureFunctions(**module, options, names);
}
