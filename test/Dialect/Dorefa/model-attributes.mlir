// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// The attributes by which tools find the arguments and results of a model.

// CHECK-LABEL: func.func @forward(
// CHECK-SAME:    %{{.*}}: tensor<?x8xf32> {dorefa.input},
// CHECK-SAME:    %{{.*}}: tensor<?xi32> {dorefa.labels},
// CHECK-SAME:    %{{.*}}: tensor<8xf32> {dorefa.init = "ones", dorefa.parameter = "bn.gamma"},
// CHECK-SAME:    %{{.*}}: tensor<8xf32> {dorefa.init = "zeros", dorefa.state = "bn.mean"})
// CHECK-SAME:    -> (tensor<?x8xf32> {dorefa.output}, tensor<8xf32> {dorefa.state = "bn.mean"})
func.func @forward(
    %x: tensor<?x8xf32> {dorefa.input},
    %labels: tensor<?xi32> {dorefa.labels},
    %gamma: tensor<8xf32> {dorefa.parameter = "bn.gamma", dorefa.init = "ones"},
    %mean: tensor<8xf32> {dorefa.state = "bn.mean", dorefa.init = "zeros"})
    -> (tensor<?x8xf32> {dorefa.output}, tensor<8xf32> {dorefa.state = "bn.mean"}) {
  return %x, %mean : tensor<?x8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func.func @step(
// CHECK-SAME:    dorefa.learning_rate
// CHECK-SAME:    dorefa.seed
// CHECK-SAME:    dorefa.step
// CHECK-SAME:    dorefa.loss
// CHECK-SAME:    dorefa.correct
func.func @step(%rate: f32 {dorefa.learning_rate}, %seed: i64 {dorefa.seed}, %step: i64 {dorefa.step})
    -> (f32 {dorefa.loss}, i64 {dorefa.correct}) {
  return %rate, %seed : f32, i64
}
