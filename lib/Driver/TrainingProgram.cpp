//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/TrainingProgram.h"

#include "dorefa/Driver/Status.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using data::Tensor;
using engine::ValueSignature;
using Kind = ValueRole::Kind;

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// A scalar or tensor of rank 0 that holds `number`.
template <typename T>
static Tensor makeScalar(data::ElementType element, T number) {
  Tensor tensor(element, {});
  data::visitElementType(element, [&](auto zero) {
    tensor.data<decltype(zero)>()[0] = static_cast<decltype(zero)>(number);
  });
  return tensor;
}

static double getScalar(const Tensor &tensor) {
  return data::visitElementType(tensor.elementType(), [&](auto zero) {
    return static_cast<double>(tensor.data<decltype(zero)>()[0]);
  });
}

static bool isFinite(const Tensor &tensor) {
  return data::visitElementType(tensor.elementType(), [&](auto zero) {
    return all_of(tensor.data<decltype(zero)>(), [](auto value) {
      return std::isfinite(static_cast<double>(value));
    });
  });
}

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

Error TrainingProgram::bind(StringRef name, BoundFunction &bound) {
  auto function = engine->lookup(name);
  if (!function)
    return inputError(toString(function.takeError()));
  bound.name = name.str();
  bound.function = *function;
  const engine::FunctionSignature &signature = function->signature();
  auto bindAll = [&](ArrayRef<ValueSignature> values, StringRef noun,
                     std::vector<ValueRole> &roles) -> Error {
    for (auto [i, value] : enumerate(values)) {
      std::string what = (noun + " " + Twine(i) + " of '" + name + "'").str();
      Expected<ValueRole> role = ValueRole::of(value, what);
      if (!role)
        return role.takeError();
      bool isVector = !value.shape.empty();
      bool mayBeVector =
          role->kind == Kind::value || role->kind == Kind::input ||
          role->kind == Kind::labels || role->kind == Kind::boxes ||
          role->kind == Kind::output || role->kind == Kind::offsets ||
          role->kind == Kind::anchors || role->kind == Kind::gradientScale;
      if (isVector && !mayBeVector)
        return inputError(what + ": expected a scalar, found " + value.type);
      roles.push_back(std::move(*role));
    }
    return Error::success();
  };
  if (Error error = bindAll(signature.arguments, "argument", bound.arguments))
    return error;
  return bindAll(signature.results, "result", bound.results);
}

Error TrainingProgram::declareValues(const BoundFunction &bound) {
  const engine::FunctionSignature &signature = bound.function.signature();
  auto declare = [&](const ValueRole &role,
                     const ValueSignature &value) -> Error {
    if (role.kind != Kind::value)
      return Error::success();
    auto [known, isNew] = declared.try_emplace(role.name, value);
    if (!isNew && known->second.type != value.type)
      return inputError("'" + role.name + "' is " + value.type + " in '" +
                        bound.name + "', and " + known->second.type +
                        " elsewhere");
    if (is_contained(value.shape, engine::dynamicSize))
      return inputError("'" + role.name + "' in '" + bound.name +
                        "': expected a static shape, found " + value.type);
    return Error::success();
  };
  for (auto [role, value] : zip_equal(bound.arguments, signature.arguments))
    if (Error error = declare(role, value))
      return error;
  for (auto [role, value] : zip_equal(bound.results, signature.results))
    if (Error error = declare(role, value))
      return error;
  return Error::success();
}

static const ValueSignature *findRole(ArrayRef<ValueRole> roles,
                                      ArrayRef<ValueSignature> values,
                                      Kind kind) {
  for (auto [role, value] : zip_equal(roles, values))
    if (role.kind == kind)
      return &value;
  return nullptr;
}

Error TrainingProgram::checkObjects(const BoundFunction &bound,
                                    const ValueSignature *labels,
                                    const ValueSignature &boxes) {
  if (boxes.shape.size() != 3 || boxes.shape[1] == engine::dynamicSize ||
      boxes.shape[2] != 4 || boxes.element != data::ElementType::F32)
    return inputError("'" + bound.name +
                      "': expected dorefa.boxes to be a tensor of f32 with the "
                      "axes batch, objects, 4, found " +
                      boxes.type);
  if (!labels || labels->shape.size() != 2 ||
      labels->shape[1] != boxes.shape[1] ||
      labels->element != data::ElementType::I32)
    return inputError("'" + bound.name +
                      "' needs an argument dorefa.labels, a tensor of one i32 "
                      "for each box of " +
                      boxes.type);
  objects = boxes.shape[1];
  return Error::success();
}

