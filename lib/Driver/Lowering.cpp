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
#include "dorefa/Pipelines/GPUPipelines.h"
#include "dorefa/Pipelines/PTXAssembler.h"
#include "dorefa/Pipelines/Passes.h"
#include "dorefa/Pipelines/Pipelines.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace dorefa::driver;

using mlir::dorefa::HostPipelineOptions;

static void setHostOptions(HostPipelineOptions &host,
                           const CompileOptions &options) {
  host.vectorBits = options.target.cpu.vectorBits();
  // The same code for every number of threads: its results do not depend on
  // it, and neither does the key of the object cache.
  host.threads = true;
  host.strategy = options.strategy;
  for (const mlir::bitserial::TunedChoice &choice : options.tuned)
    host.tuned.push_back(choice.text());
  host.freeze = options.freeze;
  for (const std::string &feature :
       options.target.cpu.selectFeatures(mlir::bitserial::getMachineFeatures()))
    host.features.push_back(feature);
}

static void setNVVMOptions(mlir::dorefa::NVVMPipelineOptions &nvvm,
                           const CompileOptions &options) {
  nvvm.strategy = options.strategy;
  nvvm.kernels = options.kernels;
  nvvm.freeze = options.freeze;
  nvvm.format = StringSwitch<std::string>(options.cubin)
                    .Case("always", "bin")
                    .Case("never", "isa")
                    .Default("auto");
  for (const std::string &chip : options.target.chips)
    nvvm.chips.push_back(chip);
}

static void setKernelOptions(mlir::dorefa::GPUPipelineOptions &kernels,
                             const CompileOptions &options) {
  kernels.strategy = options.strategy;
  kernels.kernels = options.kernels;
  kernels.freeze = options.freeze;
  for (const std::string &chip : options.target.chips)
    kernels.chips.push_back(chip);
}

static void addTensors(mlir::OpPassManager &passes,
                       const CompileOptions &options) {
  if (options.target.kind == TargetKind::reference)
    return mlir::dorefa::addReferenceTensors(passes, options.freeze);
  if (options.target.kind == TargetKind::emulator) {
    mlir::dorefa::GPUPipelineOptions kernels;
    setKernelOptions(kernels, options);
    return mlir::dorefa::addGPUTensors(passes, kernels);
  }
  if (options.target.kind == TargetKind::cuda) {
    mlir::dorefa::NVVMPipelineOptions nvvm;
    setNVVMOptions(nvvm, options);
    return mlir::dorefa::addNVVMTensors(passes, nvvm);
  }
  HostPipelineOptions host;
  setHostOptions(host, options);
  mlir::dorefa::addHostTensors(passes, host);
}

static void addLaunches(mlir::OpPassManager &passes,
                        const CompileOptions &options) {
  mlir::dorefa::NVVMPipelineOptions nvvm;
  setNVVMOptions(nvvm, options);
  mlir::dorefa::addNVVMLaunches(passes, nvvm);
}

static void addLoops(mlir::OpPassManager &passes,
                     const CompileOptions &options) {
  if (options.target.kind == TargetKind::reference)
    return mlir::dorefa::addReferenceLoops(passes);
  if (options.target.kind == TargetKind::emulator) {
    mlir::dorefa::GPUPipelineOptions kernels;
    setKernelOptions(kernels, options);
    return mlir::dorefa::addEmulatedKernels(passes, kernels);
  }
  if (options.target.kind == TargetKind::cuda) {
    mlir::dorefa::NVVMPipelineOptions nvvm;
    setNVVMOptions(nvvm, options);
    mlir::dorefa::addNVVMLaunches(passes, nvvm);
    mlir::dorefa::addCompiledKernels(passes, nvvm);
    passes.addPass(mlir::dorefa::createLaunchKernels());
    return;
  }
  HostPipelineOptions host;
  setHostOptions(host, options);
  mlir::dorefa::addHostLoops(passes, host);
}

std::string dorefa::driver::describePipeline(const CompileOptions &options) {
  mlir::OpPassManager passes(mlir::ModuleOp::getOperationName());
  addTensors(passes, options);
  addLoops(passes, options);
  std::string text;
  raw_string_ostream stream(text);
  passes.printAsTextualPipeline(stream);
  return text;
}

static Error run(mlir::ModuleOp module, const CompileOptions &options,
                 void (*addPasses)(mlir::OpPassManager &,
                                   const CompileOptions &)) {
  mlir::PassManager passes(module->getName());
  passes.enableVerifier(false); // the result is verified
  addPasses(passes, options);
  if (failed(passes.run(module)) || failed(mlir::verify(module)))
    return inputError("the module cannot be lowered");
  return Error::success();
}

Error dorefa::driver::lowerToTensors(mlir::ModuleOp module,
                                     const CompileOptions &options) {
  return run(module, options, addTensors);
}

Error dorefa::driver::lowerToLLVM(mlir::ModuleOp module,
                                  const CompileOptions &options) {
  return run(module, options, addLoops);
}

static void addKernels(mlir::OpPassManager &passes,
                       const CompileOptions &options) {
  mlir::dorefa::NVVMPipelineOptions nvvm;
  setNVVMOptions(nvvm, options);
  nvvm.format = "none";
  mlir::dorefa::addCompiledKernels(passes, nvvm);
}

Error dorefa::driver::lowerToKernels(
    mlir::ModuleOp module, const CompileOptions &options,
    function_ref<Error(mlir::ModuleOp)> seeLaunches) {
  if (Error error = run(module, options, addTensors))
    return error;
  if (Error error = run(module, options, addLaunches))
    return error;
  if (Error error = seeLaunches ? seeLaunches(module) : Error::success())
    return error;
  return run(module, options, addKernels);
}

Expected<std::string> dorefa::driver::writePTX(mlir::ModuleOp module) {
  mlir::PassManager passes(module->getName());
  mlir::GpuModuleToBinaryPassOptions binary;
  binary.compilationTarget = "isa";
  passes.addPass(mlir::createGpuModuleToBinaryPass(binary));
  if (failed(passes.run(module)))
    return inputError("the kernels cannot be written as PTX");
  auto binaries = module.getOps<mlir::gpu::BinaryOp>();
  if (binaries.empty())
    return inputError("there is nothing in the module that runs on a GPU");
  auto object =
      cast<mlir::gpu::ObjectAttr>((*binaries.begin()).getObjects()[0]);
  return object.getObject().getValue().rtrim('\0').str();
}

Error dorefa::driver::checkAssembler(StringRef option) {
  if (mlir::dorefa::PTXAssembler::find())
    return Error::success();
  return unavailableError(option + " needs " +
                          mlir::dorefa::PTXAssembler::describeSearch());
}

Expected<std::string> dorefa::driver::writeMachineCode(mlir::ModuleOp module,
                                                       StringRef chip) {
  Expected<std::string> ptx = writePTX(module);
  if (!ptx)
    return ptx.takeError();
  auto assembler = mlir::dorefa::PTXAssembler::find();
  if (!assembler)
    return checkAssembler("machine code");
  Expected<mlir::dorefa::AssembledPTX> assembled =
      assembler->assemble(*ptx, chip);
  if (!assembled)
    return assembled.takeError();
  return std::move(assembled->machineCode);
}
