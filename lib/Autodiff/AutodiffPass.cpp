//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// --dorefa-autodiff: the gradient of a function as a function next to it.

#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Autodiff/Passes.h"
#include "dorefa/Autodiff/Residuals.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Interfaces/DifferentiableOpInterface.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_AUTODIFFPASS
#include "dorefa/Autodiff/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

static bool isScalarFloat(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return isa<FloatType>(type) || (tensor && tensor.getRank() == 0 &&
                                  isa<FloatType>(tensor.getElementType()));
}

/// The result whose cotangent is 1: the loss, or a first result that is a
/// scalar float.
static std::optional<unsigned> findScalarResult(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (function.getResultAttr(i, "dorefa.loss"))
      return i;
  if (function.getNumResults() > 0 &&
      isScalarFloat(function.getResultTypes()[0]))
    return 0;
  return std::nullopt;
}

/// The results that take a cotangent each.
static SmallVector<unsigned> findOutputs(func::FuncOp function) {
  SmallVector<unsigned> marked, all;
  for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
    if (!isDifferentiable(type))
      continue;
    if (function.getResultAttr(i, "dorefa.output"))
      marked.push_back(i);
    if (!function.getResultAttr(i, "dorefa.state"))
      all.push_back(i);
  }
  return marked.empty() ? all : marked;
}

/// The arguments whose gradients are wanted, and their names.
static SmallVector<std::pair<unsigned, std::string>>
findWanted(func::FuncOp function) {
  SmallVector<std::pair<unsigned, std::string>> marked, all;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (!isDifferentiable(type))
      continue;
    if (auto name =
            function.getArgAttrOfType<StringAttr>(i, "dorefa.parameter"))
      marked.emplace_back(i, name.str());
    all.emplace_back(i, "arg" + std::to_string(i));
  }
  return marked.empty() ? all : marked;
}

static NamedAttribute named(Builder &builder, StringRef name, Twine value) {
  return builder.getNamedAttr(name, builder.getStringAttr(value));
}

/// Writes the gradient into `clone`, a copy of the function without calls.
static LogicalResult differentiate(func::FuncOp clone) {
  Operation *terminator = clone.getBody().front().getTerminator();
  OpBuilder builder(terminator);
  SmallVector<std::pair<unsigned, std::string>> wanted = findWanted(clone);

  GradientRequest request;
  if (std::optional<unsigned> scalar = findScalarResult(clone)) {
    Value output = terminator->getOperand(*scalar);
    request.outputs.push_back(output);
    auto one = FloatAttr::get(getElementTypeOrSelf(output.getType()), 1.0);
    TypedAttr value = one;
    if (auto type = dyn_cast<RankedTensorType>(output.getType()))
      value = DenseElementsAttr::get(type, one);
    request.cotangents.push_back(
        arith::ConstantOp::create(builder, clone.getLoc(), value));
  } else {
    for (unsigned i : findOutputs(clone)) {
      Value output = terminator->getOperand(i);
      unsigned position = clone.getNumArguments();
      if (failed(clone.insertArgument(
              position, getCotangentType(output.getType()),
              builder.getDictionaryAttr(
                  named(builder, "dorefa.cotangent", "result" + Twine(i))),
              output.getLoc())))
        return failure();
      request.outputs.push_back(output);
      request.cotangents.push_back(clone.getArgument(position));
    }
  }
  if (request.outputs.empty())
    return clone.emitError("has no result of floats or codes to differentiate");
  if (wanted.empty())
    return clone.emitError("has no argument of floats or codes to "
                           "differentiate with respect to");
  for (auto &[index, name] : wanted)
    request.wrt.push_back(clone.getArgument(index));
  if (drawsRandomNumbers(clone)) {
    std::tie(request.seed, request.step) = appendNoiseArguments(clone);
    attachNoise(clone, request.seed, request.step);
  }

  FailureOr<SmallVector<Value>> gradients = buildGradients(builder, request);
  if (failed(gradients))
    return failure();
  for (auto [entry, gradient] : llvm::zip_equal(wanted, *gradients)) {
    if (failed(
            clone.insertResult(clone.getNumResults(), gradient.getType(),
                               builder.getDictionaryAttr(named(
                                   builder, "dorefa.gradient", entry.second)))))
      return failure();
    terminator->insertOperands(terminator->getNumOperands(), gradient);
  }
  return success();
}

namespace {
struct AutodiffPass : dorefa::impl::AutodiffPassBase<AutodiffPass> {
  using AutodiffPassBase::AutodiffPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> functions;
    if (!function.empty()) {
      auto named = module.lookupSymbol<func::FuncOp>(function);
      if (!named) {
        module.emitError() << "there is no function '@" << function << "'";
        return signalPassFailure();
      }
      functions.push_back(named);
    } else {
      for (auto candidate : module.getOps<func::FuncOp>())
        if (candidate->hasAttr("dorefa.differentiate"))
          functions.push_back(candidate);
    }
    for (func::FuncOp candidate : functions)
      if (failed(addGradient(module, candidate)))
        return signalPassFailure();
  }

private:
  LogicalResult addGradient(ModuleOp module, func::FuncOp original) {
    if (original.isExternal() || !original.getBody().hasOneBlock())
      return original.emitError(
          "to be differentiated, a function needs a body of one block");
    std::string name = (original.getName() + "_grad").str();
    if (module.lookupSymbol(name))
      return original.emitError()
             << "cannot write its gradient: '@" << name << "' exists";
    OpBuilder builder(original);
    builder.setInsertionPointAfter(original);
    auto clone = cast<func::FuncOp>(builder.clone(*original));
    clone.setName(name);
    clone->removeAttr("dorefa.differentiate");
    if (failed(inlineCalls(clone)) || failed(numberRandomOps(clone)))
      return failure();
    nameLayers(clone);
    Operation *lastForward =
        clone.getBody().front().getTerminator()->getPrevNode();
    if (failed(differentiate(clone)))
      return failure();
    if (printResiduals)
      dorefa::printResiduals(llvm::errs(), clone,
                             collectResiduals(clone, lastForward));
    eraseGradientQuantizers(clone);
    IRRewriter rewriter(clone.getContext());
    DominanceInfo dominance(clone);
    eliminateCommonSubExpressions(rewriter, dominance, clone);
    return success();
  }
};
} // namespace
