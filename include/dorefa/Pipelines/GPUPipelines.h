//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The pipelines whose kernels run on a GPU, or on what stands for one.

#ifndef DOREFA_PIPELINES_GPUPIPELINES_H
#define DOREFA_PIPELINES_GPUPIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::dorefa {

/// The GPU that kernels are made for where nothing is said.
inline constexpr llvm::StringLiteral kDefaultChip = "sm_80";

/// The one of these that can do least, kDefaultChip of none: how codes are
/// packed is chosen for it, as words are the same for all.
llvm::StringRef getLeastChip(llvm::ArrayRef<std::string> chips);

/// What all of them want to know.
template <typename Derived>
struct KernelPipelineOptions : PassPipelineOptions<Derived> {
  ::mlir::detail::PassOptions::Option<std::string> strategy{
      *this, "strategy",
      llvm::cl::desc(
          "how products of codes run: auto, popcount, integer, shift or float"),
      llvm::cl::init("auto")};
  ::mlir::detail::PassOptions::Option<std::string> kernels{
      *this, "kernels",
      llvm::cl::desc("of products: auto, loop, tensor or warpgroup (sm_90a)"),
      llvm::cl::init("auto")};
  ::mlir::detail::PassOptions::Option<bool> freeze{
      *this, "freeze",
      llvm::cl::desc("compute what an inference function needs of its "
                     "parameters in a function of its own"),
      llvm::cl::init(false)};
};

/// Of kernels that are not compiled yet.
struct GPUPipelineOptions : KernelPipelineOptions<GPUPipelineOptions> {
  PassOptions::ListOption<std::string> chips{
      *this, "chip",
      llvm::cl::desc("the GPUs that kernels are chosen for, by LLVM's names "
                     "(default sm_80); of several, the host chooses")};
};

/// What those for NVIDIA's GPUs want to know in addition.
struct NVVMPipelineOptions : KernelPipelineOptions<NVVMPipelineOptions> {
  PassOptions::ListOption<std::string> chips{
      *this, "chip",
      llvm::cl::desc("the GPUs to compile for, by LLVM's names, from sm_80 on "
                     "(default sm_80); code for each, and kernels chosen for "
                     "each, are carried along")};
  PassOptions::Option<std::string> features{
      *this, "features",
      llvm::cl::desc("the version of PTX, +ptxNN (default 8.0, or the oldest "
                     "that knows the chip)"),
      llvm::cl::init("")};
  PassOptions::Option<std::string> format{
      *this, "format",
      llvm::cl::desc(
          "isa (PTX, which the driver compiles), bin (machine code "
          "beside the PTX, by ptxas), auto (bin where ptxas is, else "
          "isa) or none (kernels stay IR)"),
      llvm::cl::init("isa")};
};

/// From a dorefa module to ops on tensors, each of which a kernel is made from;
/// `freeze` then has inference functions split (--dorefa-split-preparation).
void addGPUTensors(OpPassManager &pm, const GPUPipelineOptions &options);

/// From there to a gpu.func of each kernel, and host code on memrefs that
/// launches them.
void addLaunches(OpPassManager &pm, const GPUPipelineOptions &options);

/// From there to kernels of the NVVM dialect, and host code of the LLVM
/// dialect: what PTX and the emulator have in common.
void addLaunchedKernels(OpPassManager &pm);

/// From the tensors to kernels as functions of the host.
void addEmulatedKernels(OpPassManager &pm, const GPUPipelineOptions &options);

/// `--dorefa-to-gpu-emulator`: kernels as functions of the host.
void buildEmulatorPipeline(OpPassManager &pm,
                           const GPUPipelineOptions &options);

/// The tensors of `addGPUTensors`, for chips that there is code for.
void addNVVMTensors(OpPassManager &pm, const NVVMPipelineOptions &options);

/// From there to launches.
void addNVVMLaunches(OpPassManager &pm, const NVVMPipelineOptions &options);

/// From there to all kernels in one gpu.binary, as PTX or also as machine code,
/// and host code that launches them.
void addCompiledKernels(OpPassManager &pm, const NVVMPipelineOptions &options);

/// `--dorefa-to-nvvm`: kernels as PTX or also as machine code, and host code
/// that carries them and calls lib/Runtime/Cuda.
void buildNVVMPipeline(OpPassManager &pm, const NVVMPipelineOptions &options);

/// Makes the pipelines known to the command line.
void registerGPUPipelines();

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_GPUPIPELINES_H
