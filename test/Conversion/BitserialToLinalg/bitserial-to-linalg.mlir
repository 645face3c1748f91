// RUN: dorefa-opt %s --convert-bitserial-to-linalg | FileCheck %s
// RUN: dorefa-opt %s --convert-bitserial-to-linalg=reference | FileCheck %s --check-prefix=REFERENCE

// RUN: dorefa-opt %s --convert-bitserial-to-linalg="reference keep-products" | FileCheck %s --check-prefix=KEPT --implicit-check-not=bitserial.popsum --implicit-check-not=bitserial.unpack

// REFERENCE-NOT: bitserial.
// KEPT: bitserial.matmul
// KEPT: bitserial.conv2d
// KEPT: bitserial.pack

// CHECK-DAG: #[[LHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3)>
// CHECK-DAG: #[[TLHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d3, d0)>
// CHECK-DAG: #[[RHS:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d2, d4, d1)>
// CHECK-DAG: #[[OUT:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1)>
// CHECK-DAG: #[[IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d0, d1 * 2 + d5, d2 + d6 * 3, d3, d7, d8)>
// CHECK-DAG: #[[FILTER:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d3, d5, d6, d7, d9, d4)>
// CHECK-DAG: #[[SUMS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7, d8, d9) -> (d0, d1, d2, d3, d4)>
// CHECK-DAG: #[[WORDS:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>

// CHECK-LABEL: func @matmul
// CHECK-SAME: (%[[A:.*]]: tensor<?x4x2xi32>, %[[B:.*]]: tensor<4x1x10xi32>, %[[ACC:.*]]: tensor<?x10xi32>)
// CHECK: linalg.generic {indexing_maps = [#[[LHS]], #[[RHS]], #[[OUT]]], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[ACC]] : tensor<?x10xi32>)
// CHECK-NEXT: ^bb0(%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[BOTH:.*]] = arith.andi %[[X]], %[[Y]] : i32
// CHECK-NEXT: %[[COUNT:.*]] = math.ctpop %[[BOTH]] : i32
// CHECK-NEXT: %[[P:.*]] = linalg.index 3 : index
// CHECK-NEXT: %[[Q:.*]] = linalg.index 4 : index
// CHECK-NEXT: %[[PQ:.*]] = arith.addi %[[P]], %[[Q]] : index
// CHECK-NEXT: %[[SHIFT:.*]] = arith.index_cast %[[PQ]] : index to i32
// CHECK-NEXT: %[[WEIGHTED:.*]] = arith.shli %[[COUNT]], %[[SHIFT]] : i32
// CHECK-NEXT: %[[NEXT:.*]] = arith.addi %[[SUM]], %[[WEIGHTED]] : i32
// CHECK-NEXT: linalg.yield %[[NEXT]] : i32
// CHECK-NEXT: } -> tensor<?x10xi32>
func.func @matmul(%a: tensor<?x4x2xi32>, %b: tensor<4x1x10xi32>, %acc: tensor<?x10xi32>) -> tensor<?x10xi32> {
  %0 = bitserial.matmul ins(%a, %b : tensor<?x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<?x10xi32>) -> tensor<?x10xi32>
  return %0 : tensor<?x10xi32>
}

