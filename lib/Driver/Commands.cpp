//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Commands.h"

#include "dorefa/Driver/Status.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <malloc.h>

using namespace llvm;
using namespace dorefa::driver;

static constexpr StringLiteral program = "dorefa-run";

static const Command commands[] = {
    {"exec", "call a function on .npy files", runExec},
    {"train", "train a model", runTrain},
    {"eval", "loss and accuracy of a trained model", runEval},
    {"bench", "time a function", runBench},
    {"compile", "write code for other programs", runCompile},
    {"plan", "show how each layer is computed", runPlan},
    {"tune", "measure the strategies of a model's products, for later",
     runTune},
};

static void printUsage(raw_ostream &stream) {
  stream << "usage: " << program << " COMMAND ... [options]\n\n"
         << "Compiles low-bit networks and runs them.\n\ncommands:\n";
  for (const Command &command : commands)
    stream << "  " << command.name << std::string(10 - command.name.size(), ' ')
           << command.summary << '\n';
  stream << "\n'" << program << " COMMAND --help' lists the options.\n"
         << "Exit status: 0 done, 1 an input is wrong, 2 usage, 3 the target "
            "is not available.\n";
}

static Error dispatch(ArrayRef<StringRef> arguments) {
  if (arguments.empty()) {
    printUsage(errs());
    return usageError("missing command");
  }
  StringRef name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    printUsage(outs());
    return Error::success();
  }
  SmallVector<StringRef> names;
  for (const Command &command : commands) {
    if (command.name == name)
      return command.run(arguments.drop_front());
    names.push_back(command.name);
  }
  return usageError("unknown command '" + name + "'; expected " +
                    join(names, ", "));
}

int dorefa::driver::runCommandLine(ArrayRef<StringRef> arguments) {
  // Compiled code allocates the same buffers in each step: keep freed memory
  // instead of returning it to the system and having it zeroed again.
  // (M_MMAP_THRESHOLD would do for 32 MiB at most.)
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
  Status status = Status::done;
  if (Error error = dispatch(arguments))
    status = report(std::move(error), program, errs());
  return static_cast<int>(status);
}
