//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::dorefa;

LoopNest LoopNest::get(ImplicitLocOpBuilder &b, linalg::LinalgOp op) {
  LoopNest nest{op, {}, {}, {}};
  for (Range range : op.createLoopRanges(b, b.getLoc()))
    nest.sizes.push_back(
        getValueOrCreateConstantIndexOp(b, b.getLoc(), range.size));
  op.getParallelDims(nest.parallel);
  op.getReductionDims(nest.reduction);
  return nest;
}

SmallVector<Value> LoopNest::sizesOf(ArrayRef<unsigned> loops) const {
  return llvm::map_to_vector(loops, [&](unsigned loop) { return sizes[loop]; });
}

SmallVector<Value> LoopNest::scatter(ValueRange parallelPoint,
                                     ValueRange reductionPoint) const {
  SmallVector<Value> point(sizes.size());
  for (auto [loop, value] : llvm::zip_equal(parallel, parallelPoint))
    point[loop] = value;
  for (auto [loop, value] : llvm::zip_equal(reduction, reductionPoint))
    point[loop] = value;
  return point;
}

static SmallVector<Value> applyMap(ImplicitLocOpBuilder &b, AffineMap map,
                                   ValueRange point) {
  return SmallVector<Value>(
      *affine::expandAffineMap(b, b.getLoc(), map, point));
}

SmallVector<Value> LoopNest::outputIndices(ImplicitLocOpBuilder &b,
                                           unsigned index,
                                           ValueRange point) const {
  OpOperand *output = linalg::LinalgOp(op).getDpsInitOperand(index);
  return applyMap(b, linalg::LinalgOp(op).getMatchingIndexingMap(output),
                  point);
}

SmallVector<Value> LoopNest::buildBody(ImplicitLocOpBuilder &b,
                                       ValueRange point,
                                       ValueRange outputs) const {
  linalg::LinalgOp linalgOp = op;
  Block *body = linalgOp.getBlock();
  IRMapping mapping;
  for (OpOperand *input : linalgOp.getDpsInputOperands()) {
    BlockArgument argument = linalgOp.getMatchingBlockArgument(input);
    Value value = input->get();
    if (isa<MemRefType>(value.getType()) && !argument.use_empty())
      value = memref::LoadOp::create(
          b, value, applyMap(b, linalgOp.getMatchingIndexingMap(input), point));
    mapping.map(argument, value);
  }
  for (auto [argument, value] :
       llvm::zip_equal(linalgOp.getRegionOutputArgs(), outputs))
    mapping.map(argument, value);
  for (Operation &nested : body->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(nested))
      mapping.map(index.getResult(), point[index.getDim()]);
    else
      b.clone(nested, mapping);
  }
  return llvm::map_to_vector(
      body->getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

bool mlir::dorefa::isWrittenOnce(linalg::LinalgOp op, unsigned index) {
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(index));
  SmallVector<unsigned> loops;
  op.getReductionDims(loops);
  return llvm::none_of(
      loops, [&](unsigned loop) { return map.isFunctionOfDim(loop); });
}

void mlir::dorefa::buildPoint(ImplicitLocOpBuilder &b, const LoopNest &nest,
                              ValueRange parallelPoint) {
  linalg::LinalgOp op = nest.op;
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  SmallVector<Value> origin = nest.scatter(
      parallelPoint, SmallVector<Value>(nest.reduction.size(), zero));
  auto load = [&](ImplicitLocOpBuilder &b, unsigned i, ValueRange point) {
    return memref::LoadOp::create(b, op.getDpsInits()[i],
                                  nest.outputIndices(b, i, point))
        .getResult();
  };
  auto store = [&](ImplicitLocOpBuilder &b, Value value, unsigned i,
                   ValueRange point) {
    memref::StoreOp::create(b, value, op.getDpsInits()[i],
                            nest.outputIndices(b, i, point));
  };
  // Running values stay in registers; an output with an element for each step
  // is read and written there.
  SmallVector<unsigned> once, everyStep;
  for (unsigned i = 0; i < op.getNumDpsInits(); ++i)
    (isWrittenOnce(op, i) ? once : everyStep).push_back(i);
  SmallVector<Value> values;
  for (unsigned i : once)
    values.push_back(load(b, i, origin));

  auto step = [&](ImplicitLocOpBuilder &b, ValueRange point,
                  ValueRange running) {
    SmallVector<Value> outputs(op.getNumDpsInits());
    for (auto [i, value] : llvm::zip_equal(once, running))
      outputs[i] = value;
    for (unsigned i : everyStep)
      outputs[i] = load(b, i, point);
    outputs = nest.buildBody(b, point, outputs);
    for (unsigned i : everyStep)
      store(b, outputs[i], i, point);
    return llvm::map_to_vector(once, [&](unsigned i) { return outputs[i]; });
  };
  if (nest.reduction.empty()) {
    values = step(b, origin, values);
  } else {
    SmallVector<Value> sizes = nest.sizesOf(nest.reduction);
    scf::LoopNest loops = scf::buildLoopNest(
        b, b.getLoc(), SmallVector<Value>(sizes.size(), zero), sizes,
        SmallVector<Value>(sizes.size(), one), values,
        [&](OpBuilder &nested, Location loc, ValueRange point,
            ValueRange running) -> scf::ValueVector {
          ImplicitLocOpBuilder inner(loc, nested);
          SmallVector<Value> next =
              step(inner, nest.scatter(parallelPoint, point), running);
          return {next.begin(), next.end()};
        });
    values.assign(loops.results.begin(), loops.results.end());
  }
  for (auto [i, value] : llvm::zip_equal(once, values))
    store(b, value, i, origin);
}
