//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Reads a forward function's attributes.

#include "dorefa/Training/Model.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::dorefa;

static InFlightDiagnostic argumentError(func::FuncOp function, unsigned index) {
  return emitError(function.getArgument(index).getLoc())
         << "argument " << index << " of '@" << function.getName() << "' ";
}

static InFlightDiagnostic resultError(func::FuncOp function, unsigned index) {
  return function.emitError() << "result " << index << " ";
}

/// A tensor of f32 whose shape is known.
static RankedTensorType getVariableType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isF32() && tensor.hasStaticShape()
             ? tensor
             : RankedTensorType();
}

static FailureOr<ModelVariable> readVariable(func::FuncOp function,
                                             unsigned index, StringAttr name) {
  auto init = function.getArgAttrOfType<StringAttr>(index, "dorefa.init");
  if (!init)
    return argumentError(function, index)
           << "('" << name.getValue()
           << "') has no initialiser; expected dorefa.init = \"...\"";
  RankedTensorType type =
      getVariableType(function.getArgument(index).getType());
  if (!type)
    return argumentError(function, index)
           << "('" << name.getValue()
           << "') must be a tensor of f32 of a static shape, got "
           << function.getArgument(index).getType();
  return ModelVariable{index, name.str(), init.str(), type};
}

static LogicalResult readArguments(Model &model) {
  func::FuncOp function = model.forward;
  bool hasInput = false;
  llvm::StringSet<> names;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto parameter =
        function.getArgAttrOfType<StringAttr>(i, "dorefa.parameter");
    auto state = function.getArgAttrOfType<StringAttr>(i, "dorefa.state");
    bool isInput = static_cast<bool>(function.getArgAttr(i, "dorefa.input"));
    bool isLabels = static_cast<bool>(function.getArgAttr(i, "dorefa.labels"));
    if (!!parameter + !!state + isInput + isLabels != 1)
      return argumentError(function, i)
             << "must be marked with one of dorefa.input, dorefa.labels, "
                "dorefa.parameter and dorefa.state";
    if (isInput) {
      if (hasInput)
        return argumentError(function, i) << "is a second dorefa.input";
      hasInput = true;
      model.input = i;
      continue;
    }
    if (isLabels) {
      if (model.labels)
        return argumentError(function, i) << "is a second dorefa.labels";
      model.labels = i;
      continue;
    }
    StringAttr name = parameter ? parameter : state;
    if (!names.insert(name.getValue()).second)
      return argumentError(function, i)
             << "has the name '" << name.getValue() << "' of another";
    FailureOr<ModelVariable> variable = readVariable(function, i, name);
    if (failed(variable))
      return failure();
    (parameter ? model.parameters : model.states).push_back(*variable);
  }
  if (!hasInput)
    return function.emitError("has no argument marked dorefa.input");
  if (model.parameters.empty())
    return function.emitError("has no argument marked dorefa.parameter: there "
                              "is nothing to train");
  return success();
}

static LogicalResult readResults(Model &model) {
  func::FuncOp function = model.forward;
  llvm::StringSet<> updated;
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    Type type = function.getResultTypes()[i];
    if (function.getResultAttr(i, "dorefa.output")) {
      if (model.output)
        return resultError(function, i) << "is a second dorefa.output";
      model.output = i;
    } else if (function.getResultAttr(i, "dorefa.loss")) {
      if (model.loss)
        return resultError(function, i) << "is a second dorefa.loss";
      auto tensor = getVariableType(type);
      if (!tensor || tensor.getRank() != 0)
        return resultError(function, i)
               << "is marked dorefa.loss and must be a tensor<f32>, got "
               << type;
      model.loss = i;
    } else if (auto name = function.getResultAttrOfType<StringAttr>(
                   i, "dorefa.state")) {
      auto *state = llvm::find_if(model.states, [&](ModelVariable &variable) {
        return variable.name == name.getValue();
      });
      if (state == model.states.end())
        return resultError(function, i)
               << "updates the state '" << name.getValue()
               << "', which no argument holds";
      if (!updated.insert(name.getValue()).second)
        return resultError(function, i)
               << "updates the state '" << name.getValue() << "' again";
      if (state->type != type)
        return resultError(function, i)
               << "updates the state '" << name.getValue() << "' of type "
               << state->type << " with a value of type " << type;
      state->result = i;
    } else {
      return resultError(function, i) << "must be marked with one of "
                                         "dorefa.output, dorefa.loss and "
                                         "dorefa.state";
    }
  }
  for (const ModelVariable &state : model.states)
    if (!updated.contains(state.name))
      return function.emitError()
             << "no result updates the state '" << state.name << "'";
  if (!model.loss && !model.output)
    return function.emitError("has neither a dorefa.output nor a dorefa.loss");
  return success();
}

FailureOr<Model> mlir::dorefa::readModel(func::FuncOp forward) {
  Model model;
  model.forward = forward;
  if (forward.isExternal() || !forward.getBody().hasOneBlock())
    return forward.emitError("a forward function needs a body of one block");
  if (failed(readArguments(model)) || failed(readResults(model)))
    return failure();
  if (!model.loss && model.labels)
    return forward.emitError("takes dorefa.labels, but has no dorefa.loss of "
                             "its own");
  auto logits =
      model.output
          ? dyn_cast<RankedTensorType>(forward.getResultTypes()[*model.output])
          : RankedTensorType();
  if (model.output && !model.loss &&
      (!logits || logits.getRank() != 2 || logits.isDynamicDim(1) ||
       !logits.getElementType().isF32()))
    return resultError(forward, *model.output)
           << "is marked dorefa.output and must be logits, a tensor of f32 "
              "[batch, classes], got "
           << forward.getResultTypes()[*model.output];
  return model;
}
