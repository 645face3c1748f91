//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Warpgroup.h"

#include "WarpOps.h"

#include <cstring>

using namespace dorefa::emulator;

namespace {

struct Product {
  const DorefaEmulatorWarpgroup *shape;
  uint64_t lhs, rhs;
  int32_t *sums;
};

/// What a matrix descriptor of PTX says of one operand, whose rows (or columns)
/// have 32 bytes along the depth: 16 in each of two core matrices, which are
/// eight rows behind one another. Distances are in bytes.
struct Descriptor {
  static constexpr uint32_t rowBytes = 16;
  uint32_t start, alongDepth, alongRows;
  /// Bits that would mean a swizzle, or nothing.
  uint64_t others;

  explicit Descriptor(uint64_t bits)
      : start((bits & 0x3FFF) << 4), alongDepth((bits >> 16 & 0x3FFF) << 4),
        alongRows((bits >> 32 & 0x3FFF) << 4),
        others(bits & ~uint64_t(0x3FFF3FFF3FFF)) {}

  uint32_t address(uint32_t row, uint32_t byte) const {
    return start + row / 8 * alongRows + row % 8 * rowBytes +
           byte / rowBytes * alongDepth + byte % rowBytes;
  }
};

} // namespace

static constexpr uint32_t rowWords = 8;

/// The words of `count` rows of an operand.
static std::vector<int32_t> readOperand(const Descriptor &from, uint32_t count,
                                        const MemoryRange &shared,
                                        std::string &problem) {
  std::vector<int32_t> words(count * rowWords);
  if (from.others)
    problem = "a descriptor with bits that the emulator knows nothing of";
  uint64_t size = shared.end - shared.begin;
  for (uint32_t i = 0; i < words.size() && problem.empty(); ++i) {
    uint32_t address = from.address(i / rowWords, i % rowWords * 4);
    if (address + 4 > size)
      problem = "a product of a warpgroup reads at byte " +
                std::to_string(address) + " of shared memory of " +
                std::to_string(size) + " bytes";
    else
      std::memcpy(&words[i], reinterpret_cast<void *>(shared.begin + address),
                  sizeof(int32_t));
  }
  return words;
}

static Product &productOf(const Lane *lane) {
  return *static_cast<Product *>(lane->wait.operands);
}

/// Adds the product of 64 rows and `columns` columns to the lanes' numbers of
/// sum `plane`.
static void addProduct(Lane *const (&lanes)[Block::warpgroupSize],
                       const DorefaEmulatorWarpgroup &shape, int plane,
                       const std::vector<int32_t> &lhs,
                       const std::vector<int32_t> &rhs) {
  for (int row = 0; row < 64; ++row)
    for (int column = 0; column < shape.columns; ++column) {
      int64_t sum = 0;
      for (uint32_t word = 0; word < rowWords; ++word)
        sum += multiplyWords(shape.kind, /*isSigned=*/0,
                             lhs[rowWords * row + word],
                             rhs[rowWords * column + word]);
      // Lane 4 g + q of warp w has the rows 16 w + g and + 8, and of each eight
      // columns 2 q and 2 q + 1.
      const Lane *lane = lanes[row / 16 * 32 + row % 8 * 4 + column % 8 / 2];
      int index = column / 8 * 4 + row % 16 / 8 * 2 + column % 2;
      int32_t &out = productOf(lane).sums[plane * shape.columns / 2 + index];
      out = static_cast<int32_t>(out + sum);
    }
}

void dorefa::emulator::multiplyTogether(
    Lane *const (&lanes)[Block::warpgroupSize], std::string &problem) {
  const Product first = productOf(lanes[0]);
  const Block &block = *lanes[0]->block;
  for (const Lane *lane : lanes)
    if (productOf(lane).lhs != first.lhs || productOf(lane).rhs != first.rhs)
      problem = "the lanes of a warpgroup bring different descriptors";
  SharedWrites writes = block.getSharedWrites();
  if (writes != SharedWrites::seen)
    problem = std::string("shared memory was written, and no ") +
              (writes == SharedWrites::fenced ? "barrier"
                                              : "proxy fence of the writer") +
              " came before a product of a warpgroup";
  const DorefaEmulatorWarpgroup &shape = *first.shape;
  auto read = [&](uint64_t descriptor, int step, int stride, int plane,
                  int planeStride, uint32_t count) {
    int64_t distance = int64_t(step) * stride + int64_t(plane) * planeStride;
    return readOperand(Descriptor(descriptor + distance / 16), count,
                       block.sharedRange(), problem);
  };
  for (int step = 0; step < shape.steps && problem.empty(); ++step) {
    std::vector<std::vector<int32_t>> rhs;
    for (int q = 0; q < shape.rhsPlanes; ++q)
      rhs.push_back(read(first.rhs, step, shape.rhsStride, q,
                         shape.rhsPlaneStride, shape.columns));
    for (int p = 0; p < shape.lhsPlanes; ++p) {
      std::vector<int32_t> lhs =
          read(first.lhs, step, shape.lhsStride, p, shape.lhsPlaneStride, 64);
      for (int q = 0; q < shape.rhsPlanes && problem.empty(); ++q)
        addProduct(lanes, shape, p + q, lhs, rhs[q]);
    }
  }
}

void dorefaEmulatorWarpgroupMultiply(DorefaEmulatorThread *thread,
                                     const DorefaEmulatorWarpgroup *shape,
                                     int64_t lhs, int64_t rhs, int32_t *sums,
                                     const char *site) {
  Lane &lane = Lane::of(thread);
  Product product = {shape, static_cast<uint64_t>(lhs),
                     static_cast<uint64_t>(rhs), sums};
  Wait wait;
  wait.kind = Wait::warpgroupMultiply;
  wait.site = site;
  wait.operands = &product;
  lane.block->rendezvous(lane, wait);
}

void dorefaEmulatorProxyFence(DorefaEmulatorThread *thread) {
  Lane &lane = Lane::of(thread);
  if (lane.sharedWrites == SharedWrites::written)
    lane.sharedWrites = SharedWrites::fenced;
}
