//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The conversion driver: the common lowering, with products on packed words.

#include "BitserialBuilders.h"
#include "dorefa/Conversion/DorefaToBitserial/Passes.h"
#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTDOREFATOBITSERIAL
#include "dorefa/Conversion/DorefaToBitserial/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
struct ConvertDorefaToBitserial
    : dorefa::impl::ConvertDorefaToBitserialBase<ConvertDorefaToBitserial> {
  using ConvertDorefaToBitserialBase::ConvertDorefaToBitserialBase;

  void runOnOperation() override {
    if (!llvm::is_contained(
            {"auto", "popcount", "lookup", "integer", "shift", "float"},
            strategy)) {
      getOperation().emitError("unknown strategy '")
          << strategy
          << "'; expected auto, popcount, lookup, integer, shift or float";
      return signalPassFailure();
    }
    if (!chip.empty() && strategy == "lookup") {
      getOperation().emitError("strategy 'lookup' is of CPUs, and kernels are "
                               "for '")
          << chip << "'; expected auto, popcount, integer, shift or float";
      return signalPassFailure();
    }
    SmallVector<bitserial::TunedChoice> choices;
    for (const std::string &text : tuned) {
      std::optional<bitserial::TunedChoice> choice =
          bitserial::TunedChoice::parse(text);
      if (!choice) {
        getOperation().emitError("unknown choice '")
            << text << "'; expected LHSxRHSxDEPTH:STRATEGY, as in "
            << "2x1x64:popcount";
        return signalPassFailure();
      }
      choices.push_back(*choice);
    }
    RewritePatternSet windows(&getContext());
    populateWholeImagePatterns(windows);
    if (chip.empty()) {
      populatePointwisePatterns(windows);
      populatePhasePatterns(windows);
    }
    walkAndApplyPatterns(getOperation(), std::move(windows));
    auto populate = [&](const TypeConverter &converter,
                        RewritePatternSet &patterns) {
      populatePackedMaskPatterns(converter, patterns);
      if (strategy == "float")
        return populateFloatProductPatterns(converter, patterns,
                                            /*evenOfCodes=*/true);
      StrategyChoice choice{
          strategy,
          bitserial::Machine::get(
              vectorBits,
              SmallVector<std::string>(features.begin(), features.end())),
          choices, std::nullopt};
      if (!chip.empty()) {
        choice.gpu = bitserial::GPUMachine::get(chip);
        populateBatchedFilterGradientPatterns(converter, patterns, choice);
      }
      populateForwardProductPatterns(converter, patterns, choice);
      populateInputGradientPatterns(converter, patterns, choice);
      populateFilterGradientPatterns(converter, patterns, choice);
      if (strategy == "shift")
        populateShiftProductPatterns(converter, patterns);
    };
    if (failed(convertDorefa(getOperation(), populate)))
      signalPassFailure();
  }
};
} // namespace
