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

/// Notes that `index` is what `mark` says; false if another is already.
static bool take(std::optional<unsigned> &place, unsigned index) {
  if (place)
    return false;
  place = index;
  return true;
}

static LogicalResult readArguments(Model &model) {
  func::FuncOp function = model.forward;
  std::optional<unsigned> input;
  const std::pair<StringRef, std::optional<unsigned> *> marks[] = {
      {"dorefa.input", &input},
      {"dorefa.labels", &model.labels},
      {"dorefa.boxes", &model.boxes}};
  llvm::StringSet<> names;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    auto parameter =
        function.getArgAttrOfType<StringAttr>(i, "dorefa.parameter");
    auto state = function.getArgAttrOfType<StringAttr>(i, "dorefa.state");
    int marked = !!parameter + !!state;
    bool isVariable = marked;
    for (auto [mark, place] : marks)
      if (function.getArgAttr(i, mark)) {
        ++marked;
        if (!take(*place, i))
          return argumentError(function, i) << "is a second " << mark;
      }
    if (marked != 1)
      return argumentError(function, i)
             << "must be marked with one of dorefa.input, dorefa.labels, "
                "dorefa.boxes, dorefa.parameter and dorefa.state";
    if (!isVariable)
      continue;
    StringAttr name = parameter ? parameter : state;
    if (!names.insert(name.getValue()).second)
      return argumentError(function, i)
             << "has the name '" << name.getValue() << "' of another";
    FailureOr<ModelVariable> variable = readVariable(function, i, name);
    if (failed(variable))
      return failure();
    (parameter ? model.parameters : model.states).push_back(*variable);
  }
  if (!input)
    return function.emitError("has no argument marked dorefa.input");
  model.input = *input;
  if (model.parameters.empty())
    return function.emitError("has no argument marked dorefa.parameter: there "
                              "is nothing to train");
  return success();
}

static LogicalResult readResults(Model &model) {
  func::FuncOp function = model.forward;
  llvm::StringSet<> updated;
  const std::pair<StringRef, std::optional<unsigned> *> marks[] = {
      {"dorefa.output", &model.output},
      {"dorefa.loss", &model.loss},
      {"dorefa.offsets", &model.offsets},
      {"dorefa.anchors", &model.anchors}};
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    Type type = function.getResultTypes()[i];
    const auto *mark = llvm::find_if(marks, [&](const auto &candidate) {
      return static_cast<bool>(function.getResultAttr(i, candidate.first));
    });
    if (mark != std::end(marks)) {
      if (!take(*mark->second, i))
        return resultError(function, i) << "is a second " << mark->first;
      auto tensor = getVariableType(type);
      if (mark->second == &model.loss && (!tensor || tensor.getRank() != 0))
        return resultError(function, i)
               << "is marked dorefa.loss and must be a tensor<f32>, got "
               << type;
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
      return resultError(function, i)
             << "must be marked with one of dorefa.output, dorefa.loss, "
                "dorefa.offsets, dorefa.anchors and dorefa.state";
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

/// A tensor of this element type and shape, behind a batch axis if `hasBatch`;
/// -1 stands for any static size. A null type otherwise.
static RankedTensorType matchShape(Type type, Type element, bool hasBatch,
                                   ArrayRef<int64_t> shape) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getElementType() != element ||
      tensor.getRank() != static_cast<int64_t>(shape.size() + hasBatch))
    return {};
  for (auto [size, wanted] :
       llvm::zip_equal(tensor.getShape().drop_front(hasBatch), shape))
    if (ShapedType::isDynamic(size) || (wanted != -1 && size != wanted))
      return {};
  return tensor;
}

/// A detector has all of its marks, on tensors that fit together.
static LogicalResult checkDetector(const Model &model) {
  func::FuncOp function = model.forward;
  const std::pair<StringRef, const std::optional<unsigned> *> marks[] = {
      {"dorefa.boxes", &model.boxes},     {"dorefa.labels", &model.labels},
      {"dorefa.loss", &model.loss},       {"dorefa.output", &model.output},
      {"dorefa.offsets", &model.offsets}, {"dorefa.anchors", &model.anchors}};
  if (!model.boxes && !model.offsets && !model.anchors)
    return success();
  for (auto [mark, place] : marks)
    if (!*place)
      return function.emitError("has no ")
             << mark
             << "; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, "
                "dorefa.output, dorefa.offsets and dorefa.anchors";
  Builder b(function.getContext());
  Type f32 = b.getF32Type(), i32 = b.getI32Type();
  auto argument = [&](unsigned i) { return function.getArgument(i).getType(); };
  auto result = [&](unsigned i) { return function.getResultTypes()[i]; };
  RankedTensorType boxes =
      matchShape(argument(*model.boxes), f32, true, {-1, 4});
  if (!boxes)
    return argumentError(function, *model.boxes)
           << "is marked dorefa.boxes and must be a tensor of f32 [batch, "
              "objects, 4], got "
           << argument(*model.boxes);
  if (!matchShape(argument(*model.labels), i32, true, {boxes.getDimSize(1)}))
    return argumentError(function, *model.labels)
           << "is marked dorefa.labels and must be a tensor of i32 [batch, "
           << boxes.getDimSize(1) << "], got " << argument(*model.labels);
  RankedTensorType anchors =
      matchShape(result(*model.anchors), f32, false, {-1, 4});
  if (!anchors)
    return resultError(function, *model.anchors)
           << "is marked dorefa.anchors and must be a tensor of f32 [anchors, "
              "4], got "
           << result(*model.anchors);
  const int64_t count = anchors.getDimSize(0);
  if (!matchShape(result(*model.offsets), f32, true, {count, 4}))
    return resultError(function, *model.offsets)
           << "is marked dorefa.offsets and must be a tensor of f32 [batch, "
           << count << ", 4], got " << result(*model.offsets);
  RankedTensorType logits =
      matchShape(result(*model.output), f32, true, {count, -1});
  if (!logits || logits.getDimSize(2) < 2)
    return resultError(function, *model.output)
           << "is marked dorefa.output and must be logits, a tensor of f32 "
              "[batch, "
           << count << ", classes + 1], got " << result(*model.output);
  return success();
}

SmallVector<unsigned> Model::getOutputs() const {
  SmallVector<unsigned> outputs = {*output};
  if (isDetector())
    outputs.append({*offsets, *anchors});
  return outputs;
}

FailureOr<Model> mlir::dorefa::readModel(func::FuncOp forward) {
  Model model;
  model.forward = forward;
  if (forward.isExternal() || !forward.getBody().hasOneBlock())
    return forward.emitError("a forward function needs a body of one block");
  if (failed(readArguments(model)) || failed(readResults(model)))
    return failure();
  if (failed(checkDetector(model)))
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
