// A detector: its labels come with boxes, and evaluate and predict return what
// detections follow from.
// RUN: dorefa-opt %s --dorefa-training-step=function=model | FileCheck %s

// CHECK-LABEL: func.func @train_step(
// CHECK-SAME: tensor<?x6xf32> {dorefa.input}, %[[L:[^:]*]]: tensor<?x2xi32> {dorefa.labels}, %[[B:[^:]*]]: tensor<?x2x4xf32> {dorefa.boxes}, %{{[^:]*}}: tensor<20x6xf32> {dorefa.parameter = "offsets"}, %{{[^:]*}}: tensor<15x6xf32> {dorefa.parameter = "logits"}
// CHECK-SAME: -> (tensor<f32> {dorefa.loss}, tensor<20x6xf32> {dorefa.parameter = "offsets"}
// CHECK: dorefa.match_anchors %{{.*}}, %[[B]], %[[L]]
// CHECK-NOT: dorefa.match_anchors
// CHECK: dorefa.multibox_loss %
// CHECK: dorefa.multibox_loss_grad
// CHECK-COUNT-2: dorefa.linear_grad_filter
// CHECK-LABEL: func.func @evaluate(
// CHECK-SAME: {dorefa.labels}, %{{[^:]*}}: tensor<?x2x4xf32> {dorefa.boxes}
// CHECK-SAME: -> (tensor<f32> {dorefa.loss}, tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors})
// CHECK: dorefa.multibox_loss %
// CHECK-LABEL: func.func @predict(
// CHECK-NOT: dorefa.labels
// CHECK-SAME: -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors})
// CHECK-NOT: dorefa.m
func.func @model(%b: tensor<?x2x4xf32> {dorefa.boxes}, %x: tensor<?x6xf32> {dorefa.input},
                 %v: tensor<20x6xf32> {dorefa.parameter = "offsets", dorefa.init = "zeros"},
                 %w: tensor<15x6xf32> {dorefa.parameter = "logits", dorefa.init = "zeros"},
                 %l: tensor<?x2xi32> {dorefa.labels})
    -> (tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<?x5x3xf32> {dorefa.output}) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x6xf32>
  %0 = dorefa.linear %x, %v : tensor<?x6xf32>, tensor<20x6xf32> -> tensor<?x20xf32>
  %o = tensor.expand_shape %0 [[0], [1, 2]] output_shape [%n, 5, 4] : tensor<?x20xf32> into tensor<?x5x4xf32>
  %1 = dorefa.linear %x, %w : tensor<?x6xf32>, tensor<15x6xf32> -> tensor<?x15xf32>
  %z = tensor.expand_shape %1 [[0], [1, 2]] output_shape [%n, 5, 3] : tensor<?x15xf32> into tensor<?x5x3xf32>
  %a = dorefa.anchor_boxes {grids = array<i64: 2, 2, 1, 1>, sizes = array<f32: 0.5, 0.5, 0.9, 0.9>} : tensor<5x4xf32>
  %m = dorefa.match_anchors %a, %b, %l : tensor<5x4xf32>, tensor<?x2x4xf32>, tensor<?x2xi32>
  %loss = dorefa.multibox_loss %o, %z, %m, %a, %b, %l
      : tensor<?x5x4xf32>, tensor<?x5x3xf32>, tensor<?x5xi32>, tensor<5x4xf32>, tensor<?x2x4xf32>, tensor<?x2xi32>
  return %a, %loss, %o, %z : tensor<5x4xf32>, tensor<f32>, tensor<?x5x4xf32>, tensor<?x5x3xf32>
}
