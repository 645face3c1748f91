//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// --dorefa-training-step: init, train_step, evaluate and predict for a forward
// function.

#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/PhiloxBuilder.h"
#include "dorefa/Training/ForwardCopy.h"
#include "dorefa/Training/Initializer.h"
#include "dorefa/Training/Metrics.h"
#include "dorefa/Training/Model.h"
#include "dorefa/Training/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_TRAININGSTEPPASS
#include "dorefa/Training/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
/// A function whose arguments and results are marked one by one.
class FunctionBuilder {
public:
  FunctionBuilder(OpBuilder &builder, Location loc, StringRef name)
      : function(func::FuncOp::create(builder, loc, name,
                                      builder.getFunctionType({}, {}))),
        builder(OpBuilder::atBlockEnd(function.addEntryBlock())) {}

  Value addArgument(Type type, StringRef mark, Attribute value = {}) {
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(index, type, dictionary(mark, value),
                                  function.getLoc());
    return function.getArgument(index);
  }
  Value addArgument(Type type, StringRef mark, StringRef name) {
    return addArgument(type, mark, builder.getStringAttr(name));
  }
  void addResult(Value result, StringRef mark, Attribute value = {}) {
    (void)function.insertResult(function.getNumResults(), result.getType(),
                                dictionary(mark, value));
    results.push_back(result);
  }
  void addResult(Value result, StringRef mark, StringRef name) {
    addResult(result, mark, builder.getStringAttr(name));
  }
  void finish() { func::ReturnOp::create(builder, function.getLoc(), results); }
  /// Returns the results, runs `last`, and drops what is computed twice or for
  /// nothing.
  void finish(function_ref<void(func::FuncOp)> last) {
    finish();
    last(function);
    IRRewriter rewriter(function.getContext());
    DominanceInfo dominance(function);
    eliminateCommonSubExpressions(rewriter, dominance, function);
  }

  func::FuncOp function;
  OpBuilder builder;

private:
  DictionaryAttr dictionary(StringRef mark, Attribute value) {
    return builder.getDictionaryAttr(
        builder.getNamedAttr(mark, value ? value : builder.getUnitAttr()));
  }
  SmallVector<Value> results;
};

struct TrainingStepPass : dorefa::impl::TrainingStepPassBase<TrainingStepPass> {
  using TrainingStepPassBase::TrainingStepPassBase;

  void runOnOperation() override;

private:
  LogicalResult checkNames(func::FuncOp forward);
  LogicalResult buildInit(OpBuilder &builder, const Model &model,
                          func::FuncOp body);
  LogicalResult buildTrainStep(OpBuilder &builder, const Model &model,
                               func::FuncOp body);
  LogicalResult buildEvaluate(OpBuilder &builder, const Model &model,
                              func::FuncOp body);
  LogicalResult buildPredict(OpBuilder &builder, const Model &model,
                             func::FuncOp body);

