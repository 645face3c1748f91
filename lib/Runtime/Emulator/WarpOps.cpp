//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WarpOps.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace dorefa::emulator;

namespace {
struct Mma {
  int32_t kind, m, n, rowWords, isSigned, saturate;
  const int32_t *a, *b, *c;
  int32_t *d;
};
struct LoadMatrix {
  const void *row;
  int32_t count, transpose;
  int32_t *result;
};
struct Shuffle {
  int32_t kind, value, offset, maskAndClamp;
  int32_t result;
  bool isValid;
};
struct Vote {
  int32_t kind, predicate, result;
};
} // namespace

template <typename T>
static T &operandsOf(const Lane *lane) {
  return *static_cast<T *>(lane->wait.operands);
}

static Lane &waitFor(DorefaEmulatorThread *thread, Wait::Kind kind,
                     const char *site, uint32_t mask, void *operands) {
  Lane &lane = Lane::of(thread);
  Wait wait;
  wait.kind = kind;
  wait.site = site;
  wait.mask = mask;
  wait.operands = operands;
  lane.block->rendezvous(lane, wait);
  return lane;
}

//===----------------------------------------------------------------------===//
// Products of fragments
//===----------------------------------------------------------------------===//

/// One of the numbers of `bits` bits in a word.
static int32_t element(int32_t word, int index, int bits, bool isSigned) {
  auto shifted = static_cast<uint32_t>(word) << (32 - bits * (index + 1));
  return isSigned ? static_cast<int32_t>(shifted) >> (32 - bits)
                  : static_cast<int32_t>(shifted >> (32 - bits));
}

int64_t dorefa::emulator::multiplyWords(int32_t kind, int32_t isSigned,
                                        int32_t x, int32_t y) {
  if (kind == dorefaMmaAnd)
    return __builtin_popcount(x & y);
  if (kind == dorefaMmaXor)
    return __builtin_popcount(x ^ y);
  int bits = kind == dorefaMmaInt4 ? 4 : 8;
  int64_t sum = 0;
  for (int i = 0; i < 32 / bits; ++i)
    sum +=
        element(x, i, bits, isSigned & 1) * element(y, i, bits, isSigned & 2);
  return sum;
}

/// The fragments of mma.sync with rows of `rowWords` words: lane 4 g + q holds
/// of A the words q, q + 4 of the rows g, g + 8 (rows first), of B the words q,
/// q + 4 of the column g, and of C and D the columns 2 q, 2 q + 1 of the rows
/// g, g + 8 (columns first).
static void runMma(LaneGroup &lanes) {
  const Mma &shape = operandsOf<Mma>(lanes[0]);
  int rowGroups = shape.m / 8;
  for (int row = 0; row < shape.m; ++row)
    for (int column = 0; column < shape.n; ++column) {
      int64_t sum = 0;
      for (int word = 0; word < shape.rowWords; ++word) {
        int32_t a = operandsOf<Mma>(lanes[row % 8 * 4 + word % 4])
                        .a[row / 8 + rowGroups * (word / 4)];
        int32_t b = operandsOf<Mma>(lanes[column * 4 + word % 4]).b[word / 4];
        sum += multiplyWords(shape.kind, shape.isSigned, a, b);
      }
      Mma &owner = operandsOf<Mma>(lanes[row % 8 * 4 + column / 2]);
      int index = row / 8 * 2 + column % 2;
      sum += owner.c[index];
      if (shape.saturate)
        sum = std::clamp<int64_t>(sum, std::numeric_limits<int32_t>::min(),
                                  std::numeric_limits<int32_t>::max());
      owner.d[index] = static_cast<int32_t>(sum);
    }
}

void dorefaEmulatorMma(DorefaEmulatorThread *thread, int32_t kind, int32_t m,
                       int32_t n, int32_t rowWords, int32_t isSigned,
                       int32_t saturate, const int32_t *a, const int32_t *b,
                       const int32_t *c, int32_t *d, const char *site) {
  Mma mma = {kind, m, n, rowWords, isSigned, saturate, a, b, c, d};
  waitFor(thread, Wait::mma, site, ~0u, &mma);
}

//===----------------------------------------------------------------------===//
// ldmatrix
//===----------------------------------------------------------------------===//

static void runLoadMatrix(LaneGroup &lanes) {
  for (int lane = 0; lane < 32; ++lane) {
    LoadMatrix &own = operandsOf<LoadMatrix>(lanes[lane]);
    for (int matrix = 0; matrix < own.count; ++matrix) {
      uint16_t pair[2];
      for (int i = 0; i < 2; ++i) {
        int row = lane / 4, column = lane % 4 * 2 + i;
        if (own.transpose)
          std::swap(row, column);
        const void *begin = operandsOf<LoadMatrix>(lanes[matrix * 8 + row]).row;
        pair[i] = static_cast<const uint16_t *>(begin)[column];
      }
      std::memcpy(&own.result[matrix], pair, sizeof pair);
    }
  }
}

