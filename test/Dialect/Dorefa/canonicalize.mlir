// RUN: dorefa-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @float_weight(
// CHECK-SAME:    %[[W:.*]]: tensor<2x8xf32>
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT:    return %[[W]], %[[ONE]]
func.func @float_weight(%w: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<f32>) {
  %c, %s = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8xf32>, tensor<f32>
  return %c, %s : tensor<2x8xf32>, tensor<f32>
}

// The scale of more than one bit is 1: no product needs it.

// CHECK-LABEL: func.func @unit_scale(
// CHECK-NEXT:    %[[C:.*]], %{{.*}} = dorefa.quantize_weight
// CHECK-NEXT:    dorefa.linear %{{.*}}, %[[C]] : tensor
func.func @unit_scale(%x: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<2x8xf32>) -> tensor<?x2xf32> {
  %c, %s = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<2, bipolar>>, tensor<f32>
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<f32>)
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<2x8x!dorefa.code<2, bipolar>> -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

// That of one bit, of powers of two, and of bits not known yet is not.

// CHECK-LABEL: func.func @other_scales(
// CHECK:         dorefa.linear %{{.*}}, %{{.*}} filter_scale
// CHECK:         dorefa.linear %{{.*}}, %{{.*}} filter_scale
// CHECK:         dorefa.linear %{{.*}}, %{{.*}} filter_scale
func.func @other_scales(%x: tensor<?x8xf32>, %w: tensor<2x8xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %c0, %s0 = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<f32>
  %z0 = dorefa.linear %x, %c0 filter_scale(%s0 : tensor<f32>) : tensor<?x8xf32>, tensor<2x8x!dorefa.code<1, bipolar>> -> tensor<?x2xf32>
  %c1, %s1 = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<4, pow2>>, tensor<f32>
  %z1 = dorefa.linear %x, %c1 filter_scale(%s1 : tensor<f32>) : tensor<?x8xf32>, tensor<2x8x!dorefa.code<4, pow2>> -> tensor<?x2xf32>
  %c2, %s2 = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %z2 = dorefa.linear %x, %c2 filter_scale(%s2 : tensor<f32>) : tensor<?x8xf32>, tensor<2x8x!dorefa.code<?, bipolar>> -> tensor<?x2xf32>
  return %z0, %z1, %z2 : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}

// A scale that is the constant 1 goes, any other constant stays.

// CHECK-LABEL: func.func @constant_scales(
// CHECK:         %[[HALF:.*]] = arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK:         dorefa.conv2d %{{.*}}, %{{.*}} input_scale(%[[HALF]] : tensor<f32>) : tensor
// CHECK:         dorefa.conv2d_grad_input %{{.*}}, %{{.*}} cotangent_scale(%{{.*}} : tensor<?xf32>) : tensor
// CHECK:         dorefa.conv2d_grad_filter %{{.*}}, %{{.*}} cotangent_scale(%{{.*}} : tensor<?xf32>) : tensor
// CHECK:         dorefa.linear_grad_input %{{.*}}, %{{.*}} : tensor
// CHECK:         dorefa.linear_grad_filter %{{.*}}, %{{.*}} : tensor
// CHECK:         dorefa.dequantize %{{.*}} : tensor
func.func @constant_scales(%a: tensor<?x2x2x1x!dorefa.code<2, unipolar>>, %w: tensor<3x1x1x1x!dorefa.code<2, bipolar>>,
                           %g: tensor<?x2x2x3x!dorefa.code<2, bipolar>>, %m: tensor<?xf32>, %x: tensor<?x3xf32>,
                           %v: tensor<3x2x!dorefa.code<2, bipolar>>, %b: tensor<?x2xf32>)
    -> (tensor<?x2x2x3xf32>, tensor<?x2x2x1xf32>, tensor<3x1x1x1xf32>, tensor<?x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>) {
  %one = arith.constant dense<1.0> : tensor<f32>
  %ones = arith.constant dense<1.0> : tensor<3xf32>
  %half = arith.constant dense<0.5> : tensor<f32>
  %0 = dorefa.conv2d %a, %w input_scale(%half : tensor<f32>) filter_scale(%ones : tensor<3xf32>)
      : tensor<?x2x2x1x!dorefa.code<2, unipolar>>, tensor<3x1x1x1x!dorefa.code<2, bipolar>> -> tensor<?x2x2x3xf32>
  %1 = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%one : tensor<f32>)
      : tensor<?x2x2x3x!dorefa.code<2, bipolar>>, tensor<3x1x1x1x!dorefa.code<2, bipolar>> -> tensor<?x2x2x1xf32>
  %2 = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) input_scale(%one : tensor<f32>)
      : tensor<?x2x2x3x!dorefa.code<2, bipolar>>, tensor<?x2x2x1x!dorefa.code<2, unipolar>> -> tensor<3x1x1x1xf32>
  %3 = dorefa.linear_grad_input %x, %v filter_scale(%one : tensor<f32>)
      : tensor<?x3xf32>, tensor<3x2x!dorefa.code<2, bipolar>> -> tensor<?x2xf32>
  %4 = dorefa.linear_grad_filter %x, %b input_scale(%one : tensor<f32>)
      : tensor<?x3xf32>, tensor<?x2xf32> -> tensor<3x2xf32>
  %5 = dorefa.dequantize %v scale(%ones : tensor<3xf32>) : tensor<3x2x!dorefa.code<2, bipolar>> -> tensor<3x2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<?x2x2x3xf32>, tensor<?x2x2x1xf32>, tensor<3x1x1x1xf32>, tensor<?x2xf32>, tensor<3x2xf32>, tensor<3x2xf32>
}

