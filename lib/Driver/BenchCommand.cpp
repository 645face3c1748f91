//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run bench: the time of one function on random arguments.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/RandomArguments.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/Timing.h"
#include "dorefa/ExecutionEngine/RuntimeSymbols.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <chrono>
#include <sys/resource.h>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

namespace {
/// What it took to get from the file to a function that can be called.
struct CompileReport {
  double seconds = 0;
  bool fromCache = false;
};

struct BenchOptions {
  std::string file, entry, jsonPath;
  int64_t repeat = 20, batch = 128, seed = 1;
  OptimizerChoice optimizer;
  CompileOptions compile;

  void addTo(OptionParser &parser);
  json::Value makeReport(const Timing &timing, const CompileReport &compilation,
                         int64_t workspaceBytes) const;
};
} // namespace

/// The most memory that this process has had, the compiler's part included.
static int64_t getPeakBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_maxrss) * 1024;
}

void BenchOptions::addTo(OptionParser &parser) {
  parser.positional("FILE", "an MLIR module of tensor-level functions", file);
  parser.text("entry", "F",
              "the function; of a model also init, train_step, evaluate or "
              "predict",
              entry);
  parser.required();
  parser.integer("repeat", "N", "calls to time (default 20)", repeat, 1,
                 1 << 30);
  parser.integer("batch", "N", "the size of dynamic axes (default 128)", batch,
                 1, 1 << 20);
  parser.integer("seed", "N", "of the arguments (default 1)", seed, 0,
                 UINT32_MAX);
  parser.text("json", "FILE", "also write the numbers here", jsonPath);
  parser.group("options of the optimizer");
  optimizer.addTo(parser);
  compile.addTo(parser);
  compile.addFreezeTo(parser);
}

json::Value BenchOptions::makeReport(const Timing &timing,
                                     const CompileReport &compilation,
                                     int64_t workspaceBytes) const {
  json::Object object{{"file", file},
                      {"entry", entry},
                      {"cpu", compile.target.cpu.cpu},
                      {"target", compile.target.name()},
                      {"strategy", compile.strategy},
                      {"frozen", compile.freeze},
                      {"threads", engine::getThreadCount()},
                      {"batch", batch},
                      {"repeat", repeat},
                      {"seconds_median", timing.median()},
                      {"seconds_min", timing.min()},
                      {"seconds_max", timing.max()},
                      {"bytes_peak", getPeakBytes()},
                      {"bytes_workspace", workspaceBytes},
                      {"cycles_median", timing.medianCycles()},
                      {"seconds_compile", compilation.seconds},
                      {"from_cache", compilation.fromCache}};
  if (compile.bits)
    object["bits"] =
        json::Array{compile.bits->weights, compile.bits->activations,
                    compile.bits->gradients};
  return object;
}

/// Puts what F_prepare computes from random parameters in the place of the
/// arguments of F that are prepared.
static Error prepareArguments(const engine::Engine &engine,
                              const engine::CompiledFunction &function,
                              MutableArrayRef<data::Tensor> arguments,
                              const BenchOptions &options) {
  auto prepare = engine.lookup(options.entry + "_prepare");
  if (!prepare) {
    consumeError(prepare.takeError());
    return inputError("option '--freeze': '" + options.entry +
                      "' has no input with parameters or states beside it");
  }
  const engine::FunctionSignature &signature = prepare->signature();
  std::vector<data::Tensor> parameters = makeRandomArguments(
      signature, options.batch, /*classes=*/2, options.seed);
  SmallVector<data::Tensor *> pointers;
  for (data::Tensor &parameter : parameters)
    pointers.push_back(&parameter);
  auto prepared = (*prepare)(pointers);
  if (!prepared)
    return prepared.takeError();
  for (auto [i, argument] : enumerate(function.signature().arguments))
    for (auto [j, result] : enumerate(signature.results))
      if (argument.get("prepared") &&
          argument.get("prepared") == result.get("prepared"))
        arguments[i] = (*prepared)[j].clone();
  return Error::success();
}

Error dorefa::driver::runBench(ArrayRef<StringRef> commandLine) {
  OptionParser parser("bench FILE --entry=F",
                      "Times a function on random arguments, after some calls "
                      "that warm up.");
  BenchOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }

  auto begin = std::chrono::steady_clock::now();
  CompileReport compilation;
  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  if (!(*module)->lookupSymbol(options.entry) &&
      is_contained(trainingFunctions, options.entry))
    if (Error error = makeTrainable(**module, options.optimizer))
      return inputError(options.file + ": " + toString(std::move(error)));
  if (Error error = updateInPlace(**module, options.compile))
    return error;
  int64_t classes = getClassCount(**module).value_or(10);
  if ((*module)->lookupSymbol(options.entry))
    if (Error error = keepFunctions(**module, {options.entry}))
      return error;
  auto engine =
      compileProgram(**module, options.compile, errs(), &compilation.fromCache);
  if (!engine)
    return engine.takeError();
  auto function = (*engine)->lookup(options.entry);
  if (!function)
    return inputError(options.file + ": " + toString(function.takeError()));
  compilation.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();

  // The code is made: its source need not take memory beside the buffers.
  *module = {};
  std::vector<data::Tensor> arguments = makeRandomArguments(
      function->signature(), options.batch, classes, options.seed);
  if (options.compile.freeze)
    if (Error error = prepareArguments(**engine, *function, arguments, options))
      return error;
  Expected<Timing> timing = timeCalls(*function, arguments, options.repeat);
  if (!timing)
    return timing.takeError();
  outs() << options.entry
         << format(": median %.6f s, min %.6f s, max %.6f s, ",
                   timing->median(), timing->min(), timing->max())
         << options.repeat << " calls\n";
  if (options.jsonPath.empty())
    return Error::success();
  return data::writeFileAtomically(options.jsonPath, [&](raw_ostream &stream) {
    stream << options.makeReport(*timing, compilation,
                                 (*engine)->workspaceBytes())
           << '\n';
    return Error::success();
  });
}
