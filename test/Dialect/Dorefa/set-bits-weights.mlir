// RUN: dorefa-opt %s --dorefa-set-bits="w=3 weights=pow2" | FileCheck %s --check-prefixes=CHECK,POW2
// RUN: dorefa-opt %s --dorefa-set-bits="w=3 weights=pow2-threshold" | FileCheck %s --check-prefixes=CHECK,THRESHOLD
// RUN: dorefa-opt %s --dorefa-set-bits="w=3 weights=bipolar" | FileCheck %s --check-prefix=BIPOLAR
// RUN: dorefa-opt %s --dorefa-set-bits="w=32 weights=pow2" | FileCheck %s --check-prefix=FLOAT
// RUN: not dorefa-opt %s --dorefa-set-bits="w=8 weights=pow2" 2>&1 | FileCheck %s --check-prefix=RANGE

// The kind of open weights, whatever the file says. What the file fixes stays.

// POW2:      dorefa.quantize_weight %{{.*}} : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<3, pow2>>, tensor<f32>
// THRESHOLD: dorefa.quantize_weight %{{.*}} scheme<threshold> : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<3, pow2>>, tensor<f32>
// CHECK:     dorefa.linear {{.*}}, tensor<4x8x!dorefa.code<3, pow2>> -> tensor<?x4xf32>
// CHECK:     dorefa.quantize_weight %{{.*}} scheme<threshold> : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<3, pow2>>, tensor<f32>
// CHECK:     dorefa.quantize_weight %{{.*}} : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<1, bipolar>>, tensor<f32>

// BIPOLAR:   dorefa.quantize_weight %{{.*}} detach_scale : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<3, bipolar>>, tensor<f32>
// BIPOLAR:   dorefa.quantize_weight %{{.*}} : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<3, bipolar>>, tensor<f32>
// BIPOLAR:   dorefa.quantize_weight %{{.*}} : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<1, bipolar>>, tensor<f32>

// FLOAT:     dorefa.linear %{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
// FLOAT:     dorefa.linear %{{.*}}, %{{.*}} : tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x4xf32>

// RANGE:     error: 'dorefa.quantize_weight' op a pow2 code has 2 to 6 bits, got 8
func.func @mixed(%x: tensor<?x8xf32>, %w: tensor<4x8xf32>, %v: tensor<4x4xf32>) -> tensor<?x4xf32> {
  %c, %s = dorefa.quantize_weight %w detach_scale : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<f32>) : tensor<?x8xf32>, tensor<4x8x!dorefa.code<?, bipolar>> -> tensor<?x4xf32>
  %d, %t = dorefa.quantize_weight %v scheme<threshold> : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<?, pow2>>, tensor<f32>
  %y = dorefa.linear %z, %d filter_scale(%t : tensor<f32>) : tensor<?x4xf32>, tensor<4x4x!dorefa.code<?, pow2>> -> tensor<?x4xf32>
  %e, %u = dorefa.quantize_weight %v : tensor<4x4xf32> -> tensor<4x4x!dorefa.code<1, bipolar>>, tensor<f32>
  %r = dorefa.linear %y, %e filter_scale(%u : tensor<f32>) : tensor<?x4xf32>, tensor<4x4x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
