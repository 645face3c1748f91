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
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
struct FoldConstants : dorefa::impl::FoldConstantsBase<FoldConstants> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    linalg::populateConstantFoldLinalgOperations(
        patterns, [](OpOperand *) { return true; });
    // The driver folds what the patterns leave to it.
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
