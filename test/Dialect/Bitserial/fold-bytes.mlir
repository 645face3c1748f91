// RUN: dorefa-opt %s --canonicalize --split-input-file | FileCheck %s

// Five codes of two lanes: 1, 2, 3, 0 in a word, 3 in another. 4, 7 and 255 are
// no codes of 2 bits: their lowest bits are 0, 3 and 3.
// CHECK-LABEL: func @pack_constant
func.func @pack_constant(%init: tensor<2x1x2xi32>) -> tensor<2x1x2xi32> {
  // 0x00030201 and 0x03000300; 3 and 2.
  // CHECK: %[[C:.*]] = arith.constant dense<{{\[}}{{\[}}[197121, 50332416]], {{\[}}[3, 2]]]> : tensor<2x1x2xi32>
  // CHECK: return %[[C]]
  %codes = arith.constant dense<[[1, 0], [2, 255], [3, 0], [4, 7], [7, 2]]> : tensor<5x2xi8>
  %0 = bitserial.pack ins(%codes : tensor<5x2xi8>) outs(%init : tensor<2x1x2xi32>) {axis = 0, bits = 2, bytes} -> tensor<2x1x2xi32>
  return %0 : tensor<2x1x2xi32>
}

// -----

// CHECK-LABEL: func @pack_largest
func.func @pack_largest(%init: tensor<3x1xi32>) -> tensor<3x1xi32> {
  // CHECK: arith.constant dense<{{\[}}[-1], [-1], [16777215]]> : tensor<3x1xi32>
  %codes = arith.constant dense<255> : tensor<11xi8>
  %0 = bitserial.pack ins(%codes : tensor<11xi8>) outs(%init : tensor<3x1xi32>) {axis = 0, bits = 8, bytes} -> tensor<3x1xi32>
  return %0 : tensor<3x1xi32>
}

// -----

// The axis is the middle one: 127 of 7 bits, and the highest bit dropped.
// CHECK-LABEL: func @pack_middle
func.func @pack_middle(%init: tensor<2x1x1x2xi32>) -> tensor<2x1x1x2xi32> {
  // 0x007f01, 0x7f007f; 0x010203, 0x040506.
  // CHECK: arith.constant dense<{{\[}}{{\[}}{{\[}}[32513, 8323199]]], {{\[}}{{\[}}[66051, 263430]]]]> : tensor<2x1x1x2xi32>
  %codes = arith.constant dense<[[[129, 127], [255, 128], [0, 255]], [[3, 6], [2, 5], [1, 4]]]> : tensor<2x3x2xi8>
  %0 = bitserial.pack ins(%codes : tensor<2x3x2xi8>) outs(%init : tensor<2x1x1x2xi32>) {axis = 1, bits = 7, bytes} -> tensor<2x1x1x2xi32>
  return %0 : tensor<2x1x1x2xi32>
}

// -----

// Words of planes are not words of bytes, of however many codes.
// CHECK-LABEL: func @pack_of_unpack
func.func @pack_of_unpack(%x: tensor<?x8x1xi32>, %a: tensor<?x256xi8>, %b: tensor<?x64x1xi32>) -> tensor<?x64x1xi32> {
  // CHECK: bitserial.unpack
  // CHECK: bitserial.pack
  %0 = bitserial.unpack ins(%x : tensor<?x8x1xi32>) outs(%a : tensor<?x256xi8>) {axis = 1} -> tensor<?x256xi8>
  %1 = bitserial.pack ins(%0 : tensor<?x256xi8>) outs(%b : tensor<?x64x1xi32>) {axis = 1, bits = 1, bytes} -> tensor<?x64x1xi32>
  return %1 : tensor<?x64x1xi32>
}

// -----

// Lane 0: 0xffffffff and 0: 4 * 255. Lane 1: 0x03000201 and 0x80000000.
// CHECK-LABEL: func @popsum_constant
func.func @popsum_constant(%init: tensor<1x2xi32>) -> tensor<1x2xi32> {
  // CHECK: arith.constant dense<{{\[}}[1020, 134]]> : tensor<1x2xi32>
  %words = arith.constant dense<[[[[0xffffffff, 0x03000201]], [[0, 0x80000000]]]]> : tensor<1x2x1x2xi32>
  %0 = bitserial.popsum ins(%words : tensor<1x2x1x2xi32>) outs(%init : tensor<1x2xi32>) {axis = 1, byte_bits = 8} -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// -----

// Both folds, one behind the other: 1 + 2 + 3 + 0 + 3.
// CHECK-LABEL: func @popsum_of_pack
func.func @popsum_of_pack(%words: tensor<2x1xi32>, %sum: tensor<i32>) -> tensor<i32> {
  // CHECK-NEXT: %[[C:.*]] = arith.constant dense<9> : tensor<i32>
  // CHECK-NEXT: return %[[C]]
  %codes = arith.constant dense<[1, 2, 3, 4, 7]> : tensor<5xi8>
  %0 = bitserial.pack ins(%codes : tensor<5xi8>) outs(%words : tensor<2x1xi32>) {axis = 0, bits = 2, bytes} -> tensor<2x1xi32>
  %1 = bitserial.popsum ins(%0 : tensor<2x1xi32>) outs(%sum : tensor<i32>) {axis = 0, byte_bits = 2} -> tensor<i32>
  return %1 : tensor<i32>
}

// -----

// CHECK-LABEL: func @memref_cast
// CHECK-SAME: (%[[X:.*]]: memref<4x33xi8>, %[[Y:.*]]: memref<4x9x1xi32>)
func.func @memref_cast(%x: memref<4x33xi8>, %y: memref<4x9x1xi32>) {
  // CHECK-NEXT: bitserial.pack ins(%[[X]] : memref<4x33xi8>) outs(%[[Y]] : memref<4x9x1xi32>) {axis = 1 : i64, bits = 2 : i64, bytes}
  %0 = memref.cast %x : memref<4x33xi8> to memref<?x33xi8>
  %1 = memref.cast %y : memref<4x9x1xi32> to memref<?x?x1xi32>
  bitserial.pack ins(%0 : memref<?x33xi8>) outs(%1 : memref<?x?x1xi32>) {axis = 1, bits = 2, bytes}
  return
}

// -----

// An unused product goes.
// CHECK-LABEL: func @dead_dot
func.func @dead_dot(%x: vector<4xi32>, %y: vector<4xi32>) {
  // CHECK-NEXT: return
  %0 = bitserial.dot %x, %y bits(8, 8) : vector<4xi32>
  return
}
