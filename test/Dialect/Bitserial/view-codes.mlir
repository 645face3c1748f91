// RUN: dorefa-opt %s --bitserial-view-codes --canonicalize --split-input-file | FileCheck %s

// A padded image: the codes are written into zeros, and the words are these.
// CHECK-LABEL: func @padded
// CHECK-SAME: (%[[X:.*]]: tensor<?x6x5x8xf32>)
func.func @padded(%x: tensor<?x6x5x8xf32>) -> tensor<?x8x7x1x2x1xi32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %n = tensor.dim %x, %c0 : tensor<?x6x5x8xf32>
  %empty = tensor.empty(%n) : tensor<?x6x5x8xi8>
  // CHECK: %[[CODES:.*]] = linalg.map
  %codes = linalg.map ins(%x : tensor<?x6x5x8xf32>) outs(%empty : tensor<?x6x5x8xi8>)
    (%in: f32, %out: i8) {
      %0 = arith.fptosi %in : f32 to i8
      linalg.yield %0 : i8
    }
  %dim = tensor.dim %codes, %c0 : tensor<?x6x5x8xi8>
  %split = tensor.expand_shape %codes [[0], [1], [2], [3, 4]] output_shape [%dim, 6, 5, 1, 8] : tensor<?x6x5x8xi8> into tensor<?x6x5x1x8xi8>
  %words = tensor.empty(%dim) : tensor<?x8x7x1x2x1xi32>
  // CHECK: %[[ZEROS:.*]] = linalg.fill ins(%c0_i8 : i8) outs(%{{.*}} : tensor<?x8x7x8xi8>)
  %zeros = linalg.fill ins(%zero : i32) outs(%words : tensor<?x8x7x1x2x1xi32>) -> tensor<?x8x7x1x2x1xi32>
  %place = tensor.extract_slice %zeros[0, 1, 1, 0, 0, 0] [%dim, 6, 5, 1, 2, 1] [1, 1, 1, 1, 1, 1] : tensor<?x8x7x1x2x1xi32> to tensor<?x6x5x1x2x1xi32>
  // CHECK-NOT: bitserial.pack
  %packed = bitserial.pack ins(%split : tensor<?x6x5x1x8xi8>) outs(%place : tensor<?x6x5x1x2x1xi32>) {axis = 4, bits = 2, bytes, in_range} -> tensor<?x6x5x1x2x1xi32>
  // CHECK: %[[PADDED:.*]] = tensor.insert_slice %[[CODES]] into %[[ZEROS]][0, 1, 1, 0] [%{{.*}}, 6, 5, 8] [1, 1, 1, 1] : tensor<?x6x5x8xi8> into tensor<?x8x7x8xi8>
  // CHECK: %[[SPLIT:.*]] = tensor.expand_shape %[[PADDED]] {{\[}}[0], [1], [2], [3, 4]] {{.*}} into tensor<?x8x7x1x8xi8>
  // CHECK: %[[WORDS:.*]] = bitserial.view_words %[[SPLIT]] : tensor<?x8x7x1x8xi8> -> tensor<?x8x7x1x2x1xi32>
  %image = tensor.insert_slice %packed into %zeros[0, 1, 1, 0, 0, 0] [%dim, 6, 5, 1, 2, 1] [1, 1, 1, 1, 1, 1] : tensor<?x6x5x1x2x1xi32> into tensor<?x8x7x1x2x1xi32>
  // CHECK: return %[[WORDS]]
  return %image : tensor<?x8x7x1x2x1xi32>
}

// -----

// With a distance between pixels, and no axis that was split.
// CHECK-LABEL: func @dilated
func.func @dilated(%x: tensor<3x4xf32>) -> tensor<7x1x1xi32> {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<3x4xi8>
  %codes = linalg.map ins(%x : tensor<3x4xf32>) outs(%empty : tensor<3x4xi8>)
    (%in: f32, %out: i8) {
      %0 = arith.fptosi %in : f32 to i8
      linalg.yield %0 : i8
    }
  %words = tensor.empty() : tensor<7x1x1xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%words : tensor<7x1x1xi32>) -> tensor<7x1x1xi32>
  %place = tensor.extract_slice %zeros[1, 0, 0] [3, 1, 1] [2, 1, 1] : tensor<7x1x1xi32> to tensor<3x1x1xi32>
  %packed = bitserial.pack ins(%codes : tensor<3x4xi8>) outs(%place : tensor<3x1x1xi32>) {axis = 1, bits = 8, bytes, in_range} -> tensor<3x1x1xi32>
  // CHECK: %[[GRID:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[1, 0] [3, 4] [2, 1] : tensor<3x4xi8> into tensor<7x4xi8>
  // CHECK: bitserial.view_words %[[GRID]] : tensor<7x4xi8> -> tensor<7x1x1xi32>
  %image = tensor.insert_slice %packed into %zeros[1, 0, 0] [3, 1, 1] [2, 1, 1] : tensor<3x1x1xi32> into tensor<7x1x1xi32>
  return %image : tensor<7x1x1xi32>
}

// -----

