//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Frontend.h"

#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Driver/TunedTable.h"
#include "dorefa/ExecutionEngine/ModuleSignatures.h"
#include "dorefa/Training/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

using namespace llvm;
using namespace dorefa::driver;

static mlir::LogicalResult run(mlir::ModuleOp module,
                               std::unique_ptr<mlir::Pass> pass) {
  mlir::PassManager passes(module->getName());
  passes.addPass(std::move(pass));
  return passes.run(module);
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>>
dorefa::driver::readModule(ModuleContext &context, StringRef path,
                           CompileOptions &options) {
  if (options.kernels != "auto" && !options.target.isGPU())
    return usageError("option '--kernels': '" + options.kernels +
                      "' is of GPUs, and the target is " +
                      options.target.name());
  if (!options.noTuned && options.strategy == "auto" &&
      options.target.kind == TargetKind::host)
    options.tuned = TunedTable::load(options.target.cpu, errs()).getChoices();
  auto module = context.parse(path);
  if (!module)
    return module.takeError();
  mlir::dorefa::SetBitsOptions bits;
  bits.weightKind = options.weights;
  if (options.bits) {
    bits.weights = options.bits->weights;
    bits.activations = options.bits->activations;
    bits.gradients = options.bits->gradients;
  }
  if (failed(run(**module, mlir::dorefa::createSetBits(bits))))
    return inputError(path + (options.bits
                                  ? ": the bits of --bits do not fit"
                                  : ": the file leaves bits open; give them "
                                    "by --bits=W,A,G"));
  return module;
}

Error dorefa::driver::makeTrainable(mlir::ModuleOp module,
                                    const OptimizerChoice &optimizer) {
  if (module.lookupSymbol("train_step"))
    return Error::success();
  mlir::dorefa::TrainingStepPassOptions options;
  options.optimizer = optimizer.kind == "adam"
                          ? mlir::dorefa::OptimizerKind::adam
                          : mlir::dorefa::OptimizerKind::sgd;
  options.momentum = optimizer.momentum;
  options.beta1 = optimizer.beta1;
  options.beta2 = optimizer.beta2;
  options.epsilon = optimizer.epsilon;
  options.weightDecay = optimizer.weightDecay;
  if (failed(run(module, mlir::dorefa::createTrainingStepPass(options))))
    return inputError("no training step can be made for the model");
  return Error::success();
}

Error dorefa::driver::updateInPlace(mlir::ModuleOp module,
                                    const CompileOptions &options) {
  if (options.target.kind != TargetKind::host)
    return Error::success();
  if (failed(run(module, mlir::dorefa::createUpdateInPlace())))
    return inputError("no function can be made to update in place");
  return Error::success();
}

Expected<mlir::func::FuncOp>
dorefa::driver::findEntry(mlir::ModuleOp module, StringRef file,
                          std::string &entry,
                          const OptimizerChoice &optimizer) {
  bool isModel = module.lookupSymbol("forward") != nullptr;
  bool wantsStep = entry.empty() || is_contained(trainingFunctions, entry);
  if (isModel && wantsStep)
    if (Error error = makeTrainable(module, optimizer))
      return inputError(file + ": " + toString(std::move(error)));
  if (entry.empty())
    entry = "train_step";
  auto function = module.lookupSymbol<mlir::func::FuncOp>(entry);
  if (function && !function.isExternal())
    return function;
  SmallVector<StringRef> names;
  for (auto other : module.getOps<mlir::func::FuncOp>())
    if (!other.isExternal())
      names.push_back(other.getName());
  return inputError(file + ": no function '" + entry +
                    "' in the module; there are " + join(names, ", ") +
                    " (see --entry)");
}

Error dorefa::driver::checkLowered(mlir::ModuleOp module,
                                   const CompileOptions &options) {
  // The reference has no low-bit kernels, and nobody expects them of it.
  if (options.target.kind == TargetKind::reference)
    return Error::success();
  mlir::dorefa::CheckLoweredOptions check;
  check.strategy = options.strategy;
  if (failed(run(module, mlir::dorefa::createCheckLowered(check))))
    return inputError("a quantized layer would run in float; "
                      "--no-check-lowered accepts that");
  return Error::success();
}

Error dorefa::driver::keepFunctions(mlir::ModuleOp module,
                                    ArrayRef<StringRef> names) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (!is_contained(names, function.getName()))
      function.setPrivate();
  if (failed(run(module, mlir::createSymbolDCEPass())))
    return inputError("unused functions cannot be removed");
  return Error::success();
}

std::string dorefa::driver::hashModule(mlir::ModuleOp module) {
  std::string text;
  raw_string_ostream(text) << *module;
  return toHex(BLAKE3::hash(arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

std::optional<int64_t> dorefa::driver::getClassCount(mlir::ModuleOp module) {
  for (const engine::FunctionSignature &signature :
       engine::getSignatures(module))
    for (const engine::ValueSignature &result : signature.results)
      if (result.has("output") && result.shape.size() == 2 &&
          result.shape[1] != engine::dynamicSize)
        return result.shape[1];
  return std::nullopt;
}
