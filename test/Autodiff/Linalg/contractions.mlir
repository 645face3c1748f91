// Matrix products of linalg. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @linalg_matmul_grad(
// CHECK: linalg.matmul
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_matmul(%a: tensor<2x3xf64>, %b: tensor<3x4xf64>, %c: tensor<2x4xf64>) -> tensor<2x4xf64> attributes {dorefa.differentiate} {
  %y = linalg.matmul ins(%a, %b : tensor<2x3xf64>, tensor<3x4xf64>) outs(%c : tensor<2x4xf64>) -> tensor<2x4xf64>
  return %y : tensor<2x4xf64>
}

// CHECK-LABEL: func.func @linalg_matmul_t_grad(
// CHECK: linalg.matmul
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_matmul_t(%a: tensor<2x3xf64>, %b: tensor<4x3xf64>) -> tensor<2x4xf64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %ez = tensor.empty() : tensor<2x4xf64>
  %z = linalg.fill ins(%cz : f64) outs(%ez : tensor<2x4xf64>) -> tensor<2x4xf64>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>] ins(%a, %b : tensor<2x3xf64>, tensor<4x3xf64>) outs(%z : tensor<2x4xf64>) -> tensor<2x4xf64>
  return %y : tensor<2x4xf64>
}

// CHECK-LABEL: func.func @linalg_batch_matmul_grad(
// CHECK: linalg.batch_matmul
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel", "reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction", "parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_batch_matmul(%a: tensor<2x2x3xf64>, %b: tensor<2x3x4xf64>) -> tensor<2x2x4xf64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %ez = tensor.empty() : tensor<2x2x4xf64>
  %z = linalg.fill ins(%cz : f64) outs(%ez : tensor<2x2x4xf64>) -> tensor<2x2x4xf64>
  %y = linalg.batch_matmul ins(%a, %b : tensor<2x2x3xf64>, tensor<2x3x4xf64>) outs(%z : tensor<2x2x4xf64>) -> tensor<2x2x4xf64>
  return %y : tensor<2x2x4xf64>
}

// CHECK-LABEL: func.func @linalg_matvec_grad(
// CHECK: linalg.matvec
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_matvec(%a: tensor<2x3xf64>, %b: tensor<3xf64>) -> tensor<2xf64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %ez = tensor.empty() : tensor<2xf64>
  %z = linalg.fill ins(%cz : f64) outs(%ez : tensor<2xf64>) -> tensor<2xf64>
  %y = linalg.matvec ins(%a, %b : tensor<2x3xf64>, tensor<3xf64>) outs(%z : tensor<2xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}

// CHECK-LABEL: func.func @linalg_vecmat_grad(
// CHECK: linalg.vecmat
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_vecmat(%a: tensor<2xf64>, %b: tensor<2x3xf64>) -> tensor<3xf64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %ez = tensor.empty() : tensor<3xf64>
  %z = linalg.fill ins(%cz : f64) outs(%ez : tensor<3xf64>) -> tensor<3xf64>
  %y = linalg.vecmat ins(%a, %b : tensor<2xf64>, tensor<2x3xf64>) outs(%z : tensor<3xf64>) -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// CHECK-LABEL: func.func @linalg_dot_grad(
// CHECK: linalg.dot
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel"]
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_dot(%a: tensor<3xf64>, %b: tensor<3xf64>) -> tensor<f64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<f64>
  %z = linalg.fill ins(%cz : f64) outs(%e : tensor<f64>) -> tensor<f64>
  %y = linalg.dot ins(%a, %b : tensor<3xf64>, tensor<3xf64>) outs(%z : tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}

// CHECK-LABEL: func.func @linalg_contract_grad(
// CHECK: linalg.contract
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_contract(%a: tensor<2x3xf64>, %b: tensor<4x3xf64>) -> tensor<4x2xf64> attributes {dorefa.differentiate} {
  %cz = arith.constant 0.0 : f64
  %ez = tensor.empty() : tensor<4x2xf64>
  %z = linalg.fill ins(%cz : f64) outs(%ez : tensor<4x2xf64>) -> tensor<4x2xf64>
  %y = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (n, m)>] ins(%a, %b : tensor<2x3xf64>, tensor<4x3xf64>) outs(%z : tensor<4x2xf64>) -> tensor<4x2xf64>
  return %y : tensor<4x2xf64>
}
