//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/LayerTimer.h"

#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/RandomArguments.h"
#include "dorefa/Driver/Timing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

#include <chrono>
#include <map>

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;

static std::string functionName(size_t index) {
  return "product" + std::to_string(index);
}

/// What sums start from: filled in here where it is filled in there. An
/// argument stays as it is, so sums would go to a copy of it.
static void fillInits(mlir::OpBuilder &b, mlir::Operation *op,
                      mlir::IRMapping &mapping) {
  auto destination = dyn_cast<mlir::DestinationStyleOpInterface>(op);
  if (!destination)
    return;
  for (mlir::Value init : destination.getDpsInits()) {
    auto fill = init.getDefiningOp<mlir::linalg::FillOp>();
    mlir::TypedAttr value;
    if (!fill || !matchPattern(fill.getInputs()[0], m_Constant(&value)))
      continue;
    mlir::Location loc = op->getLoc();
    mlir::Value empty = mlir::tensor::EmptyOp::create(
        b, loc, mlir::tensor::getMixedSizes(b, loc, mapping.lookup(init)),
        getElementTypeOrSelf(init.getType()));
    mlir::Value constant = mlir::arith::ConstantOp::create(b, loc, value);
    mapping.map(init,
                mlir::linalg::FillOp::create(b, loc, constant, empty).result());
  }
}

/// A function that does `op` alone; what the op reads are its arguments.
static void addFunction(mlir::ModuleOp module, mlir::Operation *op,
                        StringRef name) {
  SetVector<mlir::Value> operands;
  op->walk([&](mlir::Operation *nested) {
    for (mlir::Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        operands.insert(operand);
  });
  SmallVector<mlir::Type> types;
  for (mlir::Value operand : operands)
    types.push_back(operand.getType());
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockEnd(module.getBody());
  auto function = mlir::func::FuncOp::create(
      builder, op->getLoc(), name,
      builder.getFunctionType(types, op->getResultTypes()));
  mlir::Block *body = function.addEntryBlock();
  mlir::IRMapping mapping;
  for (auto [operand, argument] : zip_equal(operands, body->getArguments()))
    mapping.map(operand, argument);
  builder.setInsertionPointToEnd(body);
  fillInits(builder, op, mapping);
  mlir::Operation *copy = builder.clone(*op, mapping);
  // The same product of two layers is the same function.
  copy->removeAttr("dorefa.layer");
  mlir::func::ReturnOp::create(builder, op->getLoc(), copy->getResults());
}

namespace {
/// One way to run one product.
struct Run {
  StringRef strategy; // empty: as the options say
  engine::CompiledFunction function;
  std::vector<double> seconds;
};

/// All ways to run one product, and the plans that have just this product.
struct Measurement {
  SmallVector<LayerPlan *> plans;
  SmallVector<Run> runs;
};
} // namespace

/// The same text for products that run the same code.
static std::string describe(mlir::Operation *op) {
  mlir::OwningOpRef<mlir::ModuleOp> module(
      mlir::ModuleOp::create(op->getLoc()));
  addFunction(*module, op, functionName(0));
  std::string text;
  raw_string_ostream(text) << *module;
  return text;
}

/// Adds a run to each of `measurements`.
static Expected<std::unique_ptr<engine::Engine>>
addRuns(ArrayRef<Measurement *> measurements, CompileOptions options,
        StringRef strategy) {
  if (!strategy.empty())
    options.strategy = strategy.str();
  mlir::OwningOpRef<mlir::ModuleOp> module(
      mlir::ModuleOp::create(measurements[0]->plans[0]->op->getLoc()));
  for (auto [i, measurement] : enumerate(measurements))
    addFunction(*module, measurement->plans[0]->op, functionName(i));
  auto engine = compileProgram(*module, options, errs());
  if (!engine)
    return engine.takeError();
  for (auto [i, measurement] : enumerate(measurements)) {
    auto function = (*engine)->lookup(functionName(i));
    if (!function)
      return function.takeError();
    measurement->runs.push_back({strategy, std::move(*function), {}});
  }
  return engine;
}

/// Runs the ways to run a product in turns, `repeat` times at least and for some
/// milliseconds, and tells its plans the least times: what disturbs a machine
/// makes a call longer, some kernels' more than others'.
static Error measure(Measurement &measurement, int64_t batch, int64_t repeat) {
  using Clock = std::chrono::steady_clock;
  std::vector<data::Tensor> arguments =
      makeRandomArguments(measurement.runs[0].function.signature(), batch,
                          /*classes=*/2, /*seed=*/1);
  SmallVector<data::Tensor *> pointers;
  for (data::Tensor &argument : arguments)
    pointers.push_back(&argument);
  for (Run &run : measurement.runs) {
    auto results = run.function.call(pointers);
    if (!results)
      return results.takeError();
  }
  constexpr std::chrono::milliseconds shortest(20);
  Clock::time_point start = Clock::now();
  for (int64_t i = 0; i < repeat || Clock::now() - start < shortest; ++i)
    for (Run &run : measurement.runs) {
      Clock::time_point begin = Clock::now();
      auto results = run.function.callUnchecked(pointers);
      run.seconds.push_back(
          std::chrono::duration<double>(Clock::now() - begin).count());
      if (!results)
        return results.takeError();
    }
  for (Run &run : measurement.runs) {
    double seconds = *min_element(run.seconds) / batch;
    for (LayerPlan *plan : measurement.plans) {
      if (run.strategy.empty() || run.strategy == plan->strategy)
        plan->measuredSeconds = seconds;
      for (StrategyCost &cost : plan->strategies)
        if (cost.strategy ==
            (run.strategy.empty() ? StringRef(plan->strategy) : run.strategy))
          cost.measuredSeconds = seconds;
    }
  }
  return Error::success();
}

Error dorefa::driver::measureLayers(MutableArrayRef<LayerPlan> plans,
                                    const CompileOptions &options,
                                    int64_t batch, int64_t repeat,
                                    bool everyStrategy) {
  // Networks repeat their layers.
  std::map<std::string, Measurement> measurements;
  for (LayerPlan &plan : plans)
    measurements[describe(plan.op)].plans.push_back(&plan);
  std::map<StringRef, SmallVector<Measurement *>> byStrategy;
  for (auto &[text, measurement] : measurements) {
    LayerPlan &plan = *measurement.plans[0];
    if (!everyStrategy || plan.strategies.size() < 2)
      byStrategy[""].push_back(&measurement);
    else
      for (const StrategyCost &cost : plan.strategies)
        byStrategy[cost.strategy].push_back(&measurement);
  }
  std::vector<std::unique_ptr<engine::Engine>> engines;
  for (auto &[strategy, list] : byStrategy) {
    auto engine = addRuns(list, options, strategy);
    if (!engine)
      return engine.takeError();
    engines.push_back(std::move(*engine));
  }
  for (auto &[text, measurement] : measurements)
    if (Error error = measure(measurement, batch, repeat))
      return error;
  return Error::success();
}
