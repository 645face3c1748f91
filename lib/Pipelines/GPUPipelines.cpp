//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/GPUPipelines.h"
#include "dorefa/Conversion/BitserialToGPU/Passes.h"
#include "dorefa/Conversion/BitserialToLLVM/Passes.h"
#include "dorefa/Conversion/BitserialToLinalg/Passes.h"
#include "dorefa/Conversion/DorefaToBitserial/Passes.h"
#include "dorefa/Conversion/GPUToEmulator/Passes.h"
#include "dorefa/Conversion/LinalgToGPU/Passes.h"
#include "dorefa/Dialect/Bitserial/Transforms/GPUCostModel.h"
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "dorefa/Pipelines/Passes.h"
#include "dorefa/Pipelines/Pipelines.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/Transforms/RequestCWrappers.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

StringRef dorefa::getLeastChip(ArrayRef<std::string> chips) {
  if (chips.empty())
    return kDefaultChip;
  auto rank = [](StringRef chip) {
    auto machine = bitserial::GPUMachine::get(chip);
    return std::pair(machine.computeCapability, machine.hasWarpgroups);
  };
  return *llvm::min_element(
      chips, [&](StringRef x, StringRef y) { return rank(x) < rank(y); });
}

void dorefa::addGPUTensors(OpPassManager &pm,
                           const GPUPipelineOptions &options) {
  pm.addPass(createPoolCodes());
  ConvertDorefaToBitserialOptions products;
  products.strategy = options.strategy;
  products.chip = getLeastChip(options.chips).str();
  pm.addPass(createConvertDorefaToBitserial(products));
  addUpstreamToLinalg(pm);
  pm.addPass(createCSEPass());
  pm.addPass(createFoldConstants());
  ConvertBitserialToLinalgOptions words;
  words.reference = true;
  words.keepProducts = true;
  pm.addPass(createConvertBitserialToLinalg(words));
  pm.addPass(createDropUnitDims());
  pm.addPass(createFuseElementwise());
  if (options.freeze)
    pm.nest<func::FuncOp>().addPass(createFuseThresholds());
  pm.addPass(createExpandMath());
  pm.addPass(createCSEPass());
  if (options.freeze) {
    pm.addPass(createSplitPreparation());
    pm.addPass(createCSEPass());
  }
  pm.nest<func::FuncOp>().addPass(bitserial::createSinkProducts());
}

void dorefa::addLaunches(OpPassManager &pm, const GPUPipelineOptions &options) {
  pm.addPass(createSeparateInits());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  addBufferization(pm);
  ConvertBitserialToGPUOptions products;
  llvm::append_range(products.chips, options.chips);
  products.strategy = options.kernels;
  pm.addPass(createConvertBitserialToGPU(products));
  ConvertBitserialToLinalgOptions packs;
  packs.reference = true;
  pm.addPass(createConvertBitserialToLinalg(packs));
  pm.addPass(createConvertLinalgToGPU());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createGpuKernelOutliningPass());
  pm.addPass(createBoundOccupancy());
  pm.addPass(createMarkChips());
}

void dorefa::addLaunchedKernels(OpPassManager &pm) {
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createSCFToControlFlowPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createConvertBitserialToLLVM());
  kernels.addPass(createConvertNVGPUToNVVMPass());
  kernels.addPass(dorefa::createDeviceMath());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createConvertMathToLLVMPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());

  pm.nest<func::FuncOp>().addPass(LLVM::createLLVMRequestCWrappersPass());
  addLoopsToLLVM(pm, /*onDevice=*/true);
  pm.addPass(createGpuToLLVMConversionPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createDeviceMemory());
  pm.addPass(createAskChip());
}

void dorefa::addEmulatedKernels(OpPassManager &pm,
                                const GPUPipelineOptions &options) {
  addLaunches(pm, options);
  addLaunchedKernels(pm);
  pm.addPass(createGPUToEmulator());
}

void dorefa::buildEmulatorPipeline(OpPassManager &pm,
                                   const GPUPipelineOptions &options) {
  addGPUTensors(pm, options);
  addEmulatedKernels(pm, options);
}

static SmallVector<std::string>
getChips(const dorefa::NVVMPipelineOptions &options) {
  SmallVector<std::string> chips(options.chips.begin(), options.chips.end());
  if (chips.empty())
    chips.push_back(dorefa::kDefaultChip.str());
  return chips;
}

static void setKernelOptions(dorefa::GPUPipelineOptions &kernels,
                             const dorefa::NVVMPipelineOptions &options) {
  kernels.strategy = options.strategy;
  kernels.kernels = options.kernels;
  kernels.freeze = options.freeze;
  for (const std::string &chip : getChips(options))
    kernels.chips.push_back(chip);
}

static std::unique_ptr<Pass>
attachTarget(const dorefa::NVVMPipelineOptions &options) {
  dorefa::AttachNVVMTargetOptions target;
  target.chips = getChips(options);
  target.features = options.features;
  return dorefa::createAttachNVVMTarget(target);
}

void dorefa::addNVVMTensors(OpPassManager &pm,
                            const NVVMPipelineOptions &options) {
  // Before anything is lowered for a chip that there is no code for.
  pm.addPass(attachTarget(options));
  GPUPipelineOptions kernels;
  setKernelOptions(kernels, options);
  addGPUTensors(pm, kernels);
}

void dorefa::addNVVMLaunches(OpPassManager &pm,
                             const NVVMPipelineOptions &options) {
  GPUPipelineOptions kernels;
  setKernelOptions(kernels, options);
  addLaunches(pm, kernels);
}

void dorefa::addCompiledKernels(OpPassManager &pm,
                                const NVVMPipelineOptions &options) {
  addLaunchedKernels(pm);
  pm.addPass(createGatherKernels());
  pm.addPass(createConvertBitserialToNVVM());
  pm.addPass(attachTarget(options));
  if (options.format == "none")
    return;
  bool assembled = options.format == "bin" || options.format == "auto";
  GpuModuleToBinaryPassOptions binary;
  binary.compilationTarget =
      assembled ? std::string("isa") : options.format.getValue();
  pm.addPass(createGpuModuleToBinaryPass(binary));
  if (!assembled)
    return;
  AssembleKernelsOptions assembly;
  assembly.optional = options.format == "auto";
  pm.addPass(createAssembleKernels(assembly));
}

void dorefa::buildNVVMPipeline(OpPassManager &pm,
                               const NVVMPipelineOptions &options) {
  addNVVMTensors(pm, options);
  addNVVMLaunches(pm, options);
  addCompiledKernels(pm, options);
  if (options.format != "none")
    pm.addPass(createLaunchKernels());
}

void dorefa::registerGPUPipelines() {
  PassPipelineRegistration<NVVMPipelineOptions>(
      "dorefa-to-nvvm", "lower to kernels for NVIDIA's GPUs, as PTX",
      buildNVVMPipeline);
  PassPipelineRegistration<GPUPipelineOptions>(
      "dorefa-to-gpu-emulator",
      "lower to GPU kernels, and these to functions of the host that the "
      "emulator runs",
      buildEmulatorPipeline);
}
