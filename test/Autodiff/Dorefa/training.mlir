// Rules of the training ops.
// RUN: dorefa-opt %s --dorefa-autodiff -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @batch_norm_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x8xf32>, %[[GAMMA:.*]]: tensor<8xf32>, %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<8xf32>, %{{.*}}: tensor<8xf32>, %[[G:.*]]: tensor<?x8xf32>
// CHECK: %[[M:.*]], %[[V:.*]] = dorefa.batch_stats %[[X]]
// CHECK: dorefa.batch_norm_grad %[[G]], %[[X]], %[[GAMMA]], %[[M]], %[[V]] {epsilon = 1.000000e-03 : f32}
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK: return %{{.*}}, %{{.*}}, %{{.*}}, %[[ZERO]], %[[ZERO]]
func.func @batch_norm(%x: tensor<?x8xf32>, %gamma: tensor<8xf32>, %beta: tensor<8xf32>, %m: tensor<8xf32>, %v: tensor<8xf32>)
    -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %y, %nm, %nv = dorefa.batch_norm %x, %gamma, %beta, %m, %v {epsilon = 1.0e-3 : f32} : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// With given statistics the op is affine in x.
// CHECK-LABEL: func.func @inference_grad(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x8xf32> {dorefa.parameter = "x"}, %[[GAMMA:[^:]*]]: tensor<8xf32> {dorefa.parameter = "gamma"}, %{{[^:]*}}: tensor<8xf32>, %[[M:[^:]*]]: tensor<8xf32>, %[[V:[^:]*]]: tensor<8xf32>, %[[G:[^:]*]]: tensor<?x8xf32>
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : tensor<8xf32>
// CHECK: dorefa.batch_norm %[[G]], %[[GAMMA]], %[[ZERO]], %[[ZERO]], %[[V]] inference
// CHECK: dorefa.batch_norm_grad %[[G]], %[[X]], %[[GAMMA]], %[[M]], %[[V]]
func.func @inference(%x: tensor<?x8xf32> {dorefa.parameter = "x"}, %gamma: tensor<8xf32> {dorefa.parameter = "gamma"},
                     %beta: tensor<8xf32>, %m: tensor<8xf32>, %v: tensor<8xf32>)
    -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %y, %nm, %nv = dorefa.batch_norm %x, %gamma, %beta, %m, %v inference : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func.func @max_pool_grad(
// CHECK: %{{.*}}, %[[W:.*]] = dorefa.max_pool
// CHECK: dorefa.max_pool_grad %{{.*}}, %[[W]] {kernel = array<i64: 3, 2>, pads = array<i64: 1, 0, 0, 1>, strides = array<i64: 2, 1>} : tensor<?x2x4x8xf32>, tensor<?x2x4x8xi8> -> tensor<?x4x4x8xf32>
func.func @max_pool(%x: tensor<?x4x4x8x!dorefa.code<2, unipolar>>) -> tensor<?x2x4x8x!dorefa.code<2, unipolar>> attributes {dorefa.differentiate} {
  %y, %w = dorefa.max_pool %x {kernel = array<i64: 3, 2>, pads = array<i64: 1, 0, 0, 1>, strides = array<i64: 2, 1>}
      : tensor<?x4x4x8x!dorefa.code<2, unipolar>> -> tensor<?x2x4x8x!dorefa.code<2, unipolar>>, tensor<?x2x4x8xi8>
  return %y : tensor<?x2x4x8x!dorefa.code<2, unipolar>>
}

// -----

// A scalar loss takes no cotangent.
// CHECK-LABEL: func.func @loss_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x10xf32>, %[[L:.*]]: tensor<?xi32>) -> (tensor<f32>, tensor<?x10xf32> {dorefa.gradient = "arg0"})
// CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<f32>
// CHECK: dorefa.softmax_cross_entropy_grad %[[ONE]], %[[X]], %[[L]]
func.func @loss(%x: tensor<?x10xf32>, %l: tensor<?xi32>) -> tensor<f32> attributes {dorefa.differentiate} {
  %loss = dorefa.softmax_cross_entropy %x, %l : tensor<?x10xf32>, tensor<?xi32>
  return %loss : tensor<f32>
}

// -----

// The mask is drawn again; the consumer's use of the scale adds nothing.
// CHECK-LABEL: func.func @dropout_grad(
// CHECK-SAME: %[[X:.*]]: tensor<?x8xf32>, %[[G:.*]]: tensor<?x8xf32> {dorefa.cotangent = "result0"}, %[[SEED:.*]]: i64 {dorefa.seed}, %[[STEP:.*]]: i64 {dorefa.step})
// CHECK: %[[Y:.*]], %[[S:.*]] = dorefa.dropout %[[X]] rate(2.500000e-01) noise(%[[SEED]], %[[STEP]]) id(0)
// CHECK: %[[SG:.*]] = arith.mulf %[[G]]
// CHECK: dorefa.dropout %[[SG]] rate(2.500000e-01) noise(%[[SEED]], %[[STEP]]) id(0)
func.func @dropout(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  %c0 = arith.constant 0 : index
  %y, %s = dorefa.dropout %x rate(0.25) : tensor<?x8xf32>
  %e = tensor.extract %s[] : tensor<f32>
  %n = tensor.dim %x, %c0 : tensor<?x8xf32>
  %splat = tensor.splat %e[%n] : tensor<?x8xf32>
  %z = arith.mulf %y, %splat : tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}