void dorefaEmulatorLoadMatrix(DorefaEmulatorThread *thread, const void *row,
                              int32_t count, int32_t transpose, int32_t *result,
                              const char *site) {
  Lane &lane = Lane::of(thread);
  bool givesRow =
      lane.registers[DorefaEmulatorThread::laneId] < 8 * uint32_t(count);
  auto address = reinterpret_cast<uintptr_t>(row);
  if (givesRow && !lane.block->sharedRange().contains(address, 16))
    lane.block->fail(lane, site, "a matrix row outside of shared memory");
  if (givesRow && address % 16)
    lane.block->fail(lane, site, "a matrix row that is not aligned to 16");
  LoadMatrix load = {row, count, transpose, result};
  waitFor(thread, Wait::loadMatrix, site, ~0u, &load);
}

//===----------------------------------------------------------------------===//
// Shuffles and votes
//===----------------------------------------------------------------------===//

static void runShuffle(LaneGroup &lanes, std::string &problem) {
  for (int lane = 0; lane < 32; ++lane) {
    if (!lanes[lane])
      continue;
    Shuffle &own = operandsOf<Shuffle>(lanes[lane]);
    int segment = own.maskAndClamp >> 8 & 31, clamp = own.maskAndClamp & 31;
    int last = (lane & segment) | (clamp & ~segment);
    int first = lane & segment;
    int source = lane;
    switch (own.kind) {
    case dorefaShuffleUp:
      source = lane - own.offset;
      own.isValid = source >= last;
      break;
    case dorefaShuffleDown:
      source = lane + own.offset;
      own.isValid = source <= last;
      break;
    case dorefaShuffleButterfly:
      source = lane ^ own.offset;
      own.isValid = source <= last;
      break;
    default:
      source = first | (own.offset & 31 & ~segment);
      own.isValid = source <= last;
    }
    if (!own.isValid)
      source = lane;
    if (source < 0 || source > 31 || !lanes[source]) {
      problem = "a shuffle reads lane " + std::to_string(source) +
                ", which does not take part,";
      return;
    }
    own.result = operandsOf<Shuffle>(lanes[source]).value;
  }
}

int32_t dorefaEmulatorShuffle(DorefaEmulatorThread *thread, int32_t kind,
                              int32_t mask, int32_t value, int32_t offset,
                              int32_t maskAndClamp, int8_t *isValid,
                              const char *site) {
  Shuffle shuffle = {kind, value, offset, maskAndClamp, 0, false};
  waitFor(thread, Wait::shuffle, site, mask, &shuffle);
  *isValid = shuffle.isValid;
  return shuffle.result;
}

static void runVote(LaneGroup &lanes) {
  uint32_t there = 0, ballot = 0;
  for (int lane = 0; lane < 32; ++lane)
    if (lanes[lane]) {
      there |= 1u << lane;
      ballot |= uint32_t(operandsOf<Vote>(lanes[lane]).predicate != 0) << lane;
    }
  for (const Lane *lane : lanes) {
    if (!lane)
      continue;
    Vote &own = operandsOf<Vote>(lane);
    switch (own.kind) {
    case dorefaVoteAny:
      own.result = ballot != 0;
      break;
    case dorefaVoteAll:
      own.result = ballot == there;
      break;
    case dorefaVoteUniform:
      own.result = ballot == 0 || ballot == there;
      break;
    default:
      own.result = static_cast<int32_t>(ballot);
    }
  }
}

int32_t dorefaEmulatorVote(DorefaEmulatorThread *thread, int32_t kind,
                           int32_t mask, int32_t predicate, const char *site) {
  Vote vote = {kind, predicate, 0};
  waitFor(thread, Wait::vote, site, mask, &vote);
  return vote.result;
}

void dorefaEmulatorWarpBarrier(DorefaEmulatorThread *thread, int32_t mask,
                               const char *site) {
  waitFor(thread, Wait::warpBarrier, site, mask, nullptr);
}

//===----------------------------------------------------------------------===//

void dorefa::emulator::runWarpOp(Wait::Kind kind, LaneGroup &lanes,
                                 std::string &problem) {
  if (kind == Wait::mma)
    runMma(lanes);
  else if (kind == Wait::loadMatrix)
    runLoadMatrix(lanes);
  else if (kind == Wait::shuffle)
    runShuffle(lanes, problem);
  else if (kind == Wait::vote)
    runVote(lanes);
}
