// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// Convolutions, linear layers and their gradients: every optional part once.

!activation = tensor<?x14x14x32x!dorefa.code<2, unipolar>>
!filter = tensor<64x3x3x32x!dorefa.code<1, bipolar>>
!gradient = tensor<?x14x14x64x!dorefa.code<6, bipolar>>

// CHECK-LABEL: func.func @conv2d(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %[[W:[a-z0-9]+]]: tensor<64x3x3x32x!dorefa.code<1, bipolar>>,
// CHECK-SAME:    %[[D:[a-z0-9]+]]: tensor<f32>, %[[S:[a-z0-9]+]]: tensor<f32>, %[[F:[a-z0-9]+]]: tensor<64xf32>
func.func @conv2d(%a: !activation, %w: !filter, %d: tensor<f32>, %s: tensor<f32>, %f: tensor<64xf32>,
                  %wg: tensor<64x3x3x8x!dorefa.code<4, bipolar>>, %x: tensor<?x14x14x32xf32>,
                  %p: tensor<64x3x3x32x!dorefa.code<5, pow2>>, %y: tensor<64x3x3x32xf32>) {
  // The default window is left out.
  // CHECK:      dorefa.conv2d %[[A]], %[[W]] : tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<?x12x12x64xf32>
  %0 = dorefa.conv2d %a, %w {strides = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, groups = 1 : i64}
      : !activation, !filter -> tensor<?x12x12x64xf32>
  // CHECK-NEXT: dorefa.conv2d %[[A]], %[[W]] input_scale(%[[D]] : tensor<f32>) filter_scale(%[[S]] : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
  %1 = dorefa.conv2d %a, %w input_scale(%d : tensor<f32>) filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : !activation, !filter -> tensor<?x14x14x64xf32>
  // CHECK-NEXT: dorefa.conv2d %[[A]], %[[W]] filter_scale(%[[F]] : tensor<64xf32>) {strides = array<i64: 2, 3>}
  %2 = dorefa.conv2d %a, %w filter_scale(%f : tensor<64xf32>) {strides = array<i64: 2, 3>}
      : !activation, !filter -> tensor<?x6x4x64xf32>
  // Padding on one side, dilation on one axis, groups.
  // CHECK-NEXT: dorefa.conv2d %{{.*}}, %{{.*}} {dilations = array<i64: 2, 1>, groups = 4 : i64, pads = array<i64: 0, 0, 1, 2>} : {{.*}} -> tensor<?x11x14x64xf32>
  %3 = dorefa.conv2d %a, %wg {pads = array<i64: 0, 0, 1, 2>, dilations = array<i64: 2, 1>, groups = 4 : i64}
      : !activation, tensor<64x3x3x8x!dorefa.code<4, bipolar>> -> tensor<?x11x14x64xf32>
  // Powers of two; floats on either side; the scale of a dropout before floats.
  // CHECK-NEXT: dorefa.conv2d %{{.*}}, %{{.*}} filter_scale(%{{.*}} : tensor<f32>) : {{.*}}, tensor<64x3x3x32x!dorefa.code<5, pow2>> -> tensor<?x12x12x64xf32>
  %4 = dorefa.conv2d %a, %p filter_scale(%s : tensor<f32>)
      : !activation, tensor<64x3x3x32x!dorefa.code<5, pow2>> -> tensor<?x12x12x64xf32>
  // CHECK-NEXT: dorefa.conv2d %{{.*}}, %{{.*}} input_scale(%{{.*}} : tensor<f32>) filter_scale(%{{.*}} : tensor<f32>) : tensor<?x14x14x32xf32>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>
  %5 = dorefa.conv2d %x, %w input_scale(%d : tensor<f32>) filter_scale(%s : tensor<f32>)
      : tensor<?x14x14x32xf32>, !filter -> tensor<?x12x12x64xf32>
  // CHECK-NEXT: dorefa.conv2d %{{.*}}, %{{.*}} : tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32xf32>
  %6 = dorefa.conv2d %a, %y : !activation, tensor<64x3x3x32xf32> -> tensor<?x12x12x64xf32>
  // CHECK-NEXT: dorefa.conv2d %{{.*}}, %{{.*}} : tensor<?x14x14x32xf32>, tensor<64x3x3x32xf32>
  %7 = dorefa.conv2d %x, %y : tensor<?x14x14x32xf32>, tensor<64x3x3x32xf32> -> tensor<?x12x12x64xf32>
  return
}

// CHECK-LABEL: func.func @conv2d_gradients(
// CHECK-SAME:    %[[G:[a-z0-9]+]]: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %[[M:[a-z0-9]+]]: tensor<?xf32>,
func.func @conv2d_gradients(%g: !gradient, %m: tensor<?xf32>, %a: !activation, %w: !filter, %s: tensor<f32>, %x: tensor<?x14x14x64xf32>) {
  // CHECK:      dorefa.conv2d_grad_input %[[G]], %{{.*}} cotangent_scale(%[[M]] : tensor<?xf32>) filter_scale(%{{.*}} : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
  %0 = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : !gradient, !filter -> tensor<?x14x14x32xf32>
  // The result's size is not that of the cotangent alone: stride 2 leaves a choice.
  // CHECK-NEXT: dorefa.conv2d_grad_input %{{.*}}, %{{.*}} {strides = array<i64: 2, 2>} : {{.*}} -> tensor<?x29x30x32xf32>
  %1 = dorefa.conv2d_grad_input %x, %w {strides = array<i64: 2, 2>} : tensor<?x14x14x64xf32>, !filter -> tensor<?x29x30x32xf32>
  // CHECK-NEXT: dorefa.conv2d_grad_filter %[[G]], %{{.*}} cotangent_scale(%[[M]] : tensor<?xf32>) input_scale(%{{.*}} : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
  %2 = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) input_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : !gradient, !activation -> tensor<64x3x3x32xf32>
  // CHECK-NEXT: dorefa.conv2d_grad_filter %{{.*}}, %{{.*}} {groups = 2 : i64, pads = array<i64: 1, 1, 1, 1>} : {{.*}} -> tensor<64x3x3x16xf32>
  %3 = dorefa.conv2d_grad_filter %x, %a {pads = array<i64: 1, 1, 1, 1>, groups = 2 : i64}
      : tensor<?x14x14x64xf32>, !activation -> tensor<64x3x3x16xf32>
  return
}

