// RUN: dorefa-opt %s --dorefa-pool-codes | FileCheck %s

// CHECK-LABEL: func.func @moved(
// CHECK-SAME:      %[[X:.*]]: tensor<?x8x8x4xf32>
// CHECK:         %[[C:.*]] = dorefa.quantize_activation %[[X]] bound<tanh> : tensor<?x8x8x4xf32> -> tensor<?x8x8x4x!dorefa.code<2, unipolar>>
// CHECK:         %[[P:.*]], %{{.*}} = dorefa.max_pool %[[C]] {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xi8>
// CHECK:         return %[[P]]
func.func @moved(%x: tensor<?x8x8x4xf32>) -> tensor<?x4x4x4x!dorefa.code<2, unipolar>> {
  %p, %w = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  %a = dorefa.quantize_activation %p bound<tanh> : tensor<?x4x4x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>
  return %a : tensor<?x4x4x4x!dorefa.code<2, unipolar>>
}

// The winner is of the floats; |x| falls; the pooled floats are read as such;
// a result that is not quantized.
// CHECK-LABEL: func.func @stays(
// CHECK:         dorefa.max_pool
// CHECK:         dorefa.quantize_activation
// CHECK:         dorefa.max_pool
// CHECK:         dorefa.quantize_activation
// CHECK:         dorefa.max_pool
// CHECK:         dorefa.quantize_activation
// CHECK:         dorefa.max_pool
// CHECK:         dorefa.quantize_activation
func.func @stays(%x: tensor<?x8x8x4xf32>)
    -> (tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xi8>, tensor<?x4x4x4x!dorefa.code<2, unipolar>>,
        tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) {
  %p0, %w0 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  %a0 = dorefa.quantize_activation %p0 : tensor<?x4x4x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>
  %p1, %w1 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  %a1 = dorefa.quantize_activation %p1 bound<abs_clip> : tensor<?x4x4x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>
  %p2, %w2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  %a2 = dorefa.quantize_activation %p2 : tensor<?x4x4x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>
  %p3, %w3 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  %a3 = dorefa.quantize_activation %p3 bound<relu> : tensor<?x4x4x4xf32> -> tensor<?x4x4x4xf32>
  return %a0, %w0, %a1, %a2, %p2, %a3 : tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xi8>,
      tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>
}
