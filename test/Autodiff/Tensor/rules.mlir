// Rules of tensor. The functions are checked by finite differences, too
// (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @tensor_expand_grad(
// CHECK: tensor.expand_shape
// CHECK: tensor.collapse_shape
// CHECK: return
func.func @tensor_expand(%x: tensor<?x6xf64>) -> tensor<?x2x3xf64> attributes {dorefa.differentiate} {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x6xf64>
  %y = tensor.expand_shape %x [[0], [1, 2]] output_shape [%d, 2, 3] : tensor<?x6xf64> into tensor<?x2x3xf64>
  return %y : tensor<?x2x3xf64>
}

// CHECK-LABEL: func.func @tensor_collapse_grad(
// CHECK: tensor.collapse_shape
// CHECK: tensor.expand_shape
// CHECK: return
func.func @tensor_collapse(%x: tensor<?x2x3xf64>) -> tensor<?x6xf64> attributes {dorefa.differentiate} {
  %y = tensor.collapse_shape %x [[0], [1, 2]] : tensor<?x2x3xf64> into tensor<?x6xf64>
  return %y : tensor<?x6xf64>
}

// CHECK-LABEL: func.func @tensor_reshape_grad(
// CHECK: tensor.reshape
// CHECK: tensor.from_elements
// CHECK: tensor.reshape
// CHECK: return
func.func @tensor_reshape(%x: tensor<2x6xf64>) -> tensor<3x4xf64> attributes {dorefa.differentiate} {
  %s = arith.constant dense<[3, 4]> : tensor<2xindex>
  %y = tensor.reshape %x(%s) : (tensor<2x6xf64>, tensor<2xindex>) -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}

// CHECK-LABEL: func.func @tensor_cast_grad(
// CHECK: tensor.cast
// CHECK: tensor.cast
// CHECK: return
func.func @tensor_cast(%x: tensor<2x6xf64>) -> tensor<?x6xf64> attributes {dorefa.differentiate} {
  %y = tensor.cast %x : tensor<2x6xf64> to tensor<?x6xf64>
  return %y : tensor<?x6xf64>
}

// CHECK-LABEL: func.func @tensor_extract_slice_grad(
// CHECK: tensor.extract_slice
// CHECK: tensor.insert_slice
// CHECK: return
func.func @tensor_extract_slice(%x: tensor<5x6xf64>) -> tensor<3xf64> attributes {dorefa.differentiate} {
  %y = tensor.extract_slice %x[1, 0] [1, 3] [1, 2] : tensor<5x6xf64> to tensor<3xf64>
  return %y : tensor<3xf64>
}

// CHECK-LABEL: func.func @tensor_insert_slice_grad(
// CHECK: tensor.insert_slice
// CHECK: tensor.extract_slice
// CHECK: tensor.insert_slice
// CHECK: return
func.func @tensor_insert_slice(%s: tensor<2x3xf64>, %x: tensor<?x6xf64>) -> tensor<?x6xf64> attributes {dorefa.differentiate} {
  %y = tensor.insert_slice %s into %x[1, 2] [2, 3] [1, 1] : tensor<2x3xf64> into tensor<?x6xf64>
  return %y : tensor<?x6xf64>
}

// CHECK-LABEL: func.func @tensor_pad_grad(
// CHECK: tensor.pad
// CHECK: tensor.extract_slice
// CHECK: return
func.func @tensor_pad(%x: tensor<?x3xf64>) -> tensor<?x6xf64> attributes {dorefa.differentiate} {
  %c = arith.constant 1.5 : f64
  %y = tensor.pad %x low[0, 1] high[0, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %c : f64
  } : tensor<?x3xf64> to tensor<?x6xf64>
  return %y : tensor<?x6xf64>
}

// CHECK-LABEL: func.func @tensor_concat_grad(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: tensor.extract_slice
// CHECK: return
func.func @tensor_concat(%x: tensor<?x3xf64>, %z: tensor<?x2xf64>) -> tensor<?x5xf64> attributes {dorefa.differentiate} {
  %y = tensor.concat dim(1) %x, %z : (tensor<?x3xf64>, tensor<?x2xf64>) -> tensor<?x5xf64>
  return %y : tensor<?x5xf64>
}

// CHECK-LABEL: func.func @tensor_concat0_grad(
// CHECK: tensor.concat
// CHECK: tensor.extract_slice
// CHECK: tensor.extract_slice
// CHECK: return
func.func @tensor_concat0(%x: tensor<?x3xf64>, %z: tensor<?x3xf64>) -> tensor<?x3xf64> attributes {dorefa.differentiate} {
  %y = tensor.concat dim(0) %x, %z : (tensor<?x3xf64>, tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

// CHECK-LABEL: func.func @tensor_splat_grad(
// CHECK: tensor.extract
// CHECK: arith.mulf
// CHECK: tensor.splat
// CHECK: linalg.reduce
// CHECK: arith.addf
// CHECK: tensor.extract
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: tensor.insert
// CHECK: return
func.func @tensor_splat(%x: tensor<3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %c1 = arith.constant 1 : index
  %e = tensor.extract %x[%c1] : tensor<3xf64>
  %q = arith.mulf %e, %e : f64
  %y = tensor.splat %q : tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @tensor_insert_grad(
// CHECK: tensor.extract
// CHECK: tensor.insert
// CHECK: tensor.extract
// CHECK: tensor.insert
// CHECK: tensor.insert
// CHECK: return
func.func @tensor_insert(%x: tensor<3xf64>, %z: tensor<4xf64>) -> tensor<4xf64> attributes {dorefa.differentiate} {
  %c1 = arith.constant 1 : index
  %e = tensor.extract %x[%c1] : tensor<3xf64>
  %y = tensor.insert %e into %z[%c1] : tensor<4xf64>
  return %y : tensor<4xf64>
}

// CHECK-LABEL: func.func @tensor_from_elements_grad(
// CHECK: tensor.extract
// CHECK: tensor.extract
// CHECK: arith.mulf
// CHECK: tensor.from_elements
// CHECK: tensor.extract
// CHECK: tensor.extract
// CHECK: tensor.extract
// CHECK: tensor.extract
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: tensor.insert
// CHECK: tensor.insert
// CHECK: arith.addf
// CHECK: return
func.func @tensor_from_elements(%x: tensor<3xf64>) -> tensor<2x2xf64> attributes {dorefa.differentiate} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.extract %x[%c0] : tensor<3xf64>
  %b = tensor.extract %x[%c1] : tensor<3xf64>
  %m = arith.mulf %a, %b : f64
  %y = tensor.from_elements %a, %b, %m, %a : tensor<2x2xf64>
  return %y : tensor<2x2xf64>
}
