// Functions of kernels without libdevice.

// RUN: dorefa-opt %s --dorefa-device-math | FileCheck %s

// CHECK-LABEL: gpu.func @f
// CHECK: llvm.call_intrinsic "llvm.sqrt.f32"
// CHECK: arith.extf
// CHECK-NOT: math.
// CHECK: arith.truncf
gpu.module @kernels {
  gpu.func @f(%x: f32) -> f32 {
    %r = math.sqrt %x : f32
    %l = math.log %r : f32
    gpu.return %l : f32
  }
}
