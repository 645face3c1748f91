// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @pack_c2(%codes: tensor<4x64xi8>, %init: tensor<4x16x1xi32>) -> tensor<4x16x1xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C2) expects 1 to 8 bits, but got 9}}
  %0 = bitserial.pack ins(%codes : tensor<4x64xi8>) outs(%init : tensor<4x16x1xi32>) {axis = 1, bits = 9, bytes} -> tensor<4x16x1xi32>
  return %0 : tensor<4x16x1xi32>
}

// -----

// As many words as of planes.
func.func @pack_c3_words(%codes: tensor<4x65xi8>, %init: tensor<4x3x1xi32>) -> tensor<4x3x1xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects 17 words for 65 codes, but got 3}}
  %0 = bitserial.pack ins(%codes : tensor<4x65xi8>) outs(%init : tensor<4x3x1xi32>) {axis = 1, bits = 1, bytes} -> tensor<4x3x1xi32>
  return %0 : tensor<4x3x1xi32>
}

// -----

func.func @pack_c3_planes(%codes: tensor<4x65xi8>, %init: tensor<4x17x2xi32>) -> tensor<4x17x2xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects 1 planes, but got 2}}
  %0 = bitserial.pack ins(%codes : tensor<4x65xi8>) outs(%init : tensor<4x17x2xi32>) {axis = 1, bits = 2, bytes} -> tensor<4x17x2xi32>
  return %0 : tensor<4x17x2xi32>
}

// -----

func.func @pack_c3_open_planes(%codes: tensor<4x65xi8>, %init: tensor<4x17x?xi32>) -> tensor<4x17x?xi32> {
  // expected-error @+1 {{'bitserial.pack' op (C3) expects 1 planes, but got ?}}
  %0 = bitserial.pack ins(%codes : tensor<4x65xi8>) outs(%init : tensor<4x17x?xi32>) {axis = 1, bits = 2, bytes} -> tensor<4x17x?xi32>
  return %0 : tensor<4x17x?xi32>
}

// -----

// 4 * 2105376 * 255 = 2147483520 is below 2^31; one word more is not.
func.func @popsum_c5(%words: tensor<2105377x1xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C5) expects sums below 2^31, but 2105377 words of 8 bits may reach 2147484540}}
  %0 = bitserial.popsum ins(%words : tensor<2105377x1xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 8} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_largest(%words: tensor<2105376x1xi32>, %init: tensor<i32>) -> tensor<i32> {
  %0 = bitserial.popsum ins(%words : tensor<2105376x1xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 8} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_c6_bits(%words: tensor<2x1xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C6) expects 1 number of bits from 1 to 8, but got [9]}}
  %0 = bitserial.popsum ins(%words : tensor<2x1xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 9} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_c6_no_bits(%words: tensor<2x1xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C6) expects 1 number of bits from 1 to 8, but got [0]}}
  %0 = bitserial.popsum ins(%words : tensor<2x1xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 0} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

func.func @popsum_c6_planes(%words: tensor<2x2xi32>, %init: tensor<i32>) -> tensor<i32> {
  // expected-error @+1 {{'bitserial.popsum' op (C6) expects one plane of words of bytes, but got 2}}
  %0 = bitserial.popsum ins(%words : tensor<2x2xi32>) outs(%init : tensor<i32>) {axis = 0, byte_bits = 2} -> tensor<i32>
  return %0 : tensor<i32>
}

// -----

// 4 * 8256 * 255 * 255 = 2147385600 is below 2^31; one word more is not.
func.func @matmul_c3(%lhs: tensor<5x8257x1xi32>, %rhs: tensor<8257x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C3) expects sums below 2^31, but 8257 words of 8 by 8 bits may reach 2147645700}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x8257x1xi32>, tensor<8257x1x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_largest(%lhs: tensor<5x8256x1xi32>, %rhs: tensor<8256x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x8256x1xi32>, tensor<8256x1x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

// The depth is known from the other side.
func.func @matmul_c3_rhs(%lhs: tensor<5x?x1xi32>, %rhs: tensor<8257x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C3) expects sums below 2^31, but 8257 words of 8 by 8 bits may reach 2147645700}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x?x1xi32>, tensor<8257x1x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c5_count(%lhs: tensor<5x4x1xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C5) expects 2 numbers of bits from 1 to 8, but got [2]}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x1xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 2>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c5_bits(%lhs: tensor<5x4x1xi32>, %rhs: tensor<4x1x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C5) expects 2 numbers of bits from 1 to 8, but got [8, 9]}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x1xi32>, tensor<4x1x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 8, 9>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

