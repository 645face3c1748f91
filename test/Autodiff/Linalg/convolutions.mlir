// Convolutions and pools of linalg. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @linalg_conv_2d_nhwc_hwcf_grad(
// CHECK: linalg.conv_2d_nhwc_hwcf
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_input
// CHECK: dorefa.conv2d_grad_filter
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_conv_2d_nhwc_hwcf(%a: tensor<2x6x7x3xf32>, %b: tensor<3x2x3x4xf32>) -> tensor<2x2x5x4xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x2x5x4xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  %y = linalg.conv_2d_nhwc_hwcf {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x6x7x3xf32>, tensor<3x2x3x4xf32>) outs(%z : tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  return %y : tensor<2x2x5x4xf32>
}

// CHECK-LABEL: func.func @linalg_conv_2d_nhwc_fhwc_grad(
// CHECK: linalg.conv_2d_nhwc_fhwc
// CHECK: dorefa.conv2d_grad_input
// CHECK: dorefa.conv2d_grad_filter
// CHECK: return
func.func @linalg_conv_2d_nhwc_fhwc(%a: tensor<2x6x7x3xf32>, %b: tensor<4x3x2x3xf32>) -> tensor<2x2x5x4xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x2x5x4xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  %y = linalg.conv_2d_nhwc_fhwc {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x6x7x3xf32>, tensor<4x3x2x3xf32>) outs(%z : tensor<2x2x5x4xf32>) -> tensor<2x2x5x4xf32>
  return %y : tensor<2x2x5x4xf32>
}

// CHECK-LABEL: func.func @linalg_conv_2d_nchw_fchw_grad(
// CHECK: linalg.conv_2d_nchw_fchw
// CHECK: linalg.transpose
// CHECK: linalg.transpose
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_input
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_filter
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_conv_2d_nchw_fchw(%a: tensor<2x3x6x7xf32>, %b: tensor<4x3x3x2xf32>) -> tensor<2x4x2x5xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x4x2x5xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x4x2x5xf32>) -> tensor<2x4x2x5xf32>
  %y = linalg.conv_2d_nchw_fchw {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x3x6x7xf32>, tensor<4x3x3x2xf32>) outs(%z : tensor<2x4x2x5xf32>) -> tensor<2x4x2x5xf32>
  return %y : tensor<2x4x2x5xf32>
}

// CHECK-LABEL: func.func @linalg_conv_2d_ngchw_gfchw_grad(
// CHECK: linalg.conv_2d_ngchw_gfchw
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: dorefa.conv2d_grad_input
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_filter
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_conv_2d_ngchw_gfchw(%a: tensor<2x2x3x6x7xf32>, %b: tensor<2x4x3x3x2xf32>) -> tensor<2x2x4x2x5xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x2x4x2x5xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x2x4x2x5xf32>) -> tensor<2x2x4x2x5xf32>
  %y = linalg.conv_2d_ngchw_gfchw {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x2x3x6x7xf32>, tensor<2x4x3x3x2xf32>) outs(%z : tensor<2x2x4x2x5xf32>) -> tensor<2x2x4x2x5xf32>
  return %y : tensor<2x2x4x2x5xf32>
}

// CHECK-LABEL: func.func @linalg_conv_2d_ngchw_fgchw_grad(
// CHECK: linalg.conv_2d_ngchw_fgchw
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: dorefa.conv2d_grad_input
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_filter
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_conv_2d_ngchw_fgchw(%a: tensor<2x2x3x6x7xf32>, %b: tensor<4x2x3x3x2xf32>) -> tensor<2x2x4x2x5xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x2x4x2x5xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x2x4x2x5xf32>) -> tensor<2x2x4x2x5xf32>
  %y = linalg.conv_2d_ngchw_fgchw {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x2x3x6x7xf32>, tensor<4x2x3x3x2xf32>) outs(%z : tensor<2x2x4x2x5xf32>) -> tensor<2x2x4x2x5xf32>
  return %y : tensor<2x2x4x2x5xf32>
}

// CHECK-LABEL: func.func @linalg_depthwise_conv_2d_nhwc_hwc_grad(
// CHECK: linalg.depthwise_conv_2d_nhwc_hwc
// CHECK: linalg.transpose
// CHECK: tensor.expand_shape
// CHECK: dorefa.conv2d_grad_input
// CHECK: dorefa.conv2d_grad_filter
// CHECK: tensor.collapse_shape
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_depthwise_conv_2d_nhwc_hwc(%a: tensor<2x6x7x3xf32>, %b: tensor<3x2x3xf32>) -> tensor<2x2x5x3xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x2x5x3xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x2x5x3xf32>) -> tensor<2x2x5x3xf32>
  %y = linalg.depthwise_conv_2d_nhwc_hwc {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x6x7x3xf32>, tensor<3x2x3xf32>) outs(%z : tensor<2x2x5x3xf32>) -> tensor<2x2x5x3xf32>
  return %y : tensor<2x2x5x3xf32>
}

