// Reductions and generic ops of linalg. The functions are checked by finite differences,
// too (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

#ij = affine_map<(i, j) -> (i, j)>
#j = affine_map<(i, j) -> (j)>
#i = affine_map<(i, j) -> (i)>
#ji = affine_map<(i, j) -> (j, i)>
#i0 = affine_map<(i, j) -> (i, 0)>
#none = affine_map<(i, j) -> ()>

// CHECK-LABEL: func.func @linalg_reduce_sum_grad(
// CHECK: linalg.reduce
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel", "parallel"]
// CHECK: return
func.func @linalg_reduce_sum(%a: tensor<2x3x4xf64>, %b: tensor<3xf64>) -> tensor<3xf64> attributes {dorefa.differentiate} {
  %y = linalg.reduce { arith.addf } ins(%a : tensor<2x3x4xf64>) outs(%b : tensor<3xf64>) dimensions = [0, 2]
  return %y : tensor<3xf64>
}

// CHECK-LABEL: func.func @linalg_reduce_max_grad(
// CHECK: linalg.reduce
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel", "reduction"]
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel", "parallel"]
// CHECK: arith.divf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: return
func.func @linalg_reduce_max(%a: tensor<2x3x4xf64>) -> tensor<3xf64> attributes {dorefa.differentiate} {
  %c = arith.constant 0xFFF0000000000000 : f64
  %e = tensor.empty() : tensor<3xf64>
  %b = linalg.fill ins(%c : f64) outs(%e : tensor<3xf64>) -> tensor<3xf64>
  %y = linalg.reduce { arith.maximumf } ins(%a : tensor<2x3x4xf64>) outs(%b : tensor<3xf64>) dimensions = [0, 2]
  return %y : tensor<3xf64>
}

// CHECK-LABEL: func.func @linalg_generic_bias_grad(
// CHECK: tensor.extract
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: math.tanh
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "reduction"]
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: tensor.extract
// CHECK: tensor.insert
// CHECK: return
func.func @linalg_generic_bias(%a: tensor<?x3xf64>, %b: tensor<3xf64>, %s: tensor<f64>) -> tensor<?x3xf64> attributes {dorefa.differentiate} {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x3xf64>
  %e = tensor.empty(%d) : tensor<?x3xf64>
  %sc = tensor.extract %s[] : tensor<f64>
  %y = linalg.generic {indexing_maps = [#ij, #j, #none, #ij], iterator_types = ["parallel", "parallel"]} ins(%a, %b, %sc : tensor<?x3xf64>, tensor<3xf64>, f64) outs(%e : tensor<?x3xf64>) {
  ^bb0(%p: f64, %q: f64, %r: f64, %o: f64):
    %m = arith.mulf %p, %r : f64
    %n = arith.addf %m, %q : f64
    %t = math.tanh %n : f64
    linalg.yield %t : f64
  } -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

// CHECK-LABEL: func.func @linalg_generic_transposed_grad(
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.index
// CHECK: arith.index_cast
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: linalg.index
// CHECK: arith.index_cast
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction"]
// CHECK: linalg.index
// CHECK: arith.index_cast
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: tensor.expand_shape
// CHECK: return
func.func @linalg_generic_transposed(%a: tensor<3x2xf64>, %b: tensor<2x1xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.generic {indexing_maps = [#ji, #i0, #ij], iterator_types = ["parallel", "parallel"]} ins(%a, %b : tensor<3x2xf64>, tensor<2x1xf64>) outs(%e : tensor<2x3xf64>) {
  ^bb0(%p: f64, %q: f64, %o: f64):
    %m = arith.mulf %p, %q : f64
    %i = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i64
    %f = arith.sitofp %ii : i64 to f64
    %t = arith.mulf %m, %f : f64
    linalg.yield %t : f64
  } -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_generic_outs_grad(
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: return
func.func @linalg_generic_outs(%a: tensor<2x3xf64>, %b: tensor<2x3xf64>) -> tensor<2x3xf64> attributes {dorefa.differentiate} {
  %y = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<2x3xf64>) outs(%b : tensor<2x3xf64>) {
  ^bb0(%p: f64, %o: f64):
    %m = arith.mulf %p, %o : f64
    linalg.yield %m : f64
  } -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @linalg_generic_two_grad(
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction"]
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_generic_two(%a: tensor<2x3xf64>, %b: tensor<3xf64>) -> tensor<2xf64> attributes {dorefa.differentiate} {
  %c = arith.constant 0.0 : f64
  %e = tensor.empty() : tensor<2xf64>
  %z = linalg.fill ins(%c : f64) outs(%e : tensor<2xf64>) -> tensor<2xf64>
  %y:2 = linalg.generic {indexing_maps = [#ij, #j, #i, #i], iterator_types = ["parallel", "reduction"]} ins(%a, %b : tensor<2x3xf64>, tensor<3xf64>) outs(%z, %z : tensor<2xf64>, tensor<2xf64>) {
  ^bb0(%p: f64, %q: f64, %o: f64, %o2: f64):
    %m = math.exp %p : f64
    %n = arith.mulf %m, %q : f64
    %s = arith.addf %n, %o : f64
    %s2 = arith.addf %o2, %m : f64
    linalg.yield %s, %s2 : f64, f64
  } -> (tensor<2xf64>, tensor<2xf64>)
  %r = arith.divf %y#0, %y#1 : tensor<2xf64>
  return %r : tensor<2xf64>
}

// CHECK-LABEL: func.func @linalg_generic_max_grad(
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction"]
// CHECK: arith.mulf
// CHECK: arith.maximumf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "reduction"]
// CHECK: arith.mulf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.addf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"parallel", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.divf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.mulf
// CHECK: linalg.generic {{.*}}iterator_types = {{\[}}"reduction", "parallel"]
// CHECK: arith.mulf
// CHECK: arith.divf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: return
func.func @linalg_generic_max(%a: tensor<2x3xf64>, %b: tensor<3xf64>) -> tensor<2xf64> attributes {dorefa.differentiate} {
  %c = arith.constant -1.0e9 : f64
  %e = tensor.empty() : tensor<2xf64>
  %z = linalg.fill ins(%c : f64) outs(%e : tensor<2xf64>) -> tensor<2xf64>
  %y = linalg.generic {indexing_maps = [#ij, #j, #i], iterator_types = ["parallel", "reduction"]} ins(%a, %b : tensor<2x3xf64>, tensor<3xf64>) outs(%z : tensor<2xf64>) {
  ^bb0(%p: f64, %q: f64, %o: f64):
    %n = arith.mulf %p, %q : f64
    %s = arith.maximumf %n, %o : f64
    linalg.yield %s : f64
  } -> tensor<2xf64>
  return %y : tensor<2xf64>
}
