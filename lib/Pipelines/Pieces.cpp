//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pieces.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::dorefa;

tensor::ParallelInsertSliceOp dorefa::findInsertion(scf::ForallOp loop,
                                                    unsigned number) {
  tensor::ParallelInsertSliceOp found;
  for (Operation *user : loop.getRegionIterArgs()[number].getUsers())
    if (auto insertion = dyn_cast<tensor::ParallelInsertSliceOp>(user)) {
      if (found || !llvm::all_of(insertion.getMixedStrides(), isOneInteger) ||
          insertion.getSourceType().getRank() !=
              insertion.getDestType().getRank())
        return nullptr;
      found = insertion;
    } else if (!isa<tensor::ExtractSliceOp>(user)) {
      return nullptr;
    }
  return found;
}

static void findPacks(Value codes, SmallVector<Operation *> &path,
                      SmallVector<PackedCodes> &packs) {
  for (Operation *user : codes.getUsers()) {
    if (user->getBlock() != codes.getParentBlock())
      continue;
    if (auto pack = dyn_cast<bitserial::PackOp>(user)) {
      auto type = cast<ShapedType>(pack.getCodes().getType());
      if (int64_t(pack.getAxis()) == type.getRank() - 1 &&
          !type.isDynamicDim(pack.getAxis()))
        packs.push_back({pack, path});
    } else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                   tensor::ExtractSliceOp>(user)) {
      path.push_back(user);
      findPacks(user->getResult(0), path, packs);
      path.pop_back();
    }
  }
}

SmallVector<PackedCodes> dorefa::findPacks(Value codes) {
  SmallVector<Operation *> path;
  SmallVector<PackedCodes> packs;
  ::findPacks(codes, path, packs);
  return packs;
}

void dorefa::giveOwnMemory(RewriterBase &b, tensor::ExtractSliceOp part) {
  SmallVector<OpFoldResult> sizes;
  llvm::SmallBitVector dropped = part.getDroppedDims();
  for (auto [i, size] : llvm::enumerate(part.getMixedSizes()))
    if (!dropped[i])
      sizes.push_back(size);
  b.setInsertionPoint(part);
  b.replaceOpWithNewOp<tensor::EmptyOp>(part, sizes,
                                        part.getType().getElementType());
}

void dorefa::dropUnusedResults(RewriterBase &b, scf::ForallOp loop) {
  llvm::SmallBitVector kept(loop.getNumResults(), true);
  for (OpResult result : loop->getResults()) {
    unsigned number = result.getResultNumber();
    tensor::ParallelInsertSliceOp insertion = findInsertion(loop, number);
    if (!insertion || !result.use_empty() ||
        !loop.getOutputs()[number].getDefiningOp<tensor::EmptyOp>())
      continue;
    BlockArgument out = loop.getRegionIterArgs()[number];
    for (Operation *user : llvm::make_early_inc_range(out.getUsers()))
      if (auto place = dyn_cast<tensor::ExtractSliceOp>(user))
        giveOwnMemory(b, place);
    b.eraseOp(insertion);
    kept[number] = false;
  }
  if (kept.all())
    return;
  b.setInsertionPoint(loop);
  SmallVector<Value> outputs;
  for (unsigned number : kept.set_bits())
    outputs.push_back(loop.getOutputs()[number]);
  auto narrower = scf::ForallOp::create(
      b, loop.getLoc(), loop.getMixedLowerBound(), loop.getMixedUpperBound(),
      loop.getMixedStep(), outputs, loop.getMapping());
  narrower.getRegion().takeBody(loop.getRegion());
  Block *body = narrower.getBody();
  for (unsigned number = kept.size(); number-- > 0;)
    if (!kept[number])
      body->eraseArgument(loop.getRank() + number);
  for (auto [i, number] : llvm::enumerate(kept.set_bits()))
    b.replaceAllUsesWith(loop->getResult(number), narrower->getResult(i));
  b.eraseOp(loop);
}

void dorefa::eraseUnused(RewriterBase &b, ValueRange values) {
  llvm::SetVector<Operation *> ops;
  auto add = [&](ValueRange values) {
    for (Value value : values)
      if (Operation *op = value.getDefiningOp())
        ops.insert(op);
  };
  add(values);
  while (!ops.empty()) {
    Operation *op = ops.pop_back_val();
    if (!isOpTriviallyDead(op))
      continue;
    add(op->getOperands());
    b.eraseOp(op);
  }
}
