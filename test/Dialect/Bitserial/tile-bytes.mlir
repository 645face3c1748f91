// RUN: dorefa-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

// A tile of two words has eight codes; the last has fewer.
// CHECK: #[[MIN:.*]] = affine_map<(d0) -> (-d0 + 3, 2)>
// CHECK: #[[WORDS:.*]] = affine_map<()[s0] -> (s0 * 4)>
// CHECK: #[[REST:.*]] = affine_map<()[s0, s1] -> (s1 * -4 + 10, s0 * 4)>
// CHECK-LABEL: func @pack
// CHECK: scf.for %[[J:[a-z0-9_]+]] =
// CHECK-DAG: %[[N:.*]] = affine.min #[[MIN]](%[[J]])
// CHECK-DAG: %[[START:.*]] = affine.apply #[[WORDS]]()[%[[J]]]
// CHECK-DAG: %[[SIZE:.*]] = affine.min #[[REST]]()[%[[N]], %[[J]]]
// CHECK: tensor.extract_slice %{{.*}}[0, %[[START]]] [8, %[[SIZE]]] [1, 1] : tensor<8x10xi8> to tensor<8x?xi8>
// CHECK: tensor.extract_slice %{{.*}}[0, %[[J]], 0] [8, %[[N]], 1] [1, 1, 1] : tensor<8x3x1xi32> to tensor<8x?x1xi32>
// CHECK: bitserial.pack ins(%{{.*}} : tensor<8x?xi8>) outs(%{{.*}} : tensor<8x?x1xi32>) {axis = 1 : i64, bits = 2 : i64, bytes} -> tensor<8x?x1xi32>
func.func @pack(%codes: tensor<8x10xi8>, %init: tensor<8x3x1xi32>) -> tensor<8x3x1xi32> {
  %0 = bitserial.pack ins(%codes : tensor<8x10xi8>) outs(%init : tensor<8x3x1xi32>) {axis = 1, bits = 2, bytes} -> tensor<8x3x1xi32>
  return %0 : tensor<8x3x1xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.pack"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Whole words need no minimum.
// CHECK: #[[WORDS:.*]] = affine_map<()[s0] -> (s0 * 4)>
// CHECK-LABEL: func @whole
// CHECK: scf.for %[[J:[a-z0-9_]+]] =
// CHECK: %[[START:.*]] = affine.apply #[[WORDS]]()[%[[J]]]
// CHECK: tensor.extract_slice %{{.*}}[%[[START]], 0] [8, 5] [1, 1] : tensor<16x5xi8> to tensor<8x5xi8>
// CHECK: bitserial.pack {{.*}} {axis = 0 : i64, bits = 8 : i64, bytes} -> tensor<2x1x5xi32>
func.func @whole(%codes: tensor<16x5xi8>, %init: tensor<4x1x5xi32>) -> tensor<4x1x5xi32> {
  %0 = bitserial.pack ins(%codes : tensor<16x5xi8>) outs(%init : tensor<4x1x5xi32>) {axis = 0, bits = 8, bytes} -> tensor<4x1x5xi32>
  return %0 : tensor<4x1x5xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.pack"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The attribute of a product stays with its tiles.
// CHECK-LABEL: func @matmul
// CHECK: scf.for
// CHECK: bitserial.matmul {{.*}} {byte_bits = array<i64: 2, 8>} -> tensor<8x32xi32>
func.func @matmul(%lhs: tensor<8x6x1xi32>, %rhs: tensor<6x1x32xi32>, %acc: tensor<8x32xi32>) -> tensor<8x32xi32> {
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<8x6x1xi32>, tensor<6x1x32xi32>) outs(%acc : tensor<8x32xi32>) {byte_bits = array<i64: 2, 8>} -> tensor<8x32xi32>
  return %0 : tensor<8x32xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: func @fuse_producer
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: %[[P:.*]] = bitserial.pack ins(%{{.*}} : tensor<2x40xi8>) outs(%{{.*}} : tensor<2x10x1xi32>) {axis = 1 : i64, bits = 3 : i64, bytes}
// CHECK: bitserial.popsum ins(%[[P]] : tensor<2x10x1xi32>) outs(%{{.*}} : tensor<2xi32>) {axis = 1 : i64, byte_bits = 3 : i64} -> tensor<2xi32>
func.func @fuse_producer(%codes: tensor<8x40xi8>, %init: tensor<8x10x1xi32>, %sums: tensor<8xi32>) -> tensor<8xi32> {
  %0 = bitserial.pack ins(%codes : tensor<8x40xi8>) outs(%init : tensor<8x10x1xi32>) {axis = 1, bits = 3, bytes} -> tensor<8x10x1xi32>
  %1 = bitserial.popsum ins(%0 : tensor<8x10x1xi32>) outs(%sums : tensor<8xi32>) {axis = 1, byte_bits = 3} -> tensor<8xi32>
  return %1 : tensor<8xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.popsum"]} in %root : (!transform.any_op) -> !transform.any_op
    %fused, %loop = transform.structured.fuse %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
