//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "dorefa/Runtime/Cuda.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

// As host code calls them; they end the process where something is wrong.
extern "C" {
void *mgpuModuleLoadJIT(void *code, int level);
void mgpuModuleUnload(void *module);
void *mgpuModuleGetFunction(void *module, const char *name);
void mgpuLaunchKernel(void *function, intptr_t gridX, intptr_t gridY,
                      intptr_t gridZ, intptr_t blockX, intptr_t blockY,
                      intptr_t blockZ, int32_t sharedBytes, void *stream,
                      void **parameters, void **extra, size_t count);
void *mgpuStreamCreate();
void mgpuStreamDestroy(void *stream);
void mgpuStreamSynchronize(void *stream);
void *mgpuMemAlloc(uint64_t bytes, void *stream, bool sharedWithHost);
void mgpuMemFree(void *address, void *stream);
void mgpuMemcpy(void *to, void *from, size_t bytes, void *stream);
void mgpuMemset32(void *to, unsigned value, size_t count, void *stream);
}

void stop(const std::string &message) {
  std::fprintf(stderr, "dorefa-gpu-check: error: %s\n", message.c_str());
  std::exit(1);
}

bool Kernel::runsHere() const {
  return strategy.rfind("warpgroup", 0) != 0 ||
         dorefa::cuda::getComputeCapability() == 90;
}

std::vector<Kernel> readKernels(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    stop(path + ": cannot be read");
  std::vector<Kernel> kernels;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    Kernel k;
    fields >> k.kind >> k.name >> k.strategy >> k.lhsBits >> k.rhsBits >>
        k.rows >> k.depth >> k.columns;
    for (int64_t &count : k.words)
      fields >> count;
    for (int64_t &count : k.grid)
      fields >> count;
    for (int64_t &count : k.block)
      fields >> count;
    fields >> k.sharedBytes >> k.entry;
    if (!fields || (k.kind != "check" && k.kind != "time" && k.kind != "pair"))
      stop(path + ": line " + std::to_string(kernels.size() + 1) +
           " does not describe a kernel");
    kernels.push_back(k);
  }
  if (kernels.empty())
    stop(path + ": there are no kernels");
  return kernels;
}

namespace {

std::vector<char> readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    stop(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Both sides and sums of zeros on the device, and the kernel on them.
class Run {
public:
  Run(const Kernel &kernel, std::vector<char> ptx,
      const std::vector<uint32_t> &words)
      : kernel(kernel), code(std::move(ptx)), stream(mgpuStreamCreate()) {
    code.push_back('\0');
    module = mgpuModuleLoadJIT(code.data(), 4);
    function = mgpuModuleGetFunction(module, kernel.entry.c_str());
    const uint32_t *from = words.data();
    for (int side = 0; side < 3; ++side) {
      buffers[side] = mgpuMemAlloc(4 * kernel.words[side], stream, false);
      if (side == 2)
        break;
      mgpuMemcpy(buffers[side], const_cast<uint32_t *>(from),
                 4 * kernel.words[side], stream);
      from += kernel.words[side];
    }
    mgpuMemset32(buffers[2], 0, kernel.words[2], stream);
    mgpuStreamSynchronize(stream);
  }
  ~Run() {
    for (void *buffer : buffers)
      mgpuMemFree(buffer, stream);
    mgpuModuleUnload(module);
    mgpuStreamDestroy(stream);
  }
  Run(const Run &) = delete;

  void launch() {
    void *parameters[] = {&buffers[0], &buffers[1], &buffers[2]};
    mgpuLaunchKernel(function, kernel.grid[0], kernel.grid[1], kernel.grid[2],
                     kernel.block[0], kernel.block[1], kernel.block[2],
                     kernel.sharedBytes, stream, parameters, nullptr, 3);
  }
  void wait() { mgpuStreamSynchronize(stream); }
  std::vector<uint32_t> sums() {
    std::vector<uint32_t> result(kernel.words[2]);
    mgpuMemcpy(result.data(), buffers[2], 4 * result.size(), stream);
    wait();
    return result;
  }

private:
  const Kernel &kernel;
  std::vector<char> code;
  void *stream, *module, *function;
  void *buffers[3];
};

} // namespace

int64_t check(const Kernel &kernel, const std::string &stem) {
  std::vector<char> data = readFile(stem + ".data");
  if (static_cast<int64_t>(data.size()) != 4 * kernel.totalWords())
    stop(stem + ".data: not the size that kernels.txt says");
  std::vector<uint32_t> words(kernel.totalWords());
  std::copy(data.begin(), data.end(), reinterpret_cast<char *>(words.data()));
  Run run(kernel, readFile(stem + ".ptx"), words);
  run.launch();
  std::vector<uint32_t> sums = run.sums();
  const uint32_t *expected = words.data() + kernel.words[0] + kernel.words[1];
  int64_t wrong = 0;
  for (size_t i = 0; i < sums.size(); ++i)
    wrong += sums[i] != expected[i];
  return wrong;
}

double time(const Kernel &kernel, const std::string &stem) {
  // Some random words, again and again: making them may not take longer than
  // the products.
  std::vector<uint32_t> some(1 << 16);
  std::mt19937 random(1);
  for (uint32_t &word : some)
    word = random();
  std::vector<uint32_t> words(kernel.words[0] + kernel.words[1]);
  for (size_t i = 0; i < words.size(); i += some.size())
    std::copy_n(some.begin(), std::min(some.size(), words.size() - i),
                words.begin() + i);
  Run run(kernel, readFile(stem + ".ptx"), words);
  auto measure = [&](int64_t launches) {
    auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < launches; ++i)
      run.launch();
    run.wait();
    std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - start;
    return passed.count() / launches;
  };
  measure(1);
  double estimate = std::max(measure(1), 1e-7);
  // Of a table of many numbers each has less time.
  double roundSeconds = kernel.kind == "pair" ? 0.02 : 0.05;
  int64_t launches = std::max<int64_t>(1, roundSeconds / estimate);
  std::vector<double> rounds;
  for (int round = 0; round < (kernel.kind == "pair" ? 3 : 5); ++round)
    rounds.push_back(measure(launches));
  std::sort(rounds.begin(), rounds.end());
  return rounds[rounds.size() / 2];
}
