// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=tensor" | FileCheck %s
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=warpgroup" | FileCheck %s
// RUN: dorefa-opt %s --convert-bitserial-to-gpu="chip=sm_90a strategy=loop" | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// Threads compare the sums that they have: there is no memory for them.
// CHECK-LABEL: @codes
// CHECK-SAME: %{{.*}}, %[[LIMITS:[^:]*]]: memref<64xi32>, %[[CODES:[^:]*]]: memref<256x64xi8>
// CHECK-NOT: memref.alloc
// CHECK-NOT: linalg
// CHECK: gpu.launch
// CHECK: scf.for
// CHECK: %[[LIMIT:.*]] = memref.load %[[LIMITS]]
// CHECK: %[[ABOVE:.*]] = arith.cmpi sgt, %{{.*}}, %[[LIMIT]]
// CHECK: %[[CODE:.*]] = arith.extui %[[ABOVE]]
// CHECK: memref.store %[[CODE]], %[[CODES]]
// CHECK: gpu.terminator
func.func @codes(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %codes: memref<256x64xi8>, %other: memref<256x64xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<256x64xi32>)
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<256x64xi32>
  return
}

// Memory of an operand is freed behind the kernel.
// CHECK-LABEL: @freed
// CHECK: gpu.launch
// CHECK: gpu.terminator
// CHECK: memref.dealloc %{{.*}} : memref<256x8x1xi32>
func.func @freed(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %codes: memref<256x64xi8>, %other: memref<256x64xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<256x64xi32>)
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  memref.dealloc %a : memref<256x8x1xi32>
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<256x64xi32>
  return
}

// Sums that do not start from zeros.
// CHECK-LABEL: @start
// CHECK: linalg.generic
func.func @start(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %codes: memref<256x64xi8>, %other: memref<256x64xi32>) {
  %start = arith.constant 1 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<256x64xi32>)
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<256x64xi32>
  return
}

// Sums that somebody else reads, too.
// CHECK-LABEL: @two_readers
// CHECK: linalg.generic
func.func @two_readers(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %codes: memref<256x64xi8>, %other: memref<256x64xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<256x64xi32>)
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.copy %s, %other : memref<256x64xi32> to memref<256x64xi32>
  memref.dealloc %s : memref<256x64xi32>
  return
}

// Something between the two writes to memory.
// CHECK-LABEL: @writes
// CHECK: linalg.generic
func.func @writes(%a: memref<256x8x1xi32>, %b: memref<8x1x64xi32>, %t: memref<64xi32>, %codes: memref<256x64xi8>, %other: memref<256x64xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<256x64xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<256x64xi32>)
  bitserial.matmul ins(%a, %b : memref<256x8x1xi32>, memref<8x1x64xi32>) outs(%s : memref<256x64xi32>)
  memref.copy %other, %other : memref<256x64xi32> to memref<256x64xi32>
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<256x64xi32>, memref<64xi32>) outs(%codes : memref<256x64xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<256x64xi32>
  return
}

// Blocks that share the depth of a sum have a part of it each.
// CHECK-LABEL: @splits
// CHECK: memref.atomic_rmw addi
// CHECK: linalg.generic
func.func @splits(%a: memref<64x4096x1xi32>, %b: memref<4096x1x16xi32>, %t: memref<16xi32>, %codes: memref<64x16xi8>, %other: memref<64x16xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x16xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<64x16xi32>)
  bitserial.matmul ins(%a, %b : memref<64x4096x1xi32>, memref<4096x1x16xi32>) outs(%s : memref<64x16xi32>)
  linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : memref<64x16xi32>, memref<16xi32>) outs(%codes : memref<64x16xi8>) {
  ^bb0(%x: i32, %limit: i32, %out: i8):
    %above = arith.cmpi sgt, %x, %limit : i32
    %one = arith.extui %above : i1 to i8
    linalg.yield %one : i8
  }
  memref.dealloc %s : memref<64x16xi32>
  return
}

// Results in the memory of an operand: other blocks still read it.
// CHECK-LABEL: @overwrites
// CHECK: linalg.generic
func.func @overwrites(%a: memref<64x8x1xi32>, %b: memref<8x1x8xi32>) {
  %start = arith.constant 0 : i32
  %s = memref.alloc() : memref<64x8xi32>
  %out = memref.collapse_shape %a [[0], [1, 2]] : memref<64x8x1xi32> into memref<64x8xi32>
  linalg.fill ins(%start : i32) outs(%s : memref<64x8xi32>)
  bitserial.matmul ins(%a, %b : memref<64x8x1xi32>, memref<8x1x8xi32>) outs(%s : memref<64x8xi32>)
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : memref<64x8xi32>) outs(%out : memref<64x8xi32>) {
  ^bb0(%x: i32, %o: i32):
    linalg.yield %x : i32
  }
  return
}
