// What has a new value among the results is handed over.

// RUN: dorefa-opt %s --dorefa-update-in-place | FileCheck %s

// CHECK-LABEL: func.func @train_step(
// CHECK-SAME:      %{{.*}}: tensor<?x8xf32> {dorefa.input},
// CHECK-SAME:      %{{.*}}: tensor<4xf32> {dorefa.in_place, dorefa.parameter = "w"},
// CHECK-SAME:      %{{.*}}: tensor<4xf32> {dorefa.in_place, dorefa.optimizer = "momentum/w"},
// CHECK-SAME:      %{{.*}}: tensor<4xf32> {dorefa.parameter = "frozen"},
// CHECK-SAME:      %{{.*}}: tensor<2xf32> {dorefa.state = "w"})
func.func @train_step(%x: tensor<?x8xf32> {dorefa.input},
                      %w: tensor<4xf32> {dorefa.parameter = "w"},
                      %m: tensor<4xf32> {dorefa.optimizer = "momentum/w"},
                      %frozen: tensor<4xf32> {dorefa.parameter = "frozen"},
                      %state: tensor<2xf32> {dorefa.state = "w"})
    -> (tensor<f32> {dorefa.loss}, tensor<4xf32> {dorefa.optimizer = "momentum/w"},
        tensor<4xf32> {dorefa.parameter = "w"}) {
  %loss = arith.constant dense<0.0> : tensor<f32>
  return %loss, %w, %m : tensor<f32>, tensor<4xf32>, tensor<4xf32>
}

// Not a step of training: no parameter changes.
// CHECK-LABEL: func.func @forward(
// CHECK-NOT:     in_place
func.func @forward(%state: tensor<2xf32> {dorefa.state = "s"})
    -> (tensor<2xf32> {dorefa.state = "s"}) {
  return %state : tensor<2xf32>
}
