//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A GPU's execution model on the host: what kernels call that
// `--dorefa-gpu-to-emulator` made, and what the host says to it.

#ifndef DOREFA_RUNTIME_EMULATOR_H
#define DOREFA_RUNTIME_EMULATOR_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

//===----------------------------------------------------------------------===//
// Between kernels and the emulator
//===----------------------------------------------------------------------===//

extern "C" {

/// What a kernel is given of its thread, as its first argument. The order of
/// the special registers is known to the pass.
struct DorefaEmulatorThread {
  enum Register {
    threadIdX,
    threadIdY,
    threadIdZ,
    blockDimX,
    blockDimY,
    blockDimZ,
    blockIdX,
    blockIdY,
    blockIdZ,
    gridDimX,
    gridDimY,
    gridDimZ,
    laneId,
    warpId,
    warpCount,
    dynamicSharedSize,
    registerCount
  };
  uint32_t registers[registerCount];
  /// Shared memory of the block: the static part, then the dynamic one.
  uint8_t *shared;
};

/// A kernel, as the pass describes it.
struct DorefaEmulatorKernel {
  /// Loads the arguments, each from its address, and calls the kernel.
  void (*run)(DorefaEmulatorThread *thread, void **arguments);
  const char *name;
  int64_t staticSharedSize;
  /// Threads wait for one another: each needs a stack of its own.
  int32_t isCollective;
};

/// What an mma does with its words. The values are known to the pass.
enum DorefaEmulatorMma : int32_t {
  dorefaMmaAnd, // b1, AND and population count
  dorefaMmaXor, // b1, XOR and population count
  dorefaMmaInt4,
  dorefaMmaInt8
};

/// The ways lanes exchange words, as PTX numbers none of them; known to the
/// pass.
enum DorefaEmulatorShuffle : int32_t {
  dorefaShuffleButterfly,
  dorefaShuffleUp,
  dorefaShuffleDown,
  dorefaShuffleIndex
};
enum DorefaEmulatorVote : int32_t {
  dorefaVoteAny,
  dorefaVoteAll,
  dorefaVoteBallot,
  dorefaVoteUniform
};

// Wherever `site` stands: the place of the op, for messages. Ops that are the
// same instruction have the same pointer.

/// An access of `size` bytes through a pointer that was derived from `base`
/// must stay in the allocation that `base` points into. `isWrite` is 1, and 2
/// for a copy that happens later.
void dorefaEmulatorCheck(DorefaEmulatorThread *thread, const void *base,
                         const void *address, int64_t size, int32_t isWrite,
                         const char *site);
/// The same for a variable in shared memory, `length` bytes from `base`;
/// -1 stands for all to the end of the dynamic part.
void dorefaEmulatorCheckShared(DorefaEmulatorThread *thread, const void *base,
                               int64_t length, const void *address,
                               int64_t size, int32_t isWrite, const char *site);

/// Waits for `count` threads at barrier `id`; 0 stands for the whole block.
void dorefaEmulatorBarrier(DorefaEmulatorThread *thread, int32_t id,
                           int32_t count, const char *site);
/// Waits for the lanes of the warp in `mask`.
void dorefaEmulatorWarpBarrier(DorefaEmulatorThread *thread, int32_t mask,
                               const char *site);
/// One warp's D = A B + C on fragments of 32-bit words as PTX lays them out: an
/// m x n tile, `rowWords` words along k. `isSigned`: bit 0 for A, bit 1 for B;
/// `saturate` clamps sums to 32 bits instead of wrapping them.
void dorefaEmulatorMma(DorefaEmulatorThread *thread, int32_t kind, int32_t m,
                       int32_t n, int32_t rowWords, int32_t isSigned,
                       int32_t saturate, const int32_t *a, const int32_t *b,
                       const int32_t *c, int32_t *d, const char *site);
/// What a warpgroup multiplies at once, as bitserial.warpgroup_multiply has it;
/// strides are in bytes.
struct DorefaEmulatorWarpgroup {
  int32_t kind, columns, steps, lhsPlanes, rhsPlanes;
  int32_t lhsStride, lhsPlaneStride, rhsStride, rhsPlaneStride;
};
/// One warpgroup's product of what the descriptors say is in shared memory,
/// added to the thread's part of `sums`. What threads wrote there must have had
/// a proxy fence behind it, and then a barrier.
void dorefaEmulatorWarpgroupMultiply(DorefaEmulatorThread *thread,
                                     const DorefaEmulatorWarpgroup *shape,
                                     int64_t lhs, int64_t rhs, int32_t *sums,
                                     const char *site);
void dorefaEmulatorProxyFence(DorefaEmulatorThread *thread);
/// `count` 8x8 matrices of 16-bit elements from the rows whose addresses the
/// lanes give; `transpose` as in PTX.
void dorefaEmulatorLoadMatrix(DorefaEmulatorThread *thread, const void *row,
                              int32_t count, int32_t transpose, int32_t *result,
                              const char *site);
/// The word of another lane; `isValid` tells whether there was one.
int32_t dorefaEmulatorShuffle(DorefaEmulatorThread *thread, int32_t kind,
                              int32_t mask, int32_t value, int32_t offset,
                              int32_t maskAndClamp, int8_t *isValid,
                              const char *site);
int32_t dorefaEmulatorVote(DorefaEmulatorThread *thread, int32_t kind,
                           int32_t mask, int32_t predicate, const char *site);
/// An asynchronous copy into shared memory. It happens as late as it may: when
/// the thread waits for its group. Bytes from `sourceSize` on become zero.
void dorefaEmulatorCopyAsync(DorefaEmulatorThread *thread, void *target,
                             const void *source, int32_t size,
                             int32_t sourceSize, const char *site);
void dorefaEmulatorCopyCommit(DorefaEmulatorThread *thread);
/// Waits until at most `pending` groups are left.
void dorefaEmulatorCopyWait(DorefaEmulatorThread *thread, int32_t pending);

} // extern "C"

//===----------------------------------------------------------------------===//
// Between the host and the emulator
//===----------------------------------------------------------------------===//

namespace dorefa::emulator {

/// The order in which threads of a block run between rendezvous points, and
/// blocks of a grid. A kernel without races gives the same for each.
enum class ThreadOrder { forward, reversed, shuffled };

struct Options {
  ThreadOrder order = ThreadOrder::forward;
  /// Host threads that share out the blocks.
  int threads = 1;
};
void setOptions(const Options &options);

/// The names that host code of a GPU calls (mgpuLaunchKernel and so on;
/// dorefaChooseChip goes by DOREFA_EMULATOR_CAPABILITY, 90 without it) and the
/// names above, with the emulator's functions behind them.
std::vector<std::pair<const char *, void *>> getSymbols();

/// What went wrong first since the last call, if anything did. From the first
/// error on launches do nothing.
std::optional<std::string> takeError();

} // namespace dorefa::emulator

#endif // DOREFA_RUNTIME_EMULATOR_H
