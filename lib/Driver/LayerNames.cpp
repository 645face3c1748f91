//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/LayerNames.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>

using namespace llvm;
using namespace dorefa::driver;
using mlir::Operation;
using mlir::Value;

static StringRef parameterAttribute(mlir::DictionaryAttr attributes) {
  if (attributes)
    if (auto name = attributes.getAs<mlir::StringAttr>("dorefa.parameter"))
      return name.getValue();
  return {};
}

/// "conv1.weight" is of the layer conv1.
static std::string layerOf(StringRef parameter) {
  auto [layer, rest] = parameter.rsplit('.');
  return (rest.empty() ? parameter : layer).str();
}

/// All that `op` reads, values captured by its regions included.
static void forEachOperand(Operation *op, function_ref<void(Value)> visit) {
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        visit(operand);
  });
}

/// `op`, or the op of the function's body that it lies in.
static Operation *inBody(mlir::func::FuncOp function, Operation *op) {
  return function.getBody().front().findAncestorOpInBlock(*op);
}

LayerNames::LayerNames(mlir::func::FuncOp function) : function(function) {
  Operation *last = function.getBody().front().getTerminator();
  SmallVector<Operation *> work;
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (function.getResultAttr(i, "dorefa.loss") ||
        function.getResultAttr(i, "dorefa.output"))
      if (Operation *op = last->getOperand(i).getDefiningOp())
        work.push_back(op);
  while (!work.empty()) {
    Operation *op = work.pop_back_val();
    if (!forwardOps.insert(op).second)
      continue;
    forEachOperand(op, [&](Value operand) {
      if (Operation *producer = operand.getDefiningOp())
        work.push_back(producer);
    });
  }
}

std::optional<StringRef> LayerNames::parameterOf(Value value) {
  if (auto argument = dyn_cast<mlir::BlockArgument>(value)) {
    if (argument.getOwner() != &function.getBody().front())
      return std::nullopt;
    StringRef name =
        parameterAttribute(function.getArgAttrDict(argument.getArgNumber()));
    return name.empty() ? std::nullopt : std::optional(name);
  }
  auto known = parameters.find(value);
  if (known != parameters.end())
    return known->second;
  // A constant names nothing and spoils nothing.
  std::optional<StringRef> found;
  bool onlyParameters = true;
  forEachOperand(value.getDefiningOp(), [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    if (producer && producer->getNumOperands() == 0 &&
        producer->getNumRegions() == 0)
      return;
    std::optional<StringRef> part = parameterOf(operand);
    onlyParameters &= part.has_value();
    if (!found)
      found = part;
  });
  return parameters[value] = onlyParameters ? found : std::nullopt;
}

std::optional<StringRef> LayerNames::nearestUpdated(Operation *start) {
  DenseSet<Operation *> seen{start};
  std::deque<Operation *> queue{start};
  while (!queue.empty()) {
    Operation *op = queue.front();
    queue.pop_front();
    for (mlir::OpOperand &use : op->getUses()) {
      Operation *user = inBody(function, use.getOwner());
      if (user->hasTrait<mlir::OpTrait::IsTerminator>()) {
        StringRef name = parameterAttribute(
            function.getResultAttrDict(use.getOperandNumber()));
        if (!name.empty())
          return name;
        continue;
      }
      if (seen.insert(user).second)
        queue.push_back(user);
    }
  }
  return std::nullopt;
}

LayerNames::Role LayerNames::roleOf(Operation *op, Value left, Value right) {
  bool isForward = forwardOps.empty() || forwardOps.contains(op);
  auto roleIn = [&](std::optional<StringRef> parameter, ProductKind kind) {
    // Differentiation marks ops with their layer; where it did not, the
    // parameter tells.
    if (auto layer = op->getAttrOfType<mlir::StringAttr>("dorefa.layer"))
      return Role{layer.str(), kind};
    return Role{parameter ? layerOf(*parameter) : std::string(), kind};
  };
  for (Value factor : {left, right})
    if (std::optional<StringRef> parameter = parameterOf(factor))
      return roleIn(parameter, isForward ? ProductKind::forward
                                         : ProductKind::backwardInput);
  if (isForward)
    return roleIn(std::nullopt, ProductKind::forward);
  return roleIn(nearestUpdated(op), ProductKind::backwardFilter);
}
