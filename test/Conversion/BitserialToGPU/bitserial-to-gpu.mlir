// RUN: dorefa-opt --convert-bitserial-to-gpu --canonicalize --cse %s | FileCheck %s
// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=gfx942 %s | FileCheck %s --check-prefix=OTHER

// Other GPUs have neither mma.sync nor asynchronous copies.
// OTHER-NOT: nvvm
// OTHER-NOT: nvgpu

// Tensor cores: copies, a barrier, fragments, AND; sums of each p + q.
// CHECK-LABEL: @tensor
func.func @tensor(%a: memref<64x64x2xi32>, %b: memref<64x1x64xi32>, %c: memref<64x64xi32>) {
  // CHECK: gpu.launch blocks
  // CHECK-SAME: dynamic_shared_memory_size
  // CHECK: %[[MEMORY:.*]] = gpu.dynamic_shared_memory
  // CHECK: memref.view %[[MEMORY]]
  // CHECK: nvgpu.device_async_copy %{{.*}}, 4, %{{.*}} {bypassL1}
  // CHECK: nvvm.cp.async.commit.group
  // CHECK: scf.for
  // CHECK: nvvm.cp.async.wait.group
  // CHECK-NEXT: gpu.barrier
  // CHECK: nvgpu.device_async_copy
  // CHECK: nvvm.mma.sync
  // CHECK-SAME: b1Op = #nvvm.mma_b1op<and_popc>
  // CHECK-NOT: xor
  // CHECK: nvvm.cp.async.wait.group 0
  // CHECK: arith.shli
  bitserial.matmul ins(%a, %b : memref<64x64x2xi32>, memref<64x1x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// CHECK-LABEL: @bytes
func.func @bytes(%a: memref<64x16x1xi32>, %b: memref<16x1x64xi32>, %c: memref<64x64xi32>) {
  // CHECK: nvvm.mma.sync
  // CHECK-SAME: multiplicandAPtxType = #nvvm.mma_type<u8>
  // CHECK-SAME: shape = #nvvm.shape<m = 16, n = 8, k = 32>
  bitserial.matmul ins(%a, %b : memref<64x16x1xi32>, memref<16x1x64xi32>) outs(%c : memref<64x64xi32>) {byte_bits = array<i64: 8, 8>}
  return
}

// A few rows are multiplied by counting; parts of the depth are added atomically.
// CHECK-LABEL: @vector
func.func @vector(%a: memref<1x128x1xi32>, %b: memref<128x2x64xi32>, %c: memref<1x64xi32>) {
  // CHECK: gpu.launch
  // CHECK-NOT: dynamic_shared_memory
  // CHECK: math.ctpop
  // CHECK: memref.atomic_rmw addi
  // CHECK-NOT: mma
  bitserial.matmul ins(%a, %b : memref<1x128x1xi32>, memref<128x2x64xi32>) outs(%c : memref<1x64xi32>)
  return
}

// Of a number of samples that is not known before the call the host chooses.
// CHECK-LABEL: @samples
func.func @samples(%a: memref<?x1x1x1x128x1xi32>, %b: memref<1x1x1x128x2x64xi32>, %c: memref<?x1x1x1x64xi32>) {
  // CHECK: %[[FEW:.*]] = arith.cmpi ule, %{{.*}}, %c3
  // CHECK: scf.if %[[FEW]]
  // CHECK-NOT: mma
  // CHECK: math.ctpop
  // CHECK: } else {
  // CHECK: nvvm.mma.sync
  bitserial.conv2d ins(%a, %b : memref<?x1x1x1x128x1xi32>, memref<1x1x1x128x2x64xi32>) outs(%c : memref<?x1x1x1x64xi32>)
  return
}

// A size that is not known may be 0: nothing is launched then.
// CHECK-LABEL: @dynamic
func.func @dynamic(%a: memref<?x10x10x1x2x1xi32>, %b: memref<1x3x3x2x1x64xi32>, %c: memref<?x8x8x1x64xi32>) {
  // CHECK: %[[SIZE:.*]] = memref.dim %arg2, %c0
  // CHECK: %[[SOME:.*]] = arith.cmpi ne, %[[SIZE]], %c0
  // CHECK: scf.if %[[SOME]]
  // CHECK: gpu.launch
  bitserial.conv2d ins(%a, %b : memref<?x10x10x1x2x1xi32>, memref<1x3x3x2x1x64xi32>) outs(%c : memref<?x8x8x1x64xi32>)
  return
}

// CHECK-LABEL: @nothing
func.func @nothing(%a: memref<8x0x1xi32>, %b: memref<0x1x8xi32>, %c: memref<8x8xi32>) {
  // CHECK-NEXT: return
  bitserial.matmul ins(%a, %b : memref<8x0x1xi32>, memref<0x1x8xi32>) outs(%c : memref<8x8xi32>)
  return
}
