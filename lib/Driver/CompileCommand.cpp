//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run compile: code in files, for other programs.

#include "dorefa/Data/AtomicFile.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/LaunchPlan.h"
#include "dorefa/Driver/Lowering.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/SharedLibrary.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/ExecutionEngine/Compiler.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

namespace {
struct CompileCommandOptions {
  std::string file, emit, out;
  bool training = false, inPlace = false;
  OptimizerChoice optimizer;
  CompileOptions compile;

  void addTo(OptionParser &parser);
};
} // namespace

void CompileCommandOptions::addTo(OptionParser &parser) {
  parser.positional("FILE", "an MLIR module of tensor-level functions", file);
  parser.choice("emit", "what to write", emit,
                {"llvm", "asm", "obj", "shared", "ptx", "cubin"});
  parser.required();
  parser.text("o", "OUT", "the file to write; - is the standard output", out);
  parser.required();
  parser.flag("training",
              "of a model also compile init, train_step, evaluate and predict",
              training);
  parser.flag("in-place",
              "training steps write new values over the old ones, whose memory "
              "the caller hands over (for CPUs)",
              inPlace);
  parser.group("options of the optimizer");
  optimizer.addTo(parser);
  compile.addTo(parser);
  compile.addFreezeTo(parser);
}

static Error writeOutput(StringRef path, StringRef bytes) {
  if (path == "-") {
    outs() << bytes;
    return Error::success();
  }
  return data::writeFileAtomically(path, [&](raw_ostream &stream) {
    stream << bytes;
    return Error::success();
  });
}

/// The kernels alone, as PTX or machine code.
static Error compileKernels(mlir::ModuleOp module,
                            const CompileCommandOptions &options) {
  if (Error error = lowerToKernels(module, options.compile))
    return error;
  Expected<std::string> code =
      options.emit == "ptx"
          ? writePTX(module)
          : writeMachineCode(module, getPlannedChips(options.compile).front());
  if (!code)
    return code.takeError();
  return writeOutput(options.out, *code);
}

static Error compileModule(mlir::ModuleOp module,
                           const CompileCommandOptions &options) {
  auto machine = options.compile.target.cpu.createTargetMachine();
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  auto translated =
      translateProgram(module, options.compile, context, **machine);
  if (!translated)
    return translated.takeError();
  engine::optimize(**translated, **machine);
  engine::OutputKind kind = options.emit == "llvm" ? engine::OutputKind::llvmIR
                            : options.emit == "asm"
                                ? engine::OutputKind::assembly
                                : engine::OutputKind::object;
  auto bytes = engine::emit(**translated, **machine, kind);
  if (!bytes)
    return bytes.takeError();
  if (options.emit == "shared")
    return linkSharedLibrary(**bytes, options.compile.target, options.out);
  return writeOutput(options.out, (*bytes)->getBuffer());
}

Error dorefa::driver::runCompile(ArrayRef<StringRef> commandLine) {
  OptionParser parser(
      "compile FILE --emit=llvm|asm|obj|shared|ptx|cubin -o OUT",
      "Compiles all public functions of a module. A function F is there as "
      "the C function _mlir_ciface_F, which takes memref descriptors, and as "
      "dorefa_call_F, which takes an array of pointers to them. The text "
      "dorefa_signatures says what they take. Memory of GPUs is allocated by "
      "mgpuMemAlloc of a shared library.");
  CompileCommandOptions options;
  options.addTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }
  TargetChoice &target = options.compile.target;
  bool kernelsAlone = options.emit == "ptx" || options.emit == "cubin";
  std::string what = options.emit == "ptx" ? "PTX" : "machine code of kernels";
  if (kernelsAlone && target.kind != TargetKind::cuda)
    return usageError("option '--emit': " + what +
                      " is what --target=cuda has");
  if (kernelsAlone && target.chips.size() > 1)
    return usageError("option '--emit': " + what +
                      " is for one chip, not for " + join(target.chips, ", "));
  if (options.emit == "cubin")
    if (Error error = checkAssembler("--emit=cubin"))
      return error;
  // A library goes to machines that are not known here.
  if (!kernelsAlone && target.kind == TargetKind::cuda && target.chips.empty())
    target.chips = {"sm_80", "sm_90a"};
  if (options.emit == "shared" && options.out == "-")
    return usageError("option '-o': a shared library needs a file");

  if (options.inPlace && target.kind != TargetKind::host)
    return usageError("option '--in-place': it is for CPUs");

  ModuleContext context(errs());
  auto module = readModule(context, options.file, options.compile);
  if (!module)
    return module.takeError();
  if (options.training)
    if (Error error = makeTrainable(**module, options.optimizer))
      return inputError(options.file + ": " + toString(std::move(error)));
  if (options.inPlace)
    if (Error error = updateInPlace(**module, options.compile))
      return error;
  return kernelsAlone ? compileKernels(**module, options)
                      : compileModule(**module, options);
}
