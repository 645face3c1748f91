//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// dorefa-run: compiles low-bit networks and runs them.

#include "dorefa/Driver/Commands.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

/// Compiled code asks for memory on many threads, none of which can go on.
static void exitWithoutMemory(void *, const char *what, bool) {
  llvm::errs() << "dorefa-run: error: out of memory: " << what << '\n';
  std::_Exit(1);
}

int main(int argc, char **argv) {
  llvm::install_bad_alloc_error_handler(exitWithoutMemory);
  llvm::SmallVector<llvm::StringRef> arguments(argv + 1, argv + argc);
  return dorefa::driver::runCommandLine(arguments);
}