// 32 bits leave a gradient as it is; other and open bits stay.

// CHECK-LABEL: func.func @quantize_gradient(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>
// CHECK-NEXT:    %[[A:.*]] = dorefa.quantize_gradient %[[X]] bits(8)
// CHECK-NEXT:    %[[B:.*]] = dorefa.quantize_gradient %[[X]] :
// CHECK-NEXT:    return %[[X]], %[[A]], %[[B]]
func.func @quantize_gradient(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0 = dorefa.quantize_gradient %x bits(32) : tensor<2xf32>
  %1 = dorefa.quantize_gradient %x bits(8) : tensor<2xf32>
  %2 = dorefa.quantize_gradient %x : tensor<2xf32>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// An estimator stays for the sake of its gradient, unless both are one value.

// CHECK-LABEL: func.func @ste(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>, %[[Y:.*]]: tensor<2xf32>
// CHECK-NEXT:    %[[A:.*]] = dorefa.ste %[[X]], %[[Y]]
// CHECK-NEXT:    return %[[A]], %[[X]]
func.func @ste(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = dorefa.ste %x, %y : tensor<2xf32>
  %1 = dorefa.ste %x, %x : tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// A dropout at rate 0 keeps all; one without noise waits for differentiation.

// CHECK-LABEL: func.func @dropout(
// CHECK-SAME:    %[[X:.*]]: tensor<2xf32>
// CHECK:         %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK-NEXT:    %[[Y:.*]], %[[S:.*]] = dorefa.dropout %[[X]] rate(5.000000e-01)
// CHECK-NEXT:    return %[[X]], %[[ONE]], %[[Y]], %[[S]]
func.func @dropout(%x: tensor<2xf32>, %seed: i64) -> (tensor<2xf32>, tensor<f32>, tensor<2xf32>, tensor<f32>) {
  %0, %s0 = dorefa.dropout %x rate(0.0) noise(%seed, %seed) id(1) : tensor<2xf32>
  %1, %s1 = dorefa.dropout %x rate(0.5) : tensor<2xf32>
  return %0, %s0, %1, %s1 : tensor<2xf32>, tensor<f32>, tensor<2xf32>, tensor<f32>
}

// A pool of single elements is its input; with a stride it selects.

// CHECK-LABEL: func.func @max_pool(
// CHECK-SAME:    %[[X:.*]]: tensor<?x4x4x2xf32>
// CHECK-NEXT:    %{{.*}}, %[[W:.*]] = dorefa.max_pool
// CHECK-NEXT:    %[[P:.*]], %{{.*}} = dorefa.max_pool
// CHECK-NEXT:    return %[[X]], %[[X]], %[[W]], %[[P]]
func.func @max_pool(%x: tensor<?x4x4x2xf32>) -> (tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>, tensor<?x2x2x2xf32>) {
  %0, %w0 = dorefa.max_pool %x {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>}
      : tensor<?x4x4x2xf32> -> tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>
  %1, %w1 = dorefa.max_pool %x {kernel = array<i64: 1, 1>, strides = array<i64: 1, 1>}
      : tensor<?x4x4x2xf32> -> tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>
  %2, %w2 = dorefa.max_pool %x {kernel = array<i64: 1, 1>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x2xf32> -> tensor<?x2x2x2xf32>, tensor<?x2x2x2xi8>
  return %0, %1, %w1, %2 : tensor<?x4x4x2xf32>, tensor<?x4x4x2xf32>, tensor<?x4x4x2xi8>, tensor<?x2x2x2xf32>
}

// Running statistics stay as they are in inference only.

// CHECK-LABEL: func.func @batch_norm(
// CHECK-SAME:    %[[X:.*]]: tensor<?x2xf32>, %[[C:.*]]: tensor<2xf32>, %[[M:.*]]: tensor<2xf32>, %[[V:.*]]: tensor<2xf32>
// CHECK-NEXT:    %[[Y:.*]], %{{.*}}, %{{.*}} = dorefa.batch_norm %{{.*}} inference
// CHECK-NEXT:    %{{.*}}, %[[NM:.*]], %[[NV:.*]] = dorefa.batch_norm
// CHECK-NEXT:    return %[[Y]], %[[M]], %[[V]], %[[NM]], %[[NV]]
func.func @batch_norm(%x: tensor<?x2xf32>, %c: tensor<2xf32>, %m: tensor<2xf32>, %v: tensor<2xf32>)
    -> (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %0:3 = dorefa.batch_norm %x, %c, %c, %m, %v inference : tensor<?x2xf32>, tensor<2xf32>
  %1:3 = dorefa.batch_norm %x, %c, %c, %m, %v : tensor<?x2xf32>, tensor<2xf32>
  return %0#0, %0#1, %0#2, %1#1, %1#2 : tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}
