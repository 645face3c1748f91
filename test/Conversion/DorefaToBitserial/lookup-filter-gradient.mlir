// A filter's gradient by tables: of four codes of the cotangent, in rows of the image's width with
// zeros behind each row and the last one, indexed by bits of four pixels, from each pixel on.

// RUN: dorefa-opt %s --split-input-file \
// RUN:   --convert-dorefa-to-bitserial="vector-bits=256 features=avx2 strategy=lookup" --cse | FileCheck %s

// 7 x 7 positions in rows of 9 are 61, and 64 with zeros, 16 tables; the farthest tap begins at code
// 20, so there are 81 indices, the last of which reads three codes more.
// CHECK-LABEL: func.func @gradient
// A filter of largest codes gives the sums of the image's.
// CHECK:         %[[N:.*]] = arith.constant 63 : i8
// CHECK:         linalg.fill ins(%[[N]] : i8)
// CHECK:         %[[LARGEST:.*]] = bitserial.pack_tables ins(%{{.*}} : tensor<1x16x1xi32>)
// CHECK:         %[[ALL:.*]] = tensor.collapse_shape %[[LARGEST]] {{.*}} into tensor<1x256xi8>
// CHECK:         %[[ZEROS:.*]] = linalg.fill {{.*}} : tensor<?x8x9x1x16xi8>
// CHECK:         tensor.insert_slice %{{.*}} into %[[ZEROS]]{{.*}} : tensor<?x7x7x1x16xi8> into tensor<?x8x9x1x16xi8>
// CHECK:         bitserial.pack {{.*}} {axis = 1 : i64, bits = 6 : i64, bytes, in_range} -> tensor<?x16x1x1x16xi32>
// CHECK:         scf.for
// CHECK:           %[[TABLES:.*]] = bitserial.pack_tables ins(%{{.*}} : tensor<?x16x16xi32>) outs(%{{.*}} : tensor<?x16x256xi8>)
// CHECK:           %[[INDICES:.*]] = scf.forall {{.*}} -> (tensor<?x81x1x48xi16>)
// CHECK:             bitserial.unpack {{.*}} -> tensor<1x81x1x48xi8>
// CHECK:             tensor.insert_slice {{.*}} into tensor<1x84x1x48xi8>
// CHECK-COUNT-4:     tensor.extract_slice {{.*}} : tensor<1x84x1x48xi8> to tensor<1x81x1x48xi8>
// CHECK:           %[[SUMS:.*]] = scf.forall (%{{.*}}, %{{.*}}, %{{.*}}) in (%{{.*}}, 1, 9) {{.*}} -> (tensor<?x1x9x48xi32>)
// CHECK:             bitserial.matrix_product ins(%[[ALL]], %{{.*}} : tensor<1x256xi8>, tensor<16x48xi16>)
// CHECK-SAME:          tile = 1 x 1, drain = 1,
// CHECK:           scf.forall {{.*}} to (1, 16) step (1, 8)
// CHECK:             tensor.extract_slice %[[TABLES]]{{.*}} to tensor<8x256xi8>
// CHECK:             tensor.extract_slice %[[INDICES]][{{.*}}] [1, 16, 1, 48] [1, 4, 1, 1]
// CHECK:             bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<8x256xi8>, tensor<16x48xi16>) outs(%{{.*}} : tensor<8x48xi32>)
// CHECK-SAME:          {form = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 1 x 8, drain = 1, unroll = 1>}
// CHECK:             tensor.extract_slice %[[SUMS]]
// CHECK:             arith.sitofp
// CHECK-NOT:     bitserial.matmul
// CHECK:         return
func.func @gradient(%g: tensor<?x7x7x16x!dorefa.code<6, bipolar>>, %x: tensor<?x7x7x48x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x48xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x48x!dorefa.code<2, unipolar>> -> tensor<16x3x3x48xf32>
  return %0 : tensor<16x3x3x48xf32>
}

// -----

// A byte is an index of one plane. 2 x 130 positions in rows of 132 are 262, 66 tables; sums of four
// steps of 4 x 15 fit a byte, and 68 are a multiple.
// CHECK-LABEL: func.func @one
// CHECK:         bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<8x1088xi8>, tensor<68x64xi8>)
// CHECK-SAME:      bits = 4 x 1, bytes = 32, tile = 2 x 2, drain = 4, unroll = 2>
func.func @one(%g: tensor<?x2x130x16x!dorefa.code<4, bipolar>>, %x: tensor<?x2x130x64x!dorefa.code<1, unipolar>>, %s: tensor<?xf32>) -> tensor<16x3x3x64xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x2x130x16x!dorefa.code<4, bipolar>>, tensor<?x2x130x64x!dorefa.code<1, unipolar>> -> tensor<16x3x3x64xf32>
  return %0 : tensor<16x3x3x64xf32>
}

// -----

