//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The functions that host code calls, from gpu-to-llvm and from
// --dorefa-launch-kernels. Code is loaded when a kernel is first asked for: a
// module's constructor runs before main, and a program that never launches a
// kernel needs no driver.

#include "Driver.h"
#include "dorefa/Runtime/Chips.h"
#include "dorefa/Runtime/Cuda.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <unordered_map>

using namespace dorefa::cuda;

namespace {

enum ExitStatus { failedStatus = 1, unavailableStatus = 3 };

[[noreturn]] void stop(ExitStatus status, const std::string &message) {
  std::fprintf(stderr, "dorefa: error: %s\n", message.c_str());
  std::exit(status);
}

/// The driver with its context current on this thread.
Driver &need() {
  Driver &driver = Driver::get();
  if (!driver.whyUnavailable().empty())
    stop(unavailableStatus,
         "target 'cuda' is not available: " + driver.whyUnavailable());
  static thread_local bool isCurrent = false;
  if (!isCurrent)
    driver.contextSetCurrent(driver.context());
  isCurrent = true;
  return driver;
}

void check(const char *what, Result result) {
  if (result != 0)
    stop(failedStatus,
         std::string("cuda: ") + what + ": " + Driver::get().describe(result));
}

/// What the driver may be given for a module.
struct Code {
  const void *bytes;
  bool isMachineCode;
};

/// Code as the constructor hands it over, and what came of it.
struct Module {
  /// The best first.
  std::vector<Code> codes;
  std::mutex mutex;
  ModuleHandle handle = nullptr;
  std::unordered_map<std::string, Function> functions;

  explicit Module(std::vector<Code> codes) : codes(std::move(codes)) {}

  Function find(const char *name) {
    std::lock_guard<std::mutex> lock(mutex);
    Driver &driver = need();
    if (!handle)
      load(driver);
    Function &function = functions[name];
    if (!function)
      check(name, driver.moduleGetFunction(&function, handle, name));
    return function;
  }

private:
  void load(Driver &driver) {
    for (const Code &code : codes) {
      char log[8192] = "";
      int options[] = {jitErrorLog, jitErrorLogSize};
      void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
      Result result =
          driver.moduleLoad(&handle, code.bytes, 2, options, values);
      if (result == 0)
        return;
      // Machine code of an assembler that is newer than the driver is no reason
      // to give up: the PTX behind it is.
      if (code.isMachineCode && result != outOfMemory && &code != &codes.back())
        continue;
      bool otherDevice = result == invalidPTX || result == unsupportedPTX ||
                         result == noBinaryForGPU || result == invalidImage;
      stop(otherDevice ? unavailableStatus : failedStatus,
           "cuda: the driver does not take the kernels: " +
               driver.describe(result) + (*log ? std::string("\n") + log : ""));
    }
  }
};

} // namespace

[[noreturn]] static void stopWithout(const DorefaChip *chips, int64_t count,
                                     int capability) {
  stop(unavailableStatus,
       "target 'cuda' is not available: the GPU has " +
           dorefa::describeMismatch(chips, count, capability));
}

static DorefaChip chipOf(const DorefaCudaCode &code) {
  return {code.capability, code.flags & dorefaCudaExact};
}

static bool isMachineCode(const DorefaCudaCode &code) {
  return code.flags & dorefaCudaMachineCode;
}

/// The best PTX of a program, or, of equal chips, `withMachineCode` that; null
/// if the GPU runs none.
static const DorefaCudaCode *findBest(const DorefaCudaProgram &program,
                                      bool withMachineCode) {
  Driver &driver = need();
  const DorefaCudaCode *best = nullptr;
  for (const DorefaCudaCode *code = program.codes;
       code != program.codes + program.count; ++code) {
    DorefaChip chip = chipOf(*code);
    if (!dorefa::fits(chip, driver.capability()))
      continue;
    // Unlike PTX, machine code runs within a generation, and it is the device's
    // that counts, whatever that is taken for.
    if (isMachineCode(*code) &&
        (!withMachineCode || !dorefa::fits(chip, driver.deviceCapability()) ||
         chip.capability / 10 != driver.deviceCapability() / 10))
      continue;
    if (!best || dorefa::isBetter(chip, chipOf(*best)) ||
        (isMachineCode(*code) && !dorefa::isBetter(chipOf(*best), chip)))
      best = code;
  }
  return best;
}

