// RUN: dorefa-opt %s --dorefa-check-lowered="report=true" --split-input-file --verify-diagnostics
// RUN: not dorefa-opt %s --split-input-file --dorefa-check-lowered="strategy=float" 2>&1 | FileCheck %s --check-prefix=FLOAT

// Both operands are codes: nothing to say, unless they are to run in float.
// FLOAT: error: 'dorefa.linear' op layer 'fc' is quantized but would run in float: the strategy float was asked for
func.func @codes(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w {dorefa.layer = "fc"} : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// One operand never was codes: the user's choice, reported.
func.func @mixed(%g: tensor<?x4xf32>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) -> tensor<?x8xf32> {
  // expected-remark @+1 {{layer 'fc' runs this product in float: one operand has 32 bits}}
  %z = dorefa.linear_grad_input %g, %w {dorefa.layer = "fc"} : tensor<?x4xf32>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}

// -----

func.func @dequantized(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) -> tensor<?x4xf32> {
  // expected-note @+1 {{the codes are dequantized here}}
  %v = dorefa.dequantize %a : tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<?x8xf32>
  // expected-error @+1 {{layer 'fc' is quantized but would run in float: its first operand is an f32 tensor computed from codes}}
  %z = dorefa.linear %v, %w {dorefa.layer = "fc"} : tensor<?x8xf32>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// A quantized gradient that was summed with another is no code any more.
func.func @summed(%c: tensor<?x4x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %other: tensor<?x4xf32>, %a: tensor<?x8x!dorefa.code<2, unipolar>>) -> tensor<4x8xf32> {
  // expected-note @+1 {{the codes are dequantized here}}
  %g = dorefa.dequantize %c scale(%m : tensor<?xf32>) : tensor<?x4x!dorefa.code<6, bipolar>> -> tensor<?x4xf32>
  %sum = arith.addf %g, %other : tensor<?x4xf32>
  // expected-error @+1 {{a layer without a name is quantized but would run in float: its first operand}}
  %dw = dorefa.linear_grad_filter %sum, %a : tensor<?x4xf32>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return %dw : tensor<4x8xf32>
}

// -----

// Products of upstream dialects count as well.
func.func @upstream(%a: tensor<3x8x!dorefa.code<2, unipolar>>, %w: tensor<8x4xf32>, %init: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // expected-note @+1 {{the codes are dequantized here}}
  %v = dorefa.dequantize %a : tensor<3x8x!dorefa.code<2, unipolar>> -> tensor<3x8xf32>
  // expected-error @+1 {{is quantized but would run in float}}
  %z = linalg.matmul ins(%v, %w : tensor<3x8xf32>, tensor<8x4xf32>) outs(%init : tensor<3x4xf32>) -> tensor<3x4xf32>
  return %z : tensor<3x4xf32>
}