// Four codes of seven bits do not fit a byte, three bits are no index, half a vector of channels is
// none, and pixels of a stride lie apart: planes then.
// CHECK-LABEL: func.func @planes
// CHECK-COUNT-4: bitserial.matmul
// CHECK-NOT:     bitserial.matrix_product
func.func @planes(%g7: tensor<?x7x7x16x!dorefa.code<7, bipolar>>, %g6: tensor<?x7x7x16x!dorefa.code<6, bipolar>>, %g4: tensor<?x4x4x16x!dorefa.code<6, bipolar>>,
                  %x2: tensor<?x7x7x16x!dorefa.code<2, unipolar>>, %x3: tensor<?x7x7x16x!dorefa.code<3, unipolar>>, %x1: tensor<?x7x7x16x!dorefa.code<1, unipolar>>,
                  %s: tensor<?xf32>) -> (tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>) {
  %0 = dorefa.conv2d_grad_filter %g7, %x2 cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<7, bipolar>>, tensor<?x7x7x16x!dorefa.code<2, unipolar>> -> tensor<16x3x3x16xf32>
  %1 = dorefa.conv2d_grad_filter %g6, %x3 cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x16x!dorefa.code<3, unipolar>> -> tensor<16x3x3x16xf32>
  %2 = dorefa.conv2d_grad_filter %g6, %x1 cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x16x!dorefa.code<1, unipolar>> -> tensor<16x3x3x16xf32>
  %3 = dorefa.conv2d_grad_filter %g4, %x2 cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x16x!dorefa.code<6, bipolar>>, tensor<?x7x7x16x!dorefa.code<2, unipolar>> -> tensor<16x3x3x16xf32>
  return %0, %1, %2, %3 : tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>, tensor<16x3x3x16xf32>
}

// -----

// Of fewer bits the cotangent indexes tables of the image. 9 x 9 pixels in rows of 11, as wide as the
// padded cotangent, are 97, and 112 with zeros; taps begin at the last one. What the image's codes
// sum up to in windows is of rows first.
// CHECK-LABEL: func.func @turned
// CHECK:         bitserial.pack {{.*}} {axis = 4 : i64, bits = 2 : i64} -> tensor<?x7x9x1x1x2xi32>
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[0, 2, 1, 0, 0, 0] {{.*}} into tensor<?x11x11x1x1x2xi32>
// CHECK:         bitserial.pack {{.*}} {axis = 1 : i64, bits = 4 : i64, bytes, in_range} -> tensor<?x28x1x1x16xi32>
// CHECK:         scf.for
// CHECK:           %[[TABLES:.*]] = bitserial.pack_tables {{.*}} outs(%{{.*}} : tensor<?x16x448xi8>)
// CHECK:           %[[INDICES:.*]] = scf.forall {{.*}} -> (tensor<?x133x1x32xi16>)
// CHECK:           %[[SUMS:.*]] = scf.forall {{.*}} -> (tensor<?x1x9x16xi32>)
// CHECK:             %[[ROWS:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<1x9x1x3x16xi32>)
// CHECK:             linalg.generic {{.*}} ins(%[[ROWS]]
// CHECK:           scf.forall {{.*}} to (1, 16) step (1, 8)
// CHECK:             %[[LAST:.*]] = arith.constant 24 : index
// CHECK:             %[[BEGIN:.*]] = arith.subi %[[LAST]], %{{.*}} : index
// CHECK:             tensor.extract_slice %[[INDICES]][%{{.*}}, %[[BEGIN]], %{{.*}}, 0] [1, 28, 1, 32] [1, 4, 1, 1]
// CHECK:             bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<8x448xi8>, tensor<28x32xi16>)
// CHECK-SAME:          bits = 4 x 2,
// CHECK:             tensor.extract_slice %[[SUMS]]{{.*}} to tensor<8xi32>
// CHECK:         linalg.transpose {{.*}} outs(%{{.*}} : tensor<1x32x3x3x16xf32>) permutation = [0, 4, 2, 3, 1]
func.func @turned(%g: tensor<?x7x9x32x!dorefa.code<2, bipolar>>, %x: tensor<?x9x9x16x!dorefa.code<4, unipolar>>, %s: tensor<?xf32>) -> tensor<32x3x3x16xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 0, 1, 0, 1>}
      : tensor<?x7x9x32x!dorefa.code<2, bipolar>>, tensor<?x9x9x16x!dorefa.code<4, unipolar>> -> tensor<32x3x3x16xf32>
  return %0 : tensor<32x3x3x16xf32>
}

// -----

// Pads beyond the kernel's reach would have to cut the cotangent: the image's four bits are planes.
// CHECK-LABEL: func.func @beyond
// CHECK:         bitserial.matmul
// CHECK-NOT:     bitserial.matrix_product
func.func @beyond(%g: tensor<?x11x9x32x!dorefa.code<2, bipolar>>, %x: tensor<?x7x9x16x!dorefa.code<4, unipolar>>, %s: tensor<?xf32>) -> tensor<32x3x3x16xf32> {
  %0 = dorefa.conv2d_grad_filter %g, %x cotangent_scale(%s : tensor<?xf32>) {pads = array<i64: 3, 1, 3, 1>}
      : tensor<?x11x9x32x!dorefa.code<2, bipolar>>, tensor<?x7x9x16x!dorefa.code<4, unipolar>> -> tensor<32x3x3x16xf32>
  return %0 : tensor<32x3x3x16xf32>
}
