//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "Block.h"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace dorefa::emulator;

Device &dorefa::emulator::getDevice() {
  static Device device;
  return device;
}

void Device::setError(const std::string &message) {
  std::lock_guard<std::mutex> lock(mutex);
  if (!error)
    error = message;
}

bool Device::hasError() {
  std::lock_guard<std::mutex> lock(mutex);
  return error.has_value();
}

std::optional<std::string> Device::takeError() {
  std::lock_guard<std::mutex> lock(mutex);
  std::optional<std::string> taken;
  taken.swap(error);
  return taken;
}

void dorefa::emulator::setOptions(const Options &options) {
  getDevice().options = options;
}

std::optional<std::string> dorefa::emulator::takeError() {
  return getDevice().takeError();
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

// Of compute capability 9.0.
static constexpr int64_t maxThreads = 1024, maxShared = 227 << 10;
static constexpr int64_t maxGrid[3] = {0x7fffffff, 65535, 65535};
static constexpr int64_t maxBlock[3] = {1024, 1024, 64};

static std::string findProblem(const DorefaEmulatorKernel &kernel,
                               const int64_t (&grid)[3],
                               const int64_t (&block)[3],
                               int64_t dynamicSharedSize) {
  const char *axes[] = {"x", "y", "z"};
  for (int axis = 0; axis < 3; ++axis) {
    if (grid[axis] < 1 || grid[axis] > maxGrid[axis])
      return "a grid of " + std::to_string(grid[axis]) + " blocks along " +
             axes[axis] + "; expected 1 to " + std::to_string(maxGrid[axis]);
    if (block[axis] < 1 || block[axis] > maxBlock[axis])
      return "a block of " + std::to_string(block[axis]) + " threads along " +
             axes[axis] + "; expected 1 to " + std::to_string(maxBlock[axis]);
  }
  if (block[0] * block[1] * block[2] > maxThreads)
    return "a block of " + std::to_string(block[0] * block[1] * block[2]) +
           " threads; expected at most " + std::to_string(maxThreads);
  if (kernel.staticSharedSize + dynamicSharedSize > maxShared ||
      dynamicSharedSize < 0)
    return "shared memory of " +
           std::to_string(kernel.staticSharedSize + dynamicSharedSize) +
           " bytes; expected at most " + std::to_string(maxShared);
  return "";
}

/// Takes blocks from the grid until none is left or something went wrong.
static void runBlocks(const Launch &launch, std::atomic<uint64_t> &next,
                      std::atomic<bool> &stop) {
  uint64_t plane = uint64_t(launch.grid[0]) * launch.grid[1];
  uint64_t count = plane * launch.grid[2];
  Block block(launch);
  while (!stop) {
    uint64_t number = next++;
    if (number >= count)
      return;
    if (launch.order != ThreadOrder::forward)
      number = count - 1 - number;
    uint32_t index[3] = {uint32_t(number % launch.grid[0]),
                         uint32_t(number % plane / launch.grid[0]),
                         uint32_t(number / plane)};
    if (!block.run(index)) {
      getDevice().setError(block.error());
      stop = true;
    }
  }
}

void dorefa::emulator::launchKernel(const DorefaEmulatorKernel &kernel,
                                    const int64_t (&grid)[3],
                                    const int64_t (&block)[3],
                                    int64_t dynamicSharedSize,
                                    void **arguments) {
  Device &device = getDevice();
  if (device.hasError())
    return;
  std::string problem = findProblem(kernel, grid, block, dynamicSharedSize);
  if (!problem.empty())
    return device.setError("kernel '" + std::string(kernel.name) +
                           "' cannot be launched with " + problem);
  Launch launch;
  launch.kernel = &kernel;
  for (int axis = 0; axis < 3; ++axis) {
    launch.grid[axis] = grid[axis];
    launch.block[axis] = block[axis];
  }
  launch.dynamicSharedSize = dynamicSharedSize;
  launch.arguments = arguments;
  launch.order = device.options.order;

  std::atomic<uint64_t> next(0);
  std::atomic<bool> stop(false);
  uint64_t blocks = uint64_t(grid[0]) * grid[1] * grid[2];
  std::vector<std::thread> helpers;
  for (uint64_t i = 1; i < std::min<uint64_t>(device.options.threads, blocks);
       ++i)
    helpers.emplace_back([&] { runBlocks(launch, next, stop); });
  runBlocks(launch, next, stop);
  for (std::thread &helper : helpers)
    helper.join();
}
