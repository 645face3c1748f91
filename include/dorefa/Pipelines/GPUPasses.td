//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The passes that exist only as steps of the pipelines for GPUs.

#ifndef DOREFA_PIPELINES_GPUPASSES_TD
#define DOREFA_PIPELINES_GPUPASSES_TD

include "mlir/Pass/PassBase.td"

def AttachNVVMTarget : Pass<"dorefa-attach-nvvm-target", "::mlir::ModuleOp"> {
  let summary = "say which NVIDIA GPUs kernels are compiled for";
  let description = [{
    Attaches a target to each gpu.module for each chip, or for those that it is
    marked with (`--dorefa-mark-chips`). A chip or a version of
    PTX that the kernels cannot be compiled for is an error here, where it can
    be reported: the code generator would end the process.

    ```mlir
    gpu.module @kernels { ... }
    ```
    becomes

    ```mlir
    gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_80", features = "+ptx80">] { ... }
    ```
  }];
  let options = [
    ListOption<"chips", "chips", "std::string",
               "the GPUs, by LLVM's names: sm_80, sm_90a">,
    Option<"features", "features", "std::string", /*default=*/"",
           "the version of PTX, +ptxNN; without it 8.0, or the oldest that "
           "knows the chip">,
    Option<"triple", "triple", "std::string",
           /*default=*/"\"nvptx64-nvidia-cuda\"", "LLVM's name of the target">,
  ];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def MarkChips : Pass<"dorefa-mark-chips", "::mlir::ModuleOp"> {
  let summary = "say which kernels only some of the chips launch";
  let description = [{
    Where the host chooses a kernel by the chip (`bitserial.chip`), the modules of
    the kernels that it chooses from are marked with the chips that launch them:
    they are compiled for these alone. A kernel of warpgroups is no code for
    sm_80, and one for sm_80 that sm_90a does not launch is of no use there.

    ```mlir
    %0 = bitserial.chip ["sm_80", "sm_90a"] : i32
    %1 = arith.index_cast %0 : i32 to index
    scf.index_switch %1
    case 1 { gpu.launch_func @f_warpgroup_bits::@f_warpgroup_bits ... }
    default { gpu.launch_func @f_tensor_bits::@f_tensor_bits ... }
    gpu.module @f_warpgroup_bits { ... }
    gpu.module @f_tensor_bits { ... }
    ```
    becomes

    ```mlir
    ...
    gpu.module @f_warpgroup_bits attributes {bitserial.chips = ["sm_90a"]} { ... }
    gpu.module @f_tensor_bits attributes {bitserial.chips = ["sm_80"]} { ... }
    ```
  }];
}

def AskChip : Pass<"dorefa-ask-chip", "::mlir::ModuleOp"> {
  let summary = "ask the run-time library which chip is there";
  let description = [{
    `bitserial.chip` becomes a call of `dorefaChooseChip`, which the run-time
    libraries of NVIDIA's GPUs and of the emulator have. A chip is two numbers:
    compute capability, and 1 if its code is for exactly that.

    ```mlir
    %0 = bitserial.chip ["sm_80", "sm_90a"] : i32
    ```
    becomes

    ```mlir
    llvm.mlir.global internal constant @chips(dense<[80, 0, 90, 1]> : tensor<4xi32>) : !llvm.array<4 x i32>
    ...
    %0 = llvm.mlir.addressof @chips : !llvm.ptr
    %1 = llvm.mlir.constant(2 : i64) : i64
    %2 = llvm.call @dorefaChooseChip(%0, %1) : (!llvm.ptr, i64) -> i32
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def GatherKernels : Pass<"dorefa-gather-kernels", "::mlir::ModuleOp"> {
  let summary = "put the kernels of all chips into one module, equal ones once";
  let description = [{
    Outlining makes a module of each kernel. One module is compiled, carried and
    loaded at once, and kernels that a forward pass and a training step share
    are there once. A kernel gets the name of the module that it comes from.
    Those that are for some of the chips alone (`--dorefa-mark-chips`) have a
    module for these, `kernels_sm_90a`.

    ```mlir
    gpu.module @forward_kernel { llvm.func @forward_kernel() ... }
    gpu.module @forward_kernel_0 { llvm.func @forward_kernel() ... }
    ```
    becomes

    ```mlir
    gpu.module @kernels {
      llvm.func @forward_kernel() ...
      llvm.func @forward_kernel_0() ...
    }
    ```
  }];
  let statistics = [
    Statistic<"numEqual", "equal-kernels",
              "number of kernels that were there already">
  ];
  let dependentDialects = ["::mlir::gpu::GPUDialect"];
}

def AssembleKernels : Pass<"dorefa-assemble-kernels", "::mlir::ModuleOp"> {
  let summary = "put machine code beside the PTX of kernels";
  let description = [{
    Runs NVIDIA's assembler on the PTX for each chip. The program is the one that
    the environment variable DOREFA_PTXAS names, or `ptxas` in the path, in
    CUDA_HOME/bin or in /usr/local/cuda/bin. The PTX stays: machine code runs on
    the generation of GPUs that it is for, PTX on all newer ones, too.

    ```mlir
    gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "...">]
    ```
    becomes

    ```mlir
    gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, bin = "...">,
                         #gpu.object<#nvvm.target<chip = "sm_80">, assembly = "...">]
    ```
  }];
  let options = [
    Option<"optional", "optional", "bool", /*default=*/"false",
           "leave PTX alone where there is no assembler, or, with a warning, "
           "where it does not take the PTX">,
  ];
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def LaunchKernels : Pass<"dorefa-launch-kernels", "::mlir::ModuleOp"> {
  let summary = "turn launches of compiled kernels into calls";
  let description = [{
    Code for each chip becomes a constant of the host's module. The run-time
    library chooses among them when a kernel is first launched, by what the GPU
    is, and keeps what it found beside the name of the kernel. All launches go
    to the default stream.

    ```mlir
    gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_80">, assembly = "...">]
    ...
    gpu.launch_func @kernels::@f blocks in (%g, %c1, %c1) threads in (%b, %c1, %c1) : i64 args(%x : !llvm.ptr)
    ```
    becomes

    ```mlir
    llvm.mlir.global internal constant @kernels_sm_80("...")
    llvm.mlir.global internal @kernels_program() : !llvm.struct<(ptr, i64, ptr)> { ... }
    ...
    %kernel = llvm.call @dorefaCudaGetKernel(%program, %name, %handle) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> !llvm.ptr
    llvm.call @mgpuLaunchKernel(%kernel, %g, %c1, %c1, %b, %c1, %c1, %c0, %null, %arguments, %null, %count) : ...
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // DOREFA_PIPELINES_GPUPASSES_TD