// Without padding whoever else reads the codes does no harm.
// CHECK-LABEL: func @whole
func.func @whole(%x: tensor<3x8xf32>) -> (tensor<3x2x1xi32>, tensor<3x8xi8>) {
  %empty = tensor.empty() : tensor<3x8xi8>
  %codes = linalg.map ins(%x : tensor<3x8xf32>) outs(%empty : tensor<3x8xi8>)
    (%in: f32, %out: i8) {
      %0 = arith.fptosi %in : f32 to i8
      linalg.yield %0 : i8
    }
  %init = tensor.empty() : tensor<3x2x1xi32>
  // CHECK: bitserial.view_words %{{.*}} : tensor<3x8xi8> -> tensor<3x2x1xi32>
  %words = bitserial.pack ins(%codes : tensor<3x8xi8>) outs(%init : tensor<3x2x1xi32>) {axis = 1, bits = 4, bytes, in_range} -> tensor<3x2x1xi32>
  return %words, %codes : tensor<3x2x1xi32>, tensor<3x8xi8>
}

// -----

// Codes that are apart, as those of every second pixel, are copied once.
// CHECK-LABEL: func @slice
func.func @slice(%codes: tensor<6x8xi8>) -> tensor<3x1x2x1xi32> {
  %slice = tensor.extract_slice %codes[0, 0] [3, 8] [2, 1] : tensor<6x8xi8> to tensor<3x8xi8>
  %split = tensor.expand_shape %slice [[0], [1, 2]] output_shape [3, 1, 8] : tensor<3x8xi8> into tensor<3x1x8xi8>
  %init = tensor.empty() : tensor<3x1x2x1xi32>
  // CHECK: %[[COPY:.*]] = linalg.copy ins(%{{.*}} : tensor<3x1x8xi8>)
  // CHECK: bitserial.view_words %[[COPY]]
  %words = bitserial.pack ins(%split : tensor<3x1x8xi8>) outs(%init : tensor<3x1x2x1xi32>) {axis = 2, bits = 4, bytes, in_range} -> tensor<3x1x2x1xi32>
  return %words : tensor<3x1x2x1xi32>
}

// -----

// What stays: codes that may have other bits; words with a rest;
// another axis; bit planes.
// CHECK-LABEL: func @packed
// CHECK-COUNT-4: bitserial.pack
func.func @packed(%argument: tensor<3x8xi8>, %x: tensor<8x6xf32>) -> (tensor<3x2x1xi32>, tensor<8x2x1xi32>, tensor<2x1x6xi32>, tensor<8x1x2xi32>) {
  %empty = tensor.empty() : tensor<8x6xi8>
  %codes = linalg.map ins(%x : tensor<8x6xf32>) outs(%empty : tensor<8x6xi8>)
    (%in: f32, %out: i8) {
      %0 = arith.fptosi %in : f32 to i8
      linalg.yield %0 : i8
    }
  %init0 = tensor.empty() : tensor<3x2x1xi32>
  %0 = bitserial.pack ins(%argument : tensor<3x8xi8>) outs(%init0 : tensor<3x2x1xi32>) {axis = 1, bits = 4, bytes} -> tensor<3x2x1xi32>
  %init1 = tensor.empty() : tensor<8x2x1xi32>
  %1 = bitserial.pack ins(%codes : tensor<8x6xi8>) outs(%init1 : tensor<8x2x1xi32>) {axis = 1, bits = 4, bytes, in_range} -> tensor<8x2x1xi32>
  %init2 = tensor.empty() : tensor<2x1x6xi32>
  %2 = bitserial.pack ins(%codes : tensor<8x6xi8>) outs(%init2 : tensor<2x1x6xi32>) {axis = 0, bits = 4, bytes, in_range} -> tensor<2x1x6xi32>
  %init3 = tensor.empty() : tensor<8x1x2xi32>
  %3 = bitserial.pack ins(%codes : tensor<8x6xi8>) outs(%init3 : tensor<8x1x2xi32>) {axis = 1, bits = 2} -> tensor<8x1x2xi32>
  return %0, %1, %2, %3 : tensor<3x2x1xi32>, tensor<8x2x1xi32>, tensor<2x1x6xi32>, tensor<8x1x2xi32>
}

// -----

// Somebody else reads codes that would be apart: they are copied, as before.
// CHECK-LABEL: func @two_readers
// CHECK: bitserial.pack
func.func @two_readers(%x: tensor<3x4xf32>) -> (tensor<5x1x1xi32>, tensor<3x4xi8>) {
  %zero = arith.constant 0 : i32
  %empty = tensor.empty() : tensor<3x4xi8>
  %codes = linalg.map ins(%x : tensor<3x4xf32>) outs(%empty : tensor<3x4xi8>)
    (%in: f32, %out: i8) {
      %0 = arith.fptosi %in : f32 to i8
      linalg.yield %0 : i8
    }
  %words = tensor.empty() : tensor<5x1x1xi32>
  %zeros = linalg.fill ins(%zero : i32) outs(%words : tensor<5x1x1xi32>) -> tensor<5x1x1xi32>
  %place = tensor.extract_slice %zeros[1, 0, 0] [3, 1, 1] [1, 1, 1] : tensor<5x1x1xi32> to tensor<3x1x1xi32>
  %packed = bitserial.pack ins(%codes : tensor<3x4xi8>) outs(%place : tensor<3x1x1xi32>) {axis = 1, bits = 8, bytes, in_range} -> tensor<3x1x1xi32>
  %image = tensor.insert_slice %packed into %zeros[1, 0, 0] [3, 1, 1] [1, 1, 1] : tensor<3x1x1xi32> into tensor<5x1x1xi32>
  return %image, %codes : tensor<5x1x1xi32>, tensor<3x4xi8>
}