// CHECK-LABEL: func @matmul_memref
// CHECK: linalg.generic {indexing_maps = [#[[TLHS]], #[[RHS]], #[[OUT]]]
func.func @matmul_memref(%a: memref<4x2x7xi32>, %b: memref<4x1x10xi32>, %acc: memref<7x10xi32>) {
  bitserial.matmul ins(%a, %b : memref<4x2x7xi32>, memref<4x1x10xi32>) outs(%acc : memref<7x10xi32>) {transpose_lhs, strategy = #bitserial.strategy<popcount>}
  return
}

// CHECK-LABEL: func @conv2d
// CHECK: linalg.generic {indexing_maps = [#[[IMAGE]], #[[FILTER]], #[[SUMS]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction", "reduction", "reduction"]}
// CHECK: linalg.index 8
// CHECK: linalg.index 9
func.func @conv2d(%a: tensor<?x9x10x2x3x2xi32>, %w: tensor<2x3x3x3x1x16xi32>, %acc: tensor<?x4x4x2x16xi32>) -> tensor<?x4x4x2x16xi32> {
  %0 = bitserial.conv2d ins(%a, %w : tensor<?x9x10x2x3x2xi32>, tensor<2x3x3x3x1x16xi32>) outs(%acc : tensor<?x4x4x2x16xi32>)
    {strides = array<i64: 2, 1>, dilations = array<i64: 1, 3>} -> tensor<?x4x4x2x16xi32>
  return %0 : tensor<?x4x4x2x16xi32>
}

// CHECK-LABEL: func @popsum
// CHECK-SAME: (%[[X:.*]]: tensor<5x2x6x7xi32>, %[[INIT:.*]]: tensor<5x7xi32>)
// CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK: %[[FILL:.*]] = linalg.fill ins(%[[ZERO]] : i32) outs(%[[INIT]] : tensor<5x7xi32>)
// CHECK: linalg.generic {indexing_maps = [#[[WORDS]], #{{.*}}], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%[[X]] : {{.*}}) outs(%[[FILL]] :
// CHECK-NEXT: ^bb0(%[[W:.*]]: i32, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[COUNT:.*]] = math.ctpop %[[W]] : i32
// CHECK-NEXT: %[[P:.*]] = linalg.index 3 : index
func.func @popsum(%x: tensor<5x2x6x7xi32>, %init: tensor<5x7xi32>) -> tensor<5x7xi32> {
  %0 = bitserial.popsum ins(%x : tensor<5x2x6x7xi32>) outs(%init : tensor<5x7xi32>) {axis = 1} -> tensor<5x7xi32>
  return %0 : tensor<5x7xi32>
}

// Other strategies, pack and unpack have lowerings of their own; the reference
// is below them all.
// CHECK-LABEL: func @others
// CHECK: bitserial.pack
// CHECK: bitserial.unpack
// CHECK: bitserial.matmul {{.*}}strategy<lookup>
// CHECK: bitserial.matmul {{.*}}strategy<integer>
// REFERENCE-LABEL: func @others
// REFERENCE: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x2x2xi32>)
// REFERENCE: linalg.index
// REFERENCE: scf.for {{.*}} -> (i32)
// REFERENCE: tensor.extract %{{.*}} : tensor<4x33xi8>
// REFERENCE: linalg.generic {{.*}} outs(%{{.*}} : tensor<4x33xi8>)
// REFERENCE: tensor.extract %{{.*}} : tensor<4x2x2xi32>
// REFERENCE: linalg.generic
// REFERENCE: math.ctpop
// REFERENCE: linalg.generic
// REFERENCE: math.ctpop
func.func @others(%codes: tensor<4x33xi8>, %init: tensor<4x2x2xi32>, %back: tensor<4x33xi8>, %w: tensor<2x1x8xi32>, %acc: tensor<4x8xi32>) -> (tensor<4x33xi8>, tensor<4x8xi32>) {
  %0 = bitserial.pack ins(%codes : tensor<4x33xi8>) outs(%init : tensor<4x2x2xi32>) {axis = 1, bits = 2} -> tensor<4x2x2xi32>
  %1 = bitserial.unpack ins(%0 : tensor<4x2x2xi32>) outs(%back : tensor<4x33xi8>) {axis = 1} -> tensor<4x33xi8>
  %2 = bitserial.matmul ins(%0, %w : tensor<4x2x2xi32>, tensor<2x1x8xi32>) outs(%acc : tensor<4x8xi32>) {strategy = #bitserial.strategy<lookup>} -> tensor<4x8xi32>
  %3 = bitserial.matmul ins(%0, %w : tensor<4x2x2xi32>, tensor<2x1x8xi32>) outs(%2 : tensor<4x8xi32>) {strategy = #bitserial.strategy<integer>} -> tensor<4x8xi32>
  return %1, %3 : tensor<4x33xi8>, tensor<4x8xi32>
}
