// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @pack_c1(%codes: tensor<4x64xi8>, %init: tensor<4x2x2xi32>) -> tensor<4x2x2xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C1) expects an axis below rank 2, but got 2}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x2x2xi32>) {axis = 2, bits = 2} -> tensor<4x2x2xi32>
  return %0 : tensor<4x2x2xi32>
}

// -----

func.func @pack_c1_negative(%codes: tensor<4x64xi8>, %init: tensor<4x2x2xi32>) -> tensor<4x2x2xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C1) expects an axis below rank 2, but got -1}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x2x2xi32>) {axis = -1, bits = 2} -> tensor<4x2x2xi32>
  return %0 : tensor<4x2x2xi32>
}

// -----

func.func @pack_c2(%codes: tensor<4x64xi8>, %init: tensor<4x2x9xi32>) -> tensor<4x2x9xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C2) expects 1 to 8 bits, but got 9}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x2x9xi32>) {axis = 1, bits = 9} -> tensor<4x2x9xi32>
  return %0 : tensor<4x2x9xi32>
}

// -----

func.func @pack_c3_rank(%codes: tensor<4x64xi8>, %init: tensor<4x2xi32>) -> tensor<4x2xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects one axis of codes in the place of one of words and one of planes, but got ranks 2 and 2}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x2xi32>) {axis = 1, bits = 2} -> tensor<4x2xi32>
  return %0 : tensor<4x2xi32>
}

// -----

func.func @pack_c3_axis(%codes: tensor<64x5xi8>, %init: tensor<2x2x4xi32>) -> tensor<2x2x4xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects axis 1 of the codes and axis 2 of the words to have one size, but got 5 and 4}}
  %0 = bitserial.pack ins(%codes : tensor<64x5xi8>) outs(%init : tensor<2x2x4xi32>) {axis = 0, bits = 2} -> tensor<2x2x4xi32>
  return %0 : tensor<2x2x4xi32>
}

// -----

func.func @pack_c3_words(%codes: tensor<4x65xi8>, %init: tensor<4x2x2xi32>) -> tensor<4x2x2xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects 3 words for 65 codes, but got 2}}
  %0 = bitserial.pack ins(%codes : tensor<4x65xi8>) outs(%init : tensor<4x2x2xi32>) {axis = 1, bits = 2} -> tensor<4x2x2xi32>
  return %0 : tensor<4x2x2xi32>
}

// -----

func.func @pack_c3_planes(%codes: tensor<4x64xi8>, %init: tensor<4x2x?xi32>) -> tensor<4x2x?xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects 2 planes, but got ?}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x2x?xi32>) {axis = 1, bits = 2} -> tensor<4x2x?xi32>
  return %0 : tensor<4x2x?xi32>
}

// -----

func.func @pack_c4(%codes: tensor<4x64xi8>, %init: memref<4x2x2xi32>) {
  // expected-error @+1 {{'bitserial.pack' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : memref<4x2x2xi32>) {axis = 1, bits = 2}
  return
}

// -----

func.func @unpack_c1(%words: tensor<2x2xi32>, %init: tensor<2xi8>) -> tensor<2xi8> {
  // expected-error @+1 {{'bitserial.unpack' op (C1) expects axis and axis + 1 below rank 2, but axis is 1}}
  %0 = bitserial.unpack ins(%words : tensor<2x2xi32>) outs(%init : tensor<2xi8>) {axis = 1} -> tensor<2xi8>
  return %0 : tensor<2xi8>
}

// -----

func.func @unpack_c2(%words: tensor<2x0xi32>, %init: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @+1 {{'bitserial.unpack' op (C2) expects 1 to 8 planes in the packed words, but got 0}}
  %0 = bitserial.unpack ins(%words : tensor<2x0xi32>) outs(%init : tensor<64xi8>) {axis = 0} -> tensor<64xi8>
  return %0 : tensor<64xi8>
}

// -----

func.func @unpack_c3(%words: tensor<2x2xi32>, %init: tensor<31xi8>) -> tensor<31xi8> {
  // expected-error @+1 {{'bitserial.unpack' op (C3) expects 1 words for 31 codes, but got 2}}
  %0 = bitserial.unpack ins(%words : tensor<2x2xi32>) outs(%init : tensor<31xi8>) {axis = 0} -> tensor<31xi8>
  return %0 : tensor<31xi8>
}

// -----

func.func @unpack_c4(%words: memref<2x2xi32>, %init: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @+1 {{'bitserial.unpack' op (C4) expects tensors and one result, or memrefs and no result}}
  %0 = bitserial.unpack ins(%words : memref<2x2xi32>) outs(%init : tensor<64xi8>) {axis = 0} -> tensor<64xi8>
  return %0 : tensor<64xi8>
}

// -----

