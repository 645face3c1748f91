// A single-shot detector (SSD, arXiv 1512.02325) for 80x80 grey images of up to 8
// objects of 10 classes: seven convolutions, of which the first is float, and
// float heads on the grids of 10x10 and 5x5 cells, with boxes of four sizes each.
// The bits are left open; --bits=W,A,G fills them in. Input: pixels / 255.
// Written by models/generate.py.

func.func @forward(
    %x: tensor<?x80x80x1xf32> {dorefa.input},
    %boxes: tensor<?x8x4xf32> {dorefa.boxes},
    %labels: tensor<?x8xi32> {dorefa.labels},
    %conv0_weight: tensor<16x5x5x1xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %bn0_gamma: tensor<16xf32> {dorefa.parameter = "bn0.gamma", dorefa.init = "constant(0.4)"},
    %bn0_beta: tensor<16xf32> {dorefa.parameter = "bn0.beta", dorefa.init = "zeros"},
    %bn0_running_mean: tensor<16xf32> {dorefa.state = "bn0.running_mean", dorefa.init = "zeros"},
    %bn0_running_var: tensor<16xf32> {dorefa.state = "bn0.running_var", dorefa.init = "ones"},
    %conv1_weight: tensor<32x3x3x16xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %bn1_gamma: tensor<32xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "constant(0.4)"},
    %bn1_beta: tensor<32xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %bn1_running_mean: tensor<32xf32> {dorefa.state = "bn1.running_mean", dorefa.init = "zeros"},
    %bn1_running_var: tensor<32xf32> {dorefa.state = "bn1.running_var", dorefa.init = "ones"},
    %conv2_weight: tensor<32x3x3x32xf32> {dorefa.parameter = "conv2.weight", dorefa.init = "he_normal"},
    %bn2_gamma: tensor<32xf32> {dorefa.parameter = "bn2.gamma", dorefa.init = "constant(0.4)"},
    %bn2_beta: tensor<32xf32> {dorefa.parameter = "bn2.beta", dorefa.init = "zeros"},
    %bn2_running_mean: tensor<32xf32> {dorefa.state = "bn2.running_mean", dorefa.init = "zeros"},
    %bn2_running_var: tensor<32xf32> {dorefa.state = "bn2.running_var", dorefa.init = "ones"},
    %conv3_weight: tensor<64x3x3x32xf32> {dorefa.parameter = "conv3.weight", dorefa.init = "he_normal"},
    %bn3_gamma: tensor<64xf32> {dorefa.parameter = "bn3.gamma", dorefa.init = "constant(0.4)"},
    %bn3_beta: tensor<64xf32> {dorefa.parameter = "bn3.beta", dorefa.init = "zeros"},
    %bn3_running_mean: tensor<64xf32> {dorefa.state = "bn3.running_mean", dorefa.init = "zeros"},
    %bn3_running_var: tensor<64xf32> {dorefa.state = "bn3.running_var", dorefa.init = "ones"},
    %conv4_weight: tensor<64x3x3x64xf32> {dorefa.parameter = "conv4.weight", dorefa.init = "he_normal"},
    %bn4_gamma: tensor<64xf32> {dorefa.parameter = "bn4.gamma", dorefa.init = "constant(0.4)"},
    %bn4_beta: tensor<64xf32> {dorefa.parameter = "bn4.beta", dorefa.init = "zeros"},
    %bn4_running_mean: tensor<64xf32> {dorefa.state = "bn4.running_mean", dorefa.init = "zeros"},
    %bn4_running_var: tensor<64xf32> {dorefa.state = "bn4.running_var", dorefa.init = "ones"},
    %small_offsets_weight: tensor<16x1x1x64xf32> {dorefa.parameter = "small_offsets.weight", dorefa.init = "he_normal"},
    %small_offsets_bias: tensor<16xf32> {dorefa.parameter = "small_offsets.bias", dorefa.init = "zeros"},
    %small_logits_weight: tensor<44x1x1x64xf32> {dorefa.parameter = "small_logits.weight", dorefa.init = "he_normal"},
    %small_logits_bias: tensor<44xf32> {dorefa.parameter = "small_logits.bias", dorefa.init = "zeros"},
    %conv5_weight: tensor<128x3x3x64xf32> {dorefa.parameter = "conv5.weight", dorefa.init = "he_normal"},
    %bn5_gamma: tensor<128xf32> {dorefa.parameter = "bn5.gamma", dorefa.init = "constant(0.4)"},
    %bn5_beta: tensor<128xf32> {dorefa.parameter = "bn5.beta", dorefa.init = "zeros"},
    %bn5_running_mean: tensor<128xf32> {dorefa.state = "bn5.running_mean", dorefa.init = "zeros"},
    %bn5_running_var: tensor<128xf32> {dorefa.state = "bn5.running_var", dorefa.init = "ones"},
    %conv6_weight: tensor<128x3x3x128xf32> {dorefa.parameter = "conv6.weight", dorefa.init = "he_normal"},
    %bn6_gamma: tensor<128xf32> {dorefa.parameter = "bn6.gamma", dorefa.init = "constant(0.4)"},
    %bn6_beta: tensor<128xf32> {dorefa.parameter = "bn6.beta", dorefa.init = "zeros"},
    %bn6_running_mean: tensor<128xf32> {dorefa.state = "bn6.running_mean", dorefa.init = "zeros"},
    %bn6_running_var: tensor<128xf32> {dorefa.state = "bn6.running_var", dorefa.init = "ones"},
    %large_offsets_weight: tensor<16x1x1x128xf32> {dorefa.parameter = "large_offsets.weight", dorefa.init = "he_normal"},
    %large_offsets_bias: tensor<16xf32> {dorefa.parameter = "large_offsets.bias", dorefa.init = "zeros"},
    %large_logits_weight: tensor<44x1x1x128xf32> {dorefa.parameter = "large_logits.weight", dorefa.init = "he_normal"},
    %large_logits_bias: tensor<44xf32> {dorefa.parameter = "large_logits.bias", dorefa.init = "zeros"}
  ) -> (
    tensor<?x500x11xf32> {dorefa.output},
    tensor<?x500x4xf32> {dorefa.offsets},
    tensor<500x4xf32> {dorefa.anchors},
    tensor<f32> {dorefa.loss},
    tensor<16xf32> {dorefa.state = "bn0.running_mean"},
    tensor<16xf32> {dorefa.state = "bn0.running_var"},
    tensor<32xf32> {dorefa.state = "bn1.running_mean"},
    tensor<32xf32> {dorefa.state = "bn1.running_var"},
    tensor<32xf32> {dorefa.state = "bn2.running_mean"},
    tensor<32xf32> {dorefa.state = "bn2.running_var"},
    tensor<64xf32> {dorefa.state = "bn3.running_mean"},
    tensor<64xf32> {dorefa.state = "bn3.running_var"},
    tensor<64xf32> {dorefa.state = "bn4.running_mean"},
    tensor<64xf32> {dorefa.state = "bn4.running_var"},
    tensor<128xf32> {dorefa.state = "bn5.running_mean"},
    tensor<128xf32> {dorefa.state = "bn5.running_var"},
    tensor<128xf32> {dorefa.state = "bn6.running_mean"},
    tensor<128xf32> {dorefa.state = "bn6.running_var"}
  ) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x80x80x1xf32>
  %pad0 = tensor.pad %x low[0, 2, 2, 0] high[0, 2, 2, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<?x80x80x1xf32> to tensor<?x84x84x1xf32>

  // conv0: 16 filters of 5x5, stride 2, float.
  %conv0_empty = tensor.empty(%batch) : tensor<?x40x40x16xf32>
  %conv0_fill = linalg.fill ins(%zero : f32) outs(%conv0_empty : tensor<?x40x40x16xf32>) -> tensor<?x40x40x16xf32>
  %conv0 = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>}
      ins(%pad0, %conv0_weight : tensor<?x84x84x1xf32>, tensor<16x5x5x1xf32>)
      outs(%conv0_fill : tensor<?x40x40x16xf32>) -> tensor<?x40x40x16xf32>
  %bn0, %bn0_new_mean, %bn0_new_var = dorefa.batch_norm %conv0, %bn0_gamma, %bn0_beta, %bn0_running_mean, %bn0_running_var
      : tensor<?x40x40x16xf32>, tensor<16xf32>
  %act0 = dorefa.quantize_activation %bn0
      : tensor<?x40x40x16xf32> -> tensor<?x40x40x16x!dorefa.code<?, unipolar>>

  // conv1: 32 filters of 3x3, stride 2.
  %conv1_codes, %conv1_scale = dorefa.quantize_weight %conv1_weight
      : tensor<32x3x3x16xf32> -> tensor<32x3x3x16x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv1 = dorefa.conv2d %act0, %conv1_codes filter_scale(%conv1_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x40x40x16x!dorefa.code<?, unipolar>>, tensor<32x3x3x16x!dorefa.code<?, bipolar>>
      -> tensor<?x20x20x32xf32>
  %conv1_marked = dorefa.quantize_gradient %conv1 : tensor<?x20x20x32xf32>
  %bn1, %bn1_new_mean, %bn1_new_var = dorefa.batch_norm %conv1_marked, %bn1_gamma, %bn1_beta, %bn1_running_mean, %bn1_running_var
      : tensor<?x20x20x32xf32>, tensor<32xf32>
  %act1 = dorefa.quantize_activation %bn1
      : tensor<?x20x20x32xf32> -> tensor<?x20x20x32x!dorefa.code<?, unipolar>>

  // conv2: 32 filters of 3x3, same size.
  %conv2_codes, %conv2_scale = dorefa.quantize_weight %conv2_weight
      : tensor<32x3x3x32xf32> -> tensor<32x3x3x32x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv2 = dorefa.conv2d %act1, %conv2_codes filter_scale(%conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x20x20x32x!dorefa.code<?, unipolar>>, tensor<32x3x3x32x!dorefa.code<?, bipolar>>
      -> tensor<?x20x20x32xf32>
  %conv2_marked = dorefa.quantize_gradient %conv2 : tensor<?x20x20x32xf32>
  %bn2, %bn2_new_mean, %bn2_new_var = dorefa.batch_norm %conv2_marked, %bn2_gamma, %bn2_beta, %bn2_running_mean, %bn2_running_var
      : tensor<?x20x20x32xf32>, tensor<32xf32>
  %act2 = dorefa.quantize_activation %bn2
      : tensor<?x20x20x32xf32> -> tensor<?x20x20x32x!dorefa.code<?, unipolar>>

  // conv3: 64 filters of 3x3, stride 2.
  %conv3_codes, %conv3_scale = dorefa.quantize_weight %conv3_weight
      : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv3 = dorefa.conv2d %act2, %conv3_codes filter_scale(%conv3_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x20x20x32x!dorefa.code<?, unipolar>>, tensor<64x3x3x32x!dorefa.code<?, bipolar>>
      -> tensor<?x10x10x64xf32>
  %conv3_marked = dorefa.quantize_gradient %conv3 : tensor<?x10x10x64xf32>
  %bn3, %bn3_new_mean, %bn3_new_var = dorefa.batch_norm %conv3_marked, %bn3_gamma, %bn3_beta, %bn3_running_mean, %bn3_running_var
      : tensor<?x10x10x64xf32>, tensor<64xf32>
  %act3 = dorefa.quantize_activation %bn3
      : tensor<?x10x10x64xf32> -> tensor<?x10x10x64x!dorefa.code<?, unipolar>>

  // conv4: 64 filters of 3x3, same size.
  %conv4_codes, %conv4_scale = dorefa.quantize_weight %conv4_weight
      : tensor<64x3x3x64xf32> -> tensor<64x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv4 = dorefa.conv2d %act3, %conv4_codes filter_scale(%conv4_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x10x10x64x!dorefa.code<?, unipolar>>, tensor<64x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x10x10x64xf32>
  %conv4_marked = dorefa.quantize_gradient %conv4 : tensor<?x10x10x64xf32>
  %bn4, %bn4_new_mean, %bn4_new_var = dorefa.batch_norm %conv4_marked, %bn4_gamma, %bn4_beta, %bn4_running_mean, %bn4_running_var
      : tensor<?x10x10x64xf32>, tensor<64xf32>
  %small_features = dorefa.quantize_activation %bn4 open : tensor<?x10x10x64xf32> -> tensor<?x10x10x64xf32>

  // small_offsets: 16 filters of 1x1, stride 1, float.
  %small_offsets_empty = tensor.empty(%batch) : tensor<?x10x10x16xf32>
  %small_offsets_fill = linalg.fill ins(%zero : f32) outs(%small_offsets_empty : tensor<?x10x10x16xf32>) -> tensor<?x10x10x16xf32>
  %small_offsets = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%small_features, %small_offsets_weight : tensor<?x10x10x64xf32>, tensor<16x1x1x64xf32>)
      outs(%small_offsets_fill : tensor<?x10x10x16xf32>) -> tensor<?x10x10x16xf32>
  %small_offsets_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%small_offsets, %small_offsets_bias : tensor<?x10x10x16xf32>, tensor<16xf32>)
      outs(%small_offsets_empty : tensor<?x10x10x16xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x10x10x16xf32>
  %small_offsets_flat = tensor.collapse_shape %small_offsets_biased [[0], [1, 2, 3]] : tensor<?x10x10x16xf32> into tensor<?x1600xf32>
  %small_offsets_rows = tensor.expand_shape %small_offsets_flat [[0], [1, 2]] output_shape [%batch, 400, 4]
      : tensor<?x1600xf32> into tensor<?x400x4xf32>

  // small_logits: 44 filters of 1x1, stride 1, float.
  %small_logits_empty = tensor.empty(%batch) : tensor<?x10x10x44xf32>
  %small_logits_fill = linalg.fill ins(%zero : f32) outs(%small_logits_empty : tensor<?x10x10x44xf32>) -> tensor<?x10x10x44xf32>
  %small_logits = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%small_features, %small_logits_weight : tensor<?x10x10x64xf32>, tensor<44x1x1x64xf32>)
      outs(%small_logits_fill : tensor<?x10x10x44xf32>) -> tensor<?x10x10x44xf32>
  %small_logits_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%small_logits, %small_logits_bias : tensor<?x10x10x44xf32>, tensor<44xf32>)
      outs(%small_logits_empty : tensor<?x10x10x44xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x10x10x44xf32>
  %small_logits_flat = tensor.collapse_shape %small_logits_biased [[0], [1, 2, 3]] : tensor<?x10x10x44xf32> into tensor<?x4400xf32>
  %small_logits_rows = tensor.expand_shape %small_logits_flat [[0], [1, 2]] output_shape [%batch, 400, 11]
      : tensor<?x4400xf32> into tensor<?x400x11xf32>
  %act4 = dorefa.quantize_activation %bn4
      : tensor<?x10x10x64xf32> -> tensor<?x10x10x64x!dorefa.code<?, unipolar>>

  // conv5: 128 filters of 3x3, stride 2.
  %conv5_codes, %conv5_scale = dorefa.quantize_weight %conv5_weight
      : tensor<128x3x3x64xf32> -> tensor<128x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv5 = dorefa.conv2d %act4, %conv5_codes filter_scale(%conv5_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x10x10x64x!dorefa.code<?, unipolar>>, tensor<128x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x5x5x128xf32>
  %conv5_marked = dorefa.quantize_gradient %conv5 : tensor<?x5x5x128xf32>
  %bn5, %bn5_new_mean, %bn5_new_var = dorefa.batch_norm %conv5_marked, %bn5_gamma, %bn5_beta, %bn5_running_mean, %bn5_running_var
      : tensor<?x5x5x128xf32>, tensor<128xf32>
  %act5 = dorefa.quantize_activation %bn5
      : tensor<?x5x5x128xf32> -> tensor<?x5x5x128x!dorefa.code<?, unipolar>>

  // conv6: 128 filters of 3x3, same size.
  %conv6_codes, %conv6_scale = dorefa.quantize_weight %conv6_weight
      : tensor<128x3x3x128xf32> -> tensor<128x3x3x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv6 = dorefa.conv2d %act5, %conv6_codes filter_scale(%conv6_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x5x5x128x!dorefa.code<?, unipolar>>, tensor<128x3x3x128x!dorefa.code<?, bipolar>>
      -> tensor<?x5x5x128xf32>
  %conv6_marked = dorefa.quantize_gradient %conv6 : tensor<?x5x5x128xf32>
  %bn6, %bn6_new_mean, %bn6_new_var = dorefa.batch_norm %conv6_marked, %bn6_gamma, %bn6_beta, %bn6_running_mean, %bn6_running_var
      : tensor<?x5x5x128xf32>, tensor<128xf32>
  %large_features = dorefa.quantize_activation %bn6 open : tensor<?x5x5x128xf32> -> tensor<?x5x5x128xf32>

  // large_offsets: 16 filters of 1x1, stride 1, float.
  %large_offsets_empty = tensor.empty(%batch) : tensor<?x5x5x16xf32>
  %large_offsets_fill = linalg.fill ins(%zero : f32) outs(%large_offsets_empty : tensor<?x5x5x16xf32>) -> tensor<?x5x5x16xf32>
  %large_offsets = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%large_features, %large_offsets_weight : tensor<?x5x5x128xf32>, tensor<16x1x1x128xf32>)
      outs(%large_offsets_fill : tensor<?x5x5x16xf32>) -> tensor<?x5x5x16xf32>
  %large_offsets_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%large_offsets, %large_offsets_bias : tensor<?x5x5x16xf32>, tensor<16xf32>)
      outs(%large_offsets_empty : tensor<?x5x5x16xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x5x5x16xf32>
  %large_offsets_flat = tensor.collapse_shape %large_offsets_biased [[0], [1, 2, 3]] : tensor<?x5x5x16xf32> into tensor<?x400xf32>
  %large_offsets_rows = tensor.expand_shape %large_offsets_flat [[0], [1, 2]] output_shape [%batch, 100, 4]
      : tensor<?x400xf32> into tensor<?x100x4xf32>

  // large_logits: 44 filters of 1x1, stride 1, float.
  %large_logits_empty = tensor.empty(%batch) : tensor<?x5x5x44xf32>
  %large_logits_fill = linalg.fill ins(%zero : f32) outs(%large_logits_empty : tensor<?x5x5x44xf32>) -> tensor<?x5x5x44xf32>
  %large_logits = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%large_features, %large_logits_weight : tensor<?x5x5x128xf32>, tensor<44x1x1x128xf32>)
      outs(%large_logits_fill : tensor<?x5x5x44xf32>) -> tensor<?x5x5x44xf32>
  %large_logits_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%large_logits, %large_logits_bias : tensor<?x5x5x44xf32>, tensor<44xf32>)
      outs(%large_logits_empty : tensor<?x5x5x44xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x5x5x44xf32>
  %large_logits_flat = tensor.collapse_shape %large_logits_biased [[0], [1, 2, 3]] : tensor<?x5x5x44xf32> into tensor<?x1100xf32>
  %large_logits_rows = tensor.expand_shape %large_logits_flat [[0], [1, 2]] output_shape [%batch, 100, 11]
      : tensor<?x1100xf32> into tensor<?x100x11xf32>

  // All cells of all grids, their boxes, and the loss.
  %offsets = tensor.concat dim(1) %small_offsets_rows, %large_offsets_rows
      : (tensor<?x400x4xf32>, tensor<?x100x4xf32>) -> tensor<?x500x4xf32>
  %logits = tensor.concat dim(1) %small_logits_rows, %large_logits_rows
      : (tensor<?x400x11xf32>, tensor<?x100x11xf32>) -> tensor<?x500x11xf32>
  %anchors = dorefa.anchor_boxes {
      grids = array<i64: 10, 10, 5, 5>,
      sizes = array<f32: 0.175, 0.175, 0.25, 0.275, 0.1125, 0.25, 0.25, 0.125, 0.35, 0.375, 0.4625, 0.475, 0.2, 0.425, 0.45, 0.225>} : tensor<500x4xf32>
  %match = dorefa.match_anchors %anchors, %boxes, %labels : tensor<500x4xf32>, tensor<?x8x4xf32>, tensor<?x8xi32>
  %loss = dorefa.multibox_loss %offsets, %logits, %match, %anchors, %boxes, %labels
      : tensor<?x500x4xf32>, tensor<?x500x11xf32>, tensor<?x500xi32>, tensor<500x4xf32>,
        tensor<?x8x4xf32>, tensor<?x8xi32>

  return %logits, %offsets, %anchors, %loss, %bn0_new_mean, %bn0_new_var, %bn1_new_mean, %bn1_new_var, %bn2_new_mean, %bn2_new_var, %bn3_new_mean, %bn3_new_var, %bn4_new_mean, %bn4_new_var, %bn5_new_mean, %bn5_new_var, %bn6_new_mean, %bn6_new_var
      : tensor<?x500x11xf32>, tensor<?x500x4xf32>, tensor<500x4xf32>, tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>
}
