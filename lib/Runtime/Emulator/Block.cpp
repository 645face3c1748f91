//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Block.h"

#include "WarpOps.h"
#include "Warpgroup.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace dorefa::emulator;

Block::Block(const Launch &launch)
    : launch(launch), sharedSize(launch.kernel->staticSharedSize +
                                 size_t(launch.dynamicSharedSize)) {
  uint32_t count = launch.threadCount();
  lanes.resize(launch.kernel->isCollective ? count : 1);
  for (size_t i = 0; i < lanes.size(); ++i)
    fibers.push_back(std::make_unique<Fiber>());
  constexpr size_t window = 256 * 1024;
  sharedMemory.reset(new uint8_t[sharedSize + window]);
  auto address = reinterpret_cast<uintptr_t>(sharedMemory.get());
  shared = sharedMemory.get() + (window - address % window) % window;
  order.resize(count);
  for (uint32_t i = 0; i < count; ++i)
    order[i] = launch.order == ThreadOrder::reversed ? count - 1 - i : i;
}

/// The index of thread `number` of a block.
static void setThread(Lane &lane, const Launch &launch, uint32_t number) {
  using Thread = DorefaEmulatorThread;
  lane.registers[Thread::threadIdX] = number % launch.block[0];
  lane.registers[Thread::threadIdY] =
      number / launch.block[0] % launch.block[1];
  lane.registers[Thread::threadIdZ] =
      number / launch.block[0] / launch.block[1];
  lane.registers[Thread::laneId] = number % Block::warpSize;
  lane.registers[Thread::warpId] = number / Block::warpSize;
}

bool Block::run(const uint32_t (&index)[3]) {
  using Thread = DorefaEmulatorThread;
  for (uint32_t i = 0; i < lanes.size(); ++i) {
    Lane &lane = lanes[i];
    lane.block = this;
    lane.wait = Wait();
    lane.isDone = false;
    lane.sharedWrites = SharedWrites::seen;
    lane.openCopies.clear();
    lane.copyGroups.clear();
    for (int axis = 0; axis < 3; ++axis) {
      lane.registers[Thread::blockDimX + axis] = launch.block[axis];
      lane.registers[Thread::gridDimX + axis] = launch.grid[axis];
      lane.registers[Thread::blockIdX + axis] = index[axis];
    }
    lane.registers[Thread::warpCount] =
        (launch.threadCount() + warpSize - 1) / warpSize;
    lane.registers[Thread::dynamicSharedSize] = launch.dynamicSharedSize;
    lane.shared = shared;
    setThread(lane, launch, i);
  }
  std::memset(shared, unwrittenByte, sharedSize);
  random.seed(index[0] + 65537 * index[1] + 257 * index[2]);
  if (launch.kernel->isCollective)
    runTogether();
  else
    runAlone();
  return message.empty();
}

MemoryRange Block::sharedRange() const {
  auto begin = reinterpret_cast<uintptr_t>(lanes.front().shared);
  return {begin, begin + sharedSize};
}

