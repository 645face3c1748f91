//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A stand-in for libcuda.so.1 that executes: linked with the object that
// dorefa-run compile --target=gpu-emulator makes of the same module, it runs
// the kernels that the PTX names. It is as strict as a driver may be:
//
// - nothing happens before the host waits: launches, copies and what is freed
//   stand in a queue, in the order of one stream;
// - a launch takes its arguments at once, as many bytes as the PTX declares;
// - the host cannot touch the device's memory, which is unreadable meanwhile;
// - a thread needs a context, PTX a target that is not newer than the device,
//   machine code one of its generation.
//
// Machine code is what the stand-in of the assembler makes: the head of an ELF
// file, and the PTX behind it.
//
// EMULATED_CUDA_LOG names a file for launches and bytes copied,
// EMULATED_CUDA_MEMORY is the size of the memory (default 1 GiB),
// EMULATED_CUDA_CAPABILITY what the device can (default 90),
// EMULATED_CUDA_DROP=N leaves out launch N, counted from 1, and
// EMULATED_CUDA_REFUSE=1 takes no machine code.

#include "../../lib/Runtime/Emulator/Device.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <sys/mman.h>
#include <vector>

using namespace dorefa;

using Address = unsigned long long;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

namespace {

/// What the emulator allocates, by the linker's --wrap.
class Arena {
public:
  Arena() {
    if (const char *text = std::getenv("EMULATED_CUDA_MEMORY"))
      size = std::strtoull(text, nullptr, 10);
    begin = static_cast<uint8_t *>(
        mmap(nullptr, size, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  }
  bool contains(const void *memory) const {
    return begin <= memory && memory < begin + size;
  }
  void *allocate(size_t bytes) {
    std::vector<void *> &reusable = freed[bytes];
    void *memory = nullptr;
    if (!reusable.empty()) {
      memory = reusable.back();
      reusable.pop_back();
    } else if (bytes <= size - used) {
      memory = begin + used;
      used += bytes;
    }
    if (memory)
      sizes[memory] = bytes;
    return memory;
  }
  void release(void *memory) { freed[sizes[memory]].push_back(memory); }
  size_t total() const { return size; }
  size_t free() const { return size - used; }

  /// Lets the device in while one is alive.
  struct Access {
    explicit Access(Arena &arena) : arena(arena) {
      if (arena.depth++ == 0)
        mprotect(arena.begin, arena.size, PROT_READ | PROT_WRITE);
    }
    ~Access() {
      if (--arena.depth == 0)
        mprotect(arena.begin, arena.size, PROT_NONE);
    }
    Arena &arena;
  };

private:
  uint8_t *begin;
  size_t size = size_t(1) << 30, used = 0;
  int depth = 0;
  std::map<size_t, std::vector<void *>> freed;
  std::map<void *, size_t> sizes;
};

Arena &arena() {
  static Arena *instance = new Arena; // outlives what is freed at exit
  return *instance;
}

} // namespace

extern "C" {
void __real_free(void *memory);
void *__wrap_aligned_alloc(size_t, size_t bytes) {
  return arena().allocate(bytes);
}
void __wrap_free(void *memory) {
  if (arena().contains(memory))
    arena().release(memory);
  else
    __real_free(memory);
}
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {

constexpr int outOfMemory = 2, invalidPTX = 218, notFound = 500,
              invalidContext = 201, launchFailed = 719, invalidValue = 1,
              invalidImage = 200, noBinaryForGPU = 209;
constexpr const char standInCode[] = "\x7f"
                                     "ELF of the stand-in\n";

/// An entry of the PTX.
struct Entry {
  std::vector<size_t> argumentBytes;
  std::string text;
  const DorefaEmulatorKernel *kernel = nullptr;
};

struct Module {
  std::map<std::string, Entry> entries;
};

int getCapability() {
  const char *wanted = std::getenv("EMULATED_CUDA_CAPABILITY");
  return wanted ? std::atoi(wanted) : 90;
}

size_t bytesOf(const std::string &type, const std::string &count) {
  size_t bits = std::stoul(type.substr(1));
  return bits / 8 * (count.empty() ? 1 : std::stoul(count));
}

std::vector<std::function<void()>> queue;
thread_local bool hasContext = false;

void log(const std::string &line) {
  if (const char *path = std::getenv("EMULATED_CUDA_LOG"))
    if (std::FILE *file = std::fopen(path, "a")) {
      std::fprintf(file, "%s\n", line.c_str());
      std::fclose(file);
    }
}

/// The compiler names a kernel by its module; the emulator by that and its
/// function, which is the name without the number behind it.
const DorefaEmulatorKernel *findKernel(const std::string &name) {
  std::string function = std::regex_replace(name, std::regex("_[0-9]+$"), "");
  Dl_info self;
  dladdr(reinterpret_cast<void *>(findKernel), &self);
  static void *library = dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  return static_cast<const DorefaEmulatorKernel *>(
      dlsym(library, (name + "_" + function + "_kernel").c_str()));
}

template <typename T>
int fill(Address to, T value, size_t count) {
  queue.push_back([=] {
    for (size_t i = 0; i < count; ++i)
      reinterpret_cast<T *>(to)[i] = value;
  });
  return 0;
}

int synchronize() {
  {
    Arena::Access access(arena());
    for (const std::function<void()> &work : queue)
      work();
    queue.clear();
  }
  if (std::optional<std::string> error = emulator::takeError()) {
    std::fprintf(stderr, "emulated GPU: %s\n", error->c_str());
    return launchFailed;
  }
  return 0;
}

} // namespace

extern "C" {

// What the host's half of the emulator's object calls; nobody calls that.
#define UNUSED(name)                                                           \
  void name() { std::abort(); }
UNUSED(dorefaChooseChip)
UNUSED(mgpuMemAlloc)
UNUSED(mgpuMemFree)
UNUSED(mgpuMemcpy)
UNUSED(mgpuLaunchKernel)
UNUSED(mgpuStreamSynchronize)

int cuInit(unsigned) { return 0; }
int cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}
int cuDeviceGet(int *device, int number) {
  *device = number;
  return 0;
}
int cuDeviceGetName(char *name, int size, int) {
  std::snprintf(name, size, "emulated GPU");
  return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, int) {
  *value = attribute == 75    ? getCapability() / 10
           : attribute == 76  ? getCapability() % 10
           : attribute == 115 ? 1
                              : 0;
  return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int) {
  *context = &queue;
  return 0;
}
int cuCtxSetCurrent(void *context) {
  hasContext = context == &queue;
  return hasContext ? 0 : invalidContext;
}

int cuModuleLoadDataEx(void **module, const void *code, unsigned, int *,
                       void **) {
  if (!hasContext)
    return invalidContext;
  std::string text = static_cast<const char *>(code);
  bool isMachineCode = text.rfind("\x7f", 0) == 0;
  if (isMachineCode && (text.rfind(standInCode, 0) != 0 ||
                        std::getenv("EMULATED_CUDA_REFUSE"))) {
    log("refuse machine code");
    return invalidImage;
  }
  std::smatch target;
  if (!std::regex_search(text, target, std::regex("\\.target sm_([0-9]+)(a?)")))
    return invalidPTX;
  int chip = std::stoi(target[1]), capability = getCapability();
  if (target[2].length() ? chip != capability : chip > capability)
    return isMachineCode ? noBinaryForGPU : invalidPTX;
  if (isMachineCode && chip / 10 != capability / 10)
    return noBinaryForGPU;
  log((isMachineCode ? "load machine code of " : "load ") + target.str());
  auto *loaded = new Module;
  std::regex parameter("\\.param( \\.align [0-9]+)? "
                       "\\.([a-z][0-9]+)[^\\n\\[]*(\\[([0-9]+)\\])?");
  for (size_t at = 0; (at = text.find(".entry ", at)) != std::string::npos;) {
    at += 7;
    size_t open = text.find('(', at), close = text.find(')', open);
    Entry &entry = loaded->entries[text.substr(at, open - at)];
    std::string list = text.substr(open, close - open);
    for (std::sregex_iterator it(list.begin(), list.end(), parameter), end;
         it != end; ++it)
      entry.argumentBytes.push_back(bytesOf((*it)[2], (*it)[4]));
    entry.text = text.substr(close, text.find('{', close) - close);
  }
  *module = loaded;
  return 0;
}
int cuModuleUnload(void *) { return 0; }
int cuModuleGetFunction(void **function, void *module, const char *name) {
  auto &entries = static_cast<Module *>(module)->entries;
  auto found = entries.find(name);
  if (found == entries.end())
    return notFound;
  found->second.kernel = findKernel(name);
  if (!found->second.kernel) {
    std::fprintf(stderr, "emulated GPU: no kernel for '%s'\n", name);
    return notFound;
  }
  *function = &found->second;
  return 0;
}
int cuFuncSetAttribute(void *, int, int) { return 0; }

int cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                   unsigned gridZ, unsigned blockX, unsigned blockY,
                   unsigned blockZ, unsigned shared, void *stream,
                   void **arguments, void **) {
  if (!hasContext)
    return invalidContext;
  auto *entry = static_cast<Entry *>(function);
  // A kernel compiled for some block runs in no other.
  std::smatch sizes;
  if (std::regex_search(
          entry->text, sizes,
          std::regex("\\.(req|max)ntid ([0-9]+)(, ([0-9]+), ([0-9]+))?"))) {
    unsigned y = sizes[4].matched ? std::stoul(sizes[4]) : 1;
    unsigned z = sizes[5].matched ? std::stoul(sizes[5]) : 1;
    if (std::stoul(sizes[2]) != blockX || y != blockY || z != blockZ)
      return invalidValue;
  }
  std::vector<std::vector<uint8_t>> values;
  for (size_t i = 0; i < entry->argumentBytes.size(); ++i) {
    auto *from = static_cast<uint8_t *>(arguments[i]);
    values.emplace_back(from, from + entry->argumentBytes[i]);
  }
  log(std::string("launch ") + entry->kernel->name);
  static int count = 0;
  const char *dropped = std::getenv("EMULATED_CUDA_DROP");
  if (++count == (dropped ? std::atoi(dropped) : 0))
    return 0;
  queue.push_back([=]() mutable {
    std::vector<void *> slots;
    for (std::vector<uint8_t> &value : values)
      slots.push_back(value.data());
    emulator::launchKernel(*entry->kernel, {gridX, gridY, gridZ},
                           {blockX, blockY, blockZ}, shared, slots.data());
  });
  return 0;
}

int cuStreamCreate(void **stream, unsigned) {
  *stream = &queue;
  return 0;
}
int cuStreamDestroy_v2(void *) { return 0; }
int cuStreamSynchronize(void *) {
  return hasContext ? synchronize() : invalidContext;
}
int cuStreamWaitEvent(void *, void *, unsigned) { return 0; }
int cuEventCreate(void **event, unsigned) {
  *event = &queue;
  return 0;
}
int cuEventDestroy_v2(void *) { return 0; }
int cuEventSynchronize(void *) { return synchronize(); }
int cuEventRecord(void *, void *) { return 0; }

int cuMemAllocAsync(Address *address, size_t bytes, void *) {
  if (!hasContext)
    return invalidContext;
  Arena::Access access(arena());
  void *memory = emulator::getDevice().memory.allocate(bytes);
  *address = reinterpret_cast<Address>(memory);
  return memory ? 0 : outOfMemory;
}
int cuMemAlloc_v2(Address *address, size_t bytes) {
  return cuMemAllocAsync(address, bytes, nullptr);
}
int cuMemFreeAsync(Address address, void *) {
  if (!hasContext)
    return invalidContext;
  queue.push_back([=] {
    if (!emulator::getDevice().memory.release(
            reinterpret_cast<void *>(address)))
      emulator::getDevice().setError("memory is freed that is not allocated");
  });
  return 0;
}
int cuMemFree_v2(Address address) {
  cuMemFreeAsync(address, nullptr);
  return synchronize();
}
int cuMemGetInfo_v2(size_t *free, size_t *total) {
  *free = arena().free();
  *total = arena().total();
  return 0;
}
int cuDeviceGetDefaultMemPool(void **pool, int) {
  *pool = &queue;
  return 0;
}
int cuMemPoolSetAttribute(void *, int, void *) { return 0; }
int cuMemPoolTrimTo(void *, size_t) { return 0; }

int cuMemcpyAsync(Address to, Address from, size_t bytes, void *) {
  if (!hasContext)
    return invalidContext;
  auto *target = reinterpret_cast<void *>(to);
  auto *source = reinterpret_cast<void *>(from);
  bool toDevice = arena().contains(target), ofDevice = arena().contains(source);
  log(std::string("copy ") + (ofDevice ? "device" : "host") + " to " +
      (toDevice ? "device " : "host ") + std::to_string(bytes));
  auto check = [=](void *address, const char *what) {
    const emulator::MemoryRange *range =
        emulator::getDevice().memory.find(address);
    if (!range || !range->contains(reinterpret_cast<uintptr_t>(address), bytes))
      emulator::getDevice().setError(std::string("a copy outside of its ") +
                                     what);
    return range != nullptr;
  };
  if (ofDevice) {
    queue.push_back([=] {
      if (check(source, "source") && (!toDevice || check(target, "target")))
        std::memcpy(target, source, bytes);
    });
    return 0;
  }
  // Of the host's pages the driver makes a copy of its own.
  auto *begin = static_cast<uint8_t *>(source);
  std::vector<uint8_t> copy(begin, begin + bytes);
  queue.push_back([=] {
    if (!toDevice || check(target, "target"))
      std::memcpy(target, copy.data(), bytes);
  });
  return 0;
}

int cuMemsetD32Async(Address to, unsigned value, size_t count, void *) {
  return fill<uint32_t>(to, value, count);
}
int cuMemsetD16Async(Address to, unsigned short value, size_t count, void *) {
  return fill<uint16_t>(to, value, count);
}
int cuMemHostRegister_v2(void *, size_t, unsigned) { return 0; }
int cuMemHostUnregister(void *) { return 0; }
int cuGetErrorName(int, const char **name) {
  *name = "ERROR";
  return 0;
}
int cuGetErrorString(int result, const char **text) {
  *text = result == outOfMemory ? "out of memory" : "an error of the stand-in";
  return 0;
}

} // extern "C"
