// RUN: dorefa-opt %s --dorefa-set-bits="w=5" | FileCheck %s
// RUN: dorefa-opt %s --dorefa-set-bits="w=32" | FileCheck %s --check-prefix=FLOAT
// RUN: not dorefa-opt %s --dorefa-set-bits="w=1" 2>&1 | FileCheck %s --check-prefix=RANGE

// Options for what is not open may be left out.

// CHECK: dorefa.quantize_weight %{{.*}} : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<5, pow2>>, tensor<f32>
// FLOAT: dorefa.linear %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<4x8xf32>
// RANGE: error: 'dorefa.quantize_weight' op a pow2 code has 2 to 6 bits, got 1
func.func @pow2(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>) -> tensor<?x4xf32> {
  %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, pow2>>, tensor<f32>
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<f32>) : tensor<?x8xf32>, tensor<4x8x!dorefa.code<?, pow2>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}
