// Rules of the products.
// RUN: dorefa-opt %s --dorefa-autodiff -split-input-file | FileCheck %s

// Behind a gradient quantizer both gradient products take codes.
// CHECK-LABEL: func.func @codes_grad(
// CHECK-SAME: %[[A:[^:]*]]: tensor<?x6x6x4x!dorefa.code<2, unipolar>> {dorefa.parameter = "a"}, %[[W:[^:]*]]: tensor<8x3x3x2x!dorefa.code<1, bipolar>> {dorefa.parameter = "w"}, %[[S:[^:]*]]: tensor<f32>
// CHECK: %[[C:.*]], %[[M:.*]] = dorefa.encode_gradient
// CHECK-NOT: dorefa.dequantize
// CHECK: dorefa.conv2d_grad_input %[[C]], %[[W]] cotangent_scale(%[[M]] : tensor<?xf32>) filter_scale(%[[S]] : tensor<f32>) {groups = 2 : i64, pads = array<i64: 1, 0, 1, 1>, strides = array<i64: 2, 1>} : tensor<?x3x5x8x!dorefa.code<6, bipolar>>, tensor<8x3x3x2x!dorefa.code<1, bipolar>> -> tensor<?x6x6x4xf32>
// CHECK: dorefa.conv2d_grad_filter %[[C]], %[[A]] cotangent_scale(%[[M]] : tensor<?xf32>) {groups = 2 : i64, pads = array<i64: 1, 0, 1, 1>, strides = array<i64: 2, 1>} : tensor<?x3x5x8x!dorefa.code<6, bipolar>>, tensor<?x6x6x4x!dorefa.code<2, unipolar>> -> tensor<8x3x3x2xf32>
func.func @codes(%a: tensor<?x6x6x4x!dorefa.code<2, unipolar>> {dorefa.parameter = "a"},
                 %w: tensor<8x3x3x2x!dorefa.code<1, bipolar>> {dorefa.parameter = "w"},
                 %s: tensor<f32>) -> tensor<?x3x5x8xf32> attributes {dorefa.differentiate} {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {groups = 2 : i64, pads = array<i64: 1, 0, 1, 1>, strides = array<i64: 2, 1>}
      : tensor<?x6x6x4x!dorefa.code<2, unipolar>>, tensor<8x3x3x2x!dorefa.code<1, bipolar>> -> tensor<?x3x5x8xf32>
  %y = dorefa.quantize_gradient %z bits(6) : tensor<?x3x5x8xf32>
  return %y : tensor<?x3x5x8xf32>
}

// -----

// Without one the cotangent stays float; only what is wanted is built.
// CHECK-LABEL: func.func @float_grad(
// CHECK: dorefa.conv2d_grad_filter {{.*}} : tensor<2x4x4x8xf32>, tensor<2x6x6x4x!dorefa.code<2, unipolar>> -> tensor<8x3x3x4xf32>
// CHECK-NOT: grad_input
// CHECK: return
func.func @float(%a: tensor<2x6x6x4x!dorefa.code<2, unipolar>>, %w: tensor<8x3x3x4xf32> {dorefa.parameter = "w"})
    -> tensor<2x4x4x8xf32> attributes {dorefa.differentiate} {
  %z = dorefa.conv2d %a, %w : tensor<2x6x6x4x!dorefa.code<2, unipolar>>, tensor<8x3x3x4xf32> -> tensor<2x4x4x8xf32>
  return %z : tensor<2x4x4x8xf32>
}

// -----

