// With a stride the pixels of each phase of it see the same taps, and are an input gradient of their
// own, without a stride: of 3x3 taps one, two, two and four.

// RUN: dorefa-opt %s --convert-dorefa-to-bitserial --cse | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial="chip=sm_80" --cse | FileCheck %s --check-prefix=GPU

// CHECK-LABEL: func.func @phases
// CHECK-SAME:    %{{[a-z0-9]+}}: tensor<?x4x4x64xi8>, %[[FILTER:[a-z0-9]+]]: tensor<64x3x3x32xi8>
// CHECK:         %[[PLACE:.*]] = tensor.empty(%{{.*}}) : tensor<?x8x8x32xf32>
// CHECK:         tensor.extract_slice %[[FILTER]][0, 1, 1, 0] [64, 1, 1, 32] [1, 2, 2, 1]
// CHECK:         bitserial.conv2d {{.*}} -> tensor<?x4x4x1x32xi32>
// CHECK:         %[[FIRST:.*]] = tensor.insert_slice %{{.*}} into %[[PLACE]][0, 0, 0, 0] [%{{.*}}, 4, 4, 32] [1, 2, 2, 1]
// CHECK:         tensor.extract_slice %[[FILTER]][0, 1, 0, 0] [64, 1, 2, 32] [1, 2, 2, 1]
// CHECK:         bitserial.conv2d
// CHECK:         %[[SECOND:.*]] = tensor.insert_slice %{{.*}} into %[[FIRST]][0, 0, 1, 0] [%{{.*}}, 4, 4, 32] [1, 2, 2, 1]
// CHECK:         tensor.extract_slice %[[FILTER]][0, 0, 1, 0] [64, 2, 1, 32] [1, 2, 2, 1]
// CHECK:         bitserial.conv2d
// CHECK:         %[[THIRD:.*]] = tensor.insert_slice %{{.*}} into %[[SECOND]][0, 1, 0, 0] [%{{.*}}, 4, 4, 32] [1, 2, 2, 1]
// CHECK:         tensor.extract_slice %[[FILTER]][0, 0, 0, 0] [64, 2, 2, 32] [1, 2, 2, 1]
// CHECK:         bitserial.conv2d
// CHECK:         %[[LAST:.*]] = tensor.insert_slice %{{.*}} into %[[THIRD]][0, 1, 1, 0] [%{{.*}}, 4, 4, 32] [1, 2, 2, 1]
// CHECK:         return %[[LAST]]
// The kernels of GPUs slide over a grid that holds a cotangent at every other position.
// GPU-LABEL: func.func @phases
// GPU:         tensor.insert_slice {{.*}} [1, 2, 2, 1, 1, 1]
// GPU:         bitserial.conv2d
// GPU-NOT:     bitserial.conv2d
// GPU:         return
func.func @phases(%g: tensor<?x4x4x64x!dorefa.code<6, bipolar>>, %w: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %m: tensor<?xf32>) -> tensor<?x8x8x32xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<?x8x8x32xf32>
  return %dx : tensor<?x8x8x32xf32>
}

// Pixels that no window sees get zero times the scale, which may be no number.
// CHECK-LABEL: func.func @shortcut
// CHECK-SAME:    %{{[a-z0-9]+}}: tensor<?x4x4x64xi8>, %{{[a-z0-9]+}}: tensor<64x1x1x32xi8>, %[[SCALE:[a-z0-9]+]]: tensor<?xf32>
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK:         %[[UNSEEN:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?x8x7x32xf32>)
// CHECK:           arith.mulf %[[ZERO]], %{{.*}} : f32
// CHECK:         bitserial.conv2d {{.*}} -> tensor<?x4x4x1x32xi32>
// CHECK-NOT:     bitserial.conv2d
// CHECK:         %[[ALL:.*]] = tensor.insert_slice %{{.*}} into %[[UNSEEN]][0, 0, 0, 0] [%{{.*}}, 4, 4, 32] [1, 2, 2, 1]
// CHECK:         return %[[ALL]]
func.func @shortcut(%g: tensor<?x4x4x64x!dorefa.code<6, bipolar>>, %w: tensor<64x1x1x32x!dorefa.code<1, bipolar>>, %m: tensor<?xf32>) -> tensor<?x8x7x32xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) {strides = array<i64: 2, 2>}
      : tensor<?x4x4x64x!dorefa.code<6, bipolar>>, tensor<64x1x1x32x!dorefa.code<1, bipolar>> -> tensor<?x8x7x32xf32>
  return %dx : tensor<?x8x7x32xf32>
}

// Taps of a window with gaps, and rows behind the last window, are left to the grid.
// CHECK-LABEL: func.func @dilated
// CHECK:         tensor.insert_slice {{.*}} [1, 2, 2, 1, 1, 1]
// CHECK:         bitserial.conv2d
// CHECK-NOT:     bitserial.conv2d
func.func @dilated(%g: tensor<?x2x2x64x!dorefa.code<6, bipolar>>, %w: tensor<64x3x3x32x!dorefa.code<1, bipolar>>) -> tensor<?x7x7x32xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w {strides = array<i64: 2, 2>, dilations = array<i64: 2, 2>}
      : tensor<?x2x2x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<?x7x7x32xf32>
  return %dx : tensor<?x7x7x32xf32>
}

// CHECK-LABEL: func.func @unseen_rows
// CHECK:         bitserial.conv2d
// CHECK-NOT:     bitserial.conv2d
func.func @unseen_rows(%g: tensor<?x1x2x64x!dorefa.code<6, bipolar>>, %w: tensor<64x3x2x32x!dorefa.code<1, bipolar>>) -> tensor<?x6x4x32xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w {strides = array<i64: 4, 2>}
      : tensor<?x1x2x64x!dorefa.code<6, bipolar>>, tensor<64x3x2x32x!dorefa.code<1, bipolar>> -> tensor<?x6x4x32xf32>
  return %dx : tensor<?x6x4x32xf32>
}
