// A filter's gradient on a matrix unit, or in vectors of bytes: channels of padded images, one code behind the other; the
// cotangent as signed numbers in rows of the image's width, zeros behind each row and the last one.

// RUN: dorefa-opt %s --split-input-file \
// RUN:   --convert-dorefa-to-bitserial="vector-bits=512 features=amx-int8 strategy=integer" --cse | FileCheck %s
// RUN: dorefa-opt %s --split-input-file \
// RUN:   --convert-dorefa-to-bitserial="vector-bits=256 features=avx2 strategy=integer" --cse | FileCheck %s --check-prefix=AVX2

// 7 x 7 positions in rows of 9 are 61, and 64 with zeros; the farthest tap begins at code 20 of a
// channel. 81 codes need 2 cache lines; there are 3.
// CHECK-LABEL: func.func @gradient
// CHECK:         arith.trunci %{{.*}} : i32 to i8
// CHECK:         %[[ZEROS:.*]] = linalg.fill {{.*}} : tensor<?x8x9x1x16xi8>
// CHECK:         %[[GRID:.*]] = tensor.insert_slice %{{.*}} into %[[ZEROS]]{{.*}} : tensor<?x7x7x1x16xi8> into tensor<?x8x9x1x16xi8>
// CHECK:         %[[ROWS:.*]] = tensor.collapse_shape %[[GRID]] {{.*}} into tensor<?x72x1x16xi8>
// CHECK:         tensor.extract_slice %[[ROWS]][0, 0, 0, 0] [%{{.*}}, 64, 1, 16]
// CHECK:         bitserial.pack {{.*}} {axis = 1 : i64, bits = 8 : i64, bytes, in_range} -> tensor<?x16x1x1x16xi32>
// CHECK:         scf.for
// CHECK:           scf.forall
// CHECK:             bitserial.unpack
// CHECK:             tensor<1x81x1x48xi8>
// CHECK:             tensor.parallel_insert_slice {{.*}} [1, 1, 48, 81] {{.*}} into tensor<?x1x48x192xi8>
// CHECK:           scf.forall {{.*}} to (1, 432) step (1, 16)
// CHECK:             %[[SUMS:.*]] = tensor.empty() : tensor<16x16xi32>
// CHECK:             scf.for
// CHECK:               tensor.extract_slice {{.*}} [1, 1, 16, 64]
// CHECK:               bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<16x64xi8>, tensor<16x16xi32>) outs(%[[SUMS]] : tensor<16x16xi32>)
// CHECK:               arith.sitofp
// CHECK-NOT:   bitserial.matmul
// CHECK:         return

// Sums of 16 steps of 2 x 3 x 64 are far below 2^15.
// AVX2-LABEL:  func.func @gradient
// AVX2:          bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<16x64xi8>, tensor<16x16xi32>) outs(%{{.*}} : tensor<16x16xi32>)
// AVX2-SAME:         #bitserial.form<bytes, bits = 2 x 7, bytes = 32, tile = 2 x 4, drain = 16, unroll = 2, signed = true>
func.func @gradient(%g: tensor<?x7x7x16x!dorefa.code<6, bipolar>>, %x: tensor<?x7x7x48x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x48xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x48x!dorefa.code<2, unipolar>> -> tensor<16x3x3x48xf32>
  return %0 : tensor<16x3x3x48xf32>
}

// -----

// Pixels of a stride lie apart.
// CHECK-LABEL: func.func @stride
// CHECK:         bitserial.matmul
func.func @stride(%g: tensor<?x4x4x16x!dorefa.code<6, bipolar>>, %x: tensor<?x7x7x48x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x48xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x48x!dorefa.code<2, unipolar>> -> tensor<16x3x3x48xf32>
  return %0 : tensor<16x3x3x48xf32>
}

// -----

// 2c - 255 is no signed byte.
// CHECK-LABEL: func.func @bits
// CHECK:         bitserial.matmul
func.func @bits(%g: tensor<?x7x7x16x!dorefa.code<8, bipolar>>, %x: tensor<?x7x7x48x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x48xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<8, bipolar>>, tensor<?x7x7x48x!dorefa.code<2, unipolar>> -> tensor<16x3x3x48xf32>
  return %0 : tensor<16x3x3x48xf32>
}

// -----

// CHECK-LABEL: func.func @channels
// CHECK:         bitserial.matmul
func.func @channels(%g: tensor<?x7x7x16x!dorefa.code<6, bipolar>>, %x: tensor<?x7x7x24x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x24xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x24x!dorefa.code<2, unipolar>> -> tensor<16x3x3x24xf32>
  return %0 : tensor<16x3x3x24xf32>
}

// -----

// 2 x 2 positions would be 64.
// CHECK-LABEL: func.func @small
// CHECK:         bitserial.matmul
func.func @small(%g: tensor<?x2x2x16x!dorefa.code<6, bipolar>>, %x: tensor<?x2x2x16x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x16xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x2x2x16x!dorefa.code<6, bipolar>>, tensor<?x2x2x16x!dorefa.code<2, unipolar>> -> tensor<16x3x3x16xf32>
  return %0 : tensor<16x3x3x16xf32>
}

// -----

// 130 x 2 numbers in rows of 132 are 262, and 272 with zeros, 68 words; sums of 8 x 5 bits, 4 steps
// of at most 2 x 255 x 16, fit 16 bits, and those of 5 do not.
// AVX2-LABEL: func.func @drains
// AVX2:         bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<16x272xi8>, tensor<68x16xi32>)
// AVX2-SAME:        bits = 8 x 5, bytes = 32, tile = 2 x 4, drain = 4,
func.func @drains(%g: tensor<?x2x130x16x!dorefa.code<4, bipolar>>, %x: tensor<?x2x130x16x!dorefa.code<8, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x16xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x2x130x16x!dorefa.code<4, bipolar>>, tensor<?x2x130x16x!dorefa.code<8, unipolar>> -> tensor<16x3x3x16xf32>
  return %0 : tensor<16x3x3x16xf32>
}

// -----

// A product of eight bits by seven with a sign is more than 16 bits.
// AVX2-LABEL: func.func @wide
// AVX2:         bitserial.matmul
func.func @wide(%g: tensor<?x7x7x16x!dorefa.code<7, bipolar>>, %x: tensor<?x7x7x48x!dorefa.code<8, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x48xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<7, bipolar>>, tensor<?x7x7x48x!dorefa.code<8, unipolar>> -> tensor<16x3x3x48xf32>
  return %0 : tensor<16x3x3x48xf32>
}

// -----

// Sums of 256 x 258 positions of eight bits each might not fit 32 bits.
// CHECK-LABEL: func.func @large
// CHECK:         bitserial.matmul
func.func @large(%g: tensor<?x256x256x16x!dorefa.code<6, bipolar>>, %x: tensor<?x256x256x16x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x16xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x256x256x16x!dorefa.code<6, bipolar>>, tensor<?x256x256x16x!dorefa.code<2, unipolar>> -> tensor<16x3x3x16xf32>
  return %0 : tensor<16x3x3x16xf32>
}
