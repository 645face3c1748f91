// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s

// Words of four bytes, in one plane whatever the bits are.
// CHECK-LABEL: func @pack
func.func @pack(%codes: tensor<?x14x65xi8>, %init: tensor<?x14x17x1xi32>) -> tensor<?x14x17x1xi32> {
  // CHECK: bitserial.pack ins(%{{.*}} : tensor<?x14x65xi8>) outs(%{{.*}} : tensor<?x14x17x1xi32>) {axis = 2 : i64, bits = 6 : i64, bytes} -> tensor<?x14x17x1xi32>
  %0 = bitserial.pack ins(%codes : tensor<?x14x65xi8>) outs(%init : tensor<?x14x17x1xi32>) {axis = 2, bits = 6, bytes} -> tensor<?x14x17x1xi32>
  return %0 : tensor<?x14x17x1xi32>
}

// CHECK-LABEL: func @pack_memref
func.func @pack_memref(%codes: memref<33x?xi8, strided<[?, 1], offset: ?>>, %init: memref<9x1x?xi32>) {
  // CHECK: bitserial.pack ins(%{{.*}} : memref<33x?xi8, strided<[?, 1], offset: ?>>) outs(%{{.*}} : memref<9x1x?xi32>) {axis = 0 : i64, bits = 8 : i64, bytes}{{$}}
  bitserial.pack ins(%codes : memref<33x?xi8, strided<[?, 1], offset: ?>>) outs(%init : memref<9x1x?xi32>) {axis = 0, bits = 8, bytes}
  return
}

// CHECK-LABEL: func @pack_dynamic
func.func @pack_dynamic(%codes: tensor<?xi8>, %init: tensor<?x1xi32>) -> tensor<?x1xi32> {
  // CHECK: bitserial.pack ins(%{{.*}} : tensor<?xi8>) outs(%{{.*}} : tensor<?x1xi32>) {axis = 0 : i64, bits = 1 : i64, bytes} -> tensor<?x1xi32>
  %0 = bitserial.pack ins(%codes : tensor<?xi8>) outs(%init : tensor<?x1xi32>) {axis = 0, bits = 1, bytes} -> tensor<?x1xi32>
  return %0 : tensor<?x1xi32>
}

// CHECK-LABEL: func @view_words
func.func @view_words(%codes: tensor<?x14x64xi8>) -> tensor<?x14x16x1xi32> {
  // CHECK: bitserial.view_words %{{.*}} : tensor<?x14x64xi8> -> tensor<?x14x16x1xi32>
  %0 = bitserial.view_words %codes : tensor<?x14x64xi8> -> tensor<?x14x16x1xi32>
  return %0 : tensor<?x14x16x1xi32>
}

// CHECK-LABEL: func @popsum
func.func @popsum(%words: tensor<?x2x1xi32>, %init: tensor<?xi32>) -> tensor<?xi32> {
  // CHECK: bitserial.popsum ins(%{{.*}} : tensor<?x2x1xi32>) outs(%{{.*}} : tensor<?xi32>) {axis = 1 : i64, byte_bits = 6 : i64} -> tensor<?xi32>
  %0 = bitserial.popsum ins(%words : tensor<?x2x1xi32>) outs(%init : tensor<?xi32>) {axis = 1, byte_bits = 6} -> tensor<?xi32>
  return %0 : tensor<?xi32>
}

// CHECK-LABEL: func @matmul
func.func @matmul(%lhs: tensor<?x4x1xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<?x10xi32>) -> tensor<?x10xi32> {
  // CHECK: bitserial.matmul ins(%{{.*}}, %{{.*}} : tensor<?x4x1xi32>, tensor<4x1x10xi32>) outs(%{{.*}} : tensor<?x10xi32>) {byte_bits = array<i64: 2, 8>} -> tensor<?x10xi32>
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<?x4x1xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<?x10xi32>) {byte_bits = array<i64: 2, 8>} -> tensor<?x10xi32>
  return %0 : tensor<?x10xi32>
}

// CHECK-LABEL: func @matmul_transposed
func.func @matmul_transposed(%lhs: memref<4x1x7xi32>, %rhs: memref<4x1x10xi32>, %acc: memref<7x10xi32>) {
  // CHECK: bitserial.matmul ins(%{{.*}}, %{{.*}} : memref<4x1x7xi32>, memref<4x1x10xi32>) outs(%{{.*}} : memref<7x10xi32>) {byte_bits = array<i64: 6, 1>, strategy = #bitserial.strategy<integer>, transpose_lhs}
  bitserial.matmul ins(%lhs, %rhs : memref<4x1x7xi32>, memref<4x1x10xi32>) outs(%acc : memref<7x10xi32>)
    {transpose_lhs, byte_bits = array<i64: 6, 1>, strategy = #bitserial.strategy<integer>}
  return
}

// CHECK-LABEL: func @conv2d
func.func @conv2d(%a: tensor<?x17x16x2x3x1xi32>, %w: tensor<2x3x3x3x1x32xi32>, %acc: tensor<?x8x6x2x32xi32>) -> tensor<?x8x6x2x32xi32> {
  // CHECK: bitserial.conv2d ins(%{{.*}}, %{{.*}} : tensor<?x17x16x2x3x1xi32>, tensor<2x3x3x3x1x32xi32>) outs(%{{.*}} : tensor<?x8x6x2x32xi32>) {byte_bits = array<i64: 8, 8>, dilations = array<i64: 1, 2>, strides = array<i64: 2, 2>} -> tensor<?x8x6x2x32xi32>
  %0 = bitserial.conv2d ins(%a, %w : tensor<?x17x16x2x3x1xi32>, tensor<2x3x3x3x1x32xi32>) outs(%acc : tensor<?x8x6x2x32xi32>)
    {byte_bits = array<i64: 8, 8>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 2>} -> tensor<?x8x6x2x32xi32>
  return %0 : tensor<?x8x6x2x32xi32>
}

// CHECK-LABEL: func @dot
func.func @dot(%a: i32, %b: i32, %x: vector<16xi32>, %y: vector<16xi32>) -> (i32, vector<16xi32>) {
  // CHECK: bitserial.dot %{{.*}}, %{{.*}} bits(1, 8) : i32
  %0 = bitserial.dot %a, %b bits(1, 8) : i32
  // CHECK: bitserial.dot %{{.*}}, %{{.*}} bits(8, 1) {discardable} : vector<16xi32>
  %1 = bitserial.dot %x, %y bits(8, 1) {discardable} : vector<16xi32>
  return %0, %1 : i32, vector<16xi32>
}
