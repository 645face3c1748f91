//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "dorefa/Runtime/Cuda.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>

using namespace dorefa::cuda;

Driver &Driver::get() {
  static Driver driver;
  return driver;
}

Driver::Driver() {
  if (load())
    openDevice();
}

bool Driver::load() {
  void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    problem = std::string("no NVIDIA driver: ") + dlerror();
    return false;
  }
  auto find = [&](const char *symbol) {
    void *address = dlsym(library, symbol);
    if (!address && problem.empty())
      problem =
          std::string("the NVIDIA driver is too old: libcuda.so.1 lacks ") +
          symbol;
    return address;
  };
#define DOREFA_CUDA_FIND(name, symbol, parameters)                             \
  name = reinterpret_cast<Result(*) parameters>(find(symbol));
  DOREFA_CUDA_FUNCTIONS(DOREFA_CUDA_FIND)
#undef DOREFA_CUDA_FIND
  return problem.empty();
}

/// That of an environment variable, where there is one; false if it is none.
bool Driver::readNumber(const char *variable, const char *meaning,
                        int &number) {
  const char *text = std::getenv(variable);
  if (!text)
    return true;
  char *end = nullptr;
  long parsed = std::strtol(text, &end, 10);
  if (*text == '\0' || *end != '\0' || parsed < 0 || parsed > 1 << 16) {
    problem = std::string(variable) + " is " + meaning + ", not '" + text + "'";
    return false;
  }
  number = static_cast<int>(parsed);
  return true;
}

bool Driver::openDevice() {
  auto failed = [&](const char *what, Result result) {
    if (result == 0)
      return false;
    problem = std::string(what) + ": " + describe(result);
    return true;
  };
  int count = 0;
  if (failed("the NVIDIA driver does not start", init(0)) ||
      failed("the NVIDIA driver lists no devices", deviceGetCount(&count)))
    return false;
  int number = 0;
  if (!readNumber("DOREFA_CUDA_DEVICE", "the number of a device", number))
    return false;
  if (number >= count) {
    problem = "no CUDA device " + std::to_string(number) + ": the driver has " +
              std::to_string(count);
    return false;
  }
  if (failed("no CUDA device", deviceGet(&chosen, number)))
    return false;
  return readCapability() &&
         !failed("no context on the CUDA device",
                 primaryContextRetain(&primary, chosen)) &&
         !failed("no context on the CUDA device", contextSetCurrent(primary)) &&
         openPool();
}

bool Driver::openPool() {
  int has = 0;
  if (deviceGetAttribute(&has, hasMemoryPools, chosen) != 0 || !has)
    return true;
  // A step frees what the next one allocates again: nothing goes back.
  uint64_t keep = UINT64_MAX;
  if (Result result = deviceGetPool(&pool, chosen)) {
    problem = "no memory pool on the CUDA device: " + describe(result);
    return false;
  }
  poolSetAttribute(pool, poolReleaseThreshold, &keep);
  return true;
}

std::string Driver::describe(Result result) const {
  const char *text = nullptr;
  if (getErrorString(result, &text) != 0 || !text)
    text = "unknown error";
  return std::string(text) + " (" + std::to_string(result) + ")";
}

std::string dorefa::cuda::whyUnavailable() {
  return Driver::get().whyUnavailable();
}

bool Driver::readCapability() {
  int major = 0, minor = 0;
  deviceGetAttribute(&major, capabilityMajor, chosen);
  deviceGetAttribute(&minor, capabilityMinor, chosen);
  ownCapability = 10 * major + minor;
  int wanted = ownCapability;
  if (!readNumber("DOREFA_CUDA_CAPABILITY", "a compute capability, 80 for 8.0",
                  wanted))
    return false;
  computeCapability = std::min(ownCapability, wanted);
  return true;
}

int dorefa::cuda::getComputeCapability() { return Driver::get().capability(); }

std::string dorefa::cuda::getDeviceName() {
  char name[256] = "";
  Driver &driver = Driver::get();
  driver.deviceGetName(name, sizeof(name), driver.device());
  return name;
}
