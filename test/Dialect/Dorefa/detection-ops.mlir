// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --emit-bytecode | dorefa-opt | FileCheck %s

// Anchors, matching and loss of a detector: every optional part once.

// CHECK-LABEL: func.func @anchors(
func.func @anchors() -> (tensor<1x4xf32>, tensor<14x4xf32>) {
  // CHECK-NEXT: dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32: 5.000000e-01, 2.500000e-01>} : tensor<1x4xf32>
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32: 0.5, 0.25>} : tensor<1x4xf32>
  // CHECK-NEXT: dorefa.anchor_boxes {{.*}} : tensor<14x4xf32>
  %1 = dorefa.anchor_boxes {grids = array<i64: 2, 3, 1, 1>, sizes = array<f32: 0.5, 0.25, 0.1, 0.1, 0.9, 0.9, 1.5, 1.0>}
      : tensor<14x4xf32>
  return %0, %1 : tensor<1x4xf32>, tensor<14x4xf32>
}

// CHECK-LABEL: func.func @match(
func.func @match(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %l: tensor<?x8xi32>, %c: tensor<3x1x4xf32>, %m: tensor<3x1xi32>) {
  // CHECK-NEXT: dorefa.match_anchors %{{.*}}, %{{.*}}, %{{.*}} : tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  %0 = dorefa.match_anchors %a, %b, %l : tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  // CHECK-NEXT: dorefa.match_anchors %{{.*}} {threshold = 1.000000e+00 : f32} : tensor<14x4xf32>, tensor<3x1x4xf32>, tensor<3x1xi32>
  %1 = dorefa.match_anchors %a, %c, %m {threshold = 1.0 : f32} : tensor<14x4xf32>, tensor<3x1x4xf32>, tensor<3x1xi32>
  return
}

// CHECK-LABEL: func.func @loss(
func.func @loss(%o: tensor<?x14x4xf32>, %x: tensor<?x14x3xf32>, %m: tensor<?x14xi32>, %a: tensor<14x4xf32>,
                %b: tensor<?x8x4xf32>, %l: tensor<?x8xi32>, %g: tensor<f32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>) {
  // CHECK-NEXT: dorefa.multibox_loss %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  %0 = dorefa.multibox_loss %o, %x, %m, %a, %b, %l
      : tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  // CHECK-NEXT: dorefa.multibox_loss_grad {{.*}} {negatives = 0 : i64} : tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>
  %1, %2 = dorefa.multibox_loss_grad %g, %o, %x, %m, %a, %b, %l {negatives = 0 : i64}
      : tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  return %1, %2 : tensor<?x14x4xf32>, tensor<?x14x3xf32>
}
