//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The calls of host code, over a driver that is not one. Whatever ends the
// process runs in a child, and so does whatever looks for the driver anew.

#include "FakeDriver.h"

#include "dorefa/Runtime/Chips.h"
#include "dorefa/Runtime/Cuda.h"

#include "gtest/gtest.h"
#include <array>
#include <cstdlib>
#include <dlfcn.h>

using namespace dorefa;
using testing::ExitedWithCode;

namespace {

template <typename Function>
Function *find(const char *name) {
  for (auto [symbol, address] : cuda::getSymbols())
    if (std::string(symbol) == name)
      return reinterpret_cast<Function *>(address);
  ADD_FAILURE() << "no symbol " << name;
  return nullptr;
}

/// The stand-in is found by its name, as it is loaded already.
FakeDriver &loadFake() {
  void *library = dlopen(DOREFA_FAKE_DRIVER, RTLD_NOW | RTLD_GLOBAL);
  EXPECT_TRUE(library) << dlerror();
  auto *get =
      reinterpret_cast<FakeDriver *(*)()>(dlsym(library, "getFakeDriver"));
  return *get();
}

auto *moduleLoad = find<void *(void *, int)>("mgpuModuleLoadJIT");
auto *getFunction = find<void *(void *, const char *)>("mgpuModuleGetFunction");
auto *moduleUnload = find<void(void *)>("mgpuModuleUnload");
auto *allocate = find<void *(uint64_t, void *, bool)>("mgpuMemAlloc");
auto *release = find<void(void *, void *)>("mgpuMemFree");
auto *copy = find<void(void *, void *, size_t, void *)>("mgpuMemcpy");
auto *set32 = find<void(void *, unsigned, size_t, void *)>("mgpuMemset32");
auto *streamCreate = find<void *()>("mgpuStreamCreate");
auto *synchronize = find<void(void *)>("mgpuStreamSynchronize");
auto *launch =
    find<void(void *, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
              intptr_t, int32_t, void *, void **, void **, size_t)>(
        "mgpuLaunchKernel");

char code[] = "PTX of a module";

TEST(Cuda, WithoutDriver) {
  EXPECT_EXIT(
      {
        if (dlopen("libcuda.so.1", RTLD_NOW)) {
          // This machine has one: say what is expected.
          std::fputs("no NVIDIA driver: libcuda.so.1", stderr);
          std::exit(3);
        }
        void *module = moduleLoad(code, 2); // before main: no word
        getFunction(module, "kernel");
      },
      ExitedWithCode(3), "no NVIDIA driver: libcuda.so.1");
}

TEST(Cuda, WithoutDevice) {
  EXPECT_EXIT(
      {
        loadFake().devices = 0;
        allocate(16, nullptr, false);
      },
      ExitedWithCode(3),
      "target 'cuda' is not available: no CUDA device 0: the driver has 0");
}

TEST(Cuda, DeviceByNumber) {
  EXPECT_EXIT(
      {
        loadFake().devices = 3;
        setenv("DOREFA_CUDA_DEVICE", "2", 1);
        std::exit(cuda::whyUnavailable().empty() &&
                          loadFake().calls[2] == "cuDeviceGet 2"
                      ? 0
                      : 1);
      },
      ExitedWithCode(0), "");
  for (const char *wrong : {"2x", "", "-1"})
    EXPECT_EXIT(
        {
          loadFake();
          setenv("DOREFA_CUDA_DEVICE", wrong, 1);
          allocate(16, nullptr, false);
        },
        ExitedWithCode(3),
        "DOREFA_CUDA_DEVICE is the number of a device, not '");
}

TEST(Cuda, DriverThatDoesNotStart) {
  EXPECT_EXIT(
      {
        loadFake().results["cuInit"] = 999;
        allocate(16, nullptr, false);
      },
      ExitedWithCode(3),
      "the NVIDIA driver does not start: made to fail \\(999\\)");
}

TEST(Cuda, OutOfMemory) {
  EXPECT_EXIT(
      {
        loadFake().results["cuMemAlloc"] = 2;
        allocate(4096, nullptr, false);
      },
      ExitedWithCode(1),
      "out of GPU memory: 4096 bytes asked for, 1000 of 4000 free");
}

TEST(Cuda, MemoryPool) {
  EXPECT_EXIT(
      {
        FakeDriver &driver = loadFake();
        driver.hasPools = true;
        driver.results["cuMemAlloc"] = 1; // not asked for
        release(allocate(4096, nullptr, false), nullptr);
        driver.results["cuMemAllocAsync"] = 2;
        std::vector<std::string> &calls = driver.calls;
        calls.erase(calls.begin(), calls.begin() + 4); // the device's
        std::atexit([] {
          const std::vector<std::string> expected = {
              "cuDeviceGetDefaultMemPool",
              // Nothing is given back to the driver.
              "cuMemPoolSetAttribute 4 18446744073709551615",
              "cuMemAllocAsync 4096", "cuMemFreeAsync", "cuMemAllocAsync 64",
              // Whatever lies in pieces is, and tried again.
              "cuStreamSynchronize", "cuMemPoolTrimTo 0", "cuMemAllocAsync 64"};
          if (loadFake().calls != expected)
            std::_Exit(13);
        });
        allocate(64, nullptr, false);
      },
      ExitedWithCode(1),
      "out of GPU memory: 64 bytes asked for, 1000 of 4000 free");
}

TEST(Cuda, MemoryOfBoth) {
  EXPECT_EXIT(
      {
        loadFake();
        allocate(16, nullptr, true);
      },
      ExitedWithCode(1), "memory shared with the host is not supported");
}

/// What is given to the driver of a GPU of this capability, one code after the
/// other; those that it does not take begin with `refused`.
std::string loadedOn(int capability, const char *refused = "") {
  static const DorefaCudaCode codes[] = {
      {"80  ", 4, 80, 0},
      {"90a ", 4, 90, dorefaCudaExact},
      {"90  ", 4, 90, 0},
      {"90ac", 4, 90, dorefaCudaExact | dorefaCudaMachineCode},
      {"86c ", 4, 86, dorefaCudaMachineCode},
      {"80c ", 4, 80, dorefaCudaMachineCode}};
  DorefaCudaProgram program{codes, 6, nullptr};
  void *handle = nullptr;
  FakeDriver &driver = loadFake();
  driver.capability = capability;
  driver.refusedCode = refused;
  auto *get = find<void *(DorefaCudaProgram *, const char *, void **)>(
      "dorefaCudaGetKernel");
  if (get(&program, "kernel", &handle) != handle ||
      get(&program, "kernel", &handle) != handle)
    return "not kept";
  std::string loaded;
  for (const std::string &call : driver.calls)
    if (call.find("cuModuleLoadDataEx") == 0)
      loaded += call.substr(19);
  return loaded;
}

TEST(Cuda, ChoiceOfCode) {
  const std::pair<int, const char *> expected[] = {
      {80, "80c "}, {86, "86c "},  {89, "86c "},
      {90, "90ac"}, {100, "90  "}, {120, "90  "}};
  for (auto [capability, code] : expected)
    EXPECT_EXIT(
        {
          std::fputs(loadedOn(capability).c_str(), stderr);
          std::exit(0);
        },
        ExitedWithCode(0), std::string("^") + code + "$");
  EXPECT_EXIT(loadedOn(75), ExitedWithCode(3),
              "target 'cuda' is not available: the GPU has compute capability "
              "7.5, the kernels are for 8.0 9.0a 9.0 8.6\n");
}

TEST(Cuda, MachineCodeIsTheDevices) {
  // Of a generation that the device is only taken for, PTX.
  for (auto [wanted, code] : {std::pair("80", "80  "), {"86", "80  "}})
    EXPECT_EXIT(
        {
          setenv("DOREFA_CUDA_CAPABILITY", wanted, 1);
          std::fputs(loadedOn(90).c_str(), stderr);
          std::exit(0);
        },
        ExitedWithCode(0), std::string("^") + code + "$");
}

TEST(Cuda, MachineCodeThatIsNotTaken) {
  const std::pair<int, std::array<const char *, 2>> expected[] = {
      {80, {"80c ", "80c 80  "}},
      {89, {"86c ", "86c 80  "}},
      {90, {"90ac", "90ac90a "}}};
  for (const auto &[capability, codes] : expected)
    EXPECT_EXIT(
        {
          std::fputs(loadedOn(capability, codes[0]).c_str(), stderr);
          std::exit(0);
        },
        ExitedWithCode(0), std::string("^") + codes[1] + "$");
  // Nothing is behind PTX.
  EXPECT_EXIT(loadedOn(100, "90  "), ExitedWithCode(3),
              "the driver does not take the kernels: made to fail \\(200\\)");
}

/// Which of three chips is chosen on a GPU of this capability.
int chosenOn(int capability) {
  static const DorefaChip chips[] = {{80, 0}, {90, 1}, {86, 0}};
  loadFake().capability = capability;
  auto *choose = find<int32_t(const DorefaChip *, int64_t)>("dorefaChooseChip");
  int number = choose(chips, 3);
  loadFake().capability = 75; // it is read once
  return choose(chips, 3) == number ? number : -1;
}

TEST(Cuda, ChoiceOfChip) {
  const std::pair<int, int> expected[] = {
      {80, 0}, {86, 2}, {89, 2}, {90, 1}, {100, 2}};
  for (auto [capability, number] : expected)
    EXPECT_EXIT(std::exit(chosenOn(capability) == number ? 0 : 1),
                ExitedWithCode(0), "");
  EXPECT_EXIT(chosenOn(75), ExitedWithCode(3),
              "target 'cuda' is not available: the GPU has compute capability "
              "7.5, the kernels are for 8.0 9.0a 8.6");
}

TEST(Cuda, ChoiceOfOlderChip) {
  for (auto [wanted, number] : {std::pair("80", 0), {"90", 1}, {"100", 1}})
    EXPECT_EXIT(
        {
          setenv("DOREFA_CUDA_CAPABILITY", wanted, 1);
          std::exit(chosenOn(90) == number ? 0 : 1);
        },
        ExitedWithCode(0), "");
  EXPECT_EXIT(
      {
        setenv("DOREFA_CUDA_CAPABILITY", "8.0", 1);
        chosenOn(90);
      },
      ExitedWithCode(3),
      "DOREFA_CUDA_CAPABILITY is a compute capability, 80 for 8.0, not '8.0'");
}

TEST(Cuda, KernelsForAnotherDevice) {
  EXPECT_EXIT(
      {
        loadFake().results["cuModuleLoadDataEx"] = 222;
        getFunction(moduleLoad(code, 2), "kernel");
      },
      ExitedWithCode(3),
      "the driver does not take the kernels: made to fail "
      "\\(222\\)\nptxas fatal");
}

TEST(Cuda, KernelThatFails) {
  EXPECT_EXIT(
      {
        loadFake().results["cuStreamSynchronize"] = 700;
        synchronize(streamCreate());
      },
      ExitedWithCode(1), "cuda: a kernel failed: made to fail \\(700\\)");
}

/// In a child, too: the driver is looked for once in a process.
void runCalls() {
  FakeDriver &driver = loadFake();
  void *module = moduleLoad(code, 2);
  if (!driver.calls.empty())
    std::exit(10); // nothing happens before a kernel is asked for
  void *stream = streamCreate();
  uint32_t host[4] = {1, 2, 3, 4}, back[4] = {};
  void *device = allocate(sizeof(host), stream, false);
  copy(device, host, sizeof(host), stream);
  set32(device, 7, 2, stream);
  copy(back, device, sizeof(host), stream);
  void *kernel = getFunction(module, "kernel");
  if (getFunction(module, "kernel") != kernel)
    std::exit(11);
  launch(kernel, 5, 6, 7, 128, 1, 1, 0, stream, nullptr, nullptr, 0);
  launch(kernel, 1, 1, 1, 32, 1, 1, 65536, stream, nullptr, nullptr, 0);
  launch(kernel, 0, 1, 1, 32, 1, 1, 0, stream, nullptr, nullptr, 0);
  synchronize(stream);
  release(device, stream);
  release(allocate(0, stream, false), stream);
  moduleUnload(module);
  if (back[0] != 7 || back[1] != 7 || back[2] != 3 || back[3] != 4)
    std::exit(12);
  const std::vector<std::string> expected = {
      "cuInit", "cuDeviceGetCount", "cuDeviceGet 0", "cuDevicePrimaryCtxRetain",
      "cuStreamCreate 1", "cuMemAlloc 16", "cuMemcpyAsync 16",
      "cuMemsetD32Async 7 2", "cuMemcpyAsync 16",
      // Loaded once, looked up once.
      "cuModuleLoadDataEx PTX ", "cuModuleGetFunction kernel",
      "cuLaunchKernel 5 6 7 128 1 1 0",
      // More shared memory than a kernel has unasked.
      "cuFuncSetAttribute 8 65536", "cuLaunchKernel 1 1 1 32 1 1 65536",
      // An empty grid is not launched, no memory is not allocated.
      "cuStreamSynchronize", "cuMemFree"};
  if (driver.calls != expected) {
    for (const std::string &call : driver.calls)
      std::fprintf(stderr, "%s\n", call.c_str());
    std::exit(13);
  }
  std::exit(0);
}

TEST(Cuda, Calls) { EXPECT_EXIT(runCalls(), ExitedWithCode(0), ""); }

} // namespace
