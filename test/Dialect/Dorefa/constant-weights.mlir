// RUN: dorefa-opt %s --canonicalize | FileCheck %s

// Constant weights quantize at compile time; the values of constant codes too.

// One bit: 0 counts as positive, the scale is mean |w|.

// CHECK-LABEL: func.func @one_bit()
// CHECK-DAG:     %[[C:.*]] = dorefa.code_constant dense<{{\[}}[1, 0], [1, 0]]> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<1, bipolar>>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<6.250000e-01> : tensor<f32>
// CHECK:         return %[[C]], %[[S]]
func.func @one_bit() -> (tensor<2x2x!dorefa.code<1, bipolar>>, tensor<f32>) {
  %w = arith.constant dense<[[0.5, -1.0], [0.0, -1.0]]> : tensor<2x2xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<2x2xf32> -> tensor<2x2x!dorefa.code<1, bipolar>>, tensor<f32>
  return %c, %s : tensor<2x2x!dorefa.code<1, bipolar>>, tensor<f32>
}

// CHECK-LABEL: func.func @per_channel()
// CHECK-DAG:     arith.constant dense<[7.500000e-01, 5.000000e-01]> : tensor<2xf32>
func.func @per_channel() -> (tensor<2x2x!dorefa.code<1, bipolar>>, tensor<2xf32>) {
  %w = arith.constant dense<[[0.5, -1.0], [0.0, -1.0]]> : tensor<2x2xf32>
  %c, %s = dorefa.quantize_weight %w per_channel : tensor<2x2xf32> -> tensor<2x2x!dorefa.code<1, bipolar>>, tensor<2xf32>
  return %c, %s : tensor<2x2x!dorefa.code<1, bipolar>>, tensor<2xf32>
}

// Two bits: 0 is the tie 1.5 and goes to the even code 2.

// CHECK-LABEL: func.func @two_bits()
// CHECK-DAG:     %[[C:.*]] = dorefa.code_constant dense<[3, 0, 2, 2, 1]> : tensor<5xi8> -> tensor<5x!dorefa.code<2, bipolar>>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK:         return %[[C]], %[[S]]
func.func @two_bits() -> (tensor<5x!dorefa.code<2, bipolar>>, tensor<f32>) {
  %w = arith.constant dense<[2.0, -2.0, 0.0, 0.1, -0.1]> : tensor<5xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<5xf32> -> tensor<5x!dorefa.code<2, bipolar>>, tensor<f32>
  return %c, %s : tensor<5x!dorefa.code<2, bipolar>>, tensor<f32>
}

// Powers of two: +-1, +-1/2 or 0 times the scale 2; a tie goes up.

// CHECK-LABEL: func.func @pow2()
// CHECK-DAG:     %[[C:.*]] = dorefa.code_constant dense<[1, 2, 3, 4, 0, 3]> : tensor<6xi8> -> tensor<6x!dorefa.code<3, pow2>>
// CHECK-DAG:     %[[S:.*]] = arith.constant dense<2.000000e+00> : tensor<f32>
// CHECK:         return %[[C]], %[[S]]
func.func @pow2() -> (tensor<6x!dorefa.code<3, pow2>>, tensor<f32>) {
  %w = arith.constant dense<[2.0, -2.0, 1.0, -1.0, 0.1, 0.5]> : tensor<6xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<6xf32> -> tensor<6x!dorefa.code<3, pow2>>, tensor<f32>
  return %c, %s : tensor<6x!dorefa.code<3, pow2>>, tensor<f32>
}

// Weights in a resource are constants too.

// CHECK-LABEL: func.func @resource()
// CHECK:         dorefa.code_constant dense<[1, 0]> : tensor<2xi8>
func.func @resource() -> tensor<2x!dorefa.code<1, bipolar>> {
  %w = arith.constant dense_resource<weights> : tensor<2xf32>
  %c, %s = dorefa.quantize_weight %w : tensor<2xf32> -> tensor<2x!dorefa.code<1, bipolar>>, tensor<f32>
  return %c : tensor<2x!dorefa.code<1, bipolar>>
}