Error TrainingProgram::checkBatch(const BoundFunction &bound) {
  const std::vector<ValueSignature> &arguments =
      bound.function.signature().arguments;
  const ValueSignature *images =
      findRole(bound.arguments, arguments, Kind::input);
  const ValueSignature *labels =
      findRole(bound.arguments, arguments, Kind::labels);
  if (!images || images->shape.size() != 4 ||
      images->element != data::ElementType::F32)
    return inputError("'" + bound.name +
                      "' needs an argument dorefa.input, a tensor of f32 with "
                      "the axes batch, height, width, channels");
  const ValueSignature *boxes =
      findRole(bound.arguments, arguments, Kind::boxes);
  if (boxes) {
    if (Error error = checkObjects(bound, labels, *boxes))
      return error;
  } else if (!labels || labels->shape.size() != 1 ||
             labels->element != data::ElementType::I32)
    return inputError("'" + bound.name +
                      "' needs an argument dorefa.labels, a tensor of one i32 "
                      "for each image");
  if (!findRole(bound.results, bound.function.signature().results, Kind::loss))
    return inputError("'" + bound.name + "' needs a result dorefa.loss");
  return Error::success();
}

Expected<std::unique_ptr<TrainingProgram>>
TrainingProgram::create(std::unique_ptr<engine::Engine> engine,
                        bool onlyEvaluation) {
  std::unique_ptr<TrainingProgram> program(
      new TrainingProgram(std::move(engine), onlyEvaluation));
  BoundFunction &init = program->init, &step = program->step,
                &evaluation = program->evaluation;
  if (Error error = program->bind("evaluate", evaluation))
    return error;
  if (Error error = program->checkBatch(evaluation))
    return error;
  if (Error error = program->declareValues(evaluation))
    return error;
  program->countsCorrect =
      findRole(evaluation.results, evaluation.function.signature().results,
               Kind::correct);
  if (program->objects)
    for (auto [kind, name, rank] :
         {std::tuple(Kind::output, "output", size_t(3)),
          std::tuple(Kind::offsets, "offsets", size_t(3)),
          std::tuple(Kind::anchors, "anchors", size_t(2))}) {
      const ValueSignature *value = findRole(
          evaluation.results, evaluation.function.signature().results, kind);
      if (!value || value->shape.size() != rank ||
          value->element != data::ElementType::F32)
        return inputError("'evaluate' of a detector needs a result dorefa." +
                          Twine(name) + ", a tensor of f32 of rank " +
                          Twine(rank));
    }
  if (onlyEvaluation)
    return program;

  if (Error error = program->bind("init", init))
    return error;
  if (Error error = program->bind("train_step", step))
    return error;
  if (Error error = program->checkBatch(step))
    return error;
  for (const BoundFunction *bound : {&step, &init})
    if (Error error = program->declareValues(*bound))
      return error;
  return program;
}

//===----------------------------------------------------------------------===//
// Values and calls
//===----------------------------------------------------------------------===//

struct TrainingProgram::Call {
  BatchTensors *batch = nullptr;
  double learningRate = 0;
  int64_t seed = 0, step = 0;

  double loss = 0, correct = 0;
  std::vector<std::string> overflowed;
  DetectorOutputs detector;

  /// Keeps what a result other than a value reports.
  void keep(const ValueRole &role, Tensor result);
};

Error TrainingProgram::setValues(Values values) {
  std::string differences;
  for (const auto &[name, signature] : declared) {
    auto found = values.find(name);
    if (found == values.end())
      differences += "\n  '" + name + "' is missing";
    else if (Error error =
                 engine::checkValue(signature, found->second, "'" + name + "'"))
      differences += "\n  " + toString(std::move(error));
  }
  for (const auto &[name, tensor] : values)
    if (!onlyEvaluation && !declared.count(name))
      differences += "\n  '" + name + "' is not a value of this model";
  if (!differences.empty())
    return inputError("the values differ from those of the model:" +
                      differences);
  valueByName = std::move(values);
  deviceValues.clear();
  return Error::success();
}