func.func @popsum_c1(%words: tensor<2x2xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C1) expects axis and axis + 1 below rank 2, but axis is 1}}
  %0 = bitserial.popsum ins(%words : tensor<2x2xi32>) outs(%init : tensor<i32>) {axis = 1} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_c2(%words: tensor<2x?xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C2) expects 1 to 8 planes in the packed words, but got ?}}
  %0 = bitserial.popsum ins(%words : tensor<2x?xi32>) outs(%init : tensor<i32>) {axis = 0} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_c3(%words: tensor<5x2x2xi32>, %init: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error @+1 {{'bitserial.popsum' op (C3) expects sums of shape [5], but got 'tensor<4xi32>'}}
  %0 = bitserial.popsum ins(%words : tensor<5x2x2xi32>) outs(%init : tensor<4xi32>) {axis = 1} -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @popsum_c4(%words: tensor<2x2xi32>, %init: memref<i32>) {
  // expected-error @+1 {{'bitserial.popsum' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.popsum ins(%words : tensor<2x2xi32>) outs(%init : memref<i32>) {axis = 0}
  return
}

// -----

// 32 * 263172 * 255 = 2147483520 is below 2^31; one word more is not.
func.func @popsum_c5(%words: tensor<263173x8xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C5) expects sums below 2^31, but 263173 words of 8 planes may reach 2147491680}}
  %0 = bitserial.popsum ins(%words : tensor<263173x8xi32>) outs(%init : tensor<i32>) {axis = 0} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_largest(%words: tensor<263172x8xi32>, %init: tensor<i32>) -> tensor<i32> {
  %0 = bitserial.popsum ins(%words : tensor<263172x8xi32>) outs(%init : tensor<i32>) {axis = 0} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @matmul_c1_rank(%lhs: tensor<5x4xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C1) expects rank 3 of operand 0, but got 2}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x10xi32>) -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c1_rows(%lhs: tensor<5x4x2xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<6x10xi32>) -> tensor<6x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C1) expects the same number of rows M everywhere, but got 5 and 6}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<6x10xi32>) -> tensor<6x10xi32>
  return %0 : tensor<6x10xi32>
}

// -----

func.func @matmul_c1_words(%lhs: tensor<5x4x2xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<2x10xi32>) -> tensor<2x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C1) expects the same number of words W everywhere, but got 5 and 4}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<2x10xi32>) {transpose_lhs} -> tensor<2x10xi32>
  return %0 : tensor<2x10xi32>
}

// -----

func.func @matmul_c1_columns(%lhs: tensor<5x4x2xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<5x11xi32>) -> tensor<5x11xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C1) expects the same number of columns N everywhere, but got 10 and 11}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x11xi32>) -> tensor<5x11xi32>
  return %0 : tensor<5x11xi32>
}

// -----

func.func @matmul_c2(%lhs: tensor<5x4x2xi32>, %rhs: tensor<4x9x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C2) expects 1 to 8 planes in the rhs, but got 9}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x2xi32>, tensor<4x9x10xi32>) outs(%acc : tensor<5x10xi32>) -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c3(%lhs: tensor<5x1033x8xi32>, %rhs: tensor<1033x8x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C3) expects sums below 2^31, but 1033 words of 8 by 8 planes may reach 2149466400}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x1033x8xi32>, tensor<1033x8x10xi32>) outs(%acc : tensor<5x10xi32>) -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c4(%lhs: memref<5x4x2xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C4) expects tensors and one result, or memrefs and no result}}
  %0 = bitserial.matmul ins(%lhs, %rhs : memref<5x4x2xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x10xi32>) -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @conv2d_c1_rank(%a: tensor<1x8x8x1x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C1) expects rank 6 of operand 0, but got 5}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c1_batch(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<2x6x6x1x16xi32>) -> tensor<2x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C1) expects the same batch N everywhere, but got 1 and 2}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<2x6x6x1x16xi32>) -> tensor<2x6x6x1x16xi32>
  return %0 : tensor<2x6x6x1x16xi32>
}

// -----

func.func @conv2d_c1_groups(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<2x3x3x2x1x16xi32>, %acc: tensor<1x6x6x2x16xi32>) -> tensor<1x6x6x2x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C1) expects the same number of groups G everywhere, but got 1 and 2}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<2x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x2x16xi32>) -> tensor<1x6x6x2x16xi32>
  return %0 : tensor<1x6x6x2x16xi32>
}

// -----

func.func @conv2d_c1_words(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x3x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C1) expects the same number of words C everywhere, but got 2 and 3}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x3x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c1_filters(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x8xi32>) -> tensor<1x6x6x1x8xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C1) expects the same number of filters F everywhere, but got 16 and 8}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x8xi32>) -> tensor<1x6x6x1x8xi32>
  return %0 : tensor<1x6x6x1x8xi32>
}

// -----

func.func @conv2d_c2(%a: tensor<1x8x8x1x2x?xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C2) expects 1 to 8 planes in the input, but got ?}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x?xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c3(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C3) expects two positive strides and dilations, but got [1, 0] and [1, 1]}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {strides = array<i64: 1, 0>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c4_size(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x5x1x16xi32>) -> tensor<1x6x5x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C4) expects output size 6 on axis 2, but got 5}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x5x1x16xi32>) -> tensor<1x6x5x1x16xi32>
  return %0 : tensor<1x6x5x1x16xi32>
}

// -----

func.func @conv2d_c4_window(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x1x1x1x16xi32>) -> tensor<1x1x1x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C4) expects a window that fits, but 3 taps with dilation 4 need more than 8}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x1x1x1x16xi32>) {dilations = array<i64: 4, 4>} -> tensor<1x1x1x1x16xi32>
  return %0 : tensor<1x1x1x1x16xi32>
}

// -----

func.func @conv2d_c5(%a: tensor<1x8x8x1x115x8xi32>, %w: tensor<1x3x3x115x8x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C5) expects sums below 2^31, but 115 x 3 x 3 words of 8 by 8 planes may reach 2153628000}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x115x8xi32>, tensor<1x3x3x115x8x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c6(%a: tensor<1x8x8x1x2x2xi32>, %w: memref<1x3x3x2x1x16xi32>, %acc: memref<1x6x6x1x16xi32>) {
  // expected-error @+1 {{'bitserial.conv2d' op (C6) expects tensors and one result, or memrefs and no result}}
  bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, memref<1x3x3x2x1x16xi32>) outs(%acc : memref<1x6x6x1x16xi32>)
  return
}
