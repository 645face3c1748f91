// RUN: dorefa-opt %s --convert-bitserial-to-linalg | FileCheck %s --implicit-check-not=math.ctpop
// RUN: dorefa-opt %s --convert-bitserial-to-linalg=reference | FileCheck %s --check-prefix=REFERENCE --implicit-check-not=bitserial.pack

// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3)>
// CHECK-DAG: #[[TLHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d3, d0)>
// CHECK-DAG: #[[RHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d4, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1)>
// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d0, d1 * 2 + d5, d2 + d6 * 3, d3, d7, d8)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d3, d5, d6, d7, d9, d4)>
// CHECK-DAG: #[[SUMS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d0, d1, d2, d3, d4)>
// CHECK-DAG: #[[WORDS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>

// The order of the operands, and so of the bits, stays. No strategy is another
// lowering.
// CHECK-LABEL: func @matmul
// CHECK-SAME: (%[[A:.*]]: tensor<?x4x1xi32>, %[[B:.*]]: tensor<4x1x10xi32>, %[[ACC:.*]]: tensor<?x10xi32>)
// CHECK: linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #[[OUT]]], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[ACC]] : tensor<?x10xi32>)
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[DOT:.*]] = bitserial.dot %[[X]], %[[Y]] bits(2, 8) : i32
// CHECK-NEXT: %[[NEXT:.*]] = arith.addi %[[SUM]], %[[DOT]] : i32
// CHECK-NEXT: linalg.yield %[[NEXT]] : i32
func.func @matmul(%a: tensor<?x4x1xi32>, %b: tensor<4x1x10xi32>, %acc: tensor<?x10xi32>) -> tensor<?x10xi32> {
  %0 = bitserial.matmul ins(%a, %b : tensor<?x4x1xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<?x10xi32>)
    {byte_bits = array<i64: 2, 8>, strategy = #bitserial.strategy<lookup>} -> tensor<?x10xi32>
  return %0 : tensor<?x10xi32>
}

// CHECK-LABEL: func @matmul_memref
// CHECK: linalg.generic {indexing_maps = [#[[TLHS]], #[[RHS]], #[[OUT]]]
// CHECK: bitserial.dot {{.*}} bits(8, 1) : i32
func.func @matmul_memref(%a: memref<4x1x7xi32>, %b: memref<4x1x10xi32>, %acc: memref<7x10xi32>) {
  bitserial.matmul ins(%a, %b : memref<4x1x7xi32>, memref<4x1x10xi32>) outs(%acc : memref<7x10xi32>)
    {transpose_lhs, byte_bits = array<i64: 8, 1>, strategy = #bitserial.strategy<integer>}
  return
}

// CHECK-LABEL: func @conv2d
// CHECK: linalg.generic {indexing_maps = [#[[IMAGE]], #[[FILTER]], #[[SUMS]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction", "reduction"]}
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[DOT:.*]] = bitserial.dot %[[X]], %[[Y]] bits(6, 2) : i32
// CHECK-NEXT: arith.addi %[[SUM]], %[[DOT]] : i32
func.func @conv2d(%a: tensor<?x9x10x2x3x1xi32>, %w: tensor<2x3x3x3x1x16xi32>, %acc: tensor<?x4x4x2x16xi32>) -> tensor<?x4x4x2x16xi32> {
  %0 = bitserial.conv2d ins(%a, %w : tensor<?x9x10x2x3x1xi32>, tensor<2x3x3x3x1x16xi32>) outs(%acc : tensor<?x4x4x2x16xi32>)
    {strides = array<i64: 2, 1>, dilations = array<i64: 1, 3>, byte_bits = array<i64: 6, 2>} -> tensor<?x4x4x2x16xi32>
  return %0 : tensor<?x4x4x2x16xi32>
}

// A sum is a product with ones: 0x01010101.
// CHECK-LABEL: func @popsum
// CHECK-SAME: (%[[X:.*]]: tensor<5x2x1x7xi32>, %[[INIT:.*]]: tensor<5x7xi32>)
// CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK: %[[FILL:.*]] = linalg.fill ins(%[[ZERO]] : i32) outs(%[[INIT]] : tensor<5x7xi32>)
// CHECK: linalg.generic {indexing_maps = [#[[WORDS]], #{{.*}}], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%[[X]] : {{.*}}) outs(%[[FILL]] :
// CHECK-NEXT: ^bb0(%[[W:.*]]: i32, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[ONES:.*]] = arith.constant 16843009 : i32
// CHECK-NEXT: %[[DOT:.*]] = bitserial.dot %[[W]], %[[ONES]] bits(6, 1) : i32
// CHECK-NEXT: arith.addi %[[SUM]], %[[DOT]] : i32
func.func @popsum(%x: tensor<5x2x1x7xi32>, %init: tensor<5x7xi32>) -> tensor<5x7xi32> {
  %0 = bitserial.popsum ins(%x : tensor<5x2x1x7xi32>) outs(%init : tensor<5x7xi32>) {axis = 1, byte_bits = 6} -> tensor<5x7xi32>
  return %0 : tensor<5x7xi32>
}

// Packing has a lowering of its own; the reference is below it.
// CHECK-LABEL: func @pack
// CHECK: bitserial.pack
// REFERENCE-DAG: #[[COUNT:.*]] = affine_map<()[s0] -> (4, s0 * -4 + 33)>
// REFERENCE-LABEL: func @pack
// REFERENCE: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x9x1xi32>)
// REFERENCE: %[[WORD:.*]] = linalg.index 1
// REFERENCE: %[[END:.*]] = affine.min #[[COUNT]]()[%[[WORD]]]
// REFERENCE: scf.for %[[B:.*]] = %{{.*}} to %[[END]] step %{{.*}} iter_args(%[[ALL:.*]] = %{{.*}}) -> (i32)
// REFERENCE: %[[C:.*]] = tensor.extract %{{.*}} : tensor<4x33xi8>
// REFERENCE: %[[CODE:.*]] = arith.extui %[[C]] : i8 to i32
// REFERENCE: %[[SEVEN:.*]] = arith.constant 7 : i32
// REFERENCE: %[[LOW:.*]] = arith.andi %[[CODE]], %[[SEVEN]] : i32
// REFERENCE: %[[EIGHT:.*]] = arith.constant 8 : i32
// REFERENCE: %[[SHIFT:.*]] = arith.muli %{{.*}}, %[[EIGHT]] : i32
// REFERENCE: %[[BYTE:.*]] = arith.shli %[[LOW]], %[[SHIFT]] : i32
// REFERENCE: arith.ori %[[ALL]], %[[BYTE]] : i32
func.func @pack(%codes: tensor<4x33xi8>, %init: tensor<4x9x1xi32>) -> tensor<4x9x1xi32> {
  %0 = bitserial.pack ins(%codes : tensor<4x33xi8>) outs(%init : tensor<4x9x1xi32>) {axis = 1, bits = 3, bytes} -> tensor<4x9x1xi32>
  return %0 : tensor<4x9x1xi32>
}
