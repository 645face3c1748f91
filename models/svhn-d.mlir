// The paper's SVHN network, model D (87.5 % fewer channels). Input: pixels / 255,
// 40x40x3. The bits are left open; --bits=W,A,G fills them in.
// Written by models/generate.py.

func.func @forward(
    %x: tensor<?x40x40x3xf32> {dorefa.input},
    %conv0_weight: tensor<6x5x5x3xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %conv0_bias: tensor<6xf32> {dorefa.parameter = "conv0.bias", dorefa.init = "zeros"},
    %conv1_weight: tensor<8x3x3x6xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %bn1_gamma: tensor<8xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "ones"},
    %bn1_beta: tensor<8xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %bn1_running_mean: tensor<8xf32> {dorefa.state = "bn1.running_mean", dorefa.init = "zeros"},
    %bn1_running_var: tensor<8xf32> {dorefa.state = "bn1.running_var", dorefa.init = "ones"},
    %conv2_weight: tensor<8x3x3x8xf32> {dorefa.parameter = "conv2.weight", dorefa.init = "he_normal"},
    %bn2_gamma: tensor<8xf32> {dorefa.parameter = "bn2.gamma", dorefa.init = "ones"},
    %bn2_beta: tensor<8xf32> {dorefa.parameter = "bn2.beta", dorefa.init = "zeros"},
    %bn2_running_mean: tensor<8xf32> {dorefa.state = "bn2.running_mean", dorefa.init = "zeros"},
    %bn2_running_var: tensor<8xf32> {dorefa.state = "bn2.running_var", dorefa.init = "ones"},
    %conv3_weight: tensor<16x3x3x8xf32> {dorefa.parameter = "conv3.weight", dorefa.init = "he_normal"},
    %bn3_gamma: tensor<16xf32> {dorefa.parameter = "bn3.gamma", dorefa.init = "ones"},
    %bn3_beta: tensor<16xf32> {dorefa.parameter = "bn3.beta", dorefa.init = "zeros"},
    %bn3_running_mean: tensor<16xf32> {dorefa.state = "bn3.running_mean", dorefa.init = "zeros"},
    %bn3_running_var: tensor<16xf32> {dorefa.state = "bn3.running_var", dorefa.init = "ones"},
    %conv4_weight: tensor<16x3x3x16xf32> {dorefa.parameter = "conv4.weight", dorefa.init = "he_normal"},
    %bn4_gamma: tensor<16xf32> {dorefa.parameter = "bn4.gamma", dorefa.init = "ones"},
    %bn4_beta: tensor<16xf32> {dorefa.parameter = "bn4.beta", dorefa.init = "zeros"},
    %bn4_running_mean: tensor<16xf32> {dorefa.state = "bn4.running_mean", dorefa.init = "zeros"},
    %bn4_running_var: tensor<16xf32> {dorefa.state = "bn4.running_var", dorefa.init = "ones"},
    %conv5_weight: tensor<16x3x3x16xf32> {dorefa.parameter = "conv5.weight", dorefa.init = "he_normal"},
    %bn5_gamma: tensor<16xf32> {dorefa.parameter = "bn5.gamma", dorefa.init = "ones"},
    %bn5_beta: tensor<16xf32> {dorefa.parameter = "bn5.beta", dorefa.init = "zeros"},
    %bn5_running_mean: tensor<16xf32> {dorefa.state = "bn5.running_mean", dorefa.init = "zeros"},
    %bn5_running_var: tensor<16xf32> {dorefa.state = "bn5.running_var", dorefa.init = "ones"},
    %conv6_weight: tensor<64x5x5x16xf32> {dorefa.parameter = "conv6.weight", dorefa.init = "he_normal"},
    %bn6_gamma: tensor<64xf32> {dorefa.parameter = "bn6.gamma", dorefa.init = "ones"},
    %bn6_beta: tensor<64xf32> {dorefa.parameter = "bn6.beta", dorefa.init = "zeros"},
    %bn6_running_mean: tensor<64xf32> {dorefa.state = "bn6.running_mean", dorefa.init = "zeros"},
    %bn6_running_var: tensor<64xf32> {dorefa.state = "bn6.running_var", dorefa.init = "ones"},
    %fc_weight: tensor<10x64xf32> {dorefa.parameter = "fc.weight", dorefa.init = "he_normal"},
    %fc_bias: tensor<10xf32> {dorefa.parameter = "fc.bias", dorefa.init = "zeros"}
  ) -> (
    tensor<?x10xf32> {dorefa.output},
    tensor<8xf32> {dorefa.state = "bn1.running_mean"},
    tensor<8xf32> {dorefa.state = "bn1.running_var"},
    tensor<8xf32> {dorefa.state = "bn2.running_mean"},
    tensor<8xf32> {dorefa.state = "bn2.running_var"},
    tensor<16xf32> {dorefa.state = "bn3.running_mean"},
    tensor<16xf32> {dorefa.state = "bn3.running_var"},
    tensor<16xf32> {dorefa.state = "bn4.running_mean"},
    tensor<16xf32> {dorefa.state = "bn4.running_var"},
    tensor<16xf32> {dorefa.state = "bn5.running_mean"},
    tensor<16xf32> {dorefa.state = "bn5.running_var"},
    tensor<64xf32> {dorefa.state = "bn6.running_mean"},
    tensor<64xf32> {dorefa.state = "bn6.running_var"}
  ) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x40x40x3xf32>

  // conv0: 6 filters of 5x5, stride 1, float.
  %conv0_empty = tensor.empty(%batch) : tensor<?x36x36x6xf32>
  %conv0_fill = linalg.fill ins(%zero : f32) outs(%conv0_empty : tensor<?x36x36x6xf32>) -> tensor<?x36x36x6xf32>
  %conv0 = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%x, %conv0_weight : tensor<?x40x40x3xf32>, tensor<6x5x5x3xf32>)
      outs(%conv0_fill : tensor<?x36x36x6xf32>) -> tensor<?x36x36x6xf32>
  %conv0_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv0, %conv0_bias : tensor<?x36x36x6xf32>, tensor<6xf32>)
      outs(%conv0_empty : tensor<?x36x36x6xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x36x36x6xf32>
  %pool0, %pool0_winner = dorefa.max_pool %conv0_biased {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x36x36x6xf32> -> tensor<?x18x18x6xf32>, tensor<?x18x18x6xi8>
  %act0 = dorefa.quantize_activation %pool0
      : tensor<?x18x18x6xf32> -> tensor<?x18x18x6x!dorefa.code<?, unipolar>>

  // conv1: 8 filters of 3x3, same size.
  %conv1_codes, %conv1_scale = dorefa.quantize_weight %conv1_weight
      : tensor<8x3x3x6xf32> -> tensor<8x3x3x6x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv1 = dorefa.conv2d %act0, %conv1_codes filter_scale(%conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x18x18x6x!dorefa.code<?, unipolar>>, tensor<8x3x3x6x!dorefa.code<?, bipolar>>
      -> tensor<?x18x18x8xf32>
  %conv1_marked = dorefa.quantize_gradient %conv1 : tensor<?x18x18x8xf32>
  %bn1, %bn1_new_mean, %bn1_new_var = dorefa.batch_norm %conv1_marked, %bn1_gamma, %bn1_beta, %bn1_running_mean, %bn1_running_var
      : tensor<?x18x18x8xf32>, tensor<8xf32>
  %act1 = dorefa.quantize_activation %bn1
      : tensor<?x18x18x8xf32> -> tensor<?x18x18x8x!dorefa.code<?, unipolar>>

  // conv2: 8 filters of 3x3, same size.
  %conv2_codes, %conv2_scale = dorefa.quantize_weight %conv2_weight
      : tensor<8x3x3x8xf32> -> tensor<8x3x3x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv2 = dorefa.conv2d %act1, %conv2_codes filter_scale(%conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x18x18x8x!dorefa.code<?, unipolar>>, tensor<8x3x3x8x!dorefa.code<?, bipolar>>
      -> tensor<?x18x18x8xf32>
  %conv2_marked = dorefa.quantize_gradient %conv2 : tensor<?x18x18x8xf32>
  %bn2, %bn2_new_mean, %bn2_new_var = dorefa.batch_norm %conv2_marked, %bn2_gamma, %bn2_beta, %bn2_running_mean, %bn2_running_var
      : tensor<?x18x18x8xf32>, tensor<8xf32>
  %pool2, %pool2_winner = dorefa.max_pool %bn2 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x18x18x8xf32> -> tensor<?x9x9x8xf32>, tensor<?x9x9x8xi8>
  %act2 = dorefa.quantize_activation %pool2
      : tensor<?x9x9x8xf32> -> tensor<?x9x9x8x!dorefa.code<?, unipolar>>

  // conv3: 16 filters of 3x3, valid.
  %conv3_codes, %conv3_scale = dorefa.quantize_weight %conv3_weight
      : tensor<16x3x3x8xf32> -> tensor<16x3x3x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv3 = dorefa.conv2d %act2, %conv3_codes filter_scale(%conv3_scale : tensor<f32>)
      : tensor<?x9x9x8x!dorefa.code<?, unipolar>>, tensor<16x3x3x8x!dorefa.code<?, bipolar>>
      -> tensor<?x7x7x16xf32>
  %conv3_marked = dorefa.quantize_gradient %conv3 : tensor<?x7x7x16xf32>
  %bn3, %bn3_new_mean, %bn3_new_var = dorefa.batch_norm %conv3_marked, %bn3_gamma, %bn3_beta, %bn3_running_mean, %bn3_running_var
      : tensor<?x7x7x16xf32>, tensor<16xf32>
  %act3 = dorefa.quantize_activation %bn3
      : tensor<?x7x7x16xf32> -> tensor<?x7x7x16x!dorefa.code<?, unipolar>>

  // conv4: 16 filters of 3x3, same size.
  %conv4_codes, %conv4_scale = dorefa.quantize_weight %conv4_weight
      : tensor<16x3x3x16xf32> -> tensor<16x3x3x16x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv4 = dorefa.conv2d %act3, %conv4_codes filter_scale(%conv4_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x16x!dorefa.code<?, unipolar>>, tensor<16x3x3x16x!dorefa.code<?, bipolar>>
      -> tensor<?x7x7x16xf32>
  %conv4_marked = dorefa.quantize_gradient %conv4 : tensor<?x7x7x16xf32>
  %bn4, %bn4_new_mean, %bn4_new_var = dorefa.batch_norm %conv4_marked, %bn4_gamma, %bn4_beta, %bn4_running_mean, %bn4_running_var
      : tensor<?x7x7x16xf32>, tensor<16xf32>
  %act4 = dorefa.quantize_activation %bn4
      : tensor<?x7x7x16xf32> -> tensor<?x7x7x16x!dorefa.code<?, unipolar>>

  // conv5: 16 filters of 3x3, valid.
  %conv5_codes, %conv5_scale = dorefa.quantize_weight %conv5_weight
      : tensor<16x3x3x16xf32> -> tensor<16x3x3x16x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv5 = dorefa.conv2d %act4, %conv5_codes filter_scale(%conv5_scale : tensor<f32>)
      : tensor<?x7x7x16x!dorefa.code<?, unipolar>>, tensor<16x3x3x16x!dorefa.code<?, bipolar>>
      -> tensor<?x5x5x16xf32>
  %conv5_marked = dorefa.quantize_gradient %conv5 : tensor<?x5x5x16xf32>
  %bn5, %bn5_new_mean, %bn5_new_var = dorefa.batch_norm %conv5_marked, %bn5_gamma, %bn5_beta, %bn5_running_mean, %bn5_running_var
      : tensor<?x5x5x16xf32>, tensor<16xf32>
  %act5 = dorefa.quantize_activation %bn5
      : tensor<?x5x5x16xf32> -> tensor<?x5x5x16x!dorefa.code<?, unipolar>>

  // Codes stay codes: the scale goes to the product behind.
  %drop5, %drop5_scale = dorefa.dropout %act5 rate(0.5) : tensor<?x5x5x16x!dorefa.code<?, unipolar>>

  // conv6: 64 filters of 5x5, valid.
  %conv6_codes, %conv6_scale = dorefa.quantize_weight %conv6_weight
      : tensor<64x5x5x16xf32> -> tensor<64x5x5x16x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv6 = dorefa.conv2d %drop5, %conv6_codes input_scale(%drop5_scale : tensor<f32>) filter_scale(%conv6_scale : tensor<f32>)
      : tensor<?x5x5x16x!dorefa.code<?, unipolar>>, tensor<64x5x5x16x!dorefa.code<?, bipolar>>
      -> tensor<?x1x1x64xf32>
  %conv6_marked = dorefa.quantize_gradient %conv6 : tensor<?x1x1x64xf32>
  %bn6, %bn6_new_mean, %bn6_new_var = dorefa.batch_norm %conv6_marked, %bn6_gamma, %bn6_beta, %bn6_running_mean, %bn6_running_var
      : tensor<?x1x1x64xf32>, tensor<64xf32>
  %act6 = dorefa.quantize_activation %bn6 open : tensor<?x1x1x64xf32> -> tensor<?x1x1x64xf32>
  %flat = tensor.collapse_shape %act6 [[0], [1, 2, 3]] : tensor<?x1x1x64xf32> into tensor<?x64xf32>

  // fc: 10 classes, float.
  %fc_empty = tensor.empty(%batch) : tensor<?x10xf32>
  %fc_fill = linalg.fill ins(%zero : f32) outs(%fc_empty : tensor<?x10xf32>) -> tensor<?x10xf32>
  %fc = linalg.matmul
      indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>,
                       affine_map<(b, o, k) -> (b, o)>]
      ins(%flat, %fc_weight : tensor<?x64xf32>, tensor<10x64xf32>)
      outs(%fc_fill : tensor<?x10xf32>) -> tensor<?x10xf32>
  %fc_biased = linalg.generic {
      indexing_maps = [affine_map<(b, f) -> (b, f)>, affine_map<(b, f) -> (f)>,
                       affine_map<(b, f) -> (b, f)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%fc, %fc_bias : tensor<?x10xf32>, tensor<10xf32>)
      outs(%fc_empty : tensor<?x10xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x10xf32>

  return %fc_biased, %bn1_new_mean, %bn1_new_var, %bn2_new_mean, %bn2_new_var, %bn3_new_mean, %bn3_new_var, %bn4_new_mean, %bn4_new_var, %bn5_new_mean, %bn5_new_var, %bn6_new_mean, %bn6_new_var
      : tensor<?x10xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<64xf32>, tensor<64xf32>
}
