// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// Batch norm, max-pool, cross-entropy, dropout: every optional part once.

// CHECK-LABEL: func.func @batch_norm(
func.func @batch_norm(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>, %g: tensor<?x4x4x8xf32>) {
  // CHECK-NEXT: dorefa.batch_stats %{{.*}} : tensor<?x4x4x8xf32> -> tensor<8xf32>
  %mean, %variance = dorefa.batch_stats %x : tensor<?x4x4x8xf32> -> tensor<8xf32>
  // CHECK-NEXT: dorefa.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x4x4x8xf32>, tensor<8xf32>
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c : tensor<?x4x4x8xf32>, tensor<8xf32>
  // CHECK-NEXT: dorefa.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} inference {epsilon = 1.000000e-03 : f32, momentum = 0.000000e+00 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  %1:3 = dorefa.batch_norm %x, %c, %c, %c, %c inference {epsilon = 1.0e-3 : f32, momentum = 0.0 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  // CHECK-NEXT: dorefa.batch_norm_grad %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x4x4x8xf32>, tensor<8xf32>
  %2:3 = dorefa.batch_norm_grad %g, %x, %c, %mean, %variance : tensor<?x4x4x8xf32>, tensor<8xf32>
  // CHECK-NEXT: dorefa.batch_norm_grad %{{.*}} {epsilon = 1.000000e-03 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  %3:3 = dorefa.batch_norm_grad %g, %x, %c, %mean, %variance {epsilon = 1.0e-3 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// CHECK-LABEL: func.func @pool(
func.func @pool(%x: tensor<?x28x28x32xf32>, %a: tensor<?x28x28x32x!dorefa.code<2, unipolar>>, %g: tensor<?x14x14x32xf32>,
                %w: tensor<?x14x14x32xi8>, %y: tensor<1x127x9x1xf32>) {
  // CHECK-NEXT: dorefa.max_pool %{{.*}} {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<?x28x28x32xf32> -> tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8>
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x28x28x32xf32> -> tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8>
  // CHECK-NEXT: dorefa.max_pool %{{.*}} {kernel = array<i64: 3, 3>, pads = array<i64: 1, 0, 1, 2>, strides = array<i64: 2, 1>} : tensor<?x28x28x32x!dorefa.code<2, unipolar>> -> tensor<?x14x28x32x!dorefa.code<2, unipolar>>, tensor<?x14x28x32xi8>
  %1:2 = dorefa.max_pool %a {kernel = array<i64: 3, 3>, strides = array<i64: 2, 1>, pads = array<i64: 1, 0, 1, 2>}
      : tensor<?x28x28x32x!dorefa.code<2, unipolar>> -> tensor<?x14x28x32x!dorefa.code<2, unipolar>>, tensor<?x14x28x32xi8>
  // The largest window whose winner fits into a byte.
  // CHECK-NEXT: dorefa.max_pool %{{.*}} {kernel = array<i64: 127, 1>, strides = array<i64: 1, 1>}
  %2:2 = dorefa.max_pool %y {kernel = array<i64: 127, 1>, strides = array<i64: 1, 1>}
      : tensor<1x127x9x1xf32> -> tensor<1x1x9x1xf32>, tensor<1x1x9x1xi8>
  // CHECK-NEXT: dorefa.max_pool_grad %{{.*}}, %{{.*}} {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8> -> tensor<?x28x28x32xf32>
  %3 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8> -> tensor<?x28x28x32xf32>
  // CHECK-NEXT: dorefa.max_pool_grad %{{.*}}, %{{.*}} {kernel = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} : tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8> -> tensor<?x27x28x32xf32>
  %4 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8> -> tensor<?x27x28x32xf32>
  return
}

// CHECK-LABEL: func.func @loss(
func.func @loss(%x: tensor<?x10xf32>, %l: tensor<?xi32>) {
  // CHECK-NEXT: dorefa.softmax_cross_entropy %{{.*}}, %{{.*}} : tensor<?x10xf32>, tensor<?xi32>
  %0 = dorefa.softmax_cross_entropy %x, %l : tensor<?x10xf32>, tensor<?xi32>
  // CHECK-NEXT: dorefa.softmax_cross_entropy_grad %{{.*}}, %{{.*}}, %{{.*}} : tensor<f32>, tensor<?x10xf32>, tensor<?xi32>
  %1 = dorefa.softmax_cross_entropy_grad %0, %x, %l : tensor<f32>, tensor<?x10xf32>, tensor<?xi32>
  return
}

// CHECK-LABEL: func.func @dropout(
func.func @dropout(%x: tensor<?x8xf32>, %a: tensor<?x8x!dorefa.code<2, unipolar>>, %seed: i64, %step: i64) {
  // CHECK-NEXT: dorefa.dropout %{{.*}} rate(5.000000e-01) : tensor<?x8xf32>
  %0:2 = dorefa.dropout %x rate(0.5) : tensor<?x8xf32>
  // CHECK-NEXT: dorefa.dropout %{{.*}} rate(2.500000e-01) noise(%{{.*}}, %{{.*}}) id(7) : tensor<?x8x!dorefa.code<2, unipolar>>
  %1:2 = dorefa.dropout %a rate(0.25) noise(%seed, %step) id(7) : tensor<?x8x!dorefa.code<2, unipolar>>
  return
}
