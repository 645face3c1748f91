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
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace llvm;
using namespace dorefa::driver;

static std::string functionName(size_t index) {
  return "product" + std::to_string(index);
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
  mlir::Operation *copy = builder.clone(*op, mapping);
  mlir::func::ReturnOp::create(builder, op->getLoc(), copy->getResults());
}

Error dorefa::driver::measureLayers(std::vector<LayerPlan> &plans,
                                    const CompileOptions &options,
                                    int64_t batch, int64_t repeat) {
  if (plans.empty())
    return Error::success();
  mlir::OwningOpRef<mlir::ModuleOp> module(
      mlir::ModuleOp::create(plans.front().op->getLoc()));
  for (auto [i, plan] : enumerate(plans))
    addFunction(*module, plan.op, functionName(i));
  auto engine = compileProgram(*module, options, errs());
  if (!engine)
    return engine.takeError();
  for (auto [i, plan] : enumerate(plans)) {
    auto function = (*engine)->lookup(functionName(i));
    if (!function)
      return function.takeError();
    std::vector<data::Tensor> arguments =
        makeRandomArguments(function->signature(), batch, /*classes=*/2, 1);
    Expected<Timing> timing = timeCalls(*function, arguments, repeat);
    if (!timing)
      return timing.takeError();
    plan.measuredSeconds = timing->median() / batch;
  }
  return Error::success();
}
