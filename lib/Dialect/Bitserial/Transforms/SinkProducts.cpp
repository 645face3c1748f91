//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::bitserial {
#define GEN_PASS_DEF_SINKPRODUCTS
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h.inc"
} // namespace mlir::bitserial

using namespace mlir;
using namespace mlir::bitserial;

namespace {
struct SinkProducts : bitserial::impl::SinkProductsBase<SinkProducts> {
  void runOnOperation() override {
    SmallVector<Operation *> products;
    getOperation()->walk([&](Operation *op) {
      if (isa<MatmulOp, Conv2DOp>(op) && op->getNumResults() == 1)
        products.push_back(op);
    });
    llvm::for_each(products, sink);
  }

private:
  static void sink(Operation *product) {
    SmallVector<Operation *> moved = {product};
    Value sums = product->getResult(0);
    if (!sums.hasOneUse())
      return;
    if (auto view = dyn_cast<tensor::CollapseShapeOp>(*sums.user_begin())) {
      moved.push_back(view);
      sums = view.getResult();
      if (!sums.hasOneUse())
        return;
    }
    auto reader = dyn_cast<linalg::GenericOp>(*sums.user_begin());
    if (!reader || reader.getNumReductionLoops() != 0 ||
        reader->getBlock() != product->getBlock())
      return;
    for (Operation *op : moved)
      op->moveBefore(reader);
  }
};
} // namespace
