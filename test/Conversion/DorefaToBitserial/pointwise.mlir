// Of single pixels with a stride those that are read are packed, right behind the image, for the
// forward product and for the filter's gradient alike.

// RUN: dorefa-opt %s --convert-dorefa-to-bitserial --cse | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="chip=sm_80" --cse | FileCheck %s --check-prefix=GPU

// CHECK-LABEL: func.func @shortcut
// CHECK-SAME:    %[[IMAGE:[a-z0-9]+]]: tensor<?x7x8x64xi8>
// CHECK:         %[[READ:.*]] = tensor.extract_slice %[[IMAGE]][0, 0, 0, 0] [%{{.*}}, 4, 3, 64] [1, 2, 3, 1] : tensor<?x7x8x64xi8> to tensor<?x4x3x64xi8>
// CHECK-NOT:     tensor.extract_slice %[[IMAGE]]
// CHECK:         bitserial.pack
// CHECK:         bitserial.conv2d {{.*}} tensor<?x4x3x1x2x2xi32>
// CHECK-NOT:     strides = array<i64: 2, 3>
// CHECK:         bitserial.matmul
// GPU-LABEL: func.func @shortcut
// GPU-NOT:     tensor.extract_slice {{.*}} [1, 2, 3, 1]
// GPU:         bitserial.conv2d {{.*}}strides = array<i64: 2, 3>
func.func @shortcut(%x: tensor<?x7x8x64x!dorefa.code<2, unipolar>>, %w: tensor<32x1x1x64x!dorefa.code<1, bipolar>>, %g: tensor<?x4x3x32x!dorefa.code<6, bipolar>>)
    -> (tensor<?x4x3x32xf32>, tensor<32x1x1x64xf32>) {
  %y = dorefa.conv2d %x, %w {strides = array<i64: 2, 3>}
      : tensor<?x7x8x64x!dorefa.code<2, unipolar>>, tensor<32x1x1x64x!dorefa.code<1, bipolar>> -> tensor<?x4x3x32xf32>
  %dw = dorefa.conv2d_grad_filter %g, %x {strides = array<i64: 2, 3>}
      : tensor<?x4x3x32x!dorefa.code<6, bipolar>>, tensor<?x7x8x64x!dorefa.code<2, unipolar>> -> tensor<32x1x1x64xf32>
  return %y, %dw : tensor<?x4x3x32xf32>, tensor<32x1x1x64xf32>
}

// Padding has no pixels to take.
// CHECK-LABEL: func.func @padded
// CHECK:         bitserial.conv2d {{.*}}strides = array<i64: 2, 2>
func.func @padded(%x: tensor<?x7x8x64x!dorefa.code<2, unipolar>>, %w: tensor<32x1x1x64x!dorefa.code<1, bipolar>>) -> tensor<?x5x5x32xf32> {
  %y = dorefa.conv2d %x, %w {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x8x64x!dorefa.code<2, unipolar>>, tensor<32x1x1x64x!dorefa.code<1, bipolar>> -> tensor<?x5x5x32xf32>
  return %y : tensor<?x5x5x32xf32>
}
