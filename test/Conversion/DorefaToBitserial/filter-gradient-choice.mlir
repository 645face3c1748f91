// Filter gradients on AVX2: tables, indexed by the side of fewer bits; turned, the padded cotangent's
// rows are longer, which few positions are not worth.

// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="vector-bits=256 features=avx2,ssse3" | FileCheck %s

// CHECK-LABEL: func.func @image_indexes
// CHECK:         bitserial.pack_tables
// CHECK:         bitserial.matrix_product {{.*}}#bitserial.form<lookup, bits = 6 x 2,
func.func @image_indexes(%g: tensor<?x18x18x64x!dorefa.code<6, bipolar>>, %x: tensor<?x18x18x64x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<64x3x3x64xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x18x18x64x!dorefa.code<6, bipolar>>, tensor<?x18x18x64x!dorefa.code<2, unipolar>> -> tensor<64x3x3x64xf32>
  return %0 : tensor<64x3x3x64xf32>
}

// CHECK-LABEL: func.func @cotangent_indexes
// CHECK:         bitserial.pack_tables
// CHECK:         bitserial.matrix_product {{.*}}#bitserial.form<lookup, bits = 4 x 2,
func.func @cotangent_indexes(%g: tensor<?x18x18x64x!dorefa.code<2, bipolar>>, %x: tensor<?x18x18x64x!dorefa.code<4, unipolar>>, %s: tensor<?xf32>) -> tensor<64x3x3x64xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x18x18x64x!dorefa.code<2, bipolar>>, tensor<?x18x18x64x!dorefa.code<4, unipolar>> -> tensor<64x3x3x64xf32>
  return %0 : tensor<64x3x3x64xf32>
}

// CHECK-LABEL: func.func @few_positions
// CHECK-NOT:     bitserial.pack_tables
// CHECK:         bitserial.matrix_product {{.*}}#bitserial.form<bytes,
func.func @few_positions(%g: tensor<?x5x5x128x!dorefa.code<2, bipolar>>, %x: tensor<?x7x7x128x!dorefa.code<4, unipolar>>, %s: tensor<?xf32>) -> tensor<128x3x3x128xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>)
      : tensor<?x5x5x128x!dorefa.code<2, bipolar>>, tensor<?x7x7x128x!dorefa.code<4, unipolar>> -> tensor<128x3x3x128xf32>
  return %0 : tensor<128x3x3x128xf32>
}
