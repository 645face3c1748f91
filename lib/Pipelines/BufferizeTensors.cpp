//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_BUFFERIZETENSORS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bufferization;

namespace {
struct BufferizeTensors : dorefa::impl::BufferizeTensorsBase<BufferizeTensors> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    StringRef writable = BufferizationDialect::kWritableAttrName;
    for (auto function : module.getOps<func::FuncOp>())
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        if (isa<TensorType>(function.getArgument(i).getType()) &&
            !function.getArgAttr(i, writable))
          function.setArgAttr(
              i, writable,
              BoolAttr::get(&getContext(),
                            static_cast<bool>(
                                function.getArgAttr(i, "dorefa.in_place"))));

    OneShotBufferizationOptions options;
    options.bufferizeFunctionBoundaries = true;
    options.setFunctionBoundaryTypeConversion(
        LayoutMapOption::IdentityLayoutMap);
    options.memCpyFn = [](OpBuilder &builder, Location loc, Value from,
                          Value to) {
      linalg::CopyOp::create(builder, loc, from, to);
      return success();
    };
    BufferizationState state;
    if (failed(runOneShotModuleBufferize(module, options, state)))
      signalPassFailure();
  }
};
} // namespace
