// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @no_grids() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C1) grids must be pairs of positive numbers (rows, columns), got }}
  %0 = dorefa.anchor_boxes {grids = array<i64>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @odd_grids() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C1) grids must be pairs of positive numbers (rows, columns), got 1, 1, 1}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1, 1>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @empty_grid() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C1) grids must be pairs of positive numbers (rows, columns), got 0, 1}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 0, 1>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @no_sizes() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C2) sizes must be positive, as many pairs (width, height) for each of the 1 grids}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32>} : tensor<1x4xf32>
  return
}

// -----

func.func @odd_sizes() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C2) sizes must be positive, as many pairs (width, height) for each of the 2 grids}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1, 2, 2>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @zero_size() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C2) sizes must be positive}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32: 0.5, 0.0>} : tensor<1x4xf32>
  return
}

// -----

func.func @nan_size() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C2) sizes must be positive}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32: 0.5, 0x7FC00000>} : tensor<1x4xf32>
  return
}

// -----

func.func @other_count() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C3) the result must be [2, 4], got 'tensor<1x4xf32>'}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 2>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @open_count() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C3) the result must be [1, 4], got 'tensor<?x4xf32>'}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1, 1>, sizes = array<f32: 0.5, 0.5>} : tensor<?x4xf32>
  return
}

// -----

func.func @too_many() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C3) expected at most 1048576 anchors}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 1048577, 1>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @far_too_many() {
  // expected-error @below {{'dorefa.anchor_boxes' op (C3) expected at most 1048576 anchors}}
  %0 = dorefa.anchor_boxes {grids = array<i64: 4294967296, 4294967296>, sizes = array<f32: 0.5, 0.5>} : tensor<1x4xf32>
  return
}

// -----

func.func @match_anchors(%a: tensor<?x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) anchors must be [N, 4], N static, got 'tensor<?x4xf32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<?x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_anchor_corners(%a: tensor<14x5xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) anchors must be [N, 4], N static, got 'tensor<14x5xf32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x5xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_boxes(%a: tensor<14x4xf32>, %b: tensor<?x?x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) boxes must be [batch, K, 4], K static, got 'tensor<?x?x4xf32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<?x?x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_box_rank(%a: tensor<14x4xf32>, %b: tensor<8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) boxes must be [batch, K, 4], K static, got 'tensor<8x4xf32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_labels(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x7xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) labels must be [batch, 8] for boxes of 'tensor<?x8x4xf32>', got 'tensor<?x7xi32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x7xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_batches(%a: tensor<14x4xf32>, %b: tensor<3x8x4xf32>, %c: tensor<2x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) labels must be [batch, 8] for boxes of 'tensor<3x8x4xf32>', got 'tensor<2x8xi32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<3x8x4xf32>, tensor<2x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_result(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C1) the result must be [batch, 14], got 'tensor<?x13xi32>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x13xi32>)
  return
}

// -----

func.func @match_zero(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C2) the threshold must be above 0 and at most 1, got 0}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {threshold = 0.0 : f32} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_above(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C2) the threshold must be above 0 and at most 1, got 1.5}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {threshold = 1.5 : f32} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @match_nan(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.match_anchors' op (C2) the threshold must be above 0 and at most 1}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {threshold = 0x7FC00000 : f32} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14xi32>)
  return
}

// -----

func.func @multibox_loss_anchors(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) anchors must be [N, 4], N static, got 'tensor<4xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_boxes(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x3xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) boxes must be [batch, K, 4], K static, got 'tensor<?x8x3xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x3xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_labels(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) labels must be [batch, 8]}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_offsets(%a: tensor<?x13x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) offsets must be [batch, 14, 4] for anchors of 'tensor<14x4xf32>', got 'tensor<?x13x4xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x13x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_logits(%a: tensor<?x14x4xf32>, %b: tensor<?x14x1xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) logits must be [batch, 14, classes + 1], the classes static, at least one, got 'tensor<?x14x1xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x1xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_open_classes(%a: tensor<?x14x4xf32>, %b: tensor<?x14x?xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) logits must be [batch, 14, classes + 1], the classes static, at least one, got 'tensor<?x14x?xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x?xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_match(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) match must be [batch, 14], got 'tensor<?xi32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_batches(%a: tensor<2x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<3x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C1) match must be [batch, 14], got 'tensor<3x14xi32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<2x14x4xf32>, tensor<?x14x3xf32>, tensor<3x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_negatives(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op (C2) negatives must be at least 0, got -1}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {negatives = -1 : i64} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<f32>)
  return
}

// -----

func.func @multibox_loss_grad_anchors(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) anchors must be [N, 4], N static, got 'tensor<4xf32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_boxes(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x3xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) boxes must be [batch, K, 4], K static, got 'tensor<?x8x3xf32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x3xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_labels(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) labels must be [batch, 8]}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_offsets(%a: tensor<f32>, %b: tensor<?x13x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) offsets must be [batch, 14, 4] for anchors of 'tensor<14x4xf32>', got 'tensor<?x13x4xf32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x13x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x13x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_logits(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x1xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) logits must be [batch, 14, classes + 1], the classes static, at least one, got 'tensor<?x14x1xf32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x1xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x1xf32>)
  return
}

// -----

func.func @multibox_loss_grad_open_classes(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x?xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) logits must be [batch, 14, classes + 1], the classes static, at least one, got 'tensor<?x14x?xf32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x?xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x?xf32>)
  return
}

// -----

func.func @multibox_loss_grad_match(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) match must be [batch, 14], got 'tensor<?xi32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_batches(%a: tensor<f32>, %b: tensor<2x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<3x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C1) match must be [batch, 14], got 'tensor<3x14xi32>'}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<2x14x4xf32>, tensor<?x14x3xf32>, tensor<3x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<2x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_grad_negatives(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op (C2) negatives must be at least 0, got -1}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {negatives = -1 : i64} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x4xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @multibox_loss_result(%a: tensor<?x14x4xf32>, %b: tensor<?x14x3xf32>, %c: tensor<?x14xi32>, %d: tensor<14x4xf32>, %e: tensor<?x8x4xf32>, %f: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss' op result #0 must be 0D tensor of 32-bit float values, but got 'tensor<1xf32>'}}
  %0 = "dorefa.multibox_loss"(%a, %b, %c, %d, %e, %f) {} : (tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<1xf32>)
  return
}

// -----

func.func @multibox_loss_grad_types(%a: tensor<f32>, %b: tensor<?x14x4xf32>, %c: tensor<?x14x3xf32>, %d: tensor<?x14xi32>, %e: tensor<14x4xf32>, %f: tensor<?x8x4xf32>, %g: tensor<?x8xi32>) {
  // expected-error @below {{'dorefa.multibox_loss_grad' op failed to verify that all of {offsets, offsets_grad} have same type}}
  %0:2 = "dorefa.multibox_loss_grad"(%a, %b, %c, %d, %e, %f, %g) {} : (tensor<f32>, tensor<?x14x4xf32>, tensor<?x14x3xf32>, tensor<?x14xi32>, tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>) -> (tensor<?x14x3xf32>, tensor<?x14x3xf32>)
  return
}

// -----

func.func @match_type(%a: tensor<14x4xf32>, %b: tensor<?x8x4xf32>, %c: tensor<?x8xi64>) {
  // expected-error @below {{'dorefa.match_anchors' op operand #2 must be ranked tensor of 32-bit signless integer values, but got 'tensor<?x8xi64>'}}
  %0 = "dorefa.match_anchors"(%a, %b, %c) {} : (tensor<14x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi64>) -> (tensor<?x14xi32>)
  return
}
