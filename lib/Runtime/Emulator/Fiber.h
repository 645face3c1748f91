//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A function with a stack of its own that can stop and go on.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_FIBER_H
#define DOREFA_LIB_RUNTIME_EMULATOR_FIBER_H

#include <cstddef>

#ifndef __x86_64__
#include <ucontext.h>
#endif

namespace dorefa::emulator {

/// All of a fiber's life is in one host thread. A fiber that was not run to its
/// end may be started anew: nothing on its stack is destroyed.
class Fiber {
public:
  using Function = void (*)(void *argument);

  Fiber();
  ~Fiber();
  Fiber(const Fiber &) = delete;
  Fiber &operator=(const Fiber &) = delete;

  /// The next `resume` calls the function.
  void start(Function function, void *argument);
  /// Runs until the next `pause` or the end.
  void resume();
  /// Called in the fiber: back to `resume`.
  void pause();
  bool hasEnded() const { return ended; }

private:
  static void enter();
  void run();

  char *stack;
  Function function = nullptr;
  void *argument = nullptr;
  bool ended = true;
#ifdef __x86_64__
  void *own = nullptr, *caller = nullptr; // stack pointers
#else
  ucontext_t own, caller;
#endif
  // What AddressSanitizer wants to know of stacks.
  [[maybe_unused]] void *ownFrames = nullptr, *callerFrames = nullptr;
  [[maybe_unused]] const void *callerStack = nullptr;
  [[maybe_unused]] size_t callerSize = 0;
};

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_FIBER_H
