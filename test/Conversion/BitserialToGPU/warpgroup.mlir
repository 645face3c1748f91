// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=sm_90a --canonicalize --cse %s | FileCheck %s
// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=sm_90 %s | FileCheck %s --check-prefix=OTHER
// RUN: dorefa-opt --convert-bitserial-to-gpu="chip=sm_90a strategy=tensor" %s | FileCheck %s --check-prefix=OTHER

// OTHER-NOT: warpgroup

// Tiles in core matrices, four words of each row behind one another; what was
// copied is shown to the tensor cores before the barrier.
// CHECK-LABEL: @bits
func.func @bits(%a: memref<64x64x1xi32>, %b: memref<64x2x64xi32>, %c: memref<64x64xi32>) {
  // CHECK: gpu.launch blocks
  // CHECK: %[[MEMORY:.*]] = gpu.dynamic_shared_memory
  // CHECK: memref.view %[[MEMORY]]{{.*}} to memref<{{[0-9]+}}x1x{{[0-9]+}}x64x4xi32, #gpu.address_space<workgroup>>
  // CHECK: memref.view %[[MEMORY]]{{.*}} to memref<{{[0-9]+}}x2x{{[0-9]+}}x32x4xi32, #gpu.address_space<workgroup>>
  // CHECK: memref.extract_aligned_pointer_as_index %[[MEMORY]]
  // CHECK: nvgpu.device_async_copy %{{.*}}, 4, %{{.*}} {bypassL1}
  // CHECK: nvgpu.device_async_copy %{{.*}}, 1, %
  // CHECK: scf.for
  // CHECK: nvvm.cp.async.wait.group
  // CHECK-NEXT: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
  // CHECK-NEXT: gpu.barrier
  // CHECK: nvgpu.device_async_copy
  // CHECK: bitserial.warpgroup_multiply {{.*}} {columns = 32 : i64, {{.*}}planes = array<i64: 1, 2>
  // CHECK: nvvm.cp.async.wait.group 0
  // CHECK: arith.shli
  bitserial.matmul ins(%a, %b : memref<64x64x1xi32>, memref<64x2x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// CHECK-LABEL: @bytes
func.func @bytes(%a: memref<64x64x1xi32>, %b: memref<64x1x64xi32>, %c: memref<64x64xi32>) {
  // CHECK: bitserial.warpgroup_multiply {{.*}} {bytes, columns = 32 : i64
  bitserial.matmul ins(%a, %b : memref<64x64x1xi32>, memref<64x1x64xi32>) outs(%c : memref<64x64xi32>) {byte_bits = array<i64: 8, 8>}
  return
}

// Of fewer rows than 64 a warpgroup would multiply zeros.
// CHECK-LABEL: @few
// CHECK-NOT: warpgroup
// CHECK: nvvm.mma.sync
func.func @few(%a: memref<63x64x1xi32>, %b: memref<64x1x64xi32>, %c: memref<63x64xi32>) {
  bitserial.matmul ins(%a, %b : memref<63x64x1xi32>, memref<64x1x64xi32>) outs(%c : memref<63x64xi32>)
  return
}

// The number of samples decides when the function is called.
// CHECK-LABEL: @samples
// CHECK: scf.if
// CHECK: gpu.launch
// CHECK: math.ctpop
// CHECK: } else {
// CHECK: gpu.launch
// CHECK: bitserial.warpgroup_multiply
func.func @samples(%a: memref<?x64x1xi32>, %b: memref<64x1x64xi32>, %c: memref<?x64xi32>) {
  bitserial.matmul ins(%a, %b : memref<?x64x1xi32>, memref<64x1x64xi32>) outs(%c : memref<?x64xi32>)
  return
}
