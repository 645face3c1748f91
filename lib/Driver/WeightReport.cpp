//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/WeightReport.h"

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Driver/Program.h"
#include "dorefa/Driver/Status.h"

using namespace llvm;
using namespace dorefa;
using namespace dorefa::driver;
using mlir::dorefa::QuantizeWeightOp;

/// The parameters of a function that it quantizes, by their names.
static std::map<std::string, QuantizeWeightOp>
findQuantizers(mlir::func::FuncOp function) {
  std::map<std::string, QuantizeWeightOp> quantizers;
  function.walk([&](QuantizeWeightOp op) {
    auto argument = dyn_cast<mlir::BlockArgument>(op.getInput());
    if (!argument || argument.getOwner() != &function.getBody().front() ||
        !mlir::dorefa::getCodeType(op.getCodes().getType()))
      return;
    if (auto name = function.getArgAttrOfType<mlir::StringAttr>(
            argument.getArgNumber(), "dorefa.parameter"))
      quantizers.try_emplace(name.str(), op);
  });
  return quantizers;
}

static std::string functionName(size_t index) {
  return "codes" + std::to_string(index);
}

/// A function from weights to their codes.
static void addFunction(mlir::ModuleOp module, QuantizeWeightOp op,
                        StringRef name) {
  mlir::OpBuilder builder = mlir::OpBuilder::atBlockEnd(module.getBody());
  auto function = mlir::func::FuncOp::create(
      builder, op.getLoc(), name,
      builder.getFunctionType(op.getInput().getType(),
                              op.getCodes().getType()));
  mlir::Block *body = function.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  auto copy = cast<QuantizeWeightOp>(builder.clone(*op));
  copy.getInputMutable().assign(body->getArgument(0));
  mlir::func::ReturnOp::create(builder, op.getLoc(), copy.getCodes());
}

/// Zero has a code in pow2 only: 0.
static int64_t countZeros(const data::Tensor &codes,
                          mlir::dorefa::CodeType type) {
  return type.getKind() == mlir::dorefa::CodeKind::pow2
             ? count(codes.data<uint8_t>(), 0)
             : 0;
}

/// Counts the codes of a parameter by the function that makes them.
static Error countCodes(WeightReport &report, QuantizeWeightOp op,
                        const engine::CompiledFunction &function,
                        data::Tensor &weights) {
  Expected<std::vector<data::Tensor>> codes = function(&weights);
  if (!codes)
    return inputError("parameter '" + report.name +
                      "': " + toString(codes.takeError()));
  mlir::dorefa::CodeType type =
      mlir::dorefa::getCodeType(op.getCodes().getType());
  report.kind = mlir::dorefa::stringifyCodeKind(type.getKind()).str();
  report.bits = type.getBits();
  report.zeros = countZeros(codes->front(), type);
  int64_t scales = op.getPerChannel() ? report.shape[0] : 1;
  report.bytes =
      divideCeil(report.count * report.bits, 8) + scales * sizeof(float);
  return Error::success();
}

/// Counts blocks of zeros where there may be such.
static Error
addBlocks(MutableArrayRef<WeightReport> reports,
          const std::map<std::string, QuantizeWeightOp> &quantizers,
          TrainingProgram::Values &values, const CompileOptions &options) {
  SmallVector<WeightReport *> withZeros;
  SmallVector<QuantizeWeightOp> ops;
  SmallVector<data::Tensor *> weights;
  for (WeightReport &report : reports)
    if (report.kind == "pow2") {
      withZeros.push_back(&report);
      ops.push_back(quantizers.at(report.name));
      weights.push_back(&values.find(report.name)->second);
    }
  auto counts = countBlocks(ops, weights, options);
  if (!counts)
    return counts.takeError();
  for (auto [report, count] : zip_equal(withZeros, *counts))
    report->blocks = count;
  return Error::success();
}

Expected<std::vector<WeightReport>>
dorefa::driver::reportWeights(mlir::func::FuncOp function,
                              TrainingProgram::Values &values,
                              const CompileOptions &options) {
  std::map<std::string, QuantizeWeightOp> quantizers = findQuantizers(function);
  mlir::OwningOpRef<mlir::ModuleOp> module(
      mlir::ModuleOp::create(function.getLoc()));
  for (auto [i, quantizer] : enumerate(quantizers)) {
    if (!values.count(quantizer.first))
      return inputError("the checkpoint has no parameter '" + quantizer.first +
                        "'");
    addFunction(*module, quantizer.second, functionName(i));
  }
  // Whatever the model is compiled for: its codes are the same everywhere.
  auto engine = compileProgram(*module, CompileOptions(), errs());
  if (!engine)
    return engine.takeError();

  std::vector<WeightReport> reports;
  for (auto &[name, value] : values) {
    if (StringRef(name).starts_with("optimizer."))
      continue;
    WeightReport &report = reports.emplace_back();
    report.name = name;
    report.shape.assign(value.shape().begin(), value.shape().end());
    report.count = value.numElements();
    report.bytes = report.floatBytes = value.bytes().size();
    auto found = quantizers.find(name);
    if (found == quantizers.end())
      continue;
    auto codes = (*engine)->lookup(
        functionName(std::distance(quantizers.begin(), found)));
    if (!codes)
      return codes.takeError();
    if (Error error = countCodes(report, found->second, *codes, value))
      return error;
  }
  if (Error error = addBlocks(reports, quantizers, values, options))
    return std::move(error);
  return reports;
}
