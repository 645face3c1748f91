//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_SEPARATEINITS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// A use of a tensor as a destination.
struct Destination {
  OpOperand *init;
  /// Of an insertion, the slice that was taken from where it inserts, the
  /// reshapes of it, and the init of the op that writes what is inserted: all
  /// that is one destination, the slice's memory a part of the tensor's.
  SmallVector<Operation *> views;
  OpOperand *written = nullptr;
};
} // namespace

/// Finds the slice that `insertion` puts back, if it does.
static void findSlice(tensor::InsertSliceOp insertion, Destination &found) {
  SmallVector<Operation *> views;
  OpOperand *written = nullptr;
  Value value = insertion.getSource();
  while (auto result = dyn_cast<OpResult>(value)) {
    Operation *op = result.getOwner();
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      if (!written || slice.getSource() != insertion.getDest() ||
          !slice.isSameAs(insertion, isEqualConstantIntOrValue))
        return;
      views.push_back(slice);
      found.views.assign(views.rbegin(), views.rend());
      found.written = written;
      return;
    }
    if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
      if (written)
        views.push_back(op);
      value = op->getOperand(0);
      continue;
    }
    auto writer = dyn_cast<DestinationStyleOpInterface>(op);
    if (!writer || written)
      return;
    written = writer.getTiedOpOperand(result);
    value = written->get();
  }
}

static SmallVector<Destination> getDestinations(Value value) {
  SmallVector<Destination> found;
  for (OpOperand &use : value.getUses()) {
    auto op = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
    if (!op || !op.isDpsInit(&use))
      continue;
    found.push_back({&use});
    if (auto insertion = dyn_cast<tensor::InsertSliceOp>(use.getOwner()))
      findSlice(insertion, found.back());
  }
  return found;
}

/// Whether nothing else uses `value`.
static bool areAllUses(Value value, ArrayRef<Destination> destinations) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    return llvm::any_of(destinations, [&](const Destination &destination) {
      return destination.init == &use ||
             (!destination.views.empty() &&
              destination.views.front() == use.getOwner());
    });
  });
}

/// Gives each destination a copy of `op`; one keeps it if nothing else does.
template <typename Build>
static void separate(IRRewriter &rewriter, Operation *op, Build build) {
  Value value = op->getResult(0);
  SmallVector<Destination> destinations = getDestinations(value);
  if (!destinations.empty() && areAllUses(value, destinations))
    destinations.pop_back();
  for (Destination &destination : destinations) {
    rewriter.setInsertionPoint(destination.written
                                   ? destination.written->getOwner()
                                   : destination.init->getOwner());
    Value copy = build();
    IRMapping mapping;
    mapping.map(value, copy);
    for (Operation *view : destination.views)
      copy = rewriter.clone(*view, mapping)->getResult(0);
    if (destination.written)
      destination.written->set(copy);
    destination.init->set(mapping.lookup(value));
  }
}

namespace {
struct SeparateInits : dorefa::impl::SeparateInitsBase<SeparateInits> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    SmallVector<linalg::FillOp> fills;
    getOperation()->walk([&](linalg::FillOp fill) {
      if (fill.hasPureTensorSemantics() &&
          fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>())
        fills.push_back(fill);
    });
    for (linalg::FillOp fill : fills)
      separate(rewriter, fill, [&]() -> Value {
        Operation *empty =
            rewriter.clone(*fill.getOutputs()[0].getDefiningOp());
        IRMapping mapping;
        mapping.map(fill.getOutputs()[0], empty->getResult(0));
        return rewriter.clone(*fill, mapping)->getResult(0);
      });
    SmallVector<tensor::EmptyOp> empties;
    getOperation()->walk(
        [&](tensor::EmptyOp empty) { empties.push_back(empty); });
    for (tensor::EmptyOp empty : empties)
      separate(rewriter, empty,
               [&]() -> Value { return rewriter.clone(*empty)->getResult(0); });
  }
};
} // namespace
