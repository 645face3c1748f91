// RUN: dorefa-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --cse --canonicalize | FileCheck %s

// Every op writes into the buffer of its init; no copies.
// CHECK-LABEL: func @in_place
// CHECK-SAME: (%[[C:.*]]: memref<?x64xi8>, %[[W:.*]]: memref<2x1x10xi32>, %[[INIT:.*]]: memref<?x2x2xi32>, %[[ACC:.*]]: memref<?x10xi32>, %[[S:.*]]: memref<?xi32>)
func.func @in_place(%codes: tensor<?x64xi8>, %w: tensor<2x1x10xi32>, %init: tensor<?x2x2xi32>, %acc: tensor<?x10xi32>, %s: tensor<?xi32>) -> (tensor<?x10xi32>, tensor<?xi32>) {
  // CHECK-NOT: alloc
  // CHECK-NOT: copy
  // CHECK: bitserial.pack ins(%[[C]] : memref<?x64xi8>) outs(%[[INIT]] : memref<?x2x2xi32>) {axis = 1 : i64, bits = 2 : i64}
  %0 = bitserial.pack ins(%codes : tensor<?x64xi8>) outs(%init : tensor<?x2x2xi32>) {axis = 1, bits = 2} -> tensor<?x2x2xi32>
  // CHECK-NEXT: bitserial.matmul ins(%[[INIT]], %[[W]] : memref<?x2x2xi32>, memref<2x1x10xi32>) outs(%[[ACC]] : memref<?x10xi32>) {strategy = #bitserial.strategy<popcount>}
  %1 = bitserial.matmul ins(%0, %w : tensor<?x2x2xi32>, tensor<2x1x10xi32>) outs(%acc : tensor<?x10xi32>) {strategy = #bitserial.strategy<popcount>} -> tensor<?x10xi32>
  // CHECK-NEXT: bitserial.popsum ins(%[[INIT]] : memref<?x2x2xi32>) outs(%[[S]] : memref<?xi32>) {axis = 1 : i64}
  %2 = bitserial.popsum ins(%0 : tensor<?x2x2xi32>) outs(%s : tensor<?xi32>) {axis = 1} -> tensor<?xi32>
  // CHECK-NEXT: return %[[ACC]], %[[S]]
  return %1, %2 : tensor<?x10xi32>, tensor<?xi32>
}

// A product adds to its init, so an init that is still used must be copied ..
// CHECK-LABEL: func @accumulates
func.func @accumulates(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> (tensor<1x6x6x1x16xi32>, tensor<1x6x6x1x16xi32>) {
  // CHECK: %[[NEW:.*]] = memref.alloc
  // CHECK: memref.copy %{{.*}}, %[[NEW]]
  // CHECK: bitserial.conv2d ins({{.*}}) outs(%[[NEW]]
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32>
  return %0, %acc : tensor<1x6x6x1x16xi32>, tensor<1x6x6x1x16xi32>
}

// .. but the others overwrite it: a new buffer will do.
// CHECK-LABEL: func @overwrites
func.func @overwrites(%words: tensor<2x2xi32>, %init: tensor<64xi8>) -> (tensor<64xi8>, tensor<64xi8>) {
  // CHECK: %[[NEW:.*]] = memref.alloc
  // CHECK-NOT: memref.copy
  // CHECK: bitserial.unpack ins({{.*}}) outs(%[[NEW]]
  %0 = bitserial.unpack ins(%words : tensor<2x2xi32>) outs(%init : tensor<64xi8>) {axis = 0} -> tensor<64xi8>
  return %0, %init : tensor<64xi8>, tensor<64xi8>
}

// Packing straight into the middle of a padded buffer.
// CHECK-LABEL: func @into_padded
// CHECK-SAME: (%[[C:.*]]: memref<4x14x14x64xi8>, %[[P:.*]]: memref<4x16x16x2x2xi32>)
func.func @into_padded(%codes: tensor<4x14x14x64xi8>, %padded: tensor<4x16x16x2x2xi32>) -> tensor<4x16x16x2x2xi32> {
  // CHECK: %[[V:.*]] = memref.subview %[[P]][0, 1, 1, 0, 0] [4, 14, 14, 2, 2] [1, 1, 1, 1, 1]
  // CHECK-NEXT: bitserial.pack ins(%[[C]] : memref<4x14x14x64xi8>) outs(%[[V]]
  // CHECK-NOT: copy
  // CHECK: return %[[P]]
  %inside = tensor.extract_slice %padded[0, 1, 1, 0, 0] [4, 14, 14, 2, 2] [1, 1, 1, 1, 1] : tensor<4x16x16x2x2xi32> to tensor<4x14x14x2x2xi32>
  %0 = bitserial.pack ins(%codes : tensor<4x14x14x64xi8>) outs(%inside : tensor<4x14x14x2x2xi32>) {axis = 3, bits = 2} -> tensor<4x14x14x2x2xi32>
  %1 = tensor.insert_slice %0 into %padded[0, 1, 1, 0, 0] [4, 14, 14, 2, 2] [1, 1, 1, 1, 1] : tensor<4x14x14x2x2xi32> into tensor<4x16x16x2x2xi32>
  return %1 : tensor<4x16x16x2x2xi32>
}

// Words of bytes are the codes' memory ..
// CHECK-LABEL: func @view
// CHECK-SAME: (%[[CODES:.*]]: memref<?x3x64xi8>,
func.func @view(%codes: tensor<?x3x64xi8>, %init: tensor<?x3xi32>) -> tensor<?x3xi32> {
  // CHECK-NOT: alloc
  // CHECK-NOT: copy
  // CHECK-DAG: %[[N:.*]] = memref.dim %[[CODES]], %c0
  // CHECK-DAG: %[[BYTES:.*]] = memref.collapse_shape %[[CODES]] {{\[}}[0, 1, 2]] : memref<?x3x64xi8> into memref<?xi8>
  // CHECK: %[[WORDS:.*]] = memref.view %[[BYTES]][%c0][%[[N]]] : memref<?xi8> to memref<?x3x16x1xi32>
  // CHECK: bitserial.popsum ins(%[[WORDS]] : memref<?x3x16x1xi32>)
  %0 = bitserial.view_words %codes : tensor<?x3x64xi8> -> tensor<?x3x16x1xi32>
  %1 = bitserial.popsum ins(%0 : tensor<?x3x16x1xi32>) outs(%init : tensor<?x3xi32>) {axis = 2, byte_bits = 2} -> tensor<?x3xi32>
  return %1 : tensor<?x3xi32>
}

// .. unless there are gaps.
// CHECK-LABEL: func @view_of_slice
func.func @view_of_slice(%codes: tensor<9x64xi8>, %init: tensor<9xi32>) -> tensor<9xi32> {
  // CHECK: %[[SLICE:.*]] = memref.subview
  // CHECK: %[[COPY:.*]] = memref.alloc() {{.*}}: memref<9x32xi8>
  // CHECK: memref.copy %[[SLICE]], %[[COPY]]
  // CHECK: %[[BYTES:.*]] = memref.collapse_shape %[[COPY]]
  // CHECK: memref.view %[[BYTES]]
  %slice = tensor.extract_slice %codes[0, 32] [9, 32] [1, 1] : tensor<9x64xi8> to tensor<9x32xi8>
  %0 = bitserial.view_words %slice : tensor<9x32xi8> -> tensor<9x8x1xi32>
  %1 = bitserial.popsum ins(%0 : tensor<9x8x1xi32>) outs(%init : tensor<9xi32>) {axis = 1, byte_bits = 2} -> tensor<9xi32>
  return %1 : tensor<9xi32>
}

// Codes that are overwritten while the words are still read: of the words there is a copy.
// CHECK-LABEL: func @view_stays
func.func @view_stays(%codes: tensor<64xi8>, %other: tensor<2x2xi32>, %init: tensor<i32>) -> (tensor<i32>, tensor<64xi8>) {
  // CHECK: %[[WORDS:.*]] = memref.view
  // CHECK: %[[COPY:.*]] = memref.alloc() {{.*}}: memref<16x1xi32>
  // CHECK: memref.copy %[[WORDS]], %[[COPY]]
  // CHECK: bitserial.unpack
  // CHECK: bitserial.popsum ins(%[[COPY]]
  %0 = bitserial.view_words %codes : tensor<64xi8> -> tensor<16x1xi32>
  %1 = bitserial.unpack ins(%other : tensor<2x2xi32>) outs(%codes : tensor<64xi8>) {axis = 0} -> tensor<64xi8>
  %2 = bitserial.popsum ins(%0 : tensor<16x1xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 2} -> tensor<i32>
  return %2, %1 : tensor<i32>, tensor<64xi8>
}
