// Elementwise and moving ops of linalg. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

#ij = affine_map<(i, j) -> (i, j)>
#j = affine_map<(i, j) -> (j)>

// CHECK-LABEL: func.func @linalg_exp_grad(
// CHECK: linalg.exp
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_exp(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.exp ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_negf_grad(
// CHECK: linalg.negf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.negf
// CHECK: return
func.func @linalg_negf(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.negf ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_square_grad(
// CHECK: linalg.square
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_square(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.square ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_tanh_grad(
// CHECK: linalg.tanh
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_tanh(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.tanh ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_erf_grad(
// CHECK: linalg.erf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_erf(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.erf ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_abs_grad(
// CHECK: linalg.abs
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.copysign
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_abs(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.abs ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_log_grad(
// CHECK: linalg.log
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_log(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.log ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_sqrt_grad(
// CHECK: linalg.sqrt
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.sqrt
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_sqrt(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.sqrt ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_rsqrt_grad(
// CHECK: linalg.rsqrt
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.rsqrt
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_rsqrt(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.rsqrt ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_reciprocal_grad(
// CHECK: linalg.reciprocal
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: return
func.func @linalg_reciprocal(%a: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.reciprocal ins(%a : tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_add_grad(
// CHECK: linalg.add
// CHECK: return
func.func @linalg_add(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.add ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_sub_grad(
// CHECK: linalg.sub
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.negf
// CHECK: return
func.func @linalg_sub(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.sub ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_mul_grad(
// CHECK: linalg.mul
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_mul(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.mul ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_div_grad(
// CHECK: linalg.div
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.divf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: return
func.func @linalg_div(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.div ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_max_grad(
// CHECK: linalg.max
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: return
func.func @linalg_max(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.max ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_min_grad(
// CHECK: linalg.min
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: return
func.func @linalg_min(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.min ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @linalg_powf_grad(
// CHECK: linalg.powf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.subf
// CHECK: math.powf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.powf
// CHECK: math.log
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_powf(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.powf ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_select_grad(
// CHECK: linalg.select
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.select
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.select
// CHECK: return
func.func @linalg_select(%c: tensor<2x3xi1>, %a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.select ins(%c, %a, %b : tensor<2x3xi1>, tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_elementwise_grad(
// CHECK: linalg.elementwise
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_elementwise(%a: tensor<2x3xf64>, %b: tensor<3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.elementwise kind=#linalg.elementwise_kind<mul> indexing_maps = [#ij, #j, #ij] ins(%a, %b : tensor<2x3xf64>, tensor<3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_broadcast_grad(
// CHECK: linalg.broadcast
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.addf
// CHECK: return
func.func @linalg_broadcast(%a: tensor<3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.broadcast ins(%a : tensor<3xf64>) outs(%e : tensor<2x3xf64>) dimensions = [0]
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_transpose_grad(
// CHECK: linalg.transpose
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: return
func.func @linalg_transpose(%a: tensor<3x2xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.transpose ins(%a : tensor<3x2xf64>) outs(%e : tensor<2x3xf64>) permutation = [1, 0]
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_fill_grad(
// CHECK: tensor.extract
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "reduction"]
// CHECK: arith.addf
// CHECK: tensor.extract
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: tensor.insert
// CHECK: return
func.func @linalg_fill(%a: tensor<f64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %s = tensor.extract %a[] : tensor<f64>
  %q = arith.mulf %s, %s : f64
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.fill ins(%q : f64) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_map_grad(
// CHECK: linalg.map
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_map(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.map { arith.mulf } ins(%a, %b : tensor<2x3xf64>, tensor<2x3xf64>) outs(%e : tensor<2x3xf64>)
  return %y : tensor<2x3xf64>
}
