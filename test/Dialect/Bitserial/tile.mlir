// RUN: dorefa-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

// Words of the packed axis are loops too; the last tile has fewer codes.
// CHECK: #[[MIN:.*]] = affine_map<(d0) -> (-d0 + 3, 2)>
// CHECK: #[[WORDS:.*]] = affine_map<()[s0] -> (s0 * 32)>
// CHECK: #[[REST:.*]] = affine_map<()[s0, s1] -> (s1 * -32 + 65, s0 * 32)>
// CHECK-LABEL: func @pack
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: scf.for %[[J:[a-z0-9_]+]] =
// CHECK-DAG: %[[N:.*]] = affine.min #[[MIN]](%[[J]])
// CHECK-DAG: %[[START:.*]] = affine.apply #[[WORDS]]()[%[[J]]]
// CHECK-DAG: %[[SIZE:.*]] = affine.min #[[REST]]()[%[[N]], %[[J]]]
// CHECK: tensor.extract_slice %{{.*}}[%[[I]], %[[START]]] [4, %[[SIZE]]] [1, 1] : tensor<8x65xi8> to tensor<4x?xi8>
// CHECK: tensor.extract_slice %{{.*}}[%[[I]], %[[J]], 0] [4, %[[N]], 2] [1, 1, 1] : tensor<8x3x2xi32> to tensor<4x?x2xi32>
// CHECK: bitserial.pack ins(%{{.*}} : tensor<4x?xi8>) outs(%{{.*}} : tensor<4x?x2xi32>) {axis = 1 : i64, bits = 2 : i64} -> tensor<4x?x2xi32>
// CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%[[I]], %[[J]], 0] [4, %[[N]], 2]
func.func @pack(%codes: tensor<8x65xi8>, %init: tensor<8x3x2xi32>) -> tensor<8x3x2xi32> {
  %0 = bitserial.pack ins(%codes : tensor<8x65xi8>) outs(%init : tensor<8x3x2xi32>) {axis = 1, bits = 2} -> tensor<8x3x2xi32>
  return %0 : tensor<8x3x2xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.pack"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.tile_using_for %op tile_sizes [4, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK: #[[WORDS:.*]] = affine_map<()[s0] -> (s0 * 32)>
// CHECK-LABEL: func @unpack
// CHECK: scf.forall (%[[I:.*]], %[[T:.*]]) in (4, 2) shared_outs(%[[OUT:.*]] =
// CHECK: %[[J:.*]] = affine.apply #{{.*}}(%[[T]])
// CHECK: tensor.extract_slice %{{.*}}[%[[I]], 0, %[[J]]] [1, 5, 3] [1, 1, 1] : tensor<4x5x6xi32> to tensor<1x5x3xi32>
// CHECK: %[[START:.*]] = affine.apply #[[WORDS]]()[%[[I]]]
// CHECK: tensor.extract_slice %[[OUT]][%[[START]], %[[J]]] [32, 3] [1, 1] : tensor<128x6xi8> to tensor<32x3xi8>
// CHECK: bitserial.unpack ins(%{{.*}} : tensor<1x5x3xi32>) outs(%{{.*}} : tensor<32x3xi8>) {axis = 0 : i64} -> tensor<32x3xi8>
// CHECK: tensor.parallel_insert_slice %{{.*}} into %[[OUT]][%[[START]], %[[J]]] [32, 3]
func.func @unpack(%words: tensor<4x5x6xi32>, %init: tensor<128x6xi8>) -> tensor<128x6xi8> {
  %0 = bitserial.unpack ins(%words : tensor<4x5x6xi32>) outs(%init : tensor<128x6xi8>) {axis = 0} -> tensor<128x6xi8>
  return %0 : tensor<128x6xi8>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.unpack"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [1, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The depth is a reduction: its tiles add to the same sums.
// CHECK-LABEL: func @matmul
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: scf.for %[[J:[a-z0-9_]+]] = {{.*}} iter_args(%[[N:[a-z0-9_]+]] =
// CHECK: scf.for %[[W:[a-z0-9_]+]] = {{.*}} iter_args(%[[ACC:[a-z0-9_]+]] = %[[N]])
// CHECK: tensor.extract_slice %{{.*}}[%[[W]], 0, %[[I]]] [2, 3, 4] [1, 1, 1] : tensor<6x3x8xi32> to tensor<2x3x4xi32>
// CHECK: tensor.extract_slice %{{.*}}[%[[W]], 0, %[[J]]] [2, 1, 16] [1, 1, 1] : tensor<6x1x32xi32> to tensor<2x1x16xi32>
// CHECK: tensor.extract_slice %[[ACC]][%[[I]], %[[J]]] [4, 16] [1, 1]
// CHECK: bitserial.matmul {{.*}} -> tensor<4x16xi32>
func.func @matmul(%lhs: tensor<6x3x8xi32>, %rhs: tensor<6x1x32xi32>, %acc: tensor<8x32xi32>) -> tensor<8x32xi32> {
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<6x3x8xi32>, tensor<6x1x32xi32>) outs(%acc : tensor<8x32xi32>) {transpose_lhs} -> tensor<8x32xi32>
  return %0 : tensor<8x32xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.matmul"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:3 = transform.structured.tile_using_for %op tile_sizes [4, 16, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Rows of the result in steps of 2, with stride 2 and dilation 3: one row of the
// filter at a time needs 3 rows of the input.
// CHECK: #[[ROW:.*]] = affine_map<()[s0, s1] -> (s0 * 2 + s1 * 3)>
// CHECK-LABEL: func @conv2d
// CHECK: scf.for %[[Y:[a-z0-9_]+]] =
// CHECK: scf.for %[[F:[a-z0-9_]+]] =
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: %[[R:.*]] = affine.apply #[[ROW]]()[%[[Y]], %[[I]]]
// CHECK: tensor.extract_slice %{{.*}}[0, %[[R]], 0, 0, 0, 0] [%{{.*}}, 3, 16, 1, 2, 2] [1, 1, 1, 1, 1, 1] : tensor<?x17x16x1x2x2xi32> to tensor<?x3x16x1x2x2xi32>
// CHECK: tensor.extract_slice %{{.*}}[0, %[[I]], 0, 0, 0, %[[F]]] [1, 1, 3, 2, 1, 8] [1, 1, 1, 1, 1, 1]
// CHECK: tensor.extract_slice %{{.*}}[0, %[[Y]], 0, 0, %[[F]]] [%{{.*}}, 2, 14, 1, 8] [1, 1, 1, 1, 1]
// CHECK: bitserial.conv2d {{.*}} {dilations = array<i64: 3, 1>, strides = array<i64: 2, 1>} -> tensor<?x2x14x1x8xi32>
func.func @conv2d(%a: tensor<?x17x16x1x2x2xi32>, %w: tensor<1x4x3x2x1x16xi32>, %acc: tensor<?x4x14x1x16xi32>) -> tensor<?x4x14x1x16xi32> {
  %0 = bitserial.conv2d ins(%a, %w : tensor<?x17x16x1x2x2xi32>, tensor<1x4x3x2x1x16xi32>) outs(%acc : tensor<?x4x14x1x16xi32>)
    {strides = array<i64: 2, 1>, dilations = array<i64: 3, 1>} -> tensor<?x4x14x1x16xi32>
  return %0 : tensor<?x4x14x1x16xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.conv2d"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:3 = transform.structured.tile_using_for %op tile_sizes [0, 2, 0, 0, 8, 1] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Pack is fused into the loop of the sums that need it: a tile of words comes
// from a tile of codes.
// CHECK-LABEL: func @fuse_producer
// CHECK-SAME: (%[[CODES:.*]]: tensor<8x40xi8>
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: %[[C:.*]] = tensor.extract_slice %[[CODES]][%[[I]], 0] [2, 40] [1, 1]
// CHECK: %[[P:.*]] = bitserial.pack ins(%[[C]] : tensor<2x40xi8>) outs(%{{.*}} : tensor<2x2x3xi32>)
// CHECK: bitserial.popsum ins(%[[P]] : tensor<2x2x3xi32>) outs(%{{.*}} : tensor<2xi32>) {axis = 1 : i64} -> tensor<2xi32>
func.func @fuse_producer(%codes: tensor<8x40xi8>, %init: tensor<8x2x3xi32>, %sums: tensor<8xi32>) -> tensor<8xi32> {
  %0 = bitserial.pack ins(%codes : tensor<8x40xi8>) outs(%init : tensor<8x2x3xi32>) {axis = 1, bits = 3} -> tensor<8x2x3xi32>
  %1 = bitserial.popsum ins(%0 : tensor<8x2x3xi32>) outs(%sums : tensor<8xi32>) {axis = 1} -> tensor<8xi32>
  return %1 : tensor<8xi32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.popsum"]} in %root : (!transform.any_op) -> !transform.any_op
    %fused, %loop = transform.structured.fuse %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// And so is unpack, as long as all codes of the packed axis are needed.
// CHECK-LABEL: func @fuse_unpack
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: bitserial.unpack ins(%{{.*}} : tensor<2x2x3xi32>) outs(%{{.*}} : tensor<2x40xi8>)
// CHECK: linalg.generic
func.func @fuse_unpack(%words: tensor<8x2x3xi32>, %init: tensor<8x40xi8>, %out: tensor<8x40xi8>) -> tensor<8x40xi8> {
  %0 = bitserial.unpack ins(%words : tensor<8x2x3xi32>) outs(%init : tensor<8x40xi8>) {axis = 1} -> tensor<8x40xi8>
  %1 = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<8x40xi8>) outs(%out : tensor<8x40xi8>) {
  ^bb0(%x: i8, %y: i8):
    %z = arith.addi %x, %x : i8
    linalg.yield %z : i8
  } -> tensor<8x40xi8>
  return %1 : tensor<8x40xi8>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %fused, %loop = transform.structured.fuse %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Memrefs are tiled in place.
// CHECK-LABEL: func @memrefs
// CHECK-SAME: (%[[C:.*]]: memref<?x64xi8>, %[[W:.*]]: memref<?x2x1xi32>)
// CHECK: scf.for %[[I:[a-z0-9_]+]] =
// CHECK: %[[N:.*]] = affine.min
// CHECK: %[[A:.*]] = memref.subview %[[C]][%[[I]], 0] [%[[N]], 64] [1, 1]
// CHECK: %[[B:.*]] = memref.subview %[[W]][%[[I]], 0, 0] [%[[N]], 2, 1] [1, 1, 1]
// CHECK: bitserial.pack ins(%[[A]] : {{.*}}) outs(%[[B]] : {{.*}}) {axis = 1 : i64, bits = 1 : i64}{{$}}
func.func @memrefs(%codes: memref<?x64xi8>, %words: memref<?x2x1xi32>) {
  bitserial.pack ins(%codes : memref<?x64xi8>) outs(%words : memref<?x2x1xi32>) {axis = 1, bits = 1}
  return
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["bitserial.pack"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
