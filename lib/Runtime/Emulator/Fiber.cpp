//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fiber.h"

#include <cstdint>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define DOREFA_FIBER_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DOREFA_FIBER_ASAN
#endif
#endif
#ifdef DOREFA_FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

using namespace dorefa::emulator;

static constexpr size_t stackSize = 64 << 10;

/// The fiber that `enter` belongs to.
static thread_local Fiber *entering;

#ifdef __x86_64__
// Saves what the ABI lets a callee keep, and goes on where the other stack
// stopped. swapcontext would call the kernel twice for signals.
extern "C" void dorefaSwitchStack(void **save, void *next);
asm(R"(
  .text
  .hidden dorefaSwitchStack
  .globl dorefaSwitchStack
  .type dorefaSwitchStack, @function
dorefaSwitchStack:
  endbr64
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size dorefaSwitchStack, . - dorefaSwitchStack
)");
#endif

Fiber::Fiber() {
  // Below the stack is a page that nothing may touch.
  size_t page = sysconf(_SC_PAGESIZE);
  void *memory = mmap(nullptr, stackSize + page, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    throw std::bad_alloc();
  mprotect(memory, page, PROT_NONE);
  stack = static_cast<char *>(memory) + page;
}

Fiber::~Fiber() {
  size_t page = sysconf(_SC_PAGESIZE);
  munmap(stack - page, stackSize + page);
}

void Fiber::start(Function newFunction, void *newArgument) {
  function = newFunction;
  argument = newArgument;
  ended = false;
#ifdef DOREFA_FIBER_ASAN
  // What an abandoned run left behind.
  ownFrames = nullptr;
  __asan_unpoison_memory_region(stack, stackSize);
#endif
#ifdef __x86_64__
  auto *top = reinterpret_cast<uintptr_t *>(stack + stackSize);
  // At its entry a function finds the stack pointer 8 below a multiple of 16.
  *--top = 0;
  *--top = reinterpret_cast<uintptr_t>(&Fiber::enter);
  for (int i = 0; i < 6; ++i)
    *--top = 0;
  own = top;
#else
  getcontext(&own);
  own.uc_stack.ss_sp = stack;
  own.uc_stack.ss_size = stackSize;
  own.uc_link = nullptr;
  makecontext(&own, &Fiber::enter, 0);
#endif
}

void Fiber::enter() { entering->run(); }

void Fiber::run() {
#ifdef DOREFA_FIBER_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &callerStack, &callerSize);
#endif
  function(argument);
  ended = true;
  pause();
}

void Fiber::resume() {
  entering = this;
#ifdef DOREFA_FIBER_ASAN
  __sanitizer_start_switch_fiber(&callerFrames, stack, stackSize);
#endif
#ifdef __x86_64__
  dorefaSwitchStack(&caller, own);
#else
  swapcontext(&caller, &own);
#endif
#ifdef DOREFA_FIBER_ASAN
  __sanitizer_finish_switch_fiber(callerFrames, nullptr, nullptr);
#endif
}

void Fiber::pause() {
#ifdef DOREFA_FIBER_ASAN
  __sanitizer_start_switch_fiber(ended ? nullptr : &ownFrames, callerStack,
                                 callerSize);
#endif
#ifdef __x86_64__
  dorefaSwitchStack(&own, caller);
#else
  swapcontext(&own, &caller);
#endif
#ifdef DOREFA_FIBER_ASAN
  __sanitizer_finish_switch_fiber(ownFrames, &callerStack, &callerSize);
#endif
}
