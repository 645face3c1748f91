//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Lowering.h"

#include "dorefa/Conversion/DorefaToLinalg/Passes.h"
#include "dorefa/Driver/Status.h"
#include "mlir/Conversion/BufferizationToMemRef/BufferizationToMemRef.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace llvm;
using namespace dorefa::driver;

static void buildPipeline(mlir::OpPassManager &passes,
                          const CompileOptions &options) {
  // Until the pipelines are a library of their own: the reference, for all.
  passes.addPass(mlir::dorefa::createConvertDorefaToLinalg());
  passes.addPass(mlir::createConvertElementwiseToLinalgPass());
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
  mlir::bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      mlir::bufferization::LayoutMapOption::IdentityLayoutMap;
  passes.addPass(mlir::bufferization::createOneShotBufferizePass(bufferize));
  mlir::bufferization::buildBufferDeallocationPipeline(passes, {});
  passes.addPass(mlir::createConvertBufferizationToMemRefPass());
  passes.addPass(mlir::createConvertLinalgToLoopsPass());
  passes.addPass(mlir::memref::createExpandStridedMetadataPass());
  passes.addPass(mlir::createLowerAffinePass());
  passes.addPass(mlir::createSCFToControlFlowPass());
  passes.addPass(mlir::createConvertMathToLibmPass());
  passes.addPass(mlir::createConvertToLLVMPass());
  passes.addPass(mlir::createReconcileUnrealizedCastsPass());
}

std::string dorefa::driver::describePipeline(const CompileOptions &options) {
  mlir::OpPassManager passes(mlir::ModuleOp::getOperationName());
  buildPipeline(passes, options);
  std::string text;
  raw_string_ostream stream(text);
  passes.printAsTextualPipeline(stream);
  return text;
}

Error dorefa::driver::lower(mlir::ModuleOp module,
                            const CompileOptions &options) {
  mlir::PassManager passes(module->getName());
  buildPipeline(passes, options);
  if (failed(passes.run(module)))
    return inputError("the module cannot be lowered");
  return Error::success();
}
