//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FusedReduction.h"

#include "dorefa/Conversion/LinalgToVectorLoops/Overlap.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Whether something in `op` may write one of `kept`, or touch `apart`.
static bool interferes(Operation *op, ValueRange kept, Value apart) {
  WalkResult result = op->walk([&](Operation *inner) {
    auto interface = dyn_cast<MemoryEffectOpInterface>(inner);
    if (!interface) {
      bool isKnown = inner->hasTrait<OpTrait::HasRecursiveMemoryEffects>() ||
                     inner->hasTrait<OpTrait::IsTerminator>();
      return isKnown ? WalkResult::advance() : WalkResult::interrupt();
    }
    SmallVector<MemoryEffects::EffectInstance> effects;
    interface.getEffects(effects);
    for (const MemoryEffects::EffectInstance &effect : effects) {
      if (isa<MemoryEffects::Allocate>(effect.getEffect()))
        continue;
      Value value = effect.getValue();
      if (!value || !isa<BaseMemRefType>(value.getType()) ||
          (apart && mayOverlap(value, apart)))
        return WalkResult::interrupt();
      if (isa<MemoryEffects::Read>(effect.getEffect()))
        continue;
      for (Value memref : kept)
        if (mayOverlap(value, memref))
          return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

static SmallVector<Value> getInputBuffers(linalg::GenericOp op) {
  SmallVector<Value> buffers;
  for (Value input : op.getInputs())
    if (isa<BaseMemRefType>(input.getType()))
      buffers.push_back(input);
  return buffers;
}

/// The last fill of `output`'s own value before `op`, if nothing between the
/// two touches the buffer.
static linalg::FillOp findFill(linalg::GenericOp op, Value output) {
  for (Operation *before = op->getPrevNode(); before;
       before = before->getPrevNode()) {
    auto fill = dyn_cast<linalg::FillOp>(before);
    if (fill && fill.getOutputs()[0] == output &&
        fill.getInputs()[0].getType() == getElementTypeOrSelf(output.getType()))
      return fill;
    if (interferes(before, {}, output))
      return {};
  }
  return {};
}

/// The only reader of `output` behind `op`, if both can run in its place.
static linalg::GenericOp findConsumer(linalg::GenericOp op, Value output,
                                      SmallVectorImpl<Operation *> &frees) {
  if (!output.getDefiningOp<memref::AllocOp>())
    return {};
  linalg::GenericOp consumer;
  for (Operation *user : output.getUsers()) {
    if (user == op || isa<memref::DeallocOp>(user))
      continue;
    auto fill = dyn_cast<linalg::FillOp>(user);
    if (fill && user->getBlock() == op->getBlock() && user->isBeforeInBlock(op))
      continue;
    auto generic = dyn_cast<linalg::GenericOp>(user);
    if (!generic || consumer)
      return {};
    consumer = generic;
  }
  if (!consumer || consumer->getBlock() != op->getBlock() ||
      !op->isBeforeInBlock(consumer) || consumer.getNumReductionLoops() != 0 ||
      !consumer.hasPureBufferSemantics())
    return {};

  // It reads each sum once, in the loop that the sum belongs to.
  unsigned uses = 0;
  for (OpOperand &operand : consumer->getOpOperands()) {
    AffineMap map = consumer.getMatchingIndexingMap(&operand);
    if (operand.get() == output) {
      if (!consumer.isDpsInput(&operand) || !map.isIdentity() || ++uses > 1)
        return {};
    } else if (consumer.isDpsInit(&operand) && !map.isPermutation()) {
      return {};
    }
  }
  SmallVector<Value> inputs = getInputBuffers(op);
  for (Value written : consumer.getOutputs())
    for (Value input : inputs)
      if (mayOverlap(written, input))
        return {};
  for (Operation *between = op->getNextNode(); between != consumer;
       between = between->getNextNode()) {
    auto free = dyn_cast<memref::DeallocOp>(between);
    if (free && getRoot(free.getMemref()) != output) {
      // Of other buffers than those that are read, nothing depends on when they
      // are freed: moved along, they would all live as long as this one sum.
      if (llvm::any_of(inputs, [&](Value input) {
            return mayOverlap(free.getMemref(), input);
          }))
        frees.push_back(between);
    } else if (interferes(between, inputs, output))
      return {};
  }
  return consumer;
}

FusedReduction FusedReduction::match(linalg::GenericOp reduction) {
  FusedReduction result;
  result.reduction = reduction;
  if (reduction.getNumReductionLoops() == 0 ||
      reduction.getNumDpsInits() != 1 || !reduction.hasPureBufferSemantics())
    return result;
  OpOperand *init = reduction.getDpsInitOperand(0);
  Value output = init->get();
  if (!isa<MemRefType>(output.getType()))
    return result;
  // Without an iteration nothing would be stored.
  for (int64_t range : reduction.getStaticLoopRanges())
    if (range == 0)
      return result;
  AffineMap map = reduction.getMatchingIndexingMap(init);
  if (!map.isProjectedPermutation() ||
      map.getNumResults() != reduction.getNumParallelLoops())
    return result;
  result.fill = findFill(reduction, output);
  result.consumer = findConsumer(reduction, output, result.frees);
  return result;
}

linalg::GenericOp FusedReduction::createWithOperands(OpBuilder &b,
                                                     Epilogue &epilogue) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(consumer);
  OpOperand *init = reduction.getDpsInitOperand(0);
  AffineMap sums = reduction.getMatchingIndexingMap(init);
  SmallVector<AffineExpr> loops;
  for (AffineExpr expr : sums.getResults()) {
    epilogue.loops.push_back(cast<AffineDimExpr>(expr).getPosition());
    loops.push_back(expr);
  }

  SmallVector<Value> inputs(reduction.getInputs());
  SmallVector<AffineMap> maps = reduction.getIndexingMapsArray();
  maps.pop_back();
  for (OpOperand &operand : consumer->getOpOperands()) {
    if (operand.get() == init->get()) {
      epilogue.operands.push_back(std::nullopt);
      continue;
    }
    epilogue.operands.push_back(inputs.size());
    inputs.push_back(operand.get());
    maps.push_back(
        consumer.getMatchingIndexingMap(&operand).replaceDimsAndSymbols(
            loops, {}, sums.getNumDims(), 0));
  }
  maps.push_back(sums);

  auto fused =
      linalg::GenericOp::create(b, reduction.getLoc(), inputs, init->get(),
                                maps, reduction.getIteratorTypesArray());
  Region &region = fused.getRegion();
  IRMapping mapping;
  reduction.getRegion().cloneInto(&region, mapping);
  Block &body = region.front();
  for (unsigned i = reduction.getNumDpsInputs(); i < inputs.size(); ++i)
    body.insertArgument(i, getElementTypeOrSelf(inputs[i].getType()),
                        reduction.getLoc());
  return fused;
}
