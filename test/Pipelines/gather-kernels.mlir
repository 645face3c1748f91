// RUN: dorefa-opt %s --dorefa-gather-kernels --split-input-file | FileCheck %s

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

// -----

// Those of some of the chips have a module for these; equal ones are there once,
// for the chips of all that launch them.

// CHECK: gpu.module @kernels {
// CHECK-NEXT: llvm.func @all
// CHECK-NOT: gpu.module
// CHECK: llvm.func @everywhere
// CHECK: gpu.module @kernels_sm_90a attributes {bitserial.chips = ["sm_90a"]} {
// CHECK-NEXT: llvm.func @one
// CHECK: gpu.module @kernels_sm_80_sm_90a attributes {bitserial.chips = ["sm_80", "sm_90a"]} {
// CHECK-NEXT: llvm.func @first
// CHECK-NOT: gpu.module
// CHECK: gpu.launch_func @kernels::@all blocks
// CHECK: gpu.launch_func @kernels_sm_90a::@one blocks
// CHECK: gpu.launch_func @kernels_sm_80_sm_90a::@first blocks
// CHECK: gpu.launch_func @kernels_sm_80_sm_90a::@first blocks
// CHECK: gpu.launch_func @kernels::@everywhere blocks
// CHECK: gpu.launch_func @kernels::@everywhere blocks

module attributes {gpu.container_module} {
  gpu.module @all {
    llvm.func @k(%x: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  gpu.module @one attributes {bitserial.chips = ["sm_90a"]} {
    llvm.func @k(%x: i32) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  gpu.module @first attributes {bitserial.chips = ["sm_90a"]} {
    llvm.func @k(%x: i64) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  gpu.module @second attributes {bitserial.chips = ["sm_80"]} {
    llvm.func @k(%x: i64) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  gpu.module @everywhere attributes {bitserial.chips = ["sm_80"]} {
    llvm.func @k(%x: f32) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  gpu.module @again {
    llvm.func @k(%x: f32) attributes {gpu.kernel, nvvm.kernel} { llvm.return }
  }
  llvm.func @host(%n: i64, %x: !llvm.ptr, %i: i32, %f: f32) {
    gpu.launch_func @all::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%x : !llvm.ptr)
    gpu.launch_func @one::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%i : i32)
    gpu.launch_func @first::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%n : i64)
    gpu.launch_func @second::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%n : i64)
    gpu.launch_func @everywhere::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%f : f32)
    gpu.launch_func @again::@k blocks in (%n, %n, %n) threads in (%n, %n, %n) : i64 args(%f : f32)
    llvm.return
  }
}