func.func @matmul_c5_planes(%lhs: tensor<5x4x1xi32>, %rhs: tensor<4x2x10xi32>, %acc: tensor<5x10xi32>) -> tensor<5x10xi32> {
  // expected-error @+1 {{'bitserial.matmul' op (C5) expects one plane of words of bytes, but got 2}}
  %0 = bitserial.matmul ins(%lhs, %rhs : tensor<5x4x1xi32>, tensor<4x2x10xi32>) outs(%acc : tensor<5x10xi32>) {byte_bits = array<i64: 1, 2>} -> tensor<5x10xi32>
  return %0 : tensor<5x10xi32>
}

// -----

// 4 * 917 * 9 * 255 * 255 = 2146605300 is below 2^31; a word of channels more is
// not.
func.func @conv2d_c5(%a: tensor<1x8x8x1x918x1xi32>, %w: tensor<1x3x3x918x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C5) expects sums below 2^31, but 918 x 3 x 3 words of 8 by 8 bits may reach 2148946200}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x918x1xi32>, tensor<1x3x3x918x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_largest(%a: tensor<1x8x8x1x917x1xi32>, %w: tensor<1x3x3x917x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x917x1xi32>, tensor<1x3x3x917x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c7_count(%a: tensor<1x8x8x1x2x1xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C7) expects 2 numbers of bits from 1 to 8, but got [1, 2, 3]}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x1xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {byte_bits = array<i64: 1, 2, 3>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c7_bits(%a: tensor<1x8x8x1x2x1xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C7) expects 2 numbers of bits from 1 to 8, but got [0, 8]}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x1xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {byte_bits = array<i64: 0, 8>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @conv2d_c7_planes(%a: tensor<1x8x8x1x2x2xi32>, %w: tensor<1x3x3x2x1x16xi32>, %acc: tensor<1x6x6x1x16xi32>) -> tensor<1x6x6x1x16xi32> {
  // expected-error @+1 {{'bitserial.conv2d' op (C7) expects one plane of words of bytes, but got 2}}
  %0 = bitserial.conv2d ins(%a, %w : tensor<1x8x8x1x2x2xi32>, tensor<1x3x3x2x1x16xi32>) outs(%acc : tensor<1x6x6x1x16xi32>) {byte_bits = array<i64: 2, 1>} -> tensor<1x6x6x1x16xi32>
  return %0 : tensor<1x6x6x1x16xi32>
}

// -----

func.func @view_words_c1_rest(%codes: tensor<4x66xi8>) -> tensor<4x17x1xi32> {
  // expected-error @+1 {{'bitserial.view_words' op (C1) expects four codes for each word of the last axis and one plane, but got 'tensor<4x66xi8>' and 'tensor<4x17x1xi32>'}}
  %0 = bitserial.view_words %codes : tensor<4x66xi8> -> tensor<4x17x1xi32>
  return %0 : tensor<4x17x1xi32>
}

// -----

func.func @view_words_c1_planes(%codes: tensor<4x64xi8>) -> tensor<4x16x2xi32> {
  // expected-error @+1 {{'bitserial.view_words' op (C1) expects four codes for each word}}
  %0 = bitserial.view_words %codes : tensor<4x64xi8> -> tensor<4x16x2xi32>
  return %0 : tensor<4x16x2xi32>
}

// -----

func.func @view_words_c1_axes(%codes: tensor<4x64xi8>) -> tensor<5x16x1xi32> {
  // expected-error @+1 {{'bitserial.view_words' op (C1) expects four codes for each word}}
  %0 = bitserial.view_words %codes : tensor<4x64xi8> -> tensor<5x16x1xi32>
  return %0 : tensor<5x16x1xi32>
}

// -----

func.func @view_words_c1_open(%codes: tensor<4x?xi8>) -> tensor<4x?x1xi32> {
  // expected-error @+1 {{'bitserial.view_words' op (C1) expects four codes for each word}}
  %0 = bitserial.view_words %codes : tensor<4x?xi8> -> tensor<4x?x1xi32>
  return %0 : tensor<4x?x1xi32>
}

// -----

func.func @view_words_c1_scalar(%codes: tensor<i8>) -> tensor<1xi32> {
  // expected-error @+1 {{'bitserial.view_words' op (C1) expects four codes for each word}}
  %0 = bitserial.view_words %codes : tensor<i8> -> tensor<1xi32>
  return %0 : tensor<1xi32>
}
