//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The conversion driver: codes become i8, every dorefa op goes.

#include "dorefa/Conversion/DorefaToLinalg/Passes.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTDOREFATOLINALG
#include "dorefa/Conversion/DorefaToLinalg/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

CodeTypeConverter::CodeTypeConverter() {
  addConversion([](Type type) { return type; });
  addConversion([](RankedTensorType type) -> Type {
    if (!isa<CodeType>(type.getElementType()))
      return type;
    return RankedTensorType::get(type.getShape(),
                                 IntegerType::get(type.getContext(), 8));
  });
}

/// Bits left open cannot be lowered: say so at the first op that has them.
static LogicalResult requireKnownBits(ModuleOp module) {
  WalkResult result = module.walk([](Operation *op) {
    auto isOpen = [](Type type) {
      CodeType code = getCodeType(type);
      return code && code.isOpen();
    };
    if (llvm::any_of(op->getResultTypes(), isOpen)) {
      op->emitOpError("has open bits; fill them in with "
                      "--dorefa-set-bits=\"w=... a=... g=...\"");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult mlir::dorefa::convertDorefa(
    ModuleOp module,
    llvm::function_ref<void(const TypeConverter &, RewritePatternSet &)>
        populateProducts) {
  MLIRContext *context = module.getContext();
  if (failed(requireKnownBits(module)))
    return failure();
  RewritePatternSet before(context);
  populateEmptyBatchPatterns(before);
  populateLinearPatterns(before);
  if (failed(applyPatternsGreedily(module, std::move(before),
                                   GreedyRewriteConfig().enableFolding(false))))
    return failure();

  CodeTypeConverter converter;
  RewritePatternSet patterns(context);
  populateQuantizerPatterns(converter, patterns);
  populateWeightPatterns(converter, patterns);
  populateRandomPatterns(converter, patterns);
  populateBatchNormPatterns(converter, patterns);
  populatePoolingPatterns(converter, patterns);
  populateLossPatterns(converter, patterns);
  populateAnchorPatterns(converter, patterns);
  populateMultiboxLossPatterns(converter, patterns);
  populateFloatProductPatterns(converter, patterns);
  populateCarrierPatterns(converter, patterns);
  populateProducts(converter, patterns);

  ConversionTarget target(*context);
  target.addIllegalDialect<DorefaDialect>();
  target.markUnknownOpDynamicallyLegal([&](Operation *op) {
    if (auto function = dyn_cast<FunctionOpInterface>(op)) {
      return converter.isSignatureLegal(
          cast<FunctionType>(function.getFunctionType()));
    }
    return converter.isLegal(op);
  });
  return applyFullConversion(module, target, std::move(patterns));
}

namespace {
struct ConvertDorefaToLinalg
    : dorefa::impl::ConvertDorefaToLinalgBase<ConvertDorefaToLinalg> {
  void runOnOperation() override {
    if (failed(convertDorefa(getOperation(), populateReferenceProductPatterns)))
      signalPassFailure();
  }
};
} // namespace
