//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of products of packed words to GPU kernels.

#ifndef DOREFA_CONVERSION_BITSERIALTOGPU_PASSES_TD
#define DOREFA_CONVERSION_BITSERIALTOGPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertBitserialToGPU : Pass<"convert-bitserial-to-gpu"> {
  let summary = "Lower bitserial products on memrefs to GPU kernels";
  let description = [{
    Each `matmul` and `conv2d` on memrefs becomes one `gpu.launch`, where it
    stands. There are two kinds of kernels, and both take words of planes and
    words of bytes:

    - `loop`: each thread owns some sums and runs through the depth. It counts
      bits or multiplies bytes with plain arithmetic: any GPU, and the choice for
      a few rows; where their number is not known before the call and may be
      small, both kernels are made, and the host chooses. Where a product has too few sums to fill a GPU, its depth is
      split among blocks, which add atomically: integers, so in any order.
    - `tensor`: tensor cores from sm_80. Tiles of both sides are copied into
      shared memory asynchronously, the next one while this one is multiplied by
      `mma.sync`, m16n8k256 of bits with AND or m16n8k32 of bytes. All planes of
      a tile are multiplied in one pass over the depth; the sums of each p + q
      are kept apart and put together with shifts behind the loop.

    A convolution is a matrix product whose rows are the output positions; its
    rows are found in the input while tiles are copied. What lies beyond the end
    of an axis enters as zeros and is not stored.

    Operands start at multiples of 16 bytes, plus their offset.

    Before:
    ```mlir
    bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x64xi32>) outs(%c : memref<64x64xi32>)
    ```
    After, with `strategy=tensor`:
    ```mlir
    gpu.launch blocks(...) threads(...) dynamic_shared_memory_size %bytes {
      %token = nvgpu.device_async_copy %a[...], %tileA[...], 4, %size : ...
      ...
      nvvm.cp.async.commit.group
      scf.for ... {
        nvvm.cp.async.wait.group 1
        gpu.barrier
        ...
        nvvm.mma.sync A[...] B[...] C[...] {b1Op = #nvvm.mma_b1op<and_popc>, ...}
      }
      memref.store ...
    }
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_80\"",
           "the GPU, by LLVM's name: sm_80, sm_90a, gfx942">,
    Option<"strategy", "strategy", "std::string", /*default=*/"\"auto\"",
           "auto, loop or tensor">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::nvgpu::NVGPUDialect",
    "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect"
  ];
}

#endif // DOREFA_CONVERSION_BITSERIALTOGPU_PASSES_TD