  OptimizerOptions getOptimizerOptions() const {
    return {optimizer, momentum, beta1, beta2, epsilon, weightDecay};
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Arguments that the functions share
//===----------------------------------------------------------------------===//

static void addInput(FunctionBuilder &out, const Model &model,
                     func::FuncOp body, IRMapping &mapping) {
  Value input = body.getArgument(model.input);
  mapping.map(input, out.addArgument(input.getType(), "dorefa.input"));
}

/// The labels: those of the function's own loss, or one for each row of the
/// logits.
static Value addLabels(FunctionBuilder &out, const Model &model,
                       func::FuncOp body, IRMapping &mapping) {
  if (model.labels) {
    Value labels = body.getArgument(*model.labels);
    Value added = out.addArgument(labels.getType(), "dorefa.labels");
    mapping.map(labels, added);
    return added;
  }
  int64_t batch = ShapedType::kDynamic;
  if (model.output)
    batch = cast<RankedTensorType>(body.getResultTypes()[*model.output])
                .getDimSize(0);
  return out.addArgument(RankedTensorType::get(batch, out.builder.getI32Type()),
                         "dorefa.labels");
}

/// The boxes of a detector's labels.
static void addBoxes(FunctionBuilder &out, const Model &model,
                     func::FuncOp body, IRMapping &mapping) {
  if (!model.boxes)
    return;
  Value boxes = body.getArgument(*model.boxes);
  mapping.map(boxes, out.addArgument(boxes.getType(), "dorefa.boxes"));
}

/// What predict has for results; evaluate of a detector has them, too.
static void addOutputs(FunctionBuilder &out, ArrayRef<Value> outputs) {
  static constexpr StringLiteral marks[] = {"dorefa.output", "dorefa.offsets",
                                            "dorefa.anchors"};
  for (auto [value, mark] : llvm::zip(outputs, marks))
    out.addResult(value, mark);
}

static void addVariables(FunctionBuilder &out,
                         ArrayRef<ModelVariable> variables, StringRef mark,
                         func::FuncOp body, IRMapping &mapping) {
  for (const ModelVariable &variable : variables)
    mapping.map(body.getArgument(variable.argument),
                out.addArgument(variable.type, mark, variable.name));
}

//===----------------------------------------------------------------------===//
// The functions
//===----------------------------------------------------------------------===//

LogicalResult TrainingStepPass::buildInit(OpBuilder &builder,
                                          const Model &model,
                                          func::FuncOp body) {
  FunctionBuilder out(builder, body.getLoc(), "init");
  Location loc = out.function.getLoc();
  Value seed = out.addArgument(builder.getI64Type(), "dorefa.seed");
  auto add = [&](ArrayRef<ModelVariable> variables, StringRef mark,
                 bool mayBeRandom) -> LogicalResult {
    for (auto [index, variable] : llvm::enumerate(variables)) {
      std::string error;
      FailureOr<Initializer> initializer = Initializer::parse(
          variable.initializer, variable.type.getShape(), error);
      if (succeeded(initializer) && initializer->isRandom() && !mayBeRandom)
        error = "expected zeros, ones or constant(x) for a state";
      if (!error.empty()) {
        Value argument = body.getArgument(variable.argument);
        return emitError(argument.getLoc())
               << "'" << variable.name << "' has the initialiser '"
               << variable.initializer << "'; " << error;
      }
      out.addResult(buildInitialValue(out.builder, loc, variable.type,
                                      *initializer, kInitializerId + index,
                                      seed),
                    mark, variable.name);
    }
    return success();
  };
  if (failed(add(model.parameters, "dorefa.parameter", true)) ||
      failed(add(model.states, "dorefa.state", false)))
    return failure();
  for (const ModelVariable &parameter : model.parameters)
    for (StringRef prefix : getOptimizerOptions().getStatePrefixes())
      out.addResult(buildInitialValue(out.builder, loc, parameter.type,
                                      Initializer(), 0, seed),
                    "dorefa.optimizer", (prefix + parameter.name).str());
  out.finish();
  return success();
}

/// The scale of each gradient quantizer, in the order of their ids, with the
/// layer's name, or the id where there is none.
static SmallVector<std::pair<Value, std::string>>
collectGradientScales(func::FuncOp function) {
  SmallVector<EncodeGradientOp> ops;
  function.walk([&](EncodeGradientOp op) { ops.push_back(op); });
  llvm::sort(ops, [](EncodeGradientOp a, EncodeGradientOp b) {
    return a.getId() < b.getId();
  });
  llvm::StringMap<unsigned> uses;
  auto layerOf = [](EncodeGradientOp op) {
    auto layer = op->getAttrOfType<StringAttr>("dorefa.layer");
    return layer ? layer.getValue() : StringRef();
  };
  for (EncodeGradientOp op : ops)
    ++uses[layerOf(op)];
  SmallVector<std::pair<Value, std::string>> scales;
  for (EncodeGradientOp op : ops) {
    StringRef layer = layerOf(op);
    bool unique = !layer.empty() && uses[layer] == 1;
    scales.emplace_back(op.getScale(),
                        unique ? layer.str() : std::to_string(op.getId()));
  }
  return scales;
}

LogicalResult TrainingStepPass::buildTrainStep(OpBuilder &builder,
                                               const Model &model,
                                               func::FuncOp body) {
  OptimizerOptions options = getOptimizerOptions();
  FunctionBuilder out(builder, body.getLoc(), "train_step");
  Location loc = out.function.getLoc();
  IRMapping mapping;
  addInput(out, model, body, mapping);
  Value labels = addLabels(out, model, body, mapping);
  addBoxes(out, model, body, mapping);
  addVariables(out, model.parameters, "dorefa.parameter", body, mapping);
  addVariables(out, model.states, "dorefa.state", body, mapping);
  SmallVector<SmallVector<Value>> moments;
  for (const ModelVariable &parameter : model.parameters) {
    moments.emplace_back();
    for (StringRef prefix : options.getStatePrefixes())
      moments.back().push_back(out.addArgument(
          parameter.type, "dorefa.optimizer", (prefix + parameter.name).str()));
  }
  Value rate = out.addArgument(builder.getF32Type(), "dorefa.learning_rate");
  Value seed = out.addArgument(builder.getI64Type(), "dorefa.seed");
  Value step = out.addArgument(builder.getI64Type(), "dorefa.step");

  SmallVector<unsigned> wanted = {model.loss ? *model.loss : *model.output};
  for (const ModelVariable &state : model.states)
    wanted.push_back(state.result);
  FailureOr<SmallVector<Value>> forward =
      copyForward(out.builder, body, mapping, wanted);
  if (failed(forward))
    return failure();
  attachNoise(out.function, seed, step);
  auto scalar = RankedTensorType::get({}, builder.getF32Type());
  Value lossValue = forward->front();
  if (!model.loss)
    lossValue = SoftmaxCrossEntropyOp::create(out.builder, loc, scalar,
                                              lossValue, labels);

  GradientRequest request;
  request.outputs = {lossValue};
  request.cotangents = {arith::ConstantOp::create(
      out.builder, loc, DenseElementsAttr::get(scalar, 1.0f))};
  for (const ModelVariable &parameter : model.parameters)
    request.wrt.push_back(mapping.lookup(body.getArgument(parameter.argument)));
  request.seed = seed;
  request.step = step;
  FailureOr<SmallVector<Value>> gradients =
      buildGradients(out.builder, request);
  if (failed(gradients))
    return failure();

  out.addResult(lossValue, "dorefa.loss");
  for (auto &[scale, name] : collectGradientScales(out.function))
    out.addResult(buildMaximum(out.builder, loc, scale),
                  "dorefa.gradient_scale", name);
  OptimizerBuilder update(options, out.builder, loc, rate, step);
  SmallVector<SmallVector<Value>> updated;
  for (auto [parameter, gradient, states] :
       llvm::zip_equal(request.wrt, *gradients, moments))
    updated.push_back(update.update(parameter, gradient, states));
  for (auto [parameter, values] : llvm::zip_equal(model.parameters, updated))
    out.addResult(values.front(), "dorefa.parameter", parameter.name);
  for (auto [state, value] :
       llvm::zip_equal(model.states, llvm::drop_begin(*forward)))
    out.addResult(value, "dorefa.state", state.name);
  for (auto [parameter, values] : llvm::zip_equal(model.parameters, updated))
    for (auto [prefix, value] :
         llvm::zip_equal(options.getStatePrefixes(), llvm::drop_begin(values)))
      out.addResult(value, "dorefa.optimizer", prefix + parameter.name);
  out.finish(eraseGradientQuantizers);
  return success();
}

/// loss * batch, the batch from the input's first axis.
static Value multiplyByBatch(OpBuilder &builder, Location loc, Value loss,
                             Value input) {
  Value rows = getValueOrCreateConstantIndexOp(
      builder, loc, tensor::getMixedSize(builder, loc, input, 0));
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), rows);
  Value count =
      arith::SIToFPOp::create(builder, loc, builder.getF32Type(), integer);
  Value factor =
      tensor::FromElementsOp::create(builder, loc, loss.getType(), count);
  return arith::MulFOp::create(builder, loc, loss, factor);
}