// CHECK-LABEL: func.func @linalg_depthwise_conv_2d_nchw_chw_grad(
// CHECK: linalg.depthwise_conv_2d_nchw_chw
// CHECK: linalg.transpose
// CHECK: linalg.transpose
// CHECK: tensor.expand_shape
// CHECK: dorefa.conv2d_grad_input
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_filter
// CHECK: tensor.collapse_shape
// CHECK: return
func.func @linalg_depthwise_conv_2d_nchw_chw(%a: tensor<2x3x6x7xf32>, %b: tensor<3x3x2xf32>) -> tensor<2x3x2x5xf32> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f32
  %ez = tensor.empty() : tensor<2x3x2x5xf32>
  %z = linalg.fill ins(%cz : f32) outs(%ez : tensor<2x3x2x5xf32>) -> tensor<2x3x2x5xf32>
  %y = linalg.depthwise_conv_2d_nchw_chw {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %b : tensor<2x3x6x7xf32>, tensor<3x3x2xf32>) outs(%z : tensor<2x3x2x5xf32>) -> tensor<2x3x2x5xf32>
  return %y : tensor<2x3x2x5xf32>
}

// CHECK-LABEL: func.func @linalg_pooling_nhwc_max_grad(
// CHECK: linalg.pooling_nhwc_max
// CHECK: dorefa.max_pool
// CHECK: dorefa.max_pool_grad
// CHECK: return
func.func @linalg_pooling_nhwc_max(%a: tensor<2x7x6x3xf32>) -> tensor<2x3x5x3xf32> attributes {dorefa.differentiate} {
  %c = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<2x3x5x3xf32>
  %z = linalg.fill ins(%c : f32) outs(%e : tensor<2x3x5x3xf32>) -> tensor<2x3x5x3xf32>
  %k = tensor.empty() : tensor<3x2xf32>
  %y = linalg.pooling_nhwc_max {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>} ins(%a, %k : tensor<2x7x6x3xf32>, tensor<3x2xf32>) outs(%z : tensor<2x3x5x3xf32>) -> tensor<2x3x5x3xf32>
  return %y : tensor<2x3x5x3xf32>
}

// CHECK-LABEL: func.func @linalg_pooling_nchw_max_grad(
// CHECK: linalg.pooling_nchw_max
// CHECK: linalg.transpose
// CHECK: linalg.transpose
// CHECK: dorefa.max_pool
// CHECK: dorefa.max_pool_grad
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_pooling_nchw_max(%a: tensor<2x3x7x6xf32>) -> tensor<2x3x3x5xf32> attributes {dorefa.differentiate} {
  %c = arith.constant 0xFF800000 : f32
  %e = tensor.empty() : tensor<2x3x3x5xf32>
  %z = linalg.fill ins(%c : f32) outs(%e : tensor<2x3x3x5xf32>) -> tensor<2x3x3x5xf32>
  %k = tensor.empty() : tensor<3x2xf32>
  %y = linalg.pooling_nchw_max {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>} ins(%a, %k : tensor<2x3x7x6xf32>, tensor<3x2xf32>) outs(%z : tensor<2x3x3x5xf32>) -> tensor<2x3x3x5xf32>
  return %y : tensor<2x3x3x5xf32>
}

// CHECK-LABEL: func.func @linalg_pooling_nhwc_sum_grad(
// CHECK: linalg.pooling_nhwc_sum
// CHECK: dorefa.conv2d_grad_input
// CHECK: return
func.func @linalg_pooling_nhwc_sum(%a: tensor<2x7x6x3xf32>) -> tensor<2x3x4x3xf32> attributes {dorefa.differentiate} {
  %c = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x3x4x3xf32>
  %z = linalg.fill ins(%c : f32) outs(%e : tensor<2x3x4x3xf32>) -> tensor<2x3x4x3xf32>
  %k = tensor.empty() : tensor<3x2xf32>
  %y = linalg.pooling_nhwc_sum {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %k : tensor<2x7x6x3xf32>, tensor<3x2xf32>) outs(%z : tensor<2x3x4x3xf32>) -> tensor<2x3x4x3xf32>
  return %y : tensor<2x3x4x3xf32>
}

// CHECK-LABEL: func.func @linalg_pooling_nchw_sum_grad(
// CHECK: linalg.pooling_nchw_sum
// CHECK: linalg.transpose
// CHECK: dorefa.conv2d_grad_input
// CHECK: linalg.transpose
// CHECK: return
func.func @linalg_pooling_nchw_sum(%a: tensor<2x3x7x6xf32>) -> tensor<2x3x3x4xf32> attributes {dorefa.differentiate} {
  %c = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x3x3x4xf32>
  %z = linalg.fill ins(%c : f32) outs(%e : tensor<2x3x3x4xf32>) -> tensor<2x3x3x4xf32>
  %k = tensor.empty() : tensor<3x2xf32>
  %y = linalg.pooling_nchw_sum {strides = dense<[2, 1]> : tensor<2xi64>, dilations = dense<[1, 2]> : tensor<2xi64>} ins(%a, %k : tensor<2x3x7x6xf32>, tensor<3x2xf32>) outs(%z : tensor<2x3x3x4xf32>) -> tensor<2x3x3x4xf32>
  return %y : tensor<2x3x3x4xf32>
}
