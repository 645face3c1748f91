// A detector small enough for a test: one convolution of codes on 32x32 pixels,
// and heads on its 4x4 cells.

func.func @forward(
    %x: tensor<?x32x32x1xf32> {dorefa.input},
    %boxes: tensor<?x3x4xf32> {dorefa.boxes},
    %labels: tensor<?x3xi32> {dorefa.labels},
    %conv0_weight: tensor<16x8x8x1xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %bn0_gamma: tensor<16xf32> {dorefa.parameter = "bn0.gamma", dorefa.init = "ones"},
    %bn0_beta: tensor<16xf32> {dorefa.parameter = "bn0.beta", dorefa.init = "zeros"},
    %bn0_mean: tensor<16xf32> {dorefa.state = "bn0.mean", dorefa.init = "zeros"},
    %bn0_var: tensor<16xf32> {dorefa.state = "bn0.var", dorefa.init = "ones"},
    %conv1_weight: tensor<24x3x3x16xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %bn1_gamma: tensor<24xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "ones"},
    %bn1_beta: tensor<24xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %bn1_mean: tensor<24xf32> {dorefa.state = "bn1.mean", dorefa.init = "zeros"},
    %bn1_var: tensor<24xf32> {dorefa.state = "bn1.var", dorefa.init = "ones"},
    %offsets_weight: tensor<4x1x1x24xf32> {dorefa.parameter = "offsets.weight", dorefa.init = "he_normal"},
    %logits_weight: tensor<11x1x1x24xf32> {dorefa.parameter = "logits.weight", dorefa.init = "he_normal"}
  ) -> (
    tensor<?x16x11xf32> {dorefa.output},
    tensor<?x16x4xf32> {dorefa.offsets},
    tensor<16x4xf32> {dorefa.anchors},
    tensor<f32> {dorefa.loss},
    tensor<16xf32> {dorefa.state = "bn0.mean"},
    tensor<16xf32> {dorefa.state = "bn0.var"},
    tensor<24xf32> {dorefa.state = "bn1.mean"},
    tensor<24xf32> {dorefa.state = "bn1.var"}
  ) {
  %c0 = arith.constant 0 : index
  %batch = tensor.dim %x, %c0 : tensor<?x32x32x1xf32>
  %z0 = dorefa.conv2d %x, %conv0_weight {strides = array<i64: 8, 8>}
      : tensor<?x32x32x1xf32>, tensor<16x8x8x1xf32> -> tensor<?x4x4x16xf32>
  %y0, %m0, %v0 = dorefa.batch_norm %z0, %bn0_gamma, %bn0_beta, %bn0_mean, %bn0_var
      : tensor<?x4x4x16xf32>, tensor<16xf32>
  %a0 = dorefa.quantize_activation %y0 : tensor<?x4x4x16xf32> -> tensor<?x4x4x16x!dorefa.code<?, unipolar>>
  %w1, %s1 = dorefa.quantize_weight %conv1_weight
      : tensor<24x3x3x16xf32> -> tensor<24x3x3x16x!dorefa.code<?, bipolar>>, tensor<f32>
  %z1 = dorefa.conv2d %a0, %w1 filter_scale(%s1 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x16x!dorefa.code<?, unipolar>>, tensor<24x3x3x16x!dorefa.code<?, bipolar>> -> tensor<?x4x4x24xf32>
  %g1 = dorefa.quantize_gradient %z1 : tensor<?x4x4x24xf32>
  %y1, %m1, %v1 = dorefa.batch_norm %g1, %bn1_gamma, %bn1_beta, %bn1_mean, %bn1_var
      : tensor<?x4x4x24xf32>, tensor<24xf32>
  %a1 = dorefa.quantize_activation %y1 open : tensor<?x4x4x24xf32> -> tensor<?x4x4x24xf32>

  %o = dorefa.conv2d %a1, %offsets_weight : tensor<?x4x4x24xf32>, tensor<4x1x1x24xf32> -> tensor<?x4x4x4xf32>
  %offsets = tensor.collapse_shape %o [[0], [1, 2], [3]] : tensor<?x4x4x4xf32> into tensor<?x16x4xf32>
  %l = dorefa.conv2d %a1, %logits_weight : tensor<?x4x4x24xf32>, tensor<11x1x1x24xf32> -> tensor<?x4x4x11xf32>
  %logits = tensor.collapse_shape %l [[0], [1, 2], [3]] : tensor<?x4x4x11xf32> into tensor<?x16x11xf32>
  %anchors = dorefa.anchor_boxes {grids = array<i64: 4, 4>, sizes = array<f32: 0.6, 0.7>} : tensor<16x4xf32>
  %match = dorefa.match_anchors %anchors, %boxes, %labels : tensor<16x4xf32>, tensor<?x3x4xf32>, tensor<?x3xi32>
  %loss = dorefa.multibox_loss %offsets, %logits, %match, %anchors, %boxes, %labels
      : tensor<?x16x4xf32>, tensor<?x16x11xf32>, tensor<?x16xi32>, tensor<16x4xf32>, tensor<?x3x4xf32>, tensor<?x3xi32>
  return %logits, %offsets, %anchors, %loss, %m0, %v0, %m1, %v1
      : tensor<?x16x11xf32>, tensor<?x16x4xf32>, tensor<16x4xf32>, tensor<f32>,
        tensor<16xf32>, tensor<16xf32>, tensor<24xf32>, tensor<24xf32>
}
