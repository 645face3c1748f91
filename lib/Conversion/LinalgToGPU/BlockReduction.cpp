//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Sums of many numbers: the threads of a block sum in strides, then pairs of
// threads add what they have, 128 pairs, 64 and so on.

#include "Kernels.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::dorefa;

/// The op by which output `index` takes in one more value: it is associative,
/// its result is all that leaves the body, and nothing else reads the running
/// value.
static Operation *findCombiner(linalg::LinalgOp op, unsigned index) {
  BlockArgument running = op.getRegionOutputArgs()[index];
  Operation *combiner =
      op.getBlock()->getTerminator()->getOperand(index).getDefiningOp();
  if (!combiner || combiner->getBlock() != op.getBlock() ||
      combiner->getNumOperands() != 2 || !running.hasOneUse() ||
      *running.user_begin() != combiner || !combiner->getResult(0).hasOneUse())
    return nullptr;
  bool isAssociative =
      isa<arith::AddFOp, arith::AddIOp, arith::MaximumFOp, arith::MinimumFOp,
          arith::MaxNumFOp, arith::MinNumFOp, arith::MaxSIOp, arith::MaxUIOp,
          arith::MinSIOp, arith::MinUIOp, arith::OrIOp, arith::AndIOp>(
          combiner);
  return isAssociative && arith::getNeutralElement(combiner) ? combiner
                                                             : nullptr;
}

bool mlir::dorefa::prefersBlocks(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return false;
  // A dynamic size is that of a batch.
  constexpr int64_t batch = 64;
  int64_t points = 1, length = 1;
  for (auto [size, kind] :
       llvm::zip_equal(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    (kind == utils::IteratorType::parallel ? points : length) *=
        ShapedType::isDynamic(size) ? batch : size;
  if (points > 4096 || length < blockThreads)
    return false;
  for (unsigned i = 0; i < op.getNumDpsInits(); ++i)
    if (!isWrittenOnce(op, i) || !findCombiner(op, i))
      return false;
  return true;
}

/// `combiner` on two other values.
static Value combine(ImplicitLocOpBuilder &b, Operation *combiner, Value left,
                     Value right) {
  IRMapping mapping;
  mapping.map(combiner->getOperand(0), left);
  mapping.map(combiner->getOperand(1), right);
  return b.clone(*combiner, mapping)->getResult(0);
}

void mlir::dorefa::buildBlockReduction(ImplicitLocOpBuilder &b,
                                       const LoopNest &nest) {
  linalg::LinalgOp op = nest.op;
  SmallVector<Operation *> combiners;
  SmallVector<MemRefType> types;
  for (unsigned i = 0; i < op.getNumDpsInits(); ++i) {
    combiners.push_back(findCombiner(op, i));
    types.push_back(MemRefType::get(
        {blockThreads}, combiners.back()->getResult(0).getType(),
        MemRefLayoutAttrInterface(),
        gpu::AddressSpaceAttr::get(b.getContext(),
                                   gpu::AddressSpace::Workgroup)));
  }
  buildBlockKernel(
      b, nest.sizesOf(nest.parallel), types,
      [&](ImplicitLocOpBuilder &b, ValueRange point, Value thread,
          ValueRange shared) {
        SmallVector<Value> sizes = nest.sizesOf(nest.reduction);
        SmallVector<Value> start;
        for (Operation *combiner : combiners)
          start.push_back(arith::ConstantOp::create(
              b, cast<TypedAttr>(*arith::getNeutralElement(combiner))));
        auto strided = scf::ForOp::create(
            b, thread, buildProduct(b, sizes),
            arith::ConstantIndexOp::create(b, blockThreads), start,
            [&](OpBuilder &nested, Location loc, Value number,
                ValueRange running) {
              ImplicitLocOpBuilder inner(loc, nested);
              SmallVector<Value> next = nest.buildBody(
                  inner,
                  nest.scatter(point, buildCoordinates(inner, number, sizes)),
                  running);
              scf::YieldOp::create(inner, next);
            });
        for (auto [buffer, value] :
             llvm::zip_equal(shared, strided.getResults()))
          memref::StoreOp::create(b, value, buffer, thread);
        for (int64_t half = blockThreads / 2; half > 0; half /= 2) {
          gpu::BarrierOp::create(b);
          Value limit = arith::ConstantIndexOp::create(b, half);
          Value takes = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                              thread, limit);
          scf::IfOp::create(b, takes, [&](OpBuilder &nested, Location loc) {
            ImplicitLocOpBuilder inner(loc, nested);
            Value other = arith::AddIOp::create(inner, thread, limit);
            for (auto [buffer, combiner] : llvm::zip_equal(shared, combiners)) {
              Value left = memref::LoadOp::create(inner, buffer, thread);
              Value right = memref::LoadOp::create(inner, buffer, other);
              memref::StoreOp::create(
                  inner, combine(inner, combiner, left, right), buffer, thread);
            }
            scf::YieldOp::create(inner);
          });
        }
        // The thread that has the sum wrote it itself.
        Value zero = arith::ConstantIndexOp::create(b, 0);
        Value isFirst =
            arith::CmpIOp::create(b, arith::CmpIPredicate::eq, thread, zero);
        scf::IfOp::create(b, isFirst, [&](OpBuilder &nested, Location loc) {
          ImplicitLocOpBuilder inner(loc, nested);
          SmallVector<Value> origin = nest.scatter(
              point, SmallVector<Value>(nest.reduction.size(), zero));
          for (auto [i, output] : llvm::enumerate(op.getDpsInits())) {
            SmallVector<Value> place = nest.outputIndices(inner, i, origin);
            Value before = memref::LoadOp::create(inner, output, place);
            Value sum = memref::LoadOp::create(inner, shared[i], zero);
            memref::StoreOp::create(inner,
                                    combine(inner, combiners[i], before, sum),
                                    output, place);
          }
          scf::YieldOp::create(inner);
        });
      });
}
