// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=sm_80,sm_90a,sm_90 %s | FileCheck %s
// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=sm_80,sm_86,sm_90 %s | FileCheck %s --check-prefix=SAME
// RUN: dorefa-opt --convert-bitserial-to-gpu="chip=sm_80,sm_90a strategy=tensor" %s | FileCheck %s --check-prefix=SAME
// RUN: dorefa-opt --convert-bitserial-to-gpu=chip=sm_90a %s | FileCheck %s --check-prefix=ONE

// Each chip has the kernel that is chosen for it; the host asks which is there.

// SAME-NOT: bitserial.chip
// ONE-NOT: bitserial.chip

// CHECK-LABEL: @many
// CHECK: %[[CHIP:.*]] = bitserial.chip ["sm_80", "sm_90a", "sm_90"] : i32
// CHECK: %[[NUMBER:.*]] = arith.index_cast %[[CHIP]] : i32 to index
// CHECK: scf.index_switch %[[NUMBER]]
// CHECK-NEXT: case 1 {
// CHECK: gpu.launch {{.*}} function(@many_warpgroup_bits)
// CHECK: default {
// CHECK: gpu.launch {{.*}} function(@many_tensor_bits)
// CHECK-NOT: gpu.launch
// CHECK: return
// ONE-LABEL: @many
// ONE: function(@many_warpgroup_bits)
func.func @many(%a: memref<64x64x1xi32>, %b: memref<64x2x64xi32>, %c: memref<64x64xi32>) {
  bitserial.matmul ins(%a, %b : memref<64x64x1xi32>, memref<64x2x64xi32>) outs(%c : memref<64x64xi32>)
  return
}

// They agree.
// CHECK-LABEL: @few
// CHECK-NOT: bitserial.chip
// CHECK: gpu.launch {{.*}} function(@few_tensor_bytes)
// CHECK-NOT: gpu.launch
// CHECK: return
func.func @few(%a: memref<63x64x1xi32>, %b: memref<64x1x64xi32>, %c: memref<63x64xi32>) {
  bitserial.matmul ins(%a, %b : memref<63x64x1xi32>, memref<64x1x64xi32>) outs(%c : memref<63x64xi32>) {byte_bits = array<i64: 8, 8>}
  return
}

// They agree for few rows alone.
// CHECK-LABEL: @unknown
// CHECK: scf.if
// CHECK: scf.if
// CHECK: gpu.launch {{.*}} function(@unknown_loop_bits)
// CHECK: } else {
// CHECK: bitserial.chip
// CHECK: case 1 {
// CHECK: gpu.launch {{.*}} function(@unknown_warpgroup_bits)
// CHECK: default {
// CHECK: gpu.launch {{.*}} function(@unknown_tensor_bits)
// CHECK-NOT: gpu.launch
// CHECK: return
func.func @unknown(%a: memref<?x64x1xi32>, %b: memref<64x2x64xi32>, %c: memref<?x64xi32>) {
  bitserial.matmul ins(%a, %b : memref<?x64x1xi32>, memref<64x2x64xi32>) outs(%c : memref<?x64xi32>)
  return
}