// Dropout's scale: on the gradient of the input, and in the filter's product.
// CHECK-LABEL: func.func @dropout_grad(
// CHECK-SAME: %[[SEED:[^:]*]]: i64 {dorefa.seed}, %[[STEP:[^:]*]]: i64 {dorefa.step}
// CHECK: %[[D:.*]], %[[S:.*]] = dorefa.dropout %{{.*}} rate(5.000000e-01) noise(%[[SEED]], %[[STEP]]) id(0) : tensor<?x6x!dorefa.code<2, unipolar>>
// CHECK: %[[GI:.*]] = dorefa.linear_grad_input
// CHECK: %[[E:.*]] = tensor.extract %[[S]][]
// CHECK: %[[SPLAT:.*]] = tensor.splat %[[E]]
// CHECK: %[[SCALED:.*]] = arith.mulf %[[GI]], %[[SPLAT]]
// CHECK: dorefa.linear_grad_filter %{{.*}}, %[[D]] input_scale(%[[S]] : tensor<f32>)
// CHECK: dorefa.dropout %[[SCALED]] rate(5.000000e-01) noise(%[[SEED]], %[[STEP]]) id(0) : tensor<?x6xf32>
// CHECK: dorefa.mask
func.func @dropout(%x: tensor<?x6xf32> {dorefa.parameter = "x"}, %w: tensor<4x6xf32> {dorefa.parameter = "w"})
    -> tensor<?x4xf32> attributes {dorefa.differentiate} {
  %a = dorefa.quantize_activation %x : tensor<?x6xf32> -> tensor<?x6x!dorefa.code<2, unipolar>>
  %d, %s = dorefa.dropout %a rate(0.5) : tensor<?x6x!dorefa.code<2, unipolar>>
  %z = dorefa.linear %d, %w input_scale(%s : tensor<f32>) : tensor<?x6x!dorefa.code<2, unipolar>>, tensor<4x6xf32> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// A scale for each filter: the float gradient takes the filter's values.
// CHECK-LABEL: func.func @per_channel_grad(
// CHECK: %[[C:.*]], %[[S:.*]] = dorefa.quantize_weight
// CHECK: %[[W:.*]] = dorefa.dequantize %[[C]] scale(%[[S]] : tensor<4xf32>)
// CHECK: dorefa.linear_grad_input %{{.*}}, %[[W]] : tensor<?x4xf32>, tensor<4x6xf32> -> tensor<?x6xf32>
// CHECK: dorefa.linear_grad_filter
func.func @per_channel(%x: tensor<?x6xf32>, %w: tensor<4x6xf32>) -> tensor<?x4xf32> attributes {dorefa.differentiate} {
  %c, %s = dorefa.quantize_weight %w per_channel : tensor<4x6xf32> -> tensor<4x6x!dorefa.code<1, bipolar>>, tensor<4xf32>
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<4xf32>) : tensor<?x6xf32>, tensor<4x6x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// Codes keep their type through reshapes; the cotangent has their shape.
// CHECK-LABEL: func.func @reshaped_grad(
// CHECK: %[[G:.*]] = dorefa.linear_grad_input
// CHECK: tensor.expand_shape %[[G]] {{.*}} : tensor<2x8xf32> into tensor<2x2x2x2xf32>
// CHECK: dorefa.mask
func.func @reshaped(%x: tensor<2x2x2x2xf32> {dorefa.parameter = "x"}, %w: tensor<4x8x!dorefa.code<1, bipolar>>) -> tensor<2x4xf32> attributes {dorefa.differentiate} {
  %a = dorefa.quantize_activation %x : tensor<2x2x2x2xf32> -> tensor<2x2x2x2x!dorefa.code<2, unipolar>>
  %f = tensor.collapse_shape %a [[0], [1, 2, 3]] : tensor<2x2x2x2x!dorefa.code<2, unipolar>> into tensor<2x8x!dorefa.code<2, unipolar>>
  %z = dorefa.linear %f, %w : tensor<2x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<2x4xf32>
  return %z : tensor<2x4xf32>
}

// -----

// A reshape between the product and the gradient quantizer moves codes.
// CHECK-LABEL: func.func @reshaped_gradient_grad(
// CHECK: %[[C:.*]], %[[M:.*]] = dorefa.encode_gradient {{.*}} -> tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?xf32>
// CHECK: %[[E:.*]] = tensor.expand_shape %[[C]] {{.*}} : tensor<?x4x!dorefa.code<6, bipolar>> into tensor<?x1x1x4x!dorefa.code<6, bipolar>>
// CHECK: dorefa.conv2d_grad_filter %[[E]], %{{.*}} cotangent_scale(%[[M]] : tensor<?xf32>)
func.func @reshaped_gradient(%a: tensor<?x2x2x2x!dorefa.code<2, unipolar>>, %w: tensor<4x2x2x2xf32> {dorefa.parameter = "w"}) -> tensor<?x4xf32> attributes {dorefa.differentiate} {
  %z = dorefa.conv2d %a, %w : tensor<?x2x2x2x!dorefa.code<2, unipolar>>, tensor<4x2x2x2xf32> -> tensor<?x1x1x4xf32>
  %f = tensor.collapse_shape %z [[0], [1, 2, 3]] : tensor<?x1x1x4xf32> into tensor<?x4xf32>
  %y = dorefa.quantize_gradient %f bits(6) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