/// What the GPU runs of a program, the best first; behind machine code PTX.
static std::vector<Code> choose(const DorefaCudaProgram &program) {
  const DorefaCudaCode *best = findBest(program, /*withMachineCode=*/true);
  if (!best) {
    std::vector<DorefaChip> chips;
    auto isListed = [&](const DorefaChip &chip) {
      for (const DorefaChip &listed : chips)
        if (!dorefa::isBetter(chip, listed) && !dorefa::isBetter(listed, chip))
          return true;
      return false;
    };
    for (int64_t i = 0; i < program.count; ++i)
      if (DorefaChip chip = chipOf(program.codes[i]); !isListed(chip))
        chips.push_back(chip);
    stopWithout(chips.data(), chips.size(), need().capability());
  }
  std::vector<Code> codes = {{best->bytes, isMachineCode(*best)}};
  if (isMachineCode(*best))
    if (const DorefaCudaCode *ptx = findBest(program, false))
      codes.push_back({ptx->bytes, false});
  return codes;
}

extern "C" {

int32_t dorefaChooseChip(const DorefaChip *chips, int64_t count) {
  int capability = need().capability();
  int64_t best = dorefa::findBest(chips, count, capability);
  if (best < 0)
    stopWithout(chips, count, capability);
  return best;
}

void *dorefaCudaGetKernel(DorefaCudaProgram *program, const char *name,
                          void **handle) {
  auto *kept = reinterpret_cast<std::atomic<void *> *>(handle);
  if (void *function = kept->load(std::memory_order_acquire))
    return function;
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (!program->module)
    program->module = new Module(choose(*program));
  void *function = static_cast<Module *>(program->module)->find(name);
  kept->store(function, std::memory_order_release);
  return function;
}

void *mgpuModuleLoad(void *code, size_t) {
  return new Module({{code, /*isMachineCode=*/true}});
}

void *mgpuModuleLoadJIT(void *code, int) {
  return new Module({{code, /*isMachineCode=*/false}});
}

void mgpuModuleUnload(void *module) {
  // At exit the driver may be gone, and takes its modules with it.
  delete static_cast<Module *>(module);
}

void *mgpuModuleGetFunction(void *module, const char *name) {
  return static_cast<Module *>(module)->find(name);
}

void mgpuLaunchKernel(void *function, intptr_t gridX, intptr_t gridY,
                      intptr_t gridZ, intptr_t blockX, intptr_t blockY,
                      intptr_t blockZ, int32_t sharedBytes, void *stream,
                      void **parameters, void **extra, size_t) {
  if (gridX == 0 || gridY == 0 || gridZ == 0)
    return; // the driver takes an empty grid for an error
  Driver &driver = need();
  auto kernel = static_cast<Function>(function);
  if (sharedBytes > 48 * 1024)
    check("shared memory", driver.functionSetAttribute(
                               kernel, maxDynamicSharedBytes, sharedBytes));
  check("launch",
        driver.launchKernel(kernel, gridX, gridY, gridZ, blockX, blockY, blockZ,
                            sharedBytes, static_cast<Stream>(stream),
                            parameters, extra));
}

void *mgpuStreamCreate() {
  Stream stream = nullptr;
  check("stream", need().streamCreate(&stream, /*non-blocking*/ 1));
  return stream;
}

void mgpuStreamDestroy(void *stream) {
  check("stream", need().streamDestroy(static_cast<Stream>(stream)));
}

void mgpuStreamSynchronize(void *stream) {
  check("a kernel failed",
        need().streamSynchronize(static_cast<Stream>(stream)));
}

void mgpuStreamWaitEvent(void *stream, void *event) {
  check("wait", need().streamWaitEvent(static_cast<Stream>(stream),
                                       static_cast<Event>(event), 0));
}

void *mgpuEventCreate() {
  Event event = nullptr;
  check("event", need().eventCreate(&event, eventWithoutTime));
  return event;
}

void mgpuEventDestroy(void *event) {
  check("event", need().eventDestroy(static_cast<Event>(event)));
}

void mgpuEventSynchronize(void *event) {
  check("a kernel failed", need().eventSynchronize(static_cast<Event>(event)));
}

void mgpuEventRecord(void *event, void *stream) {
  check("event", need().eventRecord(static_cast<Event>(event),
                                    static_cast<Stream>(stream)));
}

void *mgpuMemAlloc(uint64_t bytes, void *stream, bool sharedWithHost) {
  Driver &driver = need();
  if (sharedWithHost)
    stop(failedStatus, "cuda: memory shared with the host is not supported");
  Address address = 0;
  if (bytes == 0)
    return nullptr; // the driver takes it for an error
  auto allocate = [&] {
    return driver.memoryPool()
               ? driver.memoryAllocateInOrder(&address, bytes,
                                              static_cast<Stream>(stream))
               : driver.memoryAllocate(&address, bytes);
  };
  Result result = allocate();
  if (result == outOfMemory && driver.memoryPool()) {
    // What was freed may lie in pieces of the wrong size.
    driver.streamSynchronize(static_cast<Stream>(stream));
    driver.poolTrim(driver.memoryPool(), 0);
    result = allocate();
  }
  if (result == outOfMemory) {
    size_t free = 0, total = 0;
    driver.memoryGetInfo(&free, &total);
    stop(failedStatus, "out of GPU memory: " + std::to_string(bytes) +
                           " bytes asked for, " + std::to_string(free) +
                           " of " + std::to_string(total) + " free");
  }
  check("memory", result);
  return reinterpret_cast<void *>(address);
}

void mgpuMemFree(void *address, void *stream) {
  if (!address)
    return;
  Driver &driver = need();
  auto memory = reinterpret_cast<Address>(address);
  check("memory", driver.memoryPool() ? driver.memoryFreeInOrder(
                                            memory, static_cast<Stream>(stream))
                                      : driver.memoryFree(memory));
}

void mgpuMemcpy(void *to, void *from, size_t bytes, void *stream) {
  if (bytes != 0)
    check("copy", need().memoryCopy(reinterpret_cast<Address>(to),
                                    reinterpret_cast<Address>(from), bytes,
                                    static_cast<Stream>(stream)));
}

void mgpuMemset32(void *to, unsigned value, size_t count, void *stream) {
  if (count != 0)
    check("fill", need().memorySet32(reinterpret_cast<Address>(to), value,
                                     count, static_cast<Stream>(stream)));
}

void mgpuMemset16(void *to, unsigned short value, size_t count, void *stream) {
  if (count != 0)
    check("fill", need().memorySet16(reinterpret_cast<Address>(to), value,
                                     count, static_cast<Stream>(stream)));
}

/// Of memrefs of any rank: their number of axes, and
/// {allocated, aligned, offset, sizes.., strides..}.
void mgpuMemHostRegisterMemRef(int64_t rank, void *descriptor,
                               int64_t elementBytes) {
  const auto *fields = static_cast<const int64_t *>(descriptor);
  int64_t elements = 1;
  for (int64_t axis = 0; axis < rank; ++axis)
    elements *= fields[3 + axis];
  if (elements != 0)
    check("pages of the host",
          need().hostRegister(
              reinterpret_cast<void *>(fields[1] + fields[2] * elementBytes),
              elements * elementBytes, 0));
}

void mgpuMemHostUnregisterMemRef(int64_t rank, void *descriptor,
                                 int64_t elementBytes) {
  const auto *fields = static_cast<const int64_t *>(descriptor);
  for (int64_t axis = 0; axis < rank; ++axis)
    if (fields[3 + axis] == 0)
      return;
  check("pages of the host", need().hostUnregister(reinterpret_cast<void *>(
                                 fields[1] + fields[2] * elementBytes)));
}

} // extern "C"