/// True for labels [batch] of i32 and logits [batch, classes] of f32.
static bool countsCorrect(Value labels, Value logits) {
  auto labelType = dyn_cast<RankedTensorType>(labels.getType());
  auto logitType = dyn_cast<RankedTensorType>(logits.getType());
  return labelType && labelType.getRank() == 1 &&
         labelType.getElementType().isInteger(32) && logitType &&
         logitType.getRank() == 2 && logitType.getElementType().isF32();
}

LogicalResult TrainingStepPass::buildEvaluate(OpBuilder &builder,
                                              const Model &model,
                                              func::FuncOp body) {
  FunctionBuilder out(builder, body.getLoc(), "evaluate");
  Location loc = out.function.getLoc();
  IRMapping mapping;
  addInput(out, model, body, mapping);
  Value input = out.function.getArgument(0);
  Value labels = addLabels(out, model, body, mapping);
  addBoxes(out, model, body, mapping);
  addVariables(out, model.parameters, "dorefa.parameter", body, mapping);
  addVariables(out, model.states, "dorefa.state", body, mapping);
  SmallVector<unsigned> wanted;
  if (model.loss)
    wanted.push_back(*model.loss);
  if (model.output)
    llvm::append_range(wanted, model.getOutputs());
  FailureOr<SmallVector<Value>> forward =
      copyForward(out.builder, body, mapping, wanted);
  if (failed(forward))
    return failure();
  Value lossValue =
      model.loss
          ? multiplyByBatch(out.builder, loc, forward->front(), input)
          : buildCrossEntropySum(out.builder, loc, forward->back(), labels);
  out.addResult(lossValue, "dorefa.loss");
  if (model.isDetector())
    addOutputs(out, ArrayRef(*forward).drop_front());
  else if (model.output && countsCorrect(labels, forward->back()))
    out.addResult(buildCorrectCount(out.builder, loc, forward->back(), labels),
                  "dorefa.correct");
  out.finish(makeInference);
  return success();
}

