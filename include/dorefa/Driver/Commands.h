//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The commands of dorefa-run.

#ifndef DOREFA_DRIVER_COMMANDS_H
#define DOREFA_DRIVER_COMMANDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace dorefa::driver {

/// A command takes what follows its name on the command line.
struct Command {
  llvm::StringRef name, summary;
  llvm::Error (*run)(llvm::ArrayRef<llvm::StringRef> arguments);
};

llvm::Error runExec(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runTrain(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runBench(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runCompile(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runPlan(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runTune(llvm::ArrayRef<llvm::StringRef> arguments);
llvm::Error runEval(llvm::ArrayRef<llvm::StringRef> arguments);

/// Runs a whole command line, without the program's name, and returns the exit
/// status. Errors go to the standard error stream.
int runCommandLine(llvm::ArrayRef<llvm::StringRef> arguments);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_COMMANDS_H
