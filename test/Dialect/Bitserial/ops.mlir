// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s

// CHECK-LABEL: func @pack
func.func @pack(%codes: tensor<?x14x14x1x65xi8>, %init: tensor<?x14x14x1x3x2xi32>) -> tensor<?x14x14x1x3x2xi32> {
  // CHECK: bitserial.pack ins(%{{.*}} : tensor<?x14x14x1x65xi8>) outs(%{{.*}} : tensor<?x14x14x1x3x2xi32>) {axis = 4 : i64, bits = 2 : i64} -> tensor<?x14x14x1x3x2xi32>
  %0 = bitserial.pack ins(%codes : tensor<?x14x14x1x65xi8>) outs(%init : tensor<?x14x14x1x3x2xi32>) {axis = 4, bits = 2} -> tensor<?x14x14x1x3x2xi32>
  return %0 : tensor<?x14x14x1x3x2xi32>
}

// CHECK-LABEL: func @pack_memref
func.func @pack_memref(%codes: memref<33x?xi8, strided<[?, 1], offset: ?>>, %init: memref<2x8x?xi32>) {
  // CHECK: bitserial.pack ins(%{{.*}} : memref<33x?xi8, strided<[?, 1], offset: ?>>) outs(%{{.*}} : memref<2x8x?xi32>) {axis = 0 : i64, bits = 8 : i64}{{$}}
  bitserial.pack ins(%codes : memref<33x?xi8, strided<[?, 1], offset: ?>>) outs(%init : memref<2x8x?xi32>) {axis = 0, bits = 8}
  return
}

// CHECK-LABEL: func @unpack
func.func @unpack(%words: tensor<2x3x7xi32>, %init: tensor<33x7xi8>) -> tensor<33x7xi8> {
  // CHECK: bitserial.unpack ins(%{{.*}} : tensor<2x3x7xi32>) outs(%{{.*}} : tensor<33x7xi8>) {axis = 0 : i64} -> tensor<33x7xi8>
  %0 = bitserial.unpack ins(%words : tensor<2x3x7xi32>) outs(%init : tensor<33x7xi8>) {axis = 0} -> tensor<33x7xi8>
  return %0 : tensor<33x7xi8>
}

// CHECK-LABEL: func @popsum
func.func @popsum(%words: tensor<?x2x6xi32>, %init: tensor<?xi32>) -> tensor<?xi32> {
  // CHECK: bitserial.popsum ins(%{{.*}} : tensor<?x2x6xi32>) outs(%{{.*}} : tensor<?xi32>) {axis = 1 : i64} -> tensor<?xi32>
  %0 = bitserial.popsum ins(%words : tensor<?x2x6xi32>) outs(%init : tensor<?xi32>) {axis = 1} -> tensor<?xi32>
  return %0 : tensor<?xi32>
}

// CHECK-LABEL: func @popsum_scalar
func.func @popsum_scalar(%words: memref<2x6xi32>, %init: memref<i32>) {
  // CHECK: bitserial.popsum ins(%{{.*}} : memref<2x6xi32>) outs(%{{.*}} : memref<i32>) {axis = 0 : i64}{{$}}
  bitserial.popsum ins(%words : memref<2x6xi32>) outs(%init : memref<i32>) {axis = 0}
  return
}

// CHECK-LABEL: func @matmul
func.func @matmul(%lhs: tensor<?x4x2xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<?x10xi32>) -> tensor<?x10xi32> {
  // CHECK: bitserial.matmul ins(%{{.*}}, %{{.*}} : tensor<?x4x2xi32>, tensor<4x1x10xi32>) outs(%{{.*}} : tensor<?x10xi32>) -> tensor<?x10xi32>
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<?x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<?x10xi32>) -> tensor<?x10xi32>
  return %0 : tensor<?x10xi32>
}

// CHECK-LABEL: func @matmul_transposed
func.func @matmul_transposed(%lhs: memref<4x2x7xi32>, %rhs: memref<4x1x10xi32>, %acc: memref<7x10xi32>) {
  // CHECK: bitserial.matmul ins(%{{.*}}, %{{.*}} : memref<4x2x7xi32>, memref<4x1x10xi32>) outs(%{{.*}} : memref<7x10xi32>) {strategy = #bitserial.strategy<lookup>, transpose_lhs}
  bitserial.matmul ins(%lhs, %rhs : memref<4x2x7xi32>, memref<4x1x10xi32>) outs(%acc : memref<7x10xi32>)
    {transpose_lhs, strategy = #bitserial.strategy<lookup>}
  return
}

// The default strategy is not printed.
// CHECK-LABEL: func @conv2d
func.func @conv2d(%a: tensor<?x17x16x2x2x2xi32>, %w: tensor<2x3x3x2x1x32xi32>, %acc: tensor<?x8x6x2x32xi32>) -> tensor<?x8x6x2x32xi32> {
  // CHECK: bitserial.conv2d ins(%{{.*}}, %{{.*}} : tensor<?x17x16x2x2x2xi32>, tensor<2x3x3x2x1x32xi32>) outs(%{{.*}} : tensor<?x8x6x2x32xi32>) {dilations = array<i64: 1, 2>, strides = array<i64: 2, 2>} -> tensor<?x8x6x2x32xi32>
  %0 = bitserial.conv2d ins(%a, %w : tensor<?x17x16x2x2x2xi32>, tensor<2x3x3x2x1x32xi32>) outs(%acc : tensor<?x8x6x2x32xi32>)
    {strides = array<i64: 2, 2>, dilations = array<i64: 1, 2>, strategy = #bitserial.strategy<auto>} -> tensor<?x8x6x2x32xi32>
  return %0 : tensor<?x8x6x2x32xi32>
}
