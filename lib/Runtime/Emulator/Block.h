//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// One block of threads: runs them between rendezvous points.

#ifndef DOREFA_LIB_RUNTIME_EMULATOR_BLOCK_H
#define DOREFA_LIB_RUNTIME_EMULATOR_BLOCK_H

#include "DeviceMemory.h"
#include "Fiber.h"
#include "dorefa/Runtime/Emulator.h"

#include <memory>
#include <random>

namespace dorefa::emulator {

class Block;

/// What a thread waits for.
struct Wait {
  enum Kind {
    none,
    blockBarrier,
    warpgroupMultiply,
    warpBarrier,
    mma,
    loadMatrix,
    shuffle,
    vote
  };
  Kind kind = none;
  const char *site = nullptr;
  /// Of a barrier of the block: which, and for how many threads.
  int32_t id = 0, count = 0;
  /// Of lanes of a warp: which must come.
  uint32_t mask = ~0u;
  /// What the thread brings and takes; its structure belongs to the kind.
  void *operands = nullptr;
};

/// A copy into shared memory that was not waited for.
struct PendingCopy {
  void *target;
  const void *source;
  int32_t size, sourceSize;
};

/// Who sees what a thread wrote to shared memory: products of warpgroups once a
/// proxy fence, and then a barrier, came behind that.
enum class SharedWrites { seen, fenced, written };

struct Lane : DorefaEmulatorThread {
  Block *block = nullptr;
  Wait wait;
  bool isDone = false;
  SharedWrites sharedWrites = SharedWrites::seen;
  std::vector<PendingCopy> openCopies;
  std::vector<std::vector<PendingCopy>> copyGroups;
  /// The allocations that the thread used last, by bits of their base.
  struct CachedRange {
    const void *base = nullptr;
    MemoryRange range;
  };
  CachedRange cache[16];

  static Lane &of(DorefaEmulatorThread *thread) {
    return *static_cast<Lane *>(thread);
  }
};

/// What all blocks of a launch have in common.
struct Launch {
  const DorefaEmulatorKernel *kernel;
  uint32_t grid[3], block[3];
  uint32_t dynamicSharedSize;
  void **arguments;
  ThreadOrder order;

  uint32_t threadCount() const { return block[0] * block[1] * block[2]; }
};

/// One for each host thread; runs one block after the other.
class Block {
public:
  static constexpr uint32_t warpSize = 32, warpgroupSize = 128;

  explicit Block(const Launch &launch);

  /// False if something went wrong; `error` tells what.
  bool run(const uint32_t (&index)[3]);
  const std::string &error() const { return message; }

  /// Called in a thread: waits until the others came.
  void rendezvous(Lane &lane, const Wait &wait);
  /// Called in a thread: nothing of the block goes on.
  [[noreturn]] void fail(const Lane &lane, const char *site,
                         const std::string &what);

  MemoryRange sharedRange() const;
  /// That of the thread whose writes are seen least.
  SharedWrites getSharedWrites() const;

private:
  void runAlone();
  void runTogether();
  void shuffleOrder();
  /// Lets threads go on whose rendezvous is complete; false if there is none.
  bool release();
  bool releaseBarrier(Lane &first);
  bool releaseWarp(uint32_t warp);
  bool releaseWarpgroup(uint32_t first);
  void reportStuck();
  void setError(const std::string &where, const std::string &what);
  std::string describe(const Lane &lane) const;
  std::string describeState(const Lane &lane) const;

  const Launch &launch;
  std::vector<Lane> lanes;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::vector<uint32_t> order;
  /// Begins at a multiple of 256 KiB, so that the last bits of an address are
  /// its place, as descriptors have it.
  uint8_t *shared;
  std::unique_ptr<uint8_t[]> sharedMemory;
  size_t sharedSize;
  std::mt19937 random;
  std::string message;
};

} // namespace dorefa::emulator

#endif // DOREFA_LIB_RUNTIME_EMULATOR_BLOCK_H
