//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Structured ops on buffers become kernels.

#ifndef DOREFA_CONVERSION_LINALGTOGPU_PASSES_TD
#define DOREFA_CONVERSION_LINALGTOGPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertLinalgToGPU : Pass<"convert-linalg-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Lower linalg ops and scf.forall on memrefs to GPU kernels";
  let description = [{
    All memory that functions get or allocate is the device's: each op that touches it becomes
    one `gpu.launch`, where it stands.

    - A linalg op runs in one thread for each point of its parallel loops, which
      goes through the reduction loops in their order.
    - Few long reductions whose body ends in an associative op run in one block
      each. Its threads sum in strides, then as a tree in shared memory: the
      order depends on the op's shape alone.
    - `scf.forall` runs in one thread for each of its iterations.
    - A single element that the host reads is copied to it by `mgpuMemcpy`; one
      that it writes is written by a kernel.

    Constants are read inside of kernels, so that outlining takes them along.

    Before:
    ```mlir
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
        ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) { negf }
    ```
    After:
    ```mlir
    gpu.launch blocks(%b, ...) in (%blocks, ...) threads(%t, ...) in (%c256, ...) {
      %i = affine.apply (b, t) -> (b * 256 + t)
      scf.if %inside {
        %v = memref.load %x[%i] : memref<?xf32>
        %n = arith.negf %v : f32
        memref.store %n, %y[%i] : memref<?xf32>
      }
      gpu.terminator
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

def DeviceMemory : Pass<"dorefa-device-memory", "::mlir::ModuleOp"> {
  let summary = "Allocate the memory of memrefs on the GPU";
  let description = [{
    `finalize-memref-to-llvm{use-generic-functions}` leaves calls of functions
    that allocate and free. They get bodies: the run-time functions of the gpu
    dialect.

    Before:
    ```mlir
    llvm.func @_mlir_memref_to_llvm_alloc(i64) -> !llvm.ptr
    ```
    After:
    ```mlir
    llvm.func internal @_mlir_memref_to_llvm_alloc(%size: i64) -> !llvm.ptr {
      %memory = llvm.call @mgpuMemAlloc(%size, %null, %false) : (i64, !llvm.ptr, i1) -> !llvm.ptr
      llvm.return %memory : !llvm.ptr
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def DeviceMath : Pass<"dorefa-device-math"> {
  let summary = "Mathematical functions as instructions and arithmetic";
  let description = [{
    `convert-gpu-to-nvvm` turns ops of the math dialect into calls of libdevice,
    which comes with a CUDA toolkit. What a GPU has an instruction for becomes
    an intrinsic instead, and logarithms and cosines of f32 become arithmetic in
    f64 that is rounded once. The cosine is good up to 2^20.

    Before:
    ```mlir
    %r = math.sqrt %x : f32
    ```
    After:
    ```mlir
    %r = llvm.call_intrinsic "llvm.sqrt.f32"(%x) : (f32) -> f32
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

#endif // DOREFA_CONVERSION_LINALGTOGPU_PASSES_TD
