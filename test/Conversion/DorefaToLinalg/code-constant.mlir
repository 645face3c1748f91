// RUN: dorefa-opt %s --convert-dorefa-to-linalg | FileCheck %s

// Weights that were quantized at compile time are bytes.

// CHECK-LABEL: func.func @code_constant() -> tensor<3xi8>
// CHECK-NEXT:    %[[C:.*]] = arith.constant dense<[0, 1, 3]> : tensor<3xi8>
// CHECK-NEXT:    return %[[C]]
func.func @code_constant() -> tensor<3x!dorefa.code<2, bipolar>> {
  %0 = dorefa.code_constant dense<[0, 1, 3]> : tensor<3xi8> -> tensor<3x!dorefa.code<2, bipolar>>
  return %0 : tensor<3x!dorefa.code<2, bipolar>>
}
