// RUN: dorefa-opt %s --convert-dorefa-to-linalg --cse | FileCheck %s

// The reference multiplies 64-bit numerators; it knows no words and no planes.
// CHECK-NOT: bitserial
// CHECK-LABEL: func.func @forward
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]
// CHECK:           arith.muli {{.*}} : i64
// CHECK:           arith.addi {{.*}} : i64
// CHECK:         arith.sitofp {{.*}} : i64 to f32
func.func @forward(%a: tensor<?x4x4x3x!dorefa.code<2, unipolar>>, %w: tensor<8x3x3x3x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x4x4x8xf32> {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x3x!dorefa.code<2, unipolar>>, tensor<8x3x3x3x!dorefa.code<1, bipolar>> -> tensor<?x4x4x8xf32>
  return %z : tensor<?x4x4x8xf32>
}

// An operand of 32 bits: a float product of dequantized values.
// CHECK-LABEL: func.func @mixed
// CHECK:         arith.divf
// CHECK:         linalg.generic
// CHECK:           arith.mulf
// CHECK:           arith.addf
func.func @mixed(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8xf32>) -> tensor<?x4xf32> {
  %z = dorefa.linear %a, %w : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8xf32> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @carried
// CHECK-SAME:    (%{{.*}}: tensor<?x2x4xi8>) -> tensor<?x8xi8>
func.func @carried(%a: tensor<?x2x4x!dorefa.code<2, unipolar>>) -> tensor<?x8x!dorefa.code<2, unipolar>> {
  %r = tensor.collapse_shape %a [[0], [1, 2]] : tensor<?x2x4x!dorefa.code<2, unipolar>> into tensor<?x8x!dorefa.code<2, unipolar>>
  return %r : tensor<?x8x!dorefa.code<2, unipolar>>
}