LogicalResult TrainingStepPass::buildPredict(OpBuilder &builder,
                                             const Model &model,
                                             func::FuncOp body) {
  FunctionBuilder out(builder, body.getLoc(), "predict");
  IRMapping mapping;
  addInput(out, model, body, mapping);
  addVariables(out, model.parameters, "dorefa.parameter", body, mapping);
  addVariables(out, model.states, "dorefa.state", body, mapping);
  FailureOr<SmallVector<Value>> forward =
      copyForward(out.builder, body, mapping, model.getOutputs());
  if (failed(forward))
    return failure();
  addOutputs(out, *forward);
  out.finish(makeInference);
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

LogicalResult TrainingStepPass::checkNames(func::FuncOp forward) {
  for (StringRef name : {"init", "train_step", "evaluate", "predict"})
    if (Operation *taken = getOperation().lookupSymbol(name)) {
      InFlightDiagnostic error = forward.emitError()
                                 << "cannot be made trainable: '@" << name
                                 << "' exists";
      error.attachNote(taken->getLoc()) << "here";
      return error;
    }
  return success();
}

void TrainingStepPass::runOnOperation() {
  ModuleOp module = getOperation();
  auto forward = module.lookupSymbol<func::FuncOp>(function);
  if (!forward) {
    module.emitError() << "there is no function '@" << function
                       << "' to make trainable";
    return signalPassFailure();
  }
  FailureOr<Model> model = readModel(forward);
  if (failed(model) || failed(checkNames(forward)))
    return signalPassFailure();

  // A copy without calls, its random ops numbered, serves all functions.
  OpBuilder builder(forward);
  builder.setInsertionPointAfter(forward);
  auto body = cast<func::FuncOp>(builder.clone(*forward));
  body.setName("dorefa.forward");
  builder.setInsertionPointToEnd(module.getBody());
  LogicalResult result = inlineCalls(body);
  if (succeeded(result))
    result = numberRandomOps(body);
  if (succeeded(result)) {
    nameLayers(body);
    result = buildInit(builder, *model, body);
  }
  if (succeeded(result))
    result = buildTrainStep(builder, *model, body);
  if (succeeded(result))
    result = buildEvaluate(builder, *model, body);
  if (succeeded(result) && model->output)
    result = buildPredict(builder, *model, body);
  body.erase();
  if (failed(result))
    signalPassFailure();
}
