//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// True if the consumer reads every element of the operand exactly once, and
/// nobody else reads it.
static bool readsOnce(OpOperand *operand) {
  Operation *producer = operand->get().getDefiningOp();
  auto consumer = dyn_cast<linalg::LinalgOp>(operand->getOwner());
  return producer && consumer && producer->hasOneUse() &&
         producer->getBlock() == consumer->getBlock() &&
         consumer.getMatchingIndexingMap(operand).isPermutation();
}

namespace {

/// Only the fusion itself: upstream's set of patterns also turns a result that
/// is accumulated in place into a new one, which loops over it cannot yield.
struct FuseIntoConsumer : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp consumer,
                                PatternRewriter &rewriter) const override {
    for (OpOperand *operand : consumer.getDpsInputOperands()) {
      if (!readsOnce(operand) || !linalg::areElementwiseOpsFusable(operand))
        continue;
      Operation *producer = operand->get().getDefiningOp();
      FailureOr<linalg::ElementwiseOpFusionResult> fused =
          linalg::fuseElementwiseOps(rewriter, operand);
      if (failed(fused))
        continue;
      for (OpResult result : consumer->getResults())
        rewriter.replaceAllUsesWith(result, fused->replacements.lookup(result));
      rewriter.eraseOp(consumer);
      if (producer->use_empty())
        rewriter.eraseOp(producer);
      return success();
    }
    return failure();
  }
};

/// Consumers of one value that run over the same loops become one op, which
/// then is the value's only one: it reads the value once.
struct MergeConsumers : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  /// An elementwise reader of all of `value` in the order it is laid out.
  static bool isMergeable(OpOperand &use) {
    auto consumer = dyn_cast<linalg::GenericOp>(use.getOwner());
    return consumer && consumer.hasPureTensorSemantics() &&
           consumer.isDpsInput(&use) &&
           consumer.getNumParallelLoops() == consumer.getNumLoops() &&
           consumer.getMatchingIndexingMap(&use).isIdentity() &&
           llvm::all_of(consumer.getDpsInits(), [](Value init) {
             return init.getDefiningOp<tensor::EmptyOp>();
           });
  }

  LogicalResult matchAndRewrite(linalg::GenericOp producer,
                                PatternRewriter &rewriter) const override {
    return success(llvm::any_of(producer->getResults(), [&](Value value) {
      return succeeded(mergeReaders(value, rewriter));
    }));
  }

  static LogicalResult mergeReaders(Value value, PatternRewriter &rewriter) {
    SmallVector<linalg::GenericOp> consumers;
    for (OpOperand &use : value.getUses()) {
      if (!isMergeable(use) ||
          use.getOwner()->getBlock() != value.getParentBlock())
        return failure();
      auto consumer = cast<linalg::GenericOp>(use.getOwner());
      if (!llvm::is_contained(consumers, consumer))
        consumers.push_back(consumer);
    }
    if (consumers.size() < 2)
      return failure();
    llvm::sort(consumers, [](Operation *a, Operation *b) {
      return a->isBeforeInBlock(b);
    });
    linalg::GenericOp first = consumers.front();
    // All else that is read, and the sizes of what is written, must be there
    // where the first one runs.
    auto isThere = [&](Value value) {
      Operation *definition = value.getDefiningOp();
      return !definition || definition->getBlock() != first->getBlock() ||
             definition->isBeforeInBlock(first);
    };
    for (linalg::GenericOp consumer : consumers) {
      WalkResult inside = consumer.getBody()->walk([&](Operation *op) {
        return llvm::all_of(op->getOperands(),
                            [&](Value value) {
                              Block *block = value.getParentBlock();
                              return block == consumer.getBody() ||
                                     block->getParentOp() != consumer ||
                                     isThere(value);
                            })
                   ? WalkResult::advance()
                   : WalkResult::interrupt();
      });
      if (inside.wasInterrupted() ||
          !llvm::all_of(consumer.getInputs(), isThere))
        return failure();
      for (Value init : consumer.getDpsInits())
        if (!llvm::all_of(init.getDefiningOp()->getOperands(), isThere))
          return failure();
    }

    rewriter.setInsertionPoint(first);
    SmallVector<Value> inputs, inits;
    SmallVector<AffineMap> inputMaps, initMaps;
    // The number of each consumer's inputs among those of the merged op.
    SmallVector<SmallVector<unsigned>> numbers;
    for (linalg::GenericOp consumer : consumers) {
      numbers.emplace_back();
      for (OpOperand *operand : consumer.getDpsInputOperands()) {
        AffineMap map = consumer.getMatchingIndexingMap(operand);
        unsigned number = 0;
        while (number < inputs.size() &&
               (inputs[number] != operand->get() || inputMaps[number] != map))
          ++number;
        if (number == inputs.size()) {
          inputs.push_back(operand->get());
          inputMaps.push_back(map);
        }
        numbers.back().push_back(number);
      }
      for (OpOperand &init : consumer.getDpsInitsMutable()) {
        inits.push_back(
            rewriter.clone(*init.get().getDefiningOp())->getResult(0));
        initMaps.push_back(consumer.getMatchingIndexingMap(&init));
      }
    }
    llvm::append_range(inputMaps, initMaps);
    auto merged = linalg::GenericOp::create(
        rewriter, first.getLoc(), TypeRange(ValueRange(inits)), inputs, inits,
        inputMaps, first.getIteratorTypesArray(),
        [&](OpBuilder &b, Location loc, ValueRange arguments) {
          SmallVector<Value> yields;
          unsigned init = inputs.size();
          for (auto [consumer, inputNumbers] :
               llvm::zip_equal(consumers, numbers)) {
            IRMapping mapping;
            for (auto [i, argument] :
                 llvm::enumerate(consumer.getBody()->getArguments()))
              mapping.map(argument,
                          arguments[i < inputNumbers.size() ? inputNumbers[i]
                                                            : init++]);
            for (Operation &op : consumer.getBody()->without_terminator())
              b.clone(op, mapping);
            for (Value value :
                 consumer.getBody()->getTerminator()->getOperands())
              yields.push_back(mapping.lookupOrDefault(value));
          }
          linalg::YieldOp::create(b, loc, yields);
        });
    unsigned result = 0;
    for (linalg::GenericOp consumer : consumers)
      for (OpResult old : consumer->getResults())
        rewriter.replaceAllUsesWith(old, merged->getResult(result++));
    for (linalg::GenericOp consumer : consumers)
      rewriter.eraseOp(consumer);
    return success();
  }
};

struct FuseElementwise : dorefa::impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseIntoConsumer, MergeConsumers>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
