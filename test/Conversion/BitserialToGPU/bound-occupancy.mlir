// RUN: dorefa-opt %s --bitserial-bound-occupancy | FileCheck %s

// Kernels of tensor cores may have all registers that a thread can have; of
// 128 threads two blocks fit.

gpu.module @kernels {
  // CHECK: gpu.func @tensor_bits() kernel attributes {known_block_size = array<i32: 128, 1, 1>, nvvm.minctasm = 2 : i32}
  gpu.func @tensor_bits() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    %1 = nvvm.mma.sync A[%0, %0, %0, %0] B[%0, %0] C[%0, %0, %0, %0]
        {b1Op = #nvvm.mma_b1op<and_popc>, layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>,
         multiplicandAPtxType = #nvvm.mma_type<b1>, multiplicandBPtxType = #nvvm.mma_type<b1>,
         shape = #nvvm.shape<m = 16, n = 8, k = 256>}
        : (i32, i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
    gpu.return
  }

  // Of 32 threads eight.
  // CHECK: gpu.func @one_warp() kernel attributes {known_block_size = array<i32: 32, 1, 1>, nvvm.minctasm = 8 : i32}
  gpu.func @one_warp() kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    %1 = nvvm.mma.sync A[%0, %0, %0, %0] B[%0, %0] C[%0, %0, %0, %0]
        {b1Op = #nvvm.mma_b1op<and_popc>, layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>,
         multiplicandAPtxType = #nvvm.mma_type<b1>, multiplicandBPtxType = #nvvm.mma_type<b1>,
         shape = #nvvm.shape<m = 16, n = 8, k = 256>}
        : (i32, i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
    gpu.return
  }

  // CHECK: gpu.func @other() kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
  gpu.func @other() kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    gpu.return
  }
}
