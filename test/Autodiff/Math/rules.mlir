// Rules of math. The functions are checked by finite differences, too, those
// without a lowering left out (test/python/test_gradients.py).
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @math_exp_grad(
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: return
func.func @math_exp(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.exp %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_exp2_grad(
// CHECK: math.exp2
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_exp2(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.exp2 %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_expm1_grad(
// CHECK: math.expm1
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: return
func.func @math_expm1(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.expm1 %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_log_grad(
// CHECK: math.log
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_log(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.log %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_log2_grad(
// CHECK: math.log2
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_log2(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.log2 %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_log10_grad(
// CHECK: math.log10
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_log10(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.log10 %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_log1p_grad(
// CHECK: math.log1p
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_log1p(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.log1p %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_sqrt_grad(
// CHECK: math.sqrt
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_sqrt(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.sqrt %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_rsqrt_grad(
// CHECK: math.rsqrt
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_rsqrt(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.rsqrt %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_cbrt_grad(
// CHECK: math.cbrt
// CHECK: arith.mulf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_cbrt(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.cbrt %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_sin_grad(
// CHECK: math.sin
// CHECK: math.cos
// CHECK: arith.mulf
// CHECK: return
func.func @math_sin(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.sin %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_cos_grad(
// CHECK: math.cos
// CHECK: math.sin
// CHECK: arith.negf
// CHECK: arith.mulf
// CHECK: return
func.func @math_cos(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.cos %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: -0.9 0.9
// CHECK-LABEL: func.func @math_tan_grad(
// CHECK: math.tan
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK: return
func.func @math_tan(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.tan %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: -0.9 0.9
// CHECK-LABEL: func.func @math_asin_grad(
// CHECK: math.asin
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: math.rsqrt
// CHECK: arith.mulf
// CHECK: return
func.func @math_asin(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.asin %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: -0.9 0.9
// CHECK-LABEL: func.func @math_acos_grad(
// CHECK: math.acos
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: math.rsqrt
// CHECK: arith.negf
// CHECK: arith.mulf
// CHECK: return
func.func @math_acos(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.acos %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_atan_grad(
// CHECK: math.atan
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_atan(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.atan %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_sinh_grad(
// CHECK: math.sinh
// CHECK: math.cosh
// CHECK: arith.mulf
// CHECK: return
func.func @math_sinh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.sinh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_cosh_grad(
// CHECK: math.cosh
// CHECK: math.sinh
// CHECK: arith.mulf
// CHECK: return
func.func @math_cosh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.cosh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_tanh_grad(
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: return
func.func @math_tanh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.tanh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_asinh_grad(
// CHECK: math.asinh
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: math.rsqrt
// CHECK: arith.mulf
// CHECK: return
func.func @math_asinh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.asinh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 1.2 2
// CHECK-LABEL: func.func @math_acosh_grad(
// CHECK: math.acosh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: math.rsqrt
// CHECK: arith.mulf
// CHECK: return
func.func @math_acosh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.acosh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: -0.9 0.9
// CHECK-LABEL: func.func @math_atanh_grad(
// CHECK: math.atanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: return
func.func @math_atanh(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.atanh %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_erf_grad(
// CHECK: math.erf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_erf(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.erf %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_absf_grad(
// CHECK: math.absf
// CHECK: math.copysign
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.mulf
// CHECK: return
func.func @math_absf(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.absf %x : tensor<5xf64>
  return %y : tensor<5xf64>
}

// domain: 0.5 2
// CHECK-LABEL: func.func @math_powf_grad(
// CHECK: math.powf
// CHECK: arith.subf
// CHECK: math.powf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: math.log
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_powf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.powf %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_atan2_grad(
// CHECK: math.atan2
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: arith.divf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: return
func.func @math_atan2(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.atan2 %x, %z : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_fma_grad(
// CHECK: math.fma
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_fma(%x: tensor<5xf64>, %z: tensor<5xf64>, %w: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.fma %x, %z, %w : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_fpowi_grad(
// CHECK: math.fpowi
// CHECK: arith.sitofp
// CHECK: arith.subf
// CHECK: math.powf
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_fpowi(%x: tensor<5xf64>, %n: tensor<5xi32>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.fpowi %x, %n : tensor<5xf64>, tensor<5xi32>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_dynamic_grad(
// CHECK: math.tanh
// CHECK: arith.mulf
// CHECK: arith.subf
// CHECK: arith.mulf
// CHECK: return
func.func @math_dynamic(%x: tensor<?x2xf64>) -> tensor<?x2xf64> attributes {dorefa.differentiate} {
  %y = math.tanh %x : tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}

// CHECK-LABEL: func.func @math_clampf_grad(
// CHECK: math.clampf
// CHECK: arith.cmpf
// CHECK: arith.cmpf
// CHECK: arith.select
// CHECK: arith.select
// CHECK: arith.select
// CHECK: return
func.func @math_clampf(%x: tensor<5xf64>, %z: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %c = arith.constant dense<3.0> : tensor<5xf64>
  %y = math.clampf %x to [%z, %c] : tensor<5xf64>
  return %y : tensor<5xf64>
}

// CHECK-LABEL: func.func @math_erfc_grad(
// CHECK: math.erfc
// CHECK: arith.mulf
// CHECK: arith.negf
// CHECK: math.exp
// CHECK: arith.mulf
// CHECK: arith.mulf
// CHECK: return
func.func @math_erfc(%x: tensor<5xf64>) -> tensor<5xf64> attributes {dorefa.differentiate} {
  %y = math.erfc %x : tensor<5xf64>
  return %y : tensor<5xf64>
}
