// Rules of the quantizers.
// RUN: dorefa-opt %s --dorefa-autodiff -split-input-file | FileCheck %s

// The mask of the clip is computed beside the codes; x is not kept.
// CHECK-LABEL: func.func @clip_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32> {dorefa.cotangent = "result0"}) -> (tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?x8xf32> {dorefa.gradient = "arg0"})
// CHECK-NEXT: dorefa.quantize_activation %[[X]]
// CHECK-NEXT: %[[M:.*]] = dorefa.clip_mask %[[X]] : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
// CHECK-NEXT: %[[D:.*]] = dorefa.mask %[[G]], %[[M]]
// CHECK-NEXT: return {{.*}}, %[[D]]
func.func @clip(%x: tensor<?x8xf32>) -> tensor<?x8x!dorefa.code<2, unipolar>> attributes {dorefa.differentiate} {
  %c = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, unipolar>>
  return %c : tensor<?x8x!dorefa.code<2, unipolar>>
}

// -----

// CHECK-LABEL: func.func @relu_grad(
// CHECK: %[[M:.*]] = dorefa.clip_mask %{{.*}}bound<relu>
// CHECK: dorefa.mask %{{.*}}, %[[M]]
func.func @relu(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %c = dorefa.quantize_activation %x bound<relu> : tensor<?x8xf32> -> tensor<?x8xf32>
  return %c : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @tanh_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32>
// CHECK-NOT: clip_mask
// CHECK: dorefa.quantize_activation_grad %[[G]], %[[X]] bound<tanh>
func.func @tanh(%x: tensor<?x8xf32>) -> tensor<?x8x!dorefa.code<3, unipolar>> attributes {dorefa.differentiate} {
  %c = dorefa.quantize_activation %x bound<tanh> : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<3, unipolar>>
  return %c : tensor<?x8x!dorefa.code<3, unipolar>>
}

// -----

// CHECK-LABEL: func.func @abs_clip_grad(
// CHECK: dorefa.quantize_activation_grad %{{.*}} bound<abs_clip>
func.func @abs_clip(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %c = dorefa.quantize_activation %x bound<abs_clip> : tensor<?x8xf32> -> tensor<?x8xf32>
  return %c : tensor<?x8xf32>
}

// -----

// One bit and powers of two: the identity, not multiplied by the scale.
// CHECK-LABEL: func.func @one_bit_grad(
// CHECK-SAME: %[[G:[^:]*]]: tensor<4x8xf32> {dorefa.cotangent
// CHECK: return %{{.*}}, %{{.*}}, %[[G]]
func.func @one_bit(%w: tensor<4x8xf32>) -> (tensor<4x8x!dorefa.code<1, bipolar>> {dorefa.output}, tensor<f32>) attributes {dorefa.differentiate} {
  %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>
  return %c, %s : tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>
}

// -----

// CHECK-LABEL: func.func @more_bits_grad(
// CHECK-SAME: %[[W:.*]]: tensor<4x8xf32>, %[[G:.*]]: tensor<4x8xf32>
// CHECK: dorefa.quantize_weight_grad %[[G]], %[[W]] detach_scale
func.func @more_bits(%w: tensor<4x8xf32>) -> tensor<4x8xf32> attributes {dorefa.differentiate} {
  %c, %s = dorefa.quantize_weight %w detach_scale : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<2, bipolar>>, tensor<f32>
  %d = dorefa.dequantize %c scale(%s : tensor<f32>) : tensor<4x8x!dorefa.code<2, bipolar>> -> tensor<4x8xf32>
  return %d : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func.func @only_the_scale_grad(
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<4x8xf32>
// CHECK: return %{{.*}}, %[[ZERO]]
func.func @only_the_scale(%w: tensor<4x8xf32>) -> tensor<f32> attributes {dorefa.differentiate} {
  %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>
  return %s : tensor<f32>
}

// -----

// The gradient quantizer is the identity forward and draws noise backward.
// CHECK-LABEL: func.func @gradient_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32> {dorefa.cotangent = "result0"}, %[[SEED:.*]]: i64 {dorefa.seed}, %[[STEP:.*]]: i64 {dorefa.step})
// CHECK-NOT: quantize_gradient
// CHECK: %[[C:.*]], %[[M:.*]] = dorefa.encode_gradient %[[G]] noise(%[[SEED]], %[[STEP]]) : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<6, bipolar>>, tensor<?xf32>
// CHECK: %[[D:.*]] = dorefa.dequantize %[[C]] scale(%[[M]] : tensor<?xf32>)
// CHECK: return %[[X]], %[[D]]
func.func @gradient(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %y = dorefa.quantize_gradient %x bits(6) : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @deterministic_grad(
// CHECK-NOT: dorefa.seed
// CHECK: dorefa.encode_gradient %{{[^ ]*}} : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<4, bipolar>>, tensor<2xf32>
func.func @deterministic(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {dorefa.differentiate} {
  %y = dorefa.quantize_gradient %x bits(4) deterministic : tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// -----

// CHECK-LABEL: func.func @float_gradient_grad(
// CHECK-SAME: %[[X:.*]]: tensor<2x8xf32>, %[[G:[^:]*]]: tensor<2x8xf32> {dorefa.cotangent = "result0"})
// CHECK-NEXT: return %[[X]], %[[G]]
func.func @float_gradient(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {dorefa.differentiate} {
  %y = dorefa.quantize_gradient %x bits(32) : tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}

// -----

// A user's own quantizer: rounding has no rule, and needs none.
// CHECK-LABEL: func.func @ste_grad(
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>, %[[G:.*]]: tensor<8xf32>
// CHECK: math.roundeven
// CHECK: dorefa.mask %[[G]]
func.func @ste(%x: tensor<8xf32>) -> tensor<8xf32> attributes {dorefa.differentiate} {
  %rounded = math.roundeven %x : tensor<8xf32>
  %clipped = dorefa.quantize_activation %x : tensor<8xf32> -> tensor<8xf32>
  %y = dorefa.ste %rounded, %clipped : tensor<8xf32>
  return %y : tensor<8xf32>
}
