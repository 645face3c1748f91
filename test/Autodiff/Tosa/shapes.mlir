// Shape ops and reductions of tosa. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @tosa_reduce_sum_grad(
// CHECK: tosa.reduce_sum
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel", "parallel"]
// CHECK: return
func.func @tosa_reduce_sum(%a: tensor<?x3x4xf32>) -> tensor<?x1x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.reduce_sum %a {axis = 1 : i32} : (tensor<?x3x4xf32>) -> tensor<?x1x4xf32>
  return %y : tensor<?x1x4xf32>
}

// CHECK-LABEL: func.func @tosa_reduce_max_grad(
// CHECK: tosa.reduce_max
// CHECK: tosa.equal
// CHECK: tosa.select
// CHECK: tosa.reduce_sum
// CHECK: tosa.reciprocal
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_reduce_max(%a: tensor<?x3x4xf32>) -> tensor<?x1x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.reduce_max %a {axis = 1 : i32} : (tensor<?x3x4xf32>) -> tensor<?x1x4xf32>
  return %y : tensor<?x1x4xf32>
}

// CHECK-LABEL: func.func @tosa_reduce_min_grad(
// CHECK: tosa.reduce_min
// CHECK: tosa.equal
// CHECK: tosa.select
// CHECK: tosa.reduce_sum
// CHECK: tosa.reciprocal
// CHECK: tosa.mul
// CHECK: tosa.mul
// CHECK: return
func.func @tosa_reduce_min(%a: tensor<2x3x4xf32>) -> tensor<2x1x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.reduce_min %a {axis = 1 : i32} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  return %y : tensor<2x1x4xf32>
}

// CHECK-LABEL: func.func @tosa_reshape_grad(
// CHECK: tosa.reshape
// CHECK: tosa.reshape
// CHECK: return
func.func @tosa_reshape(%a: tensor<?x3x4xf32>) -> tensor<?x12xf32> attributes {dorefa.differentiate} {
  %s = tosa.const_shape {values = dense<[-1, 12]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %y = tosa.reshape %a, %s : (tensor<?x3x4xf32>, !tosa.shape<2>) -> tensor<?x12xf32>
  return %y : tensor<?x12xf32>
}

// CHECK-LABEL: func.func @tosa_transpose_grad(
// CHECK: tosa.transpose
// CHECK: tosa.transpose
// CHECK: return
func.func @tosa_transpose(%a: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> attributes {dorefa.differentiate} {
  %y = tosa.transpose %a {perms = array<i32: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %y : tensor<4x2x3xf32>
}

// CHECK-LABEL: func.func @tosa_concat_grad(
// CHECK: tosa.concat
// CHECK: tensor.extract_slice
// CHECK: tensor.extract_slice
// CHECK: return
func.func @tosa_concat(%a: tensor<2x3x4xf32>, %b: tensor<2x2x4xf32>) -> tensor<2x5x4xf32> attributes {dorefa.differentiate} {
  %y = tosa.concat %a, %b {axis = 1 : i32} : (tensor<2x3x4xf32>, tensor<2x2x4xf32>) -> tensor<2x5x4xf32>
  return %y : tensor<2x5x4xf32>
}

// CHECK-LABEL: func.func @tosa_pad_grad(
// CHECK: tosa.pad
// CHECK: tensor.extract_slice
// CHECK: return
func.func @tosa_pad(%a: tensor<2x3xf32>) -> tensor<3x7xf32> attributes {dorefa.differentiate} {
  %s = tosa.const_shape {values = dense<[0, 1, 3, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %zp = "tosa.const"() <{values = dense<0.0> : tensor<1xf32>}> : () -> tensor<1xf32>
  %y = tosa.pad %a, %s, %zp : (tensor<2x3xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<3x7xf32>
  return %y : tensor<3x7xf32>
}

// CHECK-LABEL: func.func @tosa_slice_grad(
// CHECK: tosa.slice
// CHECK: tensor.insert_slice
// CHECK: return
func.func @tosa_slice(%a: tensor<4x5xf32>) -> tensor<2x3xf32> attributes {dorefa.differentiate} {
  %s = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %z = tosa.const_shape {values = dense<[2, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %y = tosa.slice %a, %s, %z : (tensor<4x5xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
