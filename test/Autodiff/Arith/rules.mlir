// Rules of arith. The functions are checked by finite differences, too
// (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @arith_addf_grad(
// CHECK: arith.addf
// CHECK: return
func.func @arith_addf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.addf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_subf_grad(
// CHECK: arith.subf
// CHECK: arith.negf
// CHECK: return
func.func @arith_subf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.subf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_mulf_grad(
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @arith_mulf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.mulf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_divf_grad(
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: return
func.func @arith_divf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.divf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_maximumf_grad(
// CHECK: arith.maximumf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @arith_maximumf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.maximumf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_minimumf_grad(
// CHECK: arith.minimumf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @arith_minimumf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.minimumf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_maxnumf_grad(
// CHECK: arith.maxnumf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @arith_maxnumf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.maxnumf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_minnumf_grad(
// CHECK: arith.minnumf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @arith_minnumf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.minnumf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_square_grad(
// CHECK: arith.negf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: arith.addf
// CHECK: return
func.func @arith_square(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %n = arith.negf %x : tensor<5xf64>
  %y = arith.mulf %x, %n : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_select_grad(
// CHECK: arith.select
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @arith_select(%c: tensor<5xi1>, %z: tensor<5xf64>, %w: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = arith.select %c, %z, %w : tensor<5xi1>, tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_ext_grad(
// CHECK: arith.extf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.truncf
// CHECK: return
func.func @arith_ext(%x: tensor<5xf32>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %e = arith.extf %x : tensor<5xf32> to tensor<5xf64>
  %y = arith.mulf %e, %e : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @arith_trunc_grad(
// CHECK: arith.mulf
// CHECK: arith.truncf
// CHECK: arith.extf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @arith_trunc(%x: tensor<5xf64>) -> tensor<5xf32> attributes {dorefa.differentiate} {
  %e = arith.mulf %x, %x : tensor<5xf64>
  %y = arith.truncf %e : tensor<5xf64> to tensor<5xf32>
  return %y : tensor<5xf32>
}
