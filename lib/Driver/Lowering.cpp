//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Driver/Lowering.h"

#include "dorefa/Dialect/Bitserial/Transforms/CostModel.h"
#include "dorefa/Driver/Status.h"
#include "dorefa/Pipelines/Pipelines.h"

using namespace llvm;
using namespace dorefa::driver;

static void buildPipeline(mlir::OpPassManager &passes,
                          const CompileOptions &options) {
  if (options.target.kind == TargetKind::reference)
    return mlir::dorefa::buildReferencePipeline(passes);
  mlir::dorefa::HostPipelineOptions host;
  host.vectorBits = options.target.cpu.vectorBits();
  // The same code for every number of threads: its results do not depend on
  // it, and neither does the key of the object cache.
  host.threads = true;
  host.strategy = options.strategy;
  for (const mlir::bitserial::TunedChoice &choice : options.tuned)
    host.tuned.push_back(choice.text());
  for (const std::string &feature :
       options.target.cpu.selectFeatures(mlir::bitserial::getMachineFeatures()))
    host.features.push_back(feature);
  mlir::dorefa::buildHostPipeline(passes, host);
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
