//===- PanelBlocking.cpp - Blocks of a reduction that fit a cache ---------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scheduler.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Orders the outer loops around the panel: the vectors that one tile of
/// channels reads over all inner loops. While the panel exceeds the cache,
/// reduction loops move out of it; it is packed where it is used often enough.
void Scheduler::blockPanel() {
  SmallVector<unsigned> others;
  for (unsigned dim : getDims(/*parallel=*/true))
    if (!isVector(dim) && !isTiled(dim))
      others.push_back(dim);
  auto isVectorLoop = [&](Loop loop) { return isVector(loop.dim); };

  const Access *panel = nullptr;
  unsigned panelNumber = 0;
  if (schedule.vectorDim && !schedule.horizontal)
    for (const auto &input : llvm::enumerate(space.getInputs())) {
      const Access &access = input.value();
      if (access.dependsOn(*schedule.vectorDim) &&
          llvm::any_of(tile, [&](Loop loop) {
            return !isVectorLoop(loop) && !access.dependsOn(loop.dim);
          })) {
        panel = &access;
        panelNumber = input.index();
      }
    }
  if (!panel) {
    for (unsigned dim : others)
      schedule.outer.push_back({dim, 1});
    for (Loop loop : tile)
      if (!schedule.horizontal || !isVectorLoop(loop))
        schedule.outer.push_back(loop);
    return;
  }

  // Loops the panel moves with, and the first other one, stay outermost; of
  // that one, blocks, if a panel would not be used often enough otherwise.
  constexpr int64_t enoughUses = 32, manyUses = 64;
  Loop vectorLoop = tile.back();
  SmallVector<Loop> inside;
  std::optional<unsigned> first;
  for (unsigned dim : others) {
    if (panel->dependsOn(dim))
      schedule.outer.push_back({dim, 1});
    else if (!first && schedule.outer.empty())
      first = dim;
    else
      inside.push_back({dim, 1});
  }
  llvm::append_range(inside, ArrayRef<Loop>(tile).drop_back());
  // What stays in the first-level cache beside the other operands; wide
  // vectors use each line so often that the second level keeps up.
  int64_t panelBytes = (vectorBits >= 512 ? 64 : 32) * 1024;
  int64_t uses = 1;
  for (Loop loop : inside)
    if (!panel->dependsOn(loop.dim))
      uses *= std::min<int64_t>(estimateTrips(loop), 1024);
  if (first) {
    int64_t block = std::min<int64_t>(
        llvm::PowerOf2Ceil(llvm::divideCeil(enoughUses, uses)),
        space.estimateExtent(*first));
    schedule.outer.insert(schedule.outer.begin(), {*first, block});
    if (block > 1)
      inside.insert(inside.begin(), {*first, 1});
    uses *= block;
  } else if (schedule.outer.empty() && inside.size() == 1 &&
             uses >= 2 * manyUses) {
    // A long tile loop alone: blocks of it go to the threads.
    schedule.outer.push_back({inside[0].dim, manyUses * inside[0].step});
    uses = manyUses;
  }
  schedule.outer.push_back(vectorLoop);
  // A copy that few tiles use takes a tenth of their time if it waits for
  // memory: the next panel comes while this one is used, and has its place.
  // Not of steps that are pages apart, whose addresses have to be looked up.
  constexpr int64_t fewUses = 16, heldBytes = 512 * 1024, nearBytes = 512;
  int64_t bytes = panel->getElementBytes();
  bool isNear = false;
  for (unsigned dim = 0; dim < space.dims.size(); ++dim) {
    if (!panel->dependsOn(dim))
      continue;
    bytes *= space.estimateExtent(dim);
    std::optional<int64_t> stride = getStatic(panel->strides[dim]);
    isNear |= !space.dims[dim].parallel && stride &&
              *stride * panel->getElementBytes() <= nearBytes;
  }
  bool readAhead = uses <= fewUses && bytes > heldBytes && isNear &&
                   panel->hasStride(vectorLoop.dim, 1);
  if (readAhead)
    panelBytes /= 2;

  int64_t width =
      std::min(vectorLoop.step, space.estimateExtent(vectorLoop.dim));
  int64_t rowBytes = width * panel->getElementBytes();
  // Steps of the panel's inner loops, those unrolled included.
  auto steps = [&](ArrayRef<Loop> loops) {
    int64_t result = 1;
    for (unsigned dim : getDims(/*parallel=*/false)) {
      bool isLoop =
          llvm::any_of(schedule.inner, [&](Loop l) { return l.dim == dim; });
      bool isLeft = llvm::any_of(loops, [&](Loop l) { return l.dim == dim; });
      if ((isLeft || !isLoop) && panel->dependsOn(dim))
        result *= space.estimateExtent(dim);
    }
    return result;
  };
  bool isBounded = true;
  int64_t panelSteps = steps(schedule.inner);
  if (uses >= 4 && !space.startNeutral) {
    ArrayRef<Loop> left = schedule.inner;
    // Of unknown size counts as too large.
    auto isLarge = [&]() {
      return steps(left) * rowBytes > panelBytes ||
             llvm::any_of(left, [&](Loop loop) {
               return panel->dependsOn(loop.dim) && !space.getExtent(loop.dim);
             });
    };
    while (!left.empty() && isLarge()) {
      Loop first = left.front();
      int64_t rest = steps(left.drop_front());
      if (rest >= 64) {
        schedule.outer.push_back(first);
        left = left.drop_front();
        panelSteps = rest;
        continue;
      }
      int64_t limit = std::max<int64_t>(1, panelBytes / (rest * rowBytes));
      Loop block = {first.dim, cutEvenly(first.dim, limit)};
      if (!space.getExtent(first.dim) ||
          block.step < space.estimateExtent(first.dim)) {
        schedule.outer.push_back(block);
        panelSteps = rest * block.step;
      }
      break;
    }
    schedule.inner = SmallVector<Loop>(left);
  }
  for (Loop loop : schedule.inner) {
    bool isBlocked =
        llvm::any_of(schedule.outer, [&](Loop l) { return l.dim == loop.dim; });
    isBounded &= isBlocked || space.getExtent(loop.dim).has_value();
  }
  bool fixedInside = llvm::none_of(
      inside, [&](Loop loop) { return panel->dependsOn(loop.dim); });
  bool isApart = width < space.estimateExtent(vectorLoop.dim) ||
                 !panel->hasStride(vectorLoop.dim, 1);
  if (uses >= 8 && isBounded && fixedInside && isApart && panelSteps >= 16 &&
      panelSteps * rowBytes <= 4 * panelBytes)
    schedule.packing =
        Packing{panelNumber, unsigned(schedule.outer.size()), readAhead};
  llvm::append_range(schedule.outer, inside);
}
