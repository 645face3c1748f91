// Convolutions, pools and matrix products of tosa. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @tosa_matmul_grad(
// CHECK: tosa.matmul
// CHECK: tosa.transpose
// CHECK: tosa.matmul
// CHECK: tosa.transpose
// CHECK: tosa.matmul
// CHECK: return
func.func @tosa_matmul(%a: tensor<2x3x4xf32>, %b: tensor<2x4x5xf32>) -> tensor<2x3x5xf32> attributes {dorefa.differentiate} {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.matmul %a, %b, %zp, %zp : (tensor<2x3x4xf32>, tensor<2x4x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x5xf32>
  return %y : tensor<2x3x5xf32>
}

// CHECK-LABEL: func.func @tosa_conv2d_grad(
// CHECK: tosa.conv2d
// CHECK: dorefa.conv2d_grad_input
// CHECK: dorefa.conv2d_grad_filter
// CHECK: linalg.reduce
// CHECK: arith.addf
// CHECK: return
func.func @tosa_conv2d(%a: tensor<?x6x7x3xf32>, %w: tensor<4x3x2x3xf32>, %b: tensor<4xf32>) -> tensor<?x3x8x4xf32> attributes {dorefa.differentiate} {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.conv2d %a, %w, %b, %zp, %zp {acc_type = f32, pad = array<i64: 1, 0, 2, 1>, stride = array<i64: 2, 1>, dilation = array<i64: 1, 2>} : (tensor<?x6x7x3xf32>, tensor<4x3x2x3xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x3x8x4xf32>
  return %y : tensor<?x3x8x4xf32>
}

// CHECK-LABEL: func.func @tosa_depthwise_grad(
// CHECK: tosa.depthwise_conv2d
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: tensor.expand_shape
// CHECK: dorefa.conv2d_grad_input
// CHECK: dorefa.conv2d_grad_filter
// CHECK: tensor.collapse_shape
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: linalg.reduce
// CHECK: arith.addf
// CHECK: return
func.func @tosa_depthwise(%a: tensor<2x6x7x3xf32>, %w: tensor<3x2x3x2xf32>, %b: tensor<6xf32>) -> tensor<2x5x8x6xf32> attributes {dorefa.differentiate} {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.depthwise_conv2d %a, %w, %b, %zp, %zp {acc_type = f32, pad = array<i64: 1, 0, 1, 1>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<2x6x7x3xf32>, tensor<3x2x3x2xf32>, tensor<6xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x8x6xf32>
  return %y : tensor<2x5x8x6xf32>
}

// CHECK-LABEL: func.func @tosa_max_pool_grad(
// CHECK: tosa.max_pool2d
// CHECK: dorefa.max_pool
// CHECK: dorefa.max_pool_grad
// CHECK: return
func.func @tosa_max_pool(%a: tensor<2x6x7x3xf32>) -> tensor<2x3x4x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.max_pool2d %a {kernel = array<i64: 2, 3>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 2, 2>} : (tensor<2x6x7x3xf32>) -> tensor<2x3x4x3xf32>
  return %y : tensor<2x3x4x3xf32>
}

// CHECK-LABEL: func.func @tosa_avg_pool_grad(
// CHECK: tosa.avg_pool2d
// CHECK: tosa.mul
// CHECK: dorefa.conv2d_grad_input
// CHECK: return
func.func @tosa_avg_pool(%a: tensor<2x6x7x3xf32>) -> tensor<2x3x4x3xf32> attributes {dorefa.differentiate} {
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.avg_pool2d %a, %zp, %zp {acc_type = f32, kernel = array<i64: 2, 3>, pad = array<i64: 0, 0, 1, 1>, stride = array<i64: 2, 2>} : (tensor<2x6x7x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3x4x3xf32>
  return %y : tensor<2x3x4x3xf32>
}