// CHECK-LABEL: func.func @linear(
func.func @linear(%a: tensor<?x256x!dorefa.code<2, unipolar>>, %w: tensor<10x256x!dorefa.code<1, bipolar>>, %d: tensor<f32>,
                  %s: tensor<f32>, %f: tensor<10xf32>, %g: tensor<?x10x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>,
                  %x: tensor<?x10xf32>) {
  // CHECK:      dorefa.linear %{{.*}}, %{{.*}} : tensor<?x256x!dorefa.code<2, unipolar>>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x10xf32>
  %0 = dorefa.linear %a, %w : tensor<?x256x!dorefa.code<2, unipolar>>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x10xf32>
  // CHECK-NEXT: dorefa.linear %{{.*}}, %{{.*}} input_scale(%{{.*}} : tensor<f32>) filter_scale(%{{.*}} : tensor<10xf32>)
  %1 = dorefa.linear %a, %w input_scale(%d : tensor<f32>) filter_scale(%f : tensor<10xf32>)
      : tensor<?x256x!dorefa.code<2, unipolar>>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x10xf32>
  // CHECK-NEXT: dorefa.linear_grad_input %{{.*}}, %{{.*}} cotangent_scale(%{{.*}} : tensor<?xf32>) filter_scale(%{{.*}} : tensor<f32>)
  %2 = dorefa.linear_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>)
      : tensor<?x10x!dorefa.code<6, bipolar>>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x256xf32>
  // CHECK-NEXT: dorefa.linear_grad_input %{{.*}}, %{{.*}} : tensor<?x10xf32>, tensor<10x256x!dorefa.code<1, bipolar>>
  %3 = dorefa.linear_grad_input %x, %w : tensor<?x10xf32>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x256xf32>
  // CHECK-NEXT: dorefa.linear_grad_filter %{{.*}}, %{{.*}} cotangent_scale(%{{.*}} : tensor<?xf32>) input_scale(%{{.*}} : tensor<f32>)
  %4 = dorefa.linear_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) input_scale(%d : tensor<f32>)
      : tensor<?x10x!dorefa.code<6, bipolar>>, tensor<?x256x!dorefa.code<2, unipolar>> -> tensor<10x256xf32>
  // CHECK-NEXT: dorefa.linear_grad_filter %{{.*}}, %{{.*}} : tensor<?x10xf32>, tensor<?x256x!dorefa.code<2, unipolar>>
  %5 = dorefa.linear_grad_filter %x, %a : tensor<?x10xf32>, tensor<?x256x!dorefa.code<2, unipolar>> -> tensor<10x256xf32>
  return
}

// The largest sums that fit into 32 bits (one term more: conv2d-errors.mlir).

// CHECK-LABEL: func.func @largest(
func.func @largest(%a: tensor<1x1x1x16512x!dorefa.code<8, unipolar>>, %w: tensor<1x1x1x16512x!dorefa.code<8, bipolar>>,
                   %g: tensor<1x1x1x8256x!dorefa.code<8, bipolar>>, %v: tensor<8256x1x1x1x!dorefa.code<8, bipolar>>,
                   %h: tensor<1x8x2064x1x!dorefa.code<8, bipolar>>, %b: tensor<1x8x2064x1x!dorefa.code<8, unipolar>>) {
  // CHECK-NEXT: dorefa.conv2d
  %0 = dorefa.conv2d %a, %w : tensor<1x1x1x16512x!dorefa.code<8, unipolar>>, tensor<1x1x1x16512x!dorefa.code<8, bipolar>> -> tensor<1x1x1x1xf32>
  // CHECK-NEXT: dorefa.conv2d_grad_input
  %1 = dorefa.conv2d_grad_input %g, %v : tensor<1x1x1x8256x!dorefa.code<8, bipolar>>, tensor<8256x1x1x1x!dorefa.code<8, bipolar>> -> tensor<1x1x1x1xf32>
  // CHECK-NEXT: dorefa.conv2d_grad_filter
  %2 = dorefa.conv2d_grad_filter %h, %b : tensor<1x8x2064x1x!dorefa.code<8, bipolar>>, tensor<1x8x2064x1x!dorefa.code<8, unipolar>> -> tensor<1x1x1x1xf32>
  return
}

// A batch of known size meets one of unknown size; no samples at all.

// CHECK-LABEL: func.func @batches(
func.func @batches(%a: tensor<4x8xf32>, %b: tensor<0x8xf32>, %w: tensor<2x8xf32>) {
  // CHECK-NEXT: dorefa.linear %{{.*}} -> tensor<?x2xf32>
  %0 = dorefa.linear %a, %w : tensor<4x8xf32>, tensor<2x8xf32> -> tensor<?x2xf32>
  // CHECK-NEXT: dorefa.linear %{{.*}} -> tensor<0x2xf32>
  %1 = dorefa.linear %b, %w : tensor<0x8xf32>, tensor<2x8xf32> -> tensor<0x2xf32>
  return
}
