// RUN: dorefa-opt %s --dorefa-launch-kernels | FileCheck %s

// Code of each chip, with what says where it runs: an exact one has flag 1,
// machine code flag 2.

// CHECK-LABEL: llvm.mlir.global internal @kernels_program()
// CHECK: llvm.mlir.addressof @kernels_codes
// CHECK: llvm.mlir.constant(2 : i64)
// CHECK-LABEL: llvm.mlir.global internal constant @kernels_codes()
// CHECK: llvm.mlir.addressof @kernels_sm_80
// CHECK: llvm.mlir.constant(9 : i64)
// CHECK: llvm.mlir.constant(80 : i32)
// CHECK: llvm.mlir.constant(0 : i32)
// CHECK: llvm.mlir.addressof @kernels_sm_90a_cubin
// CHECK: llvm.mlir.constant(12 : i64)
// CHECK: llvm.mlir.constant(90 : i32)
// CHECK: llvm.mlir.constant(3 : i32)
// CHECK-NOT: gpu.
// CHECK: llvm.mlir.global internal constant @kernels_sm_90a_cubin("machine code\00") {{.*}}alignment = 16
// CHECK: llvm.mlir.global internal constant @kernels_sm_80("PTX of 80\00")

// CHECK-LABEL: llvm.func @host(
// CHECK-SAME: %[[GRID:.*]]: i64, %[[X:.*]]: !llvm.ptr, %[[SHARED:.*]]: i32
// CHECK: %[[MEMORY:.*]] = llvm.alloca %{{.*}} x !llvm.ptr
// CHECK: %[[SLOTS:.*]] = llvm.alloca %{{.*}} x !llvm.ptr
// CHECK: llvm.store %[[X]], %[[MEMORY]]
// CHECK: %[[SLOT:.*]] = llvm.getelementptr %[[SLOTS]][0]
// CHECK: llvm.store %[[MEMORY]], %[[SLOT]]
// CHECK: %[[KERNEL:.*]] = llvm.call @dorefaCudaGetKernel(
// CHECK: llvm.call @mgpuLaunchKernel(%[[KERNEL]], %[[GRID]], {{.*}}, %[[SHARED]], %{{.*}}, %[[SLOTS]],

module attributes {gpu.container_module} {
  gpu.binary @kernels [
    #gpu.object<#nvvm.target<chip = "sm_80">, assembly = "PTX of 80">,
    #gpu.object<#nvvm.target<chip = "sm_90a">, bin = "machine code">]
  llvm.func @host(%n: i64, %x: !llvm.ptr, %shared: i32) {
    gpu.launch_func @kernels::@f blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 dynamic_shared_memory_size %shared args(%x : !llvm.ptr)
    llvm.return
  }
}