// CHECK-LABEL: func.func @values(
// CHECK-DAG:     arith.constant dense<[0.000000e+00, 0.333333343, 0.666666686, 1.000000e+00]> : tensor<4xf32>
// CHECK-DAG:     arith.constant dense<{{\[}}[-2.000000e+00, 2.000000e+00], [-3.000000e+00, 3.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG:     arith.constant dense<[0.000000e+00, 1.000000e+00, -1.000000e+00, 5.000000e-01, -5.000000e-01]> : tensor<5xf32>
// CHECK-DAG:     arith.constant dense<1.000000e+00> : tensor<2xf32>
// A scale that is not known stops the fold.
// CHECK:         dorefa.dequantize
func.func @values(%s: tensor<f32>)
    -> (tensor<4xf32>, tensor<2x2xf32>, tensor<5xf32>, tensor<2xf32>, tensor<4xf32>) {
  %0 = dorefa.code_constant dense<[0, 1, 2, 3]> : tensor<4xi8> -> tensor<4x!dorefa.code<2, unipolar>>
  %1 = dorefa.code_constant dense<[[0, 1], [0, 1]]> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<1, bipolar>>
  %2 = dorefa.code_constant dense<[0, 1, 2, 3, 4]> : tensor<5xi8> -> tensor<5x!dorefa.code<3, pow2>>
  %3 = dorefa.code_constant dense<255> : tensor<2xi8> -> tensor<2x!dorefa.code<8, unipolar>>
  %scales = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %v0 = dorefa.dequantize %0 : tensor<4x!dorefa.code<2, unipolar>> -> tensor<4xf32>
  %v1 = dorefa.dequantize %1 scale(%scales : tensor<2xf32>) : tensor<2x2x!dorefa.code<1, bipolar>> -> tensor<2x2xf32>
  %v2 = dorefa.dequantize %2 : tensor<5x!dorefa.code<3, pow2>> -> tensor<5xf32>
  %v3 = dorefa.dequantize %3 : tensor<2x!dorefa.code<8, unipolar>> -> tensor<2xf32>
  %v4 = dorefa.dequantize %0 scale(%s : tensor<f32>) : tensor<4x!dorefa.code<2, unipolar>> -> tensor<4xf32>
  return %v0, %v1, %v2, %v3, %v4 : tensor<4xf32>, tensor<2x2xf32>, tensor<5xf32>, tensor<2xf32>, tensor<4xf32>
}

// What has no codes stays: open bits, weights that are not finite, none at all.

// CHECK-LABEL: func.func @unfolded()
// CHECK:         dorefa.quantize_weight
// CHECK:         dorefa.quantize_weight
// CHECK:         dorefa.quantize_weight
func.func @unfolded() -> (tensor<2x!dorefa.code<?, bipolar>>, tensor<2x!dorefa.code<2, bipolar>>, tensor<0x!dorefa.code<1, bipolar>>) {
  %w = arith.constant dense<[0.5, -1.0]> : tensor<2xf32>
  %nan = arith.constant dense<[0.5, 0x7FC00000]> : tensor<2xf32>
  %none = arith.constant dense<> : tensor<0xf32>
  %0, %s0 = dorefa.quantize_weight %w : tensor<2xf32> -> tensor<2x!dorefa.code<?, bipolar>>, tensor<f32>
  %1, %s1 = dorefa.quantize_weight %nan : tensor<2xf32> -> tensor<2x!dorefa.code<2, bipolar>>, tensor<f32>
  %2, %s2 = dorefa.quantize_weight %none : tensor<0xf32> -> tensor<0x!dorefa.code<1, bipolar>>, tensor<f32>
  return %0, %1, %2 : tensor<2x!dorefa.code<?, bipolar>>, tensor<2x!dorefa.code<2, bipolar>>, tensor<0x!dorefa.code<1, bipolar>>
}

// Folds of other dialects leave constant codes alone: their bytes are no values.

// CHECK-LABEL: func.func @reshape()
// CHECK-NEXT:    %[[C:.*]] = dorefa.code_constant dense<{{\[}}[0, 1], [2, 3]]> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<2, bipolar>>
// CHECK-NEXT:    %[[R:.*]] = tensor.collapse_shape %[[C]]
// CHECK-NEXT:    return %[[R]]
func.func @reshape() -> tensor<4x!dorefa.code<2, bipolar>> {
  %c = dorefa.code_constant dense<[[0, 1], [2, 3]]> : tensor<2x2xi8> -> tensor<2x2x!dorefa.code<2, bipolar>>
  %r = tensor.collapse_shape %c [[0, 1]] : tensor<2x2x!dorefa.code<2, bipolar>> into tensor<4x!dorefa.code<2, bipolar>>
  return %r : tensor<4x!dorefa.code<2, bipolar>>
}

// Equal constants are one, wherever they stand.

// CHECK-LABEL: func.func @equal()
// CHECK-NEXT:    %[[C:.*]] = dorefa.code_constant
// CHECK-NEXT:    return %[[C]], %[[C]]
func.func @equal() -> (tensor<2x!dorefa.code<1, bipolar>>, tensor<2x!dorefa.code<1, bipolar>>) {
  %0 = dorefa.code_constant dense<[0, 1]> : tensor<2xi8> -> tensor<2x!dorefa.code<1, bipolar>>
  %1 = dorefa.code_constant dense<[0, 1]> : tensor<2xi8> -> tensor<2x!dorefa.code<1, bipolar>>
  return %0, %1 : tensor<2x!dorefa.code<1, bipolar>>, tensor<2x!dorefa.code<1, bipolar>>
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F000080BF"
    }
  }
#-}
