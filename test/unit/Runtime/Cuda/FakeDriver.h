//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A stand-in for libcuda.so.1: device memory is the host's, launches are
// recorded, and the test says what fails.

#ifndef DOREFA_TEST_UNIT_RUNTIME_CUDA_FAKEDRIVER_H
#define DOREFA_TEST_UNIT_RUNTIME_CUDA_FAKEDRIVER_H

#include <cstddef>
#include <map>
#include <string>
#include <vector>

struct FakeDriver {
  int devices = 1, capability = 90;
  bool hasPools = false;
  size_t free = 1000, total = 4000; // bytes
  /// What the named functions return.
  std::map<std::string, int> results;
  /// Code that begins with this is not loaded: an image that is not valid.
  std::string refusedCode;
  /// "function argument ...", in the order of the calls.
  std::vector<std::string> calls;
};

/// The state, by a symbol that no driver has.
extern "C" FakeDriver *getFakeDriver();

#endif // DOREFA_TEST_UNIT_RUNTIME_CUDA_FAKEDRIVER_H