std::vector<std::pair<const char *, void *>> dorefa::cuda::getSymbols() {
#define DOREFA_CUDA_SYMBOL(name)                                               \
  {                                                                            \
    #name, reinterpret_cast<void *>(name)                                      \
  }
  return {DOREFA_CUDA_SYMBOL(dorefaChooseChip),
          DOREFA_CUDA_SYMBOL(dorefaCudaGetKernel),
          DOREFA_CUDA_SYMBOL(mgpuModuleLoad),
          DOREFA_CUDA_SYMBOL(mgpuModuleLoadJIT),
          DOREFA_CUDA_SYMBOL(mgpuModuleUnload),
          DOREFA_CUDA_SYMBOL(mgpuModuleGetFunction),
          DOREFA_CUDA_SYMBOL(mgpuLaunchKernel),
          DOREFA_CUDA_SYMBOL(mgpuStreamCreate),
          DOREFA_CUDA_SYMBOL(mgpuStreamDestroy),
          DOREFA_CUDA_SYMBOL(mgpuStreamSynchronize),
          DOREFA_CUDA_SYMBOL(mgpuStreamWaitEvent),
          DOREFA_CUDA_SYMBOL(mgpuEventCreate),
          DOREFA_CUDA_SYMBOL(mgpuEventDestroy),
          DOREFA_CUDA_SYMBOL(mgpuEventSynchronize),
          DOREFA_CUDA_SYMBOL(mgpuEventRecord),
          DOREFA_CUDA_SYMBOL(mgpuMemAlloc),
          DOREFA_CUDA_SYMBOL(mgpuMemFree),
          DOREFA_CUDA_SYMBOL(mgpuMemcpy),
          DOREFA_CUDA_SYMBOL(mgpuMemset32),
          DOREFA_CUDA_SYMBOL(mgpuMemset16),
          DOREFA_CUDA_SYMBOL(mgpuMemHostRegisterMemRef),
          DOREFA_CUDA_SYMBOL(mgpuMemHostUnregisterMemRef)};
#undef DOREFA_CUDA_SYMBOL
}