/// The scalar that an argument other than a tensor of the batch takes; an error
/// for what only a result can be.
static Expected<Tensor> makeScalarArgument(const ValueRole &role,
                                           const ValueSignature &value,
                                           double learningRate, int64_t seed,
                                           int64_t step, StringRef function) {
  switch (role.kind) {
  case Kind::learningRate:
    return makeScalar(value.element, learningRate);
  case Kind::seed:
    return makeScalar(value.element, seed);
  case Kind::step:
    return makeScalar(value.element, step);
  default:
    return inputError("'" + function +
                      "' takes an argument that only a "
                      "result can be: " +
                      value.type);
  }
}

void TrainingProgram::Call::keep(const ValueRole &role, Tensor result) {
  switch (role.kind) {
  case Kind::loss:
    loss = getScalar(result);
    break;
  case Kind::correct:
    correct = getScalar(result);
    break;
  case Kind::output:
    detector.logits = std::move(result);
    break;
  case Kind::offsets:
    detector.offsets = std::move(result);
    break;
  case Kind::anchors:
    detector.anchors = std::move(result);
    break;
  case Kind::gradientScale:
    if (!isFinite(result))
      overflowed.push_back(role.name);
    break;
  default:
    break;
  }
}

Error TrainingProgram::call(const BoundFunction &bound, Call &call) {
  return bound.function.getDevice() ? callOnDevice(bound, call)
                                    : callOnHost(bound, call);
}

TrainingProgram::Values &TrainingProgram::values() {
  for (const auto &[name, tensor] : deviceValues)
    valueByName[name] = tensor.download();
  return valueByName;
}

Error TrainingProgram::callOnDevice(const BoundFunction &bound, Call &call) {
  const engine::FunctionSignature &signature = bound.function.signature();
  engine::Device &device = *bound.function.getDevice();
  std::vector<Tensor> scalars(bound.arguments.size());
  std::vector<engine::DeviceTensor> uploads(bound.arguments.size());
  std::vector<engine::DeviceArgument> arguments(bound.arguments.size());
  for (auto [i, role, value] :
       enumerate(bound.arguments, signature.arguments)) {
    std::string what =
        ("argument " + Twine(i) + " of '" + bound.name + "'").str();
    if (role.kind == Kind::value) {
      auto known = deviceValues.find(role.name);
      if (known == deviceValues.end()) {
        auto found = valueByName.find(role.name);
        if (found == valueByName.end())
          return inputError("'init' gives no '" + role.name + "', which '" +
                            bound.name + "' takes");
        if (Error error = engine::checkValue(value, found->second, what))
          return error;
        if (!value.isTensor) {
          arguments[i].scalar = &found->second;
          continue;
        }
        known =
            deviceValues
                .emplace(role.name,
                         engine::DeviceTensor::upload(device, found->second))
                .first;
      }
      arguments[i].tensor = &known->second;
      continue;
    }
    Tensor *tensor = role.kind == Kind::input    ? &call.batch->images
                     : role.kind == Kind::labels ? &call.batch->labels
                     : role.kind == Kind::boxes  ? &call.batch->boxes
                                                 : nullptr;
    if (!tensor) {
      auto scalar = makeScalarArgument(role, value, call.learningRate,
                                       call.seed, call.step, bound.name);
      if (!scalar)
        return scalar.takeError();
      scalars[i] = std::move(*scalar);
      tensor = &scalars[i];
    }
    if (Error error = engine::checkValue(value, *tensor, what))
      return error;
    if (!value.isTensor) {
      arguments[i].scalar = tensor;
      continue;
    }
    uploads[i] = engine::DeviceTensor::upload(device, *tensor);
    arguments[i].tensor = &uploads[i];
  }

  auto results = bound.function.callOnDevice(arguments);
  if (!results)
    return results.takeError();
  // Results in the memory of an argument are copied before it gets a new value.
  for (auto [role, result] : zip_equal(bound.results, *results))
    if (result.sameAsArgument)
      result.tensor = arguments[*result.sameAsArgument].tensor->clone();
  for (auto [role, result, value] :
       zip_equal(bound.results, *results, signature.results)) {
    if (role.kind == Kind::value && value.isTensor)
      deviceValues[role.name] = std::move(result.tensor);
    else if (role.kind == Kind::value)
      valueByName[role.name] = std::move(result.scalar);
    else
      call.keep(role, value.isTensor ? result.tensor.download()
                                     : std::move(result.scalar));
  }
  return device.takeError();
}

