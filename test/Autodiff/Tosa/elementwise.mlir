// Elementwise ops of tosa and their broadcasts. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @tosa_add_grad(
// CHECK: tosa.add
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_add(%a: tensor<2x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<2x3x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.add %a, %b : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @tosa_sub_grad(
// CHECK: tosa.sub
// CHECK: tosa.mul
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_sub(%a: tensor<2x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<2x3x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.sub %a, %b : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @tosa_maximum_grad(
// CHECK: tosa.maximum
// CHECK: tosa.greater_equal
// CHECK: tosa.select
// CHECK: tosa.select
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_maximum(%a: tensor<2x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<2x3x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.maximum %a, %b : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @tosa_minimum_grad(
// CHECK: tosa.minimum
// CHECK: tosa.greater_equal
// CHECK: tosa.select
// CHECK: tosa.select
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_minimum(%a: tensor<2x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<2x3x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.minimum %a, %b : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @tosa_pow_grad(
// CHECK: tosa.pow
// CHECK: tosa.add
// CHECK: tosa.pow
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.log
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_pow(%a: tensor<2x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<2x3x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.pow %a, %b : (tensor<2x3x4xf32>, tensor<1x3x1xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func @tosa_mul_grad(
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.reduce_sum
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_mul(%a: tensor<?x3x4xf32>, %b: tensor<1x3x1xf32>) -> tensor<?x3x4xf32> attributes {dorefa.differentiate} {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %y = tosa.mul %a, %b, %shift : (tensor<?x3x4xf32>, tensor<1x3x1xf32>, tensor<1xi8>) -> tensor<?x3x4xf32>
  return %y : tensor<?x3x4xf32>
}

// CHECK-LABEL: func.func @tosa_exp_grad(
// CHECK: tosa.exp
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_exp(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.exp %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_tanh_grad(
// CHECK: tosa.tanh
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.add
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_tanh(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.tanh %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_sigmoid_grad(
// CHECK: tosa.sigmoid
// CHECK: tosa.mul
// CHECK: tosa.add
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_sigmoid(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.sigmoid %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_erf_grad(
// CHECK: tosa.erf
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.exp
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_erf(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.erf %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_sin_grad(
// CHECK: tosa.sin
// CHECK: tosa.cos
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_sin(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.sin %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_cos_grad(
// CHECK: tosa.cos
// CHECK: tosa.sin
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_cos(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.cos %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_abs_grad(
// CHECK: tosa.abs
// CHECK: tosa.greater
// CHECK: tosa.select
// CHECK: tosa.greater
// CHECK: tosa.select
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_abs(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.abs %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @tosa_log_grad(
// CHECK: tosa.log
// CHECK: tosa.reciprocal
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_log(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.log %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @tosa_reciprocal_grad(
// CHECK: tosa.reciprocal
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_reciprocal(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.reciprocal %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @tosa_rsqrt_grad(
// CHECK: tosa.rsqrt
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_rsqrt(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.rsqrt %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_negate_grad(
// CHECK: tosa.negate
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_negate(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.negate %a, %zp, %zp : (tensor<2x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_clamp_grad(
// CHECK: tosa.clamp
// CHECK: tosa.greater_equal
// CHECK: tosa.select
// CHECK: tosa.greater_equal
// CHECK: tosa.select
// CHECK: return
func.func @tosa_clamp(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.clamp %a {min_val = -0.5 : f32, max_val = 1.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_relu_grad(
// CHECK: tosa.clamp
// CHECK: tosa.greater
// CHECK: tosa.select
// CHECK: return
func.func @tosa_relu(%a: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.clamp %a {min_val = 0.0 : f32, max_val = 3.40282347e+38 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @tosa_select_grad(
// CHECK: tosa.select
// CHECK: tosa.select
// CHECK: tosa.select
// CHECK: tosa.reduce_sum
// CHECK: return
func.func @tosa_select(%c: tensor<2x3xi1>, %a: tensor<2x3xf32>, %b: tensor<1x3xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.select %c, %a, %b : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
