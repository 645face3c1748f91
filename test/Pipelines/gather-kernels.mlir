// RUN: dorefa-opt %s --dorefa-gather-kernels | FileCheck %s

// Kernels come into one module, equal ones once; what belongs to one has a name
// of its own.

// CHECK: gpu.module @kernels {
// CHECK:   llvm.func @f_kernel(
// CHECK:   llvm.mlir.global internal @f_kernel_0_tile() {addr_space = 3 : i32}
// CHECK:   llvm.func @f_kernel_0(
// CHECK:     llvm.mlir.addressof @f_kernel_0_tile
// CHECK:   llvm.func @several_first(
// CHECK:   llvm.func @several_second(
// CHECK: }
// CHECK-NOT: gpu.module
// CHECK: llvm.func @host
// CHECK: gpu.launch_func @kernels::@f_kernel blocks
// CHECK: gpu.launch_func @kernels::@f_kernel_0 blocks
// CHECK: gpu.launch_func @kernels::@f_kernel blocks
// CHECK: gpu.launch_func @kernels::@several_second blocks

module attributes {gpu.container_module} {
  gpu.module @f_kernel {
    llvm.func @f_kernel(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
  gpu.module @f_kernel_0 {
    llvm.mlir.global internal @tile() {addr_space = 3 : i32} : !llvm.array<8 x i32>
    llvm.func @f_kernel(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      %tile = llvm.mlir.addressof @tile : !llvm.ptr<3>
      %y = llvm.load %tile : !llvm.ptr<3> -> i32
      llvm.store %y, %x : i32, !llvm.ptr
      llvm.return
    }
  }
  gpu.module @g_kernel {
    llvm.func @g_kernel(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
  gpu.module @several {
    llvm.func @first(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
    llvm.func @second(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
  llvm.func @host(%n: i64, %x: !llvm.ptr) {
    gpu.launch_func @f_kernel::@f_kernel blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%x : !llvm.ptr)
    gpu.launch_func @f_kernel_0::@f_kernel blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%x : !llvm.ptr)
    gpu.launch_func @g_kernel::@g_kernel blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%x : !llvm.ptr)
    gpu.launch_func @several::@second blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%x : !llvm.ptr)
    llvm.return
  }
}
