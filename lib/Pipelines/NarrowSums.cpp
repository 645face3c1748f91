//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_NARROWSUMS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// An op that yields sitofp(trunci(...)) * scale.
struct ScaledSum {
  linalg::GenericOp op;
  arith::TruncIOp narrow;
  OpOperand *scale;
};
} // namespace

static std::optional<ScaledSum> matchScaledSum(linalg::GenericOp op) {
  if (!op.hasPureTensorSemantics() || op.getNumResults() != 1 ||
      op.getNumReductionLoops() != 0 || op->hasOneUse() ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return std::nullopt;
  auto product = op.getBody()
                     ->getTerminator()
                     ->getOperand(0)
                     .getDefiningOp<arith::MulFOp>();
  if (!product)
    return std::nullopt;
  auto value = product.getLhs().getDefiningOp<arith::SIToFPOp>();
  auto narrow =
      value ? value.getIn().getDefiningOp<arith::TruncIOp>() : nullptr;
  auto scale = dyn_cast<BlockArgument>(product.getRhs());
  if (!narrow || !scale || scale.getOwner() != op.getBody() ||
      scale.getArgNumber() >= op.getNumDpsInputs())
    return std::nullopt;
  return ScaledSum{op, narrow, op.getDpsInputOperand(scale.getArgNumber())};
}

/// Whether all that read the value read elements of it, and nothing but that.
static bool areReadersElementwise(linalg::GenericOp op) {
  return llvm::all_of(op->getUses(), [](OpOperand &use) {
    auto reader = dyn_cast<linalg::GenericOp>(use.getOwner());
    return reader && reader.hasPureTensorSemantics() &&
           reader.isDpsInput(&use) &&
           reader.getMatchingIndexingMap(&use).isProjectedPermutation();
  });
}

/// The op that yields the integers.
static linalg::GenericOp buildNarrow(RewriterBase &b, ScaledSum &sum) {
  linalg::GenericOp op = sum.op;
  b.setInsertionPoint(op);
  Location loc = op.getLoc();
  Value init = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, op.getOutputs()[0]),
      sum.narrow.getType());
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<unsigned> numbers;
  for (OpOperand *operand : op.getDpsInputOperands())
    if (operand != sum.scale) {
      numbers.push_back(operand->getOperandNumber());
      inputs.push_back(operand->get());
      maps.push_back(op.getMatchingIndexingMap(operand));
    }
  maps.push_back(op.getMatchingIndexingMap(op.getDpsInitOperand(0)));
  return linalg::GenericOp::create(
      b, loc, init.getType(), inputs, init, maps, op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        for (auto [number, argument] :
             llvm::zip_equal(numbers, arguments.drop_back()))
          mapping.map(op.getBody()->getArgument(number), argument);
        for (Operation &inner : *op.getBody()) {
          b.clone(inner, mapping);
          if (&inner == sum.narrow)
            break;
        }
        linalg::YieldOp::create(b, loc, mapping.lookup(sum.narrow.getResult()));
      });
}

/// The reader `old`, which takes the integers and the scale.
static void rewriteReader(RewriterBase &b, linalg::GenericOp old, Value floats,
                          Value integers, Value scale, AffineMap scaleMap) {
  b.setInsertionPoint(old);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  unsigned count = old.getNumDpsInputs();
  for (OpOperand *operand : old.getDpsInputOperands()) {
    inputs.push_back(operand->get() == floats ? integers : operand->get());
    maps.push_back(old.getMatchingIndexingMap(operand));
  }
  // One scale for each operand that is the value, by the operand's map.
  SmallVector<int> scales(count, -1);
  for (unsigned i = 0; i < count; ++i)
    if (old.getInputs()[i] == floats) {
      scales[i] = inputs.size();
      inputs.push_back(scale);
      maps.push_back(scaleMap.compose(maps[i]));
    }
  for (OpOperand &init : old.getDpsInitsMutable())
    maps.push_back(old.getMatchingIndexingMap(&init));
  auto reader = linalg::GenericOp::create(
      b, old.getLoc(), old.getResultTypes(), inputs, old.getOutputs(), maps,
      old.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        for (unsigned i = 0; i < count; ++i) {
          Value value = arguments[i];
          if (scales[i] >= 0) {
            value = arith::SIToFPOp::create(b, loc, b.getF32Type(), value);
            value = arith::MulFOp::create(b, loc, value, arguments[scales[i]]);
          }
          mapping.map(old.getBody()->getArgument(i), value);
        }
        for (unsigned i = 0; i < old.getNumDpsInits(); ++i)
          mapping.map(old.getBody()->getArgument(count + i),
                      arguments[inputs.size() + i]);
        for (Operation &inner : *old.getBody())
          b.clone(inner, mapping);
      });
  b.replaceOp(old, reader);
}

namespace {
struct NarrowSums : dorefa::impl::NarrowSumsBase<NarrowSums> {
  void runOnOperation() override {
    SmallVector<ScaledSum> sums;
    getOperation()->walk([&](linalg::GenericOp op) {
      std::optional<ScaledSum> sum = matchScaledSum(op);
      if (sum && op.getResultTypes()[0] == op.getOutputs()[0].getType() &&
          areReadersElementwise(op))
        sums.push_back(*sum);
    });
    IRRewriter rewriter(&getContext());
    for (ScaledSum &sum : sums) {
      Value floats = sum.op->getResult(0);
      AffineMap scaleMap = sum.op.getMatchingIndexingMap(sum.scale);
      Value integers = buildNarrow(rewriter, sum)->getResult(0);
      while (!floats.use_empty())
        rewriteReader(rewriter,
                      cast<linalg::GenericOp>(*floats.getUsers().begin()),
                      floats, integers, sum.scale->get(), scaleMap);
      rewriter.eraseOp(sum.op);
    }
  }
};
} // namespace
