// A forward function with a loss of its own, and none with logits.
// RUN: dorefa-opt %s --dorefa-training-step=function=model -split-input-file | FileCheck %s

// CHECK-LABEL: func.func @train_step(
// CHECK-SAME: %{{[^:]*}}: tensor<?x4xf32> {dorefa.input}, %[[T:[^:]*]]: tensor<?xf32> {dorefa.labels}, %{{[^:]*}}: tensor<4xf32> {dorefa.parameter = "w"}
// CHECK-NOT: softmax
// CHECK: linalg.generic
// CHECK: return
// CHECK-LABEL: func.func @evaluate(
// CHECK-SAME: -> (tensor<f32> {dorefa.loss})
// CHECK: %[[N:.*]] = tensor.dim
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK-NOT: func.func @predict
func.func @model(%t: tensor<?xf32> {dorefa.labels}, %w: tensor<4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
                 %x: tensor<?x4xf32> {dorefa.input}) -> (tensor<f32> {dorefa.loss}) {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %loss = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]} ins(%x, %w, %t : tensor<?x4xf32>, tensor<4xf32>, tensor<?xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.subf %0, %c : f32
    %2 = arith.mulf %1, %1 : f32
    %3 = arith.addf %o, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<f32>
  return %loss : tensor<f32>
}

// -----

// With logits as well, predict does without the labels.
// CHECK-LABEL: func.func @evaluate(
// CHECK-SAME: -> (tensor<f32> {dorefa.loss}, tensor<i32> {dorefa.correct})
// CHECK-LABEL: func.func @predict(
// CHECK-NOT: dorefa.labels
// CHECK: dorefa.linear
// CHECK-NOT: softmax
// CHECK: return
func.func @model(%x: tensor<?x4xf32> {dorefa.input}, %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
                 %t: tensor<?xi32> {dorefa.labels}) -> (tensor<?x3xf32> {dorefa.output}, tensor<f32> {dorefa.loss}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  %loss = dorefa.softmax_cross_entropy %z, %t : tensor<?x3xf32>, tensor<?xi32>
  return %z, %loss : tensor<?x3xf32>, tensor<f32>
}
