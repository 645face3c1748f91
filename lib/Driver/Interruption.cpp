//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Interruption.h"

#include <csignal>

using namespace dorefa::driver;

static volatile std::sig_atomic_t noted = 0;
static struct sigaction formerInterrupt, formerTerminate;

static void note(int signal) { noted = signal; }

InterruptionGuard::InterruptionGuard() {
  noted = 0;
  struct sigaction action = {};
  action.sa_handler = note;
  sigemptyset(&action.sa_mask);
  // The handler serves once; the second signal has its usual effect.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, &formerInterrupt);
  sigaction(SIGTERM, &action, &formerTerminate);
}

InterruptionGuard::~InterruptionGuard() {
  sigaction(SIGINT, &formerInterrupt, nullptr);
  sigaction(SIGTERM, &formerTerminate, nullptr);
}

bool InterruptionGuard::interrupted() { return noted != 0; }

void InterruptionGuard::reraise() {
  if (!noted)
    return;
  std::signal(noted, SIG_DFL);
  std::raise(noted);
}
