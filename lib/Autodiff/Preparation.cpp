//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a function needs before it is differentiated: no calls, a number and
// the run's seed for every op that draws random numbers.

#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The function with a body that `call` names, or null.
static func::FuncOp lookupBody(func::CallOp call) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  return callee && !callee.isExternal() ? callee : func::FuncOp();
}

/// Fails if a path of calls from `function` leads back to a function on `path`.
static LogicalResult checkCalls(func::FuncOp function,
                                SmallVectorImpl<func::FuncOp> &path) {
  path.push_back(function);
  WalkResult result = function.walk([&](func::CallOp call) {
    func::FuncOp callee = lookupBody(call);
    if (!callee)
      return WalkResult::advance();
    if (llvm::is_contained(path, callee)) {
      call.emitError() << "cannot differentiate the recursive call of '@"
                       << callee.getName() << "'";
      return WalkResult::interrupt();
    }
    if (!callee.getBody().hasOneBlock()) {
      call.emitError() << "cannot differentiate through '@" << callee.getName()
                       << "': its body has more than one block";
      return WalkResult::interrupt();
    }
    return failed(checkCalls(callee, path)) ? WalkResult::interrupt()
                                            : WalkResult::advance();
  });
  path.pop_back();
  return failure(result.wasInterrupted());
}

static void inlineCall(func::CallOp call, func::FuncOp callee) {
  OpBuilder builder(call);
  IRMapping mapping;
  mapping.map(callee.getArguments(), call.getOperands());
  Block &body = callee.getBody().front();
  for (Operation &op : body.without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    copy->walk([&](Operation *inner) {
      inner->setLoc(CallSiteLoc::get(inner->getLoc(), call.getLoc()));
    });
  }
  for (auto [result, value] :
       llvm::zip_equal(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(value));
  call.erase();
}

LogicalResult mlir::dorefa::inlineCalls(func::FuncOp function) {
  SmallVector<func::FuncOp> path;
  if (failed(checkCalls(function, path)))
    return failure();
  // There is no recursion, so the calls that inlining brings in run out.
  while (true) {
    SmallVector<func::CallOp> calls;
    function.walk([&](func::CallOp call) {
      if (lookupBody(call))
        calls.push_back(call);
    });
    if (calls.empty())
      return success();
    for (func::CallOp call : calls)
      inlineCall(call, lookupBody(call));
  }
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

bool mlir::dorefa::takesLayer(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  return dialect == "dorefa" || dialect == "linalg" || dialect == "tosa";
}

void mlir::dorefa::nameLayers(func::FuncOp function) {
  llvm::DenseMap<Value, StringRef> filters; // from one parameter alone
  llvm::DenseMap<Value, StringRef> layers;
  for (BlockArgument argument : function.getArguments()) {
    auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                      "dorefa.parameter");
    if (name && name.getValue().contains('.'))
      filters[argument] = name.getValue().rsplit('.').first;
  }
  auto isFilter = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getRank() >= 2 && filters.contains(value);
  };
  for (Operation &op : function.getBody().front().without_terminator()) {
    auto tensors = llvm::make_filter_range(op.getOperands(), [](Value value) {
      return isa<RankedTensorType>(value.getType());
    });
    bool fromFilter = !tensors.empty() && llvm::all_of(tensors, [&](Value v) {
      return filters.contains(v);
    });
    auto marked = op.getAttrOfType<StringAttr>("dorefa.layer");
    StringRef layer = marked ? marked.getValue() : StringRef();
    for (Value operand : op.getOperands())
      if (layer.empty() && (isFilter(operand) || fromFilter))
        layer = filters.lookup(operand);
    for (Value operand : op.getOperands())
      if (layer.empty())
        layer = layers.lookup(operand);
    if (layer.empty())
      continue;
    for (Value result : op.getResults())
      (fromFilter ? filters : layers)[result] = layer;
    if (!marked && takesLayer(&op))
      op.setAttr("dorefa.layer", StringAttr::get(op.getContext(), layer));
  }
}

//===----------------------------------------------------------------------===//
// Random ops
//===----------------------------------------------------------------------===//

static IntegerAttr getIdAttr(Operation *op) {
  if (auto quantize = dyn_cast<QuantizeGradientOp>(op))
    return quantize.getIdAttr();
  return cast<DropoutOp>(op).getIdAttr();
}

static void setId(Operation *op, int32_t id) {
  IntegerAttr attr = OpBuilder(op).getI32IntegerAttr(id);
  if (auto quantize = dyn_cast<QuantizeGradientOp>(op))
    quantize.setIdAttr(attr);
  else
    cast<DropoutOp>(op).setIdAttr(attr);
}

LogicalResult mlir::dorefa::numberRandomOps(func::FuncOp function) {
  llvm::MapVector<int64_t, Operation *> taken;
  SmallVector<Operation *> open;
  WalkResult result = function.walk([&](Operation *op) {
    if (!isa<QuantizeGradientOp, DropoutOp>(op))
      return WalkResult::advance();
    IntegerAttr id = getIdAttr(op);
    if (!id) {
      open.push_back(op);
      return WalkResult::advance();
    }
    auto [it, inserted] = taken.insert({id.getInt(), op});
    if (inserted)
      return WalkResult::advance();
    InFlightDiagnostic error =
        op->emitError() << "id " << id.getInt()
                        << " is taken: two ops would draw the same noise";
    error.attachNote(it->second->getLoc()) << "by this op";
    return WalkResult::interrupt();
  });
  if (result.wasInterrupted())
    return failure();
  int32_t next = 0;
  for (Operation *op : open) {
    while (taken.contains(next))
      ++next;
    setId(op, next++);
  }
  return success();
}

bool mlir::dorefa::drawsRandomNumbers(func::FuncOp function) {
  WalkResult result = function.walk([](Operation *op) {
    auto quantize = dyn_cast<QuantizeGradientOp>(op);
    auto dropout = dyn_cast<DropoutOp>(op);
    bool draws = quantize ? !quantize.getDeterministic() &&
                                quantize.getBits().value_or(0) != 32
                          : dropout && !dropout.getSeed();
    return draws ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

void mlir::dorefa::attachNoise(func::FuncOp function, Value seed, Value step) {
  function.walk([&](DropoutOp op) {
    if (op.getSeed())
      return;
    op.getSeedMutable().assign(seed);
    op.getStepMutable().assign(step);
  });
}

void mlir::dorefa::eraseGradientQuantizers(func::FuncOp function) {
  function.walk([](QuantizeGradientOp op) {
    op.getResult().replaceAllUsesWith(op.getInput());
    op.erase();
  });
}

std::pair<Value, Value>
mlir::dorefa::appendNoiseArguments(func::FuncOp function) {
  Builder builder(function.getContext());
  for (StringRef name : {"dorefa.seed", "dorefa.step"})
    (void)function.insertArgument(
        function.getNumArguments(), builder.getI64Type(),
        builder.getDictionaryAttr(
            builder.getNamedAttr(name, builder.getUnitAttr())),
        function.getLoc());
  ArrayRef<BlockArgument> added = function.getArguments().take_back(2);
  return {added[0], added[1]};
}
