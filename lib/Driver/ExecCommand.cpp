//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run exec: any function of a module, on .npy files.

#include "dorefa/Data/Npy.h"
#include "dorefa/Driver/ArgumentReader.h"
#include "dorefa/Driver/Commands.h"
#include "dorefa/Driver/CompileOptions.h"
#include "dorefa/Driver/Frontend.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/Status.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using data::Tensor;

static std::string resultPath(StringRef directory, size_t index) {
  SmallString<128> path(directory);
  sys::path::append(path, "result" + Twine(index) + ".npy");
  return path.str().str();
}

/// Makes the directory, and removes the results of an earlier run from it, so
/// that none of them can be taken for one of this run.
static Error prepareDirectory(StringRef directory) {
  if (std::error_code code = sys::fs::create_directories(directory))
    return inputError("option '--out': " + directory + ": " + code.message());
  if (!sys::fs::is_directory(directory))
    return inputError("option '--out': " + directory +
                      ": expected a directory, found a file");
  for (size_t i = 0; sys::fs::exists(resultPath(directory, i)); ++i)
    if (std::error_code code = sys::fs::remove(resultPath(directory, i)))
      return inputError(resultPath(directory, i) + ": " + code.message());
  return Error::success();
}

Error dorefa::driver::runExec(ArrayRef<StringRef> commandLine) {
  OptionParser parser("exec FILE --entry=F --arg=X.npy ... --out=DIR",
                      "Calls a function of an MLIR module and writes its "
                      "results as DIR/result0.npy and so on.");
  std::string file, entry, out;
  std::vector<std::string> texts;
  CompileOptions options;
  parser.positional("FILE", "an MLIR module of tensor-level functions", file);
  parser.text("entry", "F", "the function to call", entry);
  parser.required();
  parser.list("arg", "X",
              "the next argument: a .npy file (codes as u8), or a number for a "
              "scalar",
              texts);
  parser.text("out", "DIR", "the directory for the results", out);
  parser.required();
  options.addTo(parser);
  options.addFreezeTo(parser);
  if (Error error = parser.parse(commandLine))
    return error;
  if (parser.helpAsked()) {
    parser.printHelp(outs(), "dorefa-run");
    return Error::success();
  }

  ModuleContext context(errs());
  auto module = readModule(context, file, options);
  if (!module)
    return module.takeError();
  auto engine = compileProgram(**module, options, errs());
  if (!engine)
    return engine.takeError();
  auto function = (*engine)->lookup(entry);
  if (!function)
    return inputError(file + ": " + toString(function.takeError()));

  const engine::FunctionSignature &signature = function->signature();
  if (texts.size() != signature.arguments.size())
    return inputError(file + ": function '" + entry + "' takes " +
                      Twine(signature.arguments.size()) + " arguments, got " +
                      Twine(texts.size()) + " with --arg");
  std::vector<Tensor> arguments;
  SmallVector<Tensor *> pointers;
  for (auto [i, text] : enumerate(texts)) {
    Expected<Tensor> argument = readArgument(signature.arguments[i], i, text);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  for (Tensor &argument : arguments)
    pointers.push_back(&argument);
  if (Error error = prepareDirectory(out))
    return error;
  Expected<std::vector<Tensor>> results = (*function)(pointers);
  if (!results)
    return inputError(toString(results.takeError()));
  for (auto [i, result] : enumerate(*results))
    if (Error error = data::writeNpy(resultPath(out, i), result))
      return error;
  return Error::success();
}
