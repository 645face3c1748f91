// RUN: dorefa-opt %s --canonicalize --resolve-ranked-shaped-type-result-dims --canonicalize | FileCheck %s

// 33 codes along the first axis, two lanes: lane 0 counts 0, 1, 2, 3, 0, ..;
// lane 1 holds 3 in code 32 alone.
// CHECK-LABEL: func @pack_constant
func.func @pack_constant(%init: tensor<2x2x2xi32>) -> tensor<2x2x2xi32> {
  // CHECK: %[[C:.*]] = arith.constant dense<{{\[}}{{\[}}[-1431655766, 0], [-858993460, 0]], {{\[}}[0, 1], [0, 1]]]> : tensor<2x2x2xi32>
  // CHECK: return %[[C]]
  %codes = arith.constant dense<[
    [0, 0], [1, 0], [2, 0], [3, 0], [0, 0], [1, 0], [2, 0], [3, 0],
    [0, 0], [1, 0], [2, 0], [3, 0], [0, 0], [1, 0], [2, 0], [3, 0],
    [0, 0], [1, 0], [2, 0], [3, 0], [0, 0], [1, 0], [2, 0], [3, 0],
    [0, 0], [1, 0], [2, 0], [3, 0], [0, 0], [1, 0], [2, 0], [3, 0],
    [0, 3]]> : tensor<33x2xi8>
  %0 = bitserial.pack ins(%codes : tensor<33x2xi8>) outs(%init : tensor<2x2x2xi32>) {axis = 0, bits = 2} -> tensor<2x2x2xi32>
  return %0 : tensor<2x2x2xi32>
}

// CHECK-LABEL: func @pack_largest
func.func @pack_largest(%init: tensor<1x8x3xi32>) -> tensor<1x8x3xi32> {
  // CHECK: arith.constant dense<65535> : tensor<1x8x3xi32>
  %codes = arith.constant dense<255> : tensor<16x3xi8>
  %0 = bitserial.pack ins(%codes : tensor<16x3xi8>) outs(%init : tensor<1x8x3xi32>) {axis = 0, bits = 8} -> tensor<1x8x3xi32>
  return %0 : tensor<1x8x3xi32>
}

// The axis is the middle one.
// CHECK-LABEL: func @pack_middle
func.func @pack_middle(%init: tensor<2x1x1x2xi32>) -> tensor<2x1x1x2xi32> {
  // CHECK: arith.constant dense<{{\[}}{{\[}}{{\[}}[5, 2]]], {{\[}}{{\[}}[0, 7]]]]> : tensor<2x1x1x2xi32>
  %codes = arith.constant dense<[[[1, 0], [0, 1], [1, 0]], [[0, 1], [0, 1], [0, 1]]]> : tensor<2x3x2xi8>
  %0 = bitserial.pack ins(%codes : tensor<2x3x2xi8>) outs(%init : tensor<2x1x1x2xi32>) {axis = 1, bits = 1} -> tensor<2x1x1x2xi32>
  return %0 : tensor<2x1x1x2xi32>
}

// The words live between the two, not the codes.
// CHECK-LABEL: func @unpack_of_pack
func.func @unpack_of_pack(%x: tensor<?x33xi8>, %a: tensor<?x2x3xi32>, %b: tensor<?x33xi8>) -> tensor<?x33xi8> {
  // CHECK: bitserial.pack
  // CHECK: bitserial.unpack
  %0 = bitserial.pack ins(%x : tensor<?x33xi8>) outs(%a : tensor<?x2x3xi32>) {axis = 1, bits = 3} -> tensor<?x2x3xi32>
  %1 = bitserial.unpack ins(%0 : tensor<?x2x3xi32>) outs(%b : tensor<?x33xi8>) {axis = 1} -> tensor<?x33xi8>
  return %1 : tensor<?x33xi8>
}

// CHECK-LABEL: func @pack_of_unpack
// CHECK-SAME: (%[[X:.*]]: tensor<?x2x3xi32>, %{{.*}}: tensor<?x64xi8>
func.func @pack_of_unpack(%x: tensor<?x2x3xi32>, %a: tensor<?x64xi8>, %b: tensor<?x2x3xi32>) -> tensor<?x2x3xi32> {
  // CHECK-NEXT: return %[[X]]
  %0 = bitserial.unpack ins(%x : tensor<?x2x3xi32>) outs(%a : tensor<?x64xi8>) {axis = 1} -> tensor<?x64xi8>
  %1 = bitserial.pack ins(%0 : tensor<?x64xi8>) outs(%b : tensor<?x2x3xi32>) {axis = 1, bits = 3} -> tensor<?x2x3xi32>
  return %1 : tensor<?x2x3xi32>
}

