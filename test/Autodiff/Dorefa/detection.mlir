// The loss of a detector sends gradients into offsets and logits, and none into
// boxes, labels and anchors.
// RUN: dorefa-opt %s --dorefa-autodiff | FileCheck %s

// CHECK-LABEL: func.func @loss_grad(
// CHECK-SAME: %[[O:[^:]*]]: tensor<?x5x4xf32> {dorefa.parameter = "o"}, %[[X:[^:]*]]: tensor<?x5x3xf32> {dorefa.parameter = "x"}, %[[B:[^:]*]]: tensor<?x2x4xf32>, %[[L:[^:]*]]: tensor<?x2xi32>)
// CHECK: %[[A:.*]] = dorefa.anchor_boxes
// CHECK: %[[M:.*]] = dorefa.match_anchors %[[A]], %[[B]], %[[L]]
// CHECK: %[[DO:.*]], %[[DX:.*]] = dorefa.multibox_loss_grad %{{.*}}, %[[O]], %[[X]], %[[M]], %[[A]], %[[B]], %[[L]] {negatives = 5 : i64}
// CHECK: return %{{.*}}, %[[DO]], %[[DX]]
func.func @loss(%o: tensor<?x5x4xf32> {dorefa.parameter = "o"}, %x: tensor<?x5x3xf32> {dorefa.parameter = "x"},
                %b: tensor<?x2x4xf32>, %l: tensor<?x2xi32>) -> tensor<f32> attributes {dorefa.differentiate} {
  %a = dorefa.anchor_boxes {grids = array<i64: 2, 2, 1, 1>, sizes = array<f32: 0.3, 0.5, 0.9, 0.9>} : tensor<5x4xf32>
  %m = dorefa.match_anchors %a, %b, %l : tensor<5x4xf32>, tensor<?x2x4xf32>, tensor<?x2xi32>
  %loss = dorefa.multibox_loss %o, %x, %m, %a, %b, %l {negatives = 5 : i64}
      : tensor<?x5x4xf32>, tensor<?x5x3xf32>, tensor<?x5xi32>, tensor<5x4xf32>, tensor<?x2x4xf32>, tensor<?x2xi32>
  return %loss : tensor<f32>
}
