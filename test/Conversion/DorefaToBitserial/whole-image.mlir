// RUN: dorefa-opt %s --convert-dorefa-to-bitserial=strategy=popcount --split-input-file | FileCheck %s
// RUN: dorefa-opt %s --convert-dorefa-to-bitserial=strategy=integer --split-input-file | FileCheck %s --check-prefix=BYTES

// A window of the whole image is one pixel of all channels: 4 x 5 x 3 codes are
// two words of bits, 15 of bytes. The input gradient has no grid to slide over.

// CHECK-LABEL: func.func @forward
//       CHECK:   bitserial.conv2d ins({{.*}} : tensor<?x1x1x1x2x2xi32>, tensor<1x1x1x2x1x7xi32>)
// BYTES-LABEL: func.func @forward
//       BYTES:   bitserial.conv2d ins({{.*}} : tensor<?x1x1x1x15x1xi32>, tensor<1x1x1x15x1x7xi32>) {{.*}}byte_bits = array<i64: 2, 1>
func.func @forward(%a: tensor<?x4x5x3x!dorefa.code<2, unipolar>>, %w: tensor<7x4x5x3x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x1x1x7xf32> {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x4x5x3x!dorefa.code<2, unipolar>>, tensor<7x4x5x3x!dorefa.code<1, bipolar>> -> tensor<?x1x1x7xf32>
  return %z : tensor<?x1x1x7xf32>
}

// -----

// CHECK-LABEL: func.func @grad_input
//       CHECK:   bitserial.conv2d ins({{.*}} : tensor<?x1x1x1x1x4xi32>, tensor<1x1x1x1x1x60xi32>)
func.func @grad_input(%g: tensor<?x1x1x7x!dorefa.code<4, bipolar>>, %w: tensor<7x4x5x3x!dorefa.code<1, bipolar>>, %m: tensor<?xf32>, %s: tensor<f32>) -> tensor<?x4x5x3xf32> {
  %d = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>)
      : tensor<?x1x1x7x!dorefa.code<4, bipolar>>, tensor<7x4x5x3x!dorefa.code<1, bipolar>> -> tensor<?x4x5x3xf32>
  return %d : tensor<?x4x5x3xf32>
}

// -----

// Nothing is packed along the only position: one sum over the samples.
// BYTES-LABEL: func.func @grad_filter
//   BYTES-NOT:   bitserial.matmul
//       BYTES:   linalg.generic {{.*}}"parallel", "parallel", "parallel", "reduction"
//       BYTES:     arith.subf
func.func @grad_filter(%g: tensor<?x1x1x7x!dorefa.code<4, bipolar>>, %a: tensor<?x4x5x3x!dorefa.code<2, unipolar>>, %m: tensor<?xf32>) -> tensor<7x4x5x3xf32> {
  %d = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>)
      : tensor<?x1x1x7x!dorefa.code<4, bipolar>>, tensor<?x4x5x3x!dorefa.code<2, unipolar>> -> tensor<7x4x5x3xf32>
  return %d : tensor<7x4x5x3xf32>
}

// -----

// With padding other windows look at the image, too.
// CHECK-LABEL: func.func @padded
//       CHECK:   bitserial.conv2d ins({{.*}} : tensor<?x6x7x1x1x2xi32>, tensor<1x4x5x1x1x7xi32>)
func.func @padded(%a: tensor<?x4x5x3x!dorefa.code<2, unipolar>>, %w: tensor<7x4x5x3x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x3x3x7xf32> {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x5x3x!dorefa.code<2, unipolar>>, tensor<7x4x5x3x!dorefa.code<1, bipolar>> -> tensor<?x3x3x7xf32>
  return %z : tensor<?x3x3x7xf32>
}
