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
    stands. There are three kinds of kernels, and all take words of planes and
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
    - `warpgroup`: the same on sm_90a, where four warps multiply 64 rows at once
      and the tensor cores read both sides from shared memory, through
      descriptors: `bitserial.warpgroup_multiply` of bits or bytes. The tile is
      laid out in core matrices of eight rows of 16 bytes, without a swizzle.

    A convolution is a matrix product whose rows are the output positions; its
    rows are found in the input while tiles are copied. What lies beyond the end
    of an axis enters as zeros and is not stored.

    Where one elementwise op alone reads the sums, and comes next, the kernel
    does what that op does with them, and they do not go through memory; but not
    where blocks share the depth of a sum. Results of that op that a `pack` alone
    reads, along the columns, become its words in the kernel, too, on NVIDIA's
    GPUs: the threads of a row's fragments exchange bits by `gpu.shuffle`, those of
    a `loop` kernel by `nvvm.vote.sync`. Other packs stay.

    Of several chips, each gets the kernel that is chosen for it: one for all
    where they agree, else the host asks which chip is there (`bitserial.chip`),
    and an `scf.index_switch` launches. Kernels have names that say what they are,
    `FUNCTION_tensor_bits`.

    Operands start at multiples of 16 bytes, plus their offset.

    Before:
    ```mlir
    bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x64xi32>) outs(%c : memref<64x64xi32>)
    ```
    After, with `strategy=tensor`:
    ```mlir
    gpu.launch blocks(...) threads(...) dynamic_shared_memory_size %bytes function(@f_tensor_bits) {
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
  let statistics = [
    Statistic<"numEpilogues", "epilogues",
              "number of ops that became part of a product's kernel">,
    Statistic<"numPacks", "packs",
              "number of packs that became part of a product's kernel">
  ];
  let options = [
    ListOption<"chips", "chip", "std::string",
               "the GPUs, by LLVM's names: sm_80, sm_90a, gfx942 (default "
               "sm_80)">,
    Option<"strategy", "strategy", "std::string", /*default=*/"\"auto\"",
           "auto, loop, tensor or warpgroup">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bitserial::BitserialDialect",
    "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::nvgpu::NVGPUDialect",
    "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect"
  ];
}

def ConvertBitserialToNVVM : Pass<"convert-bitserial-to-nvvm"> {
  let summary = "Write the products of warpgroups in the text of PTX";
  let description = [{
    `bitserial.warpgroup_multiply` becomes the instructions of sm_90a, as one
    piece of inline assembly: the fence, `wgmma.mma_async` of b1 (with AND) or u8
    for each step and each pair of planes, and the wait for them. Nothing else
    may touch the sums in between, and in one piece nothing can. (MLIR 22 has an
    op for one of these instructions, but its lowering leaves out `.and.popc`,
    and is done where kernels of the emulator pass, too.) The emulator's lowering
    is `--dorefa-gpu-to-emulator`.

    Before:
    ```mlir
    %d:4 = bitserial.warpgroup_multiply %a, %b, sums(%c0, %c1, %c2, %c3)
        {columns = 8 : i64, steps = 1 : i64, planes = array<i64: 1, 1>,
         lhs_strides = array<i64: 2048, 2048>, rhs_strides = array<i64: 256, 256>}
    ```
    After:
    ```mlir
    %d = llvm.inline_asm has_side_effects asm_dialect = att
        "{\0A.reg .pred p; .reg .b64 a, b;\0Asetp.ne.b32 p, 1, 0;\0Awgmma.fence.sync.aligned;\0Aadd.s64 a, $4, 0; add.s64 b, $5, 0;\0Awgmma.mma_async.sync.aligned.m64n8k256.s32.b1.b1.and.popc {$0, $1, $2, $3}, a, b, p;\0Awgmma.commit_group.sync.aligned;\0Awgmma.wait_group.sync.aligned 0;\0A}",
        "=r,=r,=r,=r,l,l,0,1,2,3,~{memory}" %a, %b, %c0, %c1, %c2, %c3
        : (i64, i64, i32, i32, i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def BoundOccupancy : Pass<"bitserial-bound-occupancy", "::mlir::ModuleOp"> {
  let summary = "Say how many blocks of a product's kernel run at once";
  let description = [{
    The fewer registers a thread has, the more blocks a multiprocessor runs at
    once, and ptxas stores a value in memory, even in the loop of the products,
    rather than go without one more block. Kernels of tensor cores are told the
    number of blocks that leaves a thread all registers that it can have, and
    kernels that count the bits of very many pairs of planes one that leaves
    them 96. Other kernels are left as they are.

    Before:
    ```mlir
    gpu.func @f_tensor_bits(...) kernel attributes {known_block_size = array<i32: 128, 1, 1>}
    ```
    After:
    ```mlir
    gpu.func @f_tensor_bits(...) kernel attributes {known_block_size = array<i32: 128, 1, 1>,
                                                    nvvm.minctasm = 2 : i32}
    ```
  }];
  let dependentDialects = ["::mlir::NVVM::NVVMDialect"];
}

#endif // DOREFA_CONVERSION_BITSERIALTOGPU_PASSES_TD