Error TrainingProgram::callOnHost(const BoundFunction &bound, Call &call) {
  const engine::FunctionSignature &signature = bound.function.signature();
  std::vector<Tensor> scalars;
  scalars.reserve(bound.arguments.size()); // so that addresses stay
  SmallVector<Tensor *> arguments;
  for (auto [role, value] : zip_equal(bound.arguments, signature.arguments)) {
    switch (role.kind) {
    case Kind::value: {
      auto found = valueByName.find(role.name);
      if (found == valueByName.end())
        return inputError("'init' gives no '" + role.name + "', which '" +
                          bound.name + "' takes");
      arguments.push_back(&found->second);
      continue;
    }
    case Kind::input:
      arguments.push_back(&call.batch->images);
      continue;
    case Kind::labels:
      arguments.push_back(&call.batch->labels);
      continue;
    case Kind::boxes:
      arguments.push_back(&call.batch->boxes);
      continue;
    default:
      break;
    }
    auto scalar = makeScalarArgument(role, value, call.learningRate, call.seed,
                                     call.step, bound.name);
    if (!scalar)
      return scalar.takeError();
    scalars.push_back(std::move(*scalar));
    arguments.push_back(&scalars.back());
  }

  auto results = bound.function.call(arguments);
  if (!results)
    return results.takeError();
  // Results in the memory of an argument other than their own are copied
  // before any argument gets its new value.
  for (auto [role, result] : zip_equal(bound.results, *results))
    if (result.sameAsArgument) {
      const Tensor *source = arguments[*result.sameAsArgument];
      auto own = valueByName.find(role.name);
      if (role.kind != Kind::value || own == valueByName.end() ||
          &own->second != source)
        result.tensor = source->clone();
    }
  for (auto [role, result] : zip_equal(bound.results, *results)) {
    switch (role.kind) {
    case Kind::value: {
      auto own = valueByName.find(role.name);
      bool inPlace = result.sameAsArgument && own != valueByName.end() &&
                     &own->second == arguments[*result.sameAsArgument];
      if (!inPlace)
        valueByName[role.name] = std::move(result.tensor);
      break;
    }
    default:
      call.keep(role, std::move(result.tensor));
    }
  }
  return Error::success();
}

Error TrainingProgram::initialize(int64_t seed) {
  Call arguments;
  arguments.seed = seed;
  valueByName.clear();
  deviceValues.clear();
  if (Error error = call(init, arguments))
    return error;
  for (const auto &[name, signature] : declared)
    if (!valueByName.count(name) && !deviceValues.count(name))
      return inputError("'init' gives no '" + name + "'");
  return Error::success();
}

Expected<StepReport> TrainingProgram::trainStep(BatchTensors &batch,
                                                double learningRate,
                                                int64_t seed,
                                                int64_t stepNumber) {
  Call arguments;
  arguments.batch = &batch;
  arguments.learningRate = learningRate;
  arguments.seed = seed;
  arguments.step = stepNumber;
  if (Error error = call(step, arguments))
    return error;
  return StepReport{arguments.loss, std::move(arguments.overflowed)};
}

Expected<BatchEvaluation> TrainingProgram::evaluate(BatchTensors &batch) {
  Call arguments;
  arguments.batch = &batch;
  if (Error error = call(evaluation, arguments))
    return error;
  BatchEvaluation report;
  report.loss = arguments.loss;
  if (countsCorrect)
    report.correct = arguments.correct;
  if (objects)
    report.detector = std::move(arguments.detector);
  return report;
}