void Block::shuffleOrder() {
  if (launch.order == ThreadOrder::shuffled)
    std::shuffle(order.begin(), order.end(), random);
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// Threads that never wait share one stack.
void Block::runAlone() {
  shuffleOrder();
  fibers.front()->start(
      [](void *block) {
        auto &self = *static_cast<Block *>(block);
        for (uint32_t number : self.order) {
          setThread(self.lanes.front(), self.launch, number);
          self.launch.kernel->run(&self.lanes.front(), self.launch.arguments);
        }
      },
      this);
  fibers.front()->resume();
}

void Block::runTogether() {
  for (uint32_t i = 0; i < lanes.size(); ++i)
    fibers[i]->start(
        [](void *lane) {
          auto &self = *static_cast<Lane *>(lane);
          self.block->launch.kernel->run(&self, self.block->launch.arguments);
        },
        &lanes[i]);
  while (true) {
    shuffleOrder();
    for (uint32_t i : order) {
      Lane &lane = lanes[i];
      if (lane.isDone || lane.wait.kind != Wait::none)
        continue;
      fibers[i]->resume();
      lane.isDone = fibers[i]->hasEnded();
      if (!message.empty())
        return;
    }
    if (std::all_of(lanes.begin(), lanes.end(),
                    [](const Lane &lane) { return lane.isDone; }))
      return;
    if (!release() && message.empty())
      reportStuck();
    if (!message.empty())
      return;
  }
}

void Block::rendezvous(Lane &lane, const Wait &wait) {
  lane.wait = wait;
  fibers[&lane - lanes.data()]->pause();
}

//===----------------------------------------------------------------------===//
// Rendezvous points
//===----------------------------------------------------------------------===//

bool Block::release() {
  bool any = false;
  uint32_t warps = (lanes.size() + warpSize - 1) / warpSize;
  for (uint32_t warp = 0; warp < warps; ++warp)
    while (message.empty() && releaseWarp(warp))
      any = true;
  for (uint32_t first = 0; first < lanes.size(); first += warpgroupSize)
    while (message.empty() && releaseWarpgroup(first))
      any = true;
  for (Lane &lane : lanes)
    if (message.empty() && lane.wait.kind == Wait::blockBarrier &&
        releaseBarrier(lane))
      any = true;
  return any;
}

static bool isAtBarrier(const Lane &lane, int32_t id) {
  return lane.wait.kind == Wait::blockBarrier && lane.wait.id == id;
}

bool Block::releaseBarrier(Lane &first) {
  int32_t id = first.wait.id;
  size_t expected = first.wait.count ? first.wait.count : lanes.size();
  size_t waiting = 0;
  for (const Lane &lane : lanes)
    waiting += isAtBarrier(lane, id);
  if (waiting < expected)
    return false;
  for (const Lane &lane : lanes)
    if (isAtBarrier(lane, id) && lane.wait.site != first.wait.site) {
      setError(describe(lane),
               "divergent barrier: it waits at " + std::string(lane.wait.site) +
                   ", others of its block at " + first.wait.site);
      return false;
    }
  if (waiting > expected) {
    setError(describe(first),
             "more threads than the " + std::to_string(expected) +
                 " that the barrier counts came to it at " + first.wait.site);
    return false;
  }
  for (Lane &lane : lanes)
    if (isAtBarrier(lane, id)) {
      lane.wait.kind = Wait::none;
      if (lane.sharedWrites == SharedWrites::fenced)
        lane.sharedWrites = SharedWrites::seen;
    }
  return true;
}

/// Releases one group of lanes of a warp that stands complete.
bool Block::releaseWarp(uint32_t warp) {
  size_t begin = warp * warpSize;
  size_t count = std::min<size_t>(warpSize, lanes.size() - begin);
  for (size_t leader = 0; leader < count; ++leader) {
    const Wait wait = lanes[begin + leader].wait;
    if (wait.kind == Wait::none || wait.kind == Wait::blockBarrier ||
        wait.kind == Wait::warpgroupMultiply)
      continue;
    uint32_t there = 0;
    Lane *group[warpSize] = {};
    for (size_t i = 0; i < count; ++i) {
      Lane &lane = lanes[begin + i];
      if (lane.isDone || lane.wait.kind != wait.kind ||
          lane.wait.site != wait.site || lane.wait.mask != wait.mask)
        continue;
      there |= 1u << i;
      group[i] = &lane;
    }
    if (!(wait.mask >> leader & 1)) {
      setError(describe(lanes[begin + leader]),
               "it is not in the mask of the lanes that take part at " +
                   std::string(wait.site));
      return false;
    }
    if ((there & wait.mask) != wait.mask)
      continue;
    std::string problem;
    for (uint32_t i = 0; i < warpSize; ++i)
      if (!(wait.mask >> i & 1))
        group[i] = nullptr;
    runWarpOp(wait.kind, group, problem);
    if (!problem.empty()) {
      setError(describe(lanes[begin + leader]), problem + " at " + wait.site);
      return false;
    }
    for (Lane *lane : group)
      if (lane)
        lane->wait.kind = Wait::none;
    return true;
  }
  return false;
}

bool Block::releaseWarpgroup(uint32_t first) {
  if (lanes.size() < first + warpgroupSize)
    return false;
  Lane *group[warpgroupSize];
  for (uint32_t i = 0; i < warpgroupSize; ++i) {
    group[i] = &lanes[first + i];
    if (group[i]->isDone || group[i]->wait.kind != Wait::warpgroupMultiply ||
        group[i]->wait.site != group[0]->wait.site)
      return false;
  }
  std::string problem;
  multiplyTogether(group, problem);
  if (!problem.empty()) {
    setError(describe(*group[0]), problem + " at " + group[0]->wait.site);
    return false;
  }
  for (Lane *lane : group)
    lane->wait.kind = Wait::none;
  return true;
}

SharedWrites Block::getSharedWrites() const {
  SharedWrites least = SharedWrites::seen;
  for (const Lane &lane : lanes)
    least = std::max(least, lane.sharedWrites);
  return least;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static std::string toText(const uint32_t *values) {
  return "(" + std::to_string(values[0]) + ", " + std::to_string(values[1]) +
         ", " + std::to_string(values[2]) + ")";
}

std::string Block::describe(const Lane &lane) const {
  using Thread = DorefaEmulatorThread;
  return "kernel '" + std::string(launch.kernel->name) + "', block " +
         toText(lane.registers + Thread::blockIdX) + ", thread " +
         toText(lane.registers + Thread::threadIdX);
}

void Block::setError(const std::string &where, const std::string &what) {
  if (message.empty())
    message = where + ": " + what;
}

void Block::fail(const Lane &lane, const char *site, const std::string &what) {
  setError(describe(lane), what + " at " + site);
  fibers[&lane - lanes.data()]->pause();
  std::abort(); // nobody resumes a fiber of a block that failed
}

std::string Block::describeState(const Lane &lane) const {
  using Thread = DorefaEmulatorThread;
  std::string text = "thread " + toText(lane.registers + Thread::threadIdX);
  if (lane.isDone)
    return text + " has ended";
  const char *kinds[] = {"nothing",
                         "a barrier",
                         "a product of its warpgroup",
                         "a barrier of its warp",
                         "an mma",
                         "an ldmatrix",
                         "a shuffle",
                         "a vote of its warp"};
  return text + " waits at " + kinds[lane.wait.kind] + " at " + lane.wait.site;
}

void Block::reportStuck() {
  // Two threads that do not wait for the same are the shortest explanation.
  const Lane *waiting = nullptr, *other = nullptr;
  for (const Lane &lane : lanes)
    if (!lane.isDone && !waiting)
      waiting = &lane;
  for (const Lane &lane : lanes)
    if (!other && (lane.isDone || lane.wait.kind != waiting->wait.kind ||
                   lane.wait.site != waiting->wait.site))
      other = &lane;
  std::string what =
      waiting->wait.kind == Wait::blockBarrier        ? "divergent barrier: "
      : waiting->wait.kind == Wait::warpgroupMultiply ? "divergent warpgroup: "
                                                      : "divergent warp: ";
  what += describeState(*waiting) + ", and ";
  if (other)
    what += describeState(*other);
  else
    what += "the others that it waits for do not exist";
  setError("kernel '" + std::string(launch.kernel->name) + "', block " +
               toText(waiting->registers + DorefaEmulatorThread::blockIdX),
           what);
}

void dorefaEmulatorBarrier(DorefaEmulatorThread *thread, int32_t id,
                           int32_t count, const char *site) {
  Lane &lane = Lane::of(thread);
  Wait wait;
  wait.kind = Wait::blockBarrier;
  wait.site = site;
  wait.id = id;
  wait.count = count;
  lane.block->rendezvous(lane, wait);
}
