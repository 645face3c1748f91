// Rows of bytes are the codes themselves, where the words are a view of them and a row is no longer
// than its pixels; else they are packed.

// RUN: dorefa-opt %s --bitserial-tile-products="vector-bits=512 features=amx-int8" --canonicalize --cse | FileCheck %s
// RUN: dorefa-opt %s --bitserial-tile-products="vector-bits=256 features=avx2" --canonicalize --cse | FileCheck %s --check-prefix=AVX2

// Strips of an image.
// CHECK-LABEL: func.func @strips
// CHECK-SAME:    (%[[CODES:[a-z0-9]+]]: tensor<?x58x58x1x64xi8>
// CHECK:         %[[ROWS:.*]] = tensor.collapse_shape %[[CODES]] {{\[}}[0], [1], [2, 3, 4]] : tensor<?x58x58x1x64xi8> into tensor<?x58x3712xi8>
// CHECK:         scf.forall (%[[N:.*]], %[[Y:.*]]) =
// CHECK-NOT:       bitserial.pack_rows
// CHECK:           %[[STRIP:.*]] = tensor.extract_slice %[[ROWS]][%[[N]], %[[Y]], 0] [1, 16, 3712] [1, 1, 1]
// CHECK:           bitserial.tile_product ins(%[[STRIP]], {{.*}} : tensor<1x16x3712xi8>
// AVX2-LABEL: func.func @strips
// AVX2-NOT:     bitserial.pack_rows
// AVX2:         bitserial.tile_product ins(%{{.*}} : tensor<1x{{[0-9]+}}x3712xi8>, {{.*}} #bitserial.form<bytes,
func.func @strips(%codes: tensor<?x58x58x1x64xi8>, %w: tensor<1x3x3x16x1x64xi32>, %init: tensor<?x56x56x1x64xi32>) -> tensor<?x56x56x1x64xi32> {
  %x = bitserial.view_words %codes : tensor<?x58x58x1x64xi8> -> tensor<?x58x58x1x16x1xi32>
  %0 = bitserial.conv2d ins(%x, %w : tensor<?x58x58x1x16x1xi32>, tensor<1x3x3x16x1x64xi32>)
      outs(%init : tensor<?x56x56x1x64xi32>) {byte_bits = array<i64: 4, 4>} -> tensor<?x56x56x1x64xi32>
  return %0 : tensor<?x56x56x1x64xi32>
}

// Whole images, the last row of which no window reads: there is no gap between them.
// CHECK-LABEL: func.func @images
// CHECK:         scf.forall
// CHECK-NOT:       bitserial.pack_rows
// CHECK:           tensor.extract_slice %{{.*}}[%{{.*}}, 0, 0] [%{{.*}}, 10, 1280] [1, 1, 1] : tensor<?x10x1280xi8> to tensor<?x10x1280xi8>
// CHECK:           bitserial.tile_product
func.func @images(%codes: tensor<?x10x10x1x128xi8>, %w: tensor<1x3x3x32x1x64xi32>, %init: tensor<?x4x4x1x64xi32>) -> tensor<?x4x4x1x64xi32> {
  %x = bitserial.view_words %codes : tensor<?x10x10x1x128xi8> -> tensor<?x10x10x1x32x1xi32>
  %0 = bitserial.conv2d ins(%x, %w : tensor<?x10x10x1x32x1xi32>, tensor<1x3x3x32x1x64xi32>)
      outs(%init : tensor<?x4x4x1x64xi32>) {byte_bits = array<i64: 4, 4>, strides = array<i64: 2, 2>} -> tensor<?x4x4x1x64xi32>
  return %0 : tensor<?x4x4x1x64xi32>
}

// The rows of a matrix.
// CHECK-LABEL: func.func @matrix
// CHECK:         tensor.expand_shape %{{.*}} {{\[}}[0, 1], [2]] output_shape [%{{.*}}, 1, 256] : tensor<?x256xi8> into tensor<?x1x256xi8>
// CHECK-NOT:     bitserial.pack_rows
// CHECK:         bitserial.tile_product
func.func @matrix(%codes: tensor<?x256xi8>, %w: tensor<64x1x64xi32>, %init: tensor<?x64xi32>) -> tensor<?x64xi32> {
  %x = bitserial.view_words %codes : tensor<?x256xi8> -> tensor<?x64x1xi32>
  %0 = bitserial.matmul ins(%x, %w : tensor<?x64x1xi32>, tensor<64x1x64xi32>) outs(%init : tensor<?x64xi32>)
      {byte_bits = array<i64: 4, 4>} -> tensor<?x64xi32>
  return %0 : tensor<?x64xi32>
}

// A segment of three pixels of 36 codes is 27 steps, and the unit takes 16 at a time: beyond the last pixel there are zeros.
// CHECK-LABEL: func.func @beyond
// CHECK:         bitserial.pack_rows {{.*}} outs({{.*}} : tensor<1x10x384xi8>)
func.func @beyond(%codes: tensor<1x10x10x1x36xi8>, %w: tensor<1x3x3x9x1x64xi32>, %init: tensor<1x8x8x1x64xi32>) -> tensor<1x8x8x1x64xi32> {
  %x = bitserial.view_words %codes : tensor<1x10x10x1x36xi8> -> tensor<1x10x10x1x9x1xi32>
  %0 = bitserial.conv2d ins(%x, %w : tensor<1x10x10x1x9x1xi32>, tensor<1x3x3x9x1x64xi32>)
      outs(%init : tensor<1x8x8x1x64xi32>) {byte_bits = array<i64: 4, 4>} -> tensor<1x8x8x1x64xi32>
  return %0 : tensor<1x8x8x1x64xi32>
}

// Eight bits by eight are products of 16 bits for AVX2, whose rows are such.
// AVX2-LABEL: func.func @words
// AVX2:         bitserial.pack_rows
func.func @words(%codes: tensor<1x10x10x1x64xi8>, %w: tensor<1x3x3x16x1x64xi32>, %init: tensor<1x8x8x1x64xi32>) -> tensor<1x8x8x1x64xi32> {
  %x = bitserial.view_words %codes : tensor<1x10x10x1x64xi8> -> tensor<1x10x10x1x16x1xi32>
  %0 = bitserial.conv2d ins(%x, %w : tensor<1x10x10x1x16x1xi32>, tensor<1x3x3x16x1x64xi32>)
      outs(%init : tensor<1x8x8x1x64xi32>) {byte_bits = array<i64: 8, 8>} -> tensor<1x8x8x1x64xi32>
  return %0 : tensor<1x8x8x1x64xi32>
}