// Another axis, so another order of the codes.
// CHECK-LABEL: func @pack_elsewhere
func.func @pack_elsewhere(%x: tensor<4x1x4xi32>, %a: tensor<4x32xi8>, %b: tensor<1x4x32xi32>) -> tensor<1x4x32xi32> {
  // CHECK: bitserial.unpack
  // CHECK: bitserial.pack
  %0 = bitserial.unpack ins(%x : tensor<4x1x4xi32>) outs(%a : tensor<4x32xi8>) {axis = 1} -> tensor<4x32xi8>
  %1 = bitserial.pack ins(%0 : tensor<4x32xi8>) outs(%b : tensor<1x4x32xi32>) {axis = 0, bits = 4} -> tensor<1x4x32xi32>
  return %1 : tensor<1x4x32xi32>
}

// The last bit of the second word need not be 0 in %x.
// CHECK-LABEL: func @pack_of_ragged_unpack
func.func @pack_of_ragged_unpack(%x: tensor<?x2x3xi32>, %a: tensor<?x63xi8>, %b: tensor<?x2x3xi32>) -> tensor<?x2x3xi32> {
  // CHECK: bitserial.unpack
  // CHECK: bitserial.pack
  %0 = bitserial.unpack ins(%x : tensor<?x2x3xi32>) outs(%a : tensor<?x63xi8>) {axis = 1} -> tensor<?x63xi8>
  %1 = bitserial.pack ins(%0 : tensor<?x63xi8>) outs(%b : tensor<?x2x3xi32>) {axis = 1, bits = 3} -> tensor<?x2x3xi32>
  return %1 : tensor<?x2x3xi32>
}

// Lane 0: words -1 and 0 of plane 0, 4 and 0 of plane 1: 32 + 2. Lane 1: words 3
// and 1, then 3 and 16: 3 + 2 * 3.
// CHECK-LABEL: func @popsum_constant
func.func @popsum_constant(%init: tensor<1x2xi32>) -> tensor<1x2xi32> {
  // CHECK: arith.constant dense<{{\[}}[34, 9]]> : tensor<1x2xi32>
  %words = arith.constant dense<[[[[-1, 3], [4, 3]], [[0, 1], [0, 16]]]]> : tensor<1x2x2x2xi32>
  %0 = bitserial.popsum ins(%words : tensor<1x2x2x2xi32>) outs(%init : tensor<1x2xi32>) {axis = 1} -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// CHECK-LABEL: func @memref_cast
// CHECK-SAME: (%[[X:.*]]: memref<4x32xi8>, %[[Y:.*]]: memref<4x1x2xi32>)
func.func @memref_cast(%x: memref<4x32xi8>, %y: memref<4x1x2xi32>) {
  // CHECK-NEXT: bitserial.pack ins(%[[X]] : memref<4x32xi8>) outs(%[[Y]] : memref<4x1x2xi32>)
  %0 = memref.cast %x : memref<4x32xi8> to memref<?x32xi8>
  %1 = memref.cast %y : memref<4x1x2xi32> to memref<?x1x2xi32>
  bitserial.pack ins(%0 : memref<?x32xi8>) outs(%1 : memref<?x1x2xi32>) {axis = 1, bits = 2}
  return
}

// An unused product goes; a write to memory stays.
// CHECK-LABEL: func @dead
func.func @dead(%a: tensor<5x4x2xi32>, %b: tensor<4x1x10xi32>, %acc: tensor<5x10xi32>, %c: memref<4x32xi8>, %w: memref<4x1x2xi32>) {
  // CHECK-NEXT: bitserial.pack
  // CHECK-NEXT: return
  %0 = bitserial.matmul ins(%a, %b : tensor<5x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x10xi32>) -> tensor<5x10xi32>
  bitserial.pack ins(%c : memref<4x32xi8>) outs(%w : memref<4x1x2xi32>) {axis = 1, bits = 2}
  return
}

// The size of a result is that of its init.
// CHECK-LABEL: func @dim
// CHECK-SAME: (%[[X:.*]]: tensor<?x32xi8>, %[[Y:.*]]: tensor<?x1x2xi32>)
func.func @dim(%x: tensor<?x32xi8>, %y: tensor<?x1x2xi32>) -> index {
  // CHECK: %[[D:.*]] = tensor.dim %[[Y]]
  // CHECK: return %[[D]]
  %c0 = arith.constant 0 : index
  %0 = bitserial.pack ins(%x : tensor<?x32xi8>) outs(%y : tensor<?x1x2xi32>) {axis = 1, bits = 2} -> tensor<?x1x2xi32>
  %1 = tensor.dim %0, %c0 : tensor<?x1x2xi32>
  return %1 : index
}
