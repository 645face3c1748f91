// The paper's ImageNet network, AlexNet shaped. Input: pixels / 255, 224x224x3.
// The bits are left open; --bits=W,A,G fills them in.
// Written by models/generate.py.

func.func @forward(
    %x: tensor<?x224x224x3xf32> {dorefa.input},
    %conv0_weight: tensor<96x12x12x3xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %conv0_bias: tensor<96xf32> {dorefa.parameter = "conv0.bias", dorefa.init = "zeros"},
    %conv1_weight: tensor<256x5x5x48xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %bn1_gamma: tensor<256xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "ones"},
    %bn1_beta: tensor<256xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %bn1_running_mean: tensor<256xf32> {dorefa.state = "bn1.running_mean", dorefa.init = "zeros"},
    %bn1_running_var: tensor<256xf32> {dorefa.state = "bn1.running_var", dorefa.init = "ones"},
    %conv2_weight: tensor<384x3x3x256xf32> {dorefa.parameter = "conv2.weight", dorefa.init = "he_normal"},
    %bn2_gamma: tensor<384xf32> {dorefa.parameter = "bn2.gamma", dorefa.init = "ones"},
    %bn2_beta: tensor<384xf32> {dorefa.parameter = "bn2.beta", dorefa.init = "zeros"},
    %bn2_running_mean: tensor<384xf32> {dorefa.state = "bn2.running_mean", dorefa.init = "zeros"},
    %bn2_running_var: tensor<384xf32> {dorefa.state = "bn2.running_var", dorefa.init = "ones"},
    %conv3_weight: tensor<384x3x3x192xf32> {dorefa.parameter = "conv3.weight", dorefa.init = "he_normal"},
    %bn3_gamma: tensor<384xf32> {dorefa.parameter = "bn3.gamma", dorefa.init = "ones"},
    %bn3_beta: tensor<384xf32> {dorefa.parameter = "bn3.beta", dorefa.init = "zeros"},
    %bn3_running_mean: tensor<384xf32> {dorefa.state = "bn3.running_mean", dorefa.init = "zeros"},
    %bn3_running_var: tensor<384xf32> {dorefa.state = "bn3.running_var", dorefa.init = "ones"},
    %conv4_weight: tensor<256x3x3x192xf32> {dorefa.parameter = "conv4.weight", dorefa.init = "he_normal"},
    %bn4_gamma: tensor<256xf32> {dorefa.parameter = "bn4.gamma", dorefa.init = "ones"},
    %bn4_beta: tensor<256xf32> {dorefa.parameter = "bn4.beta", dorefa.init = "zeros"},
    %bn4_running_mean: tensor<256xf32> {dorefa.state = "bn4.running_mean", dorefa.init = "zeros"},
    %bn4_running_var: tensor<256xf32> {dorefa.state = "bn4.running_var", dorefa.init = "ones"},
    %fc0_weight: tensor<4096x9216xf32> {dorefa.parameter = "fc0.weight", dorefa.init = "he_normal"},
    %bnfc0_gamma: tensor<4096xf32> {dorefa.parameter = "bnfc0.gamma", dorefa.init = "ones"},
    %bnfc0_beta: tensor<4096xf32> {dorefa.parameter = "bnfc0.beta", dorefa.init = "zeros"},
    %bnfc0_running_mean: tensor<4096xf32> {dorefa.state = "bnfc0.running_mean", dorefa.init = "zeros"},
    %bnfc0_running_var: tensor<4096xf32> {dorefa.state = "bnfc0.running_var", dorefa.init = "ones"},
    %fc1_weight: tensor<4096x4096xf32> {dorefa.parameter = "fc1.weight", dorefa.init = "he_normal"},
    %bnfc1_gamma: tensor<4096xf32> {dorefa.parameter = "bnfc1.gamma", dorefa.init = "ones"},
    %bnfc1_beta: tensor<4096xf32> {dorefa.parameter = "bnfc1.beta", dorefa.init = "zeros"},
    %bnfc1_running_mean: tensor<4096xf32> {dorefa.state = "bnfc1.running_mean", dorefa.init = "zeros"},
    %bnfc1_running_var: tensor<4096xf32> {dorefa.state = "bnfc1.running_var", dorefa.init = "ones"},
    %fct_weight: tensor<1000x4096xf32> {dorefa.parameter = "fct.weight", dorefa.init = "he_normal"},
    %fct_bias: tensor<1000xf32> {dorefa.parameter = "fct.bias", dorefa.init = "zeros"}
  ) -> (
    tensor<?x1000xf32> {dorefa.output},
    tensor<256xf32> {dorefa.state = "bn1.running_mean"},
    tensor<256xf32> {dorefa.state = "bn1.running_var"},
    tensor<384xf32> {dorefa.state = "bn2.running_mean"},
    tensor<384xf32> {dorefa.state = "bn2.running_var"},
    tensor<384xf32> {dorefa.state = "bn3.running_mean"},
    tensor<384xf32> {dorefa.state = "bn3.running_var"},
    tensor<256xf32> {dorefa.state = "bn4.running_mean"},
    tensor<256xf32> {dorefa.state = "bn4.running_var"},
    tensor<4096xf32> {dorefa.state = "bnfc0.running_mean"},
    tensor<4096xf32> {dorefa.state = "bnfc0.running_var"},
    tensor<4096xf32> {dorefa.state = "bnfc1.running_mean"},
    tensor<4096xf32> {dorefa.state = "bnfc1.running_var"}
  ) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x224x224x3xf32>

  // conv0: 96 filters of 12x12, stride 4, float.
  %conv0_empty = tensor.empty(%batch) : tensor<?x54x54x96xf32>
  %conv0_fill = linalg.fill ins(%zero : f32) outs(%conv0_empty : tensor<?x54x54x96xf32>) -> tensor<?x54x54x96xf32>
  %conv0 = linalg.conv_2d_nhwc_fhwc {strides = dense<4> : tensor<2xi64>}
      ins(%x, %conv0_weight : tensor<?x224x224x3xf32>, tensor<96x12x12x3xf32>)
      outs(%conv0_fill : tensor<?x54x54x96xf32>) -> tensor<?x54x54x96xf32>
  %conv0_biased = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, f) -> (b, h, w, f)>, affine_map<(b, h, w, f) -> (f)>,
                       affine_map<(b, h, w, f) -> (b, h, w, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%conv0, %conv0_bias : tensor<?x54x54x96xf32>, tensor<96xf32>)
      outs(%conv0_empty : tensor<?x54x54x96xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x54x54x96xf32>
  %act0 = dorefa.quantize_activation %conv0_biased
      : tensor<?x54x54x96xf32> -> tensor<?x54x54x96x!dorefa.code<?, unipolar>>

  // conv1: 256 filters of 5x5 in 2 groups, same size.
  %conv1_codes, %conv1_scale = dorefa.quantize_weight %conv1_weight
      : tensor<256x5x5x48xf32> -> tensor<256x5x5x48x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv1 = dorefa.conv2d %act0, %conv1_codes filter_scale(%conv1_scale : tensor<f32>) {pads = array<i64: 2, 2, 2, 2>, groups = 2 : i64}
      : tensor<?x54x54x96x!dorefa.code<?, unipolar>>, tensor<256x5x5x48x!dorefa.code<?, bipolar>>
      -> tensor<?x54x54x256xf32>
  %conv1_marked = dorefa.quantize_gradient %conv1 : tensor<?x54x54x256xf32>
  %bn1, %bn1_new_mean, %bn1_new_var = dorefa.batch_norm %conv1_marked, %bn1_gamma, %bn1_beta, %bn1_running_mean, %bn1_running_var
      : tensor<?x54x54x256xf32>, tensor<256xf32>
  %pool1, %pool1_winner = dorefa.max_pool %bn1 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>}
      : tensor<?x54x54x256xf32> -> tensor<?x27x27x256xf32>, tensor<?x27x27x256xi8>
  %act1 = dorefa.quantize_activation %pool1
      : tensor<?x27x27x256xf32> -> tensor<?x27x27x256x!dorefa.code<?, unipolar>>

  // conv2: 384 filters of 3x3, same size.
  %conv2_codes, %conv2_scale = dorefa.quantize_weight %conv2_weight
      : tensor<384x3x3x256xf32> -> tensor<384x3x3x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv2 = dorefa.conv2d %act1, %conv2_codes filter_scale(%conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x27x27x256x!dorefa.code<?, unipolar>>, tensor<384x3x3x256x!dorefa.code<?, bipolar>>
      -> tensor<?x27x27x384xf32>
  %conv2_marked = dorefa.quantize_gradient %conv2 : tensor<?x27x27x384xf32>
  %bn2, %bn2_new_mean, %bn2_new_var = dorefa.batch_norm %conv2_marked, %bn2_gamma, %bn2_beta, %bn2_running_mean, %bn2_running_var
      : tensor<?x27x27x384xf32>, tensor<384xf32>
  %pool2, %pool2_winner = dorefa.max_pool %bn2 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x27x27x384xf32> -> tensor<?x14x14x384xf32>, tensor<?x14x14x384xi8>
  %act2 = dorefa.quantize_activation %pool2
      : tensor<?x14x14x384xf32> -> tensor<?x14x14x384x!dorefa.code<?, unipolar>>

  // conv3: 384 filters of 3x3 in 2 groups, same size.
  %conv3_codes, %conv3_scale = dorefa.quantize_weight %conv3_weight
      : tensor<384x3x3x192xf32> -> tensor<384x3x3x192x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv3 = dorefa.conv2d %act2, %conv3_codes filter_scale(%conv3_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>, groups = 2 : i64}
      : tensor<?x14x14x384x!dorefa.code<?, unipolar>>, tensor<384x3x3x192x!dorefa.code<?, bipolar>>
      -> tensor<?x14x14x384xf32>
  %conv3_marked = dorefa.quantize_gradient %conv3 : tensor<?x14x14x384xf32>
  %bn3, %bn3_new_mean, %bn3_new_var = dorefa.batch_norm %conv3_marked, %bn3_gamma, %bn3_beta, %bn3_running_mean, %bn3_running_var
      : tensor<?x14x14x384xf32>, tensor<384xf32>
  %act3 = dorefa.quantize_activation %bn3
      : tensor<?x14x14x384xf32> -> tensor<?x14x14x384x!dorefa.code<?, unipolar>>

  // conv4: 256 filters of 3x3 in 2 groups, same size.
  %conv4_codes, %conv4_scale = dorefa.quantize_weight %conv4_weight
      : tensor<256x3x3x192xf32> -> tensor<256x3x3x192x!dorefa.code<?, bipolar>>, tensor<f32>
  %conv4 = dorefa.conv2d %act3, %conv4_codes filter_scale(%conv4_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>, groups = 2 : i64}
      : tensor<?x14x14x384x!dorefa.code<?, unipolar>>, tensor<256x3x3x192x!dorefa.code<?, bipolar>>
      -> tensor<?x14x14x256xf32>
  %conv4_marked = dorefa.quantize_gradient %conv4 : tensor<?x14x14x256xf32>
  %bn4, %bn4_new_mean, %bn4_new_var = dorefa.batch_norm %conv4_marked, %bn4_gamma, %bn4_beta, %bn4_running_mean, %bn4_running_var
      : tensor<?x14x14x256xf32>, tensor<256xf32>
  %pool4, %pool4_winner = dorefa.max_pool %bn4 {kernel = array<i64: 3, 3>, strides = array<i64: 2, 2>}
      : tensor<?x14x14x256xf32> -> tensor<?x6x6x256xf32>, tensor<?x6x6x256xi8>
  %act4 = dorefa.quantize_activation %pool4
      : tensor<?x6x6x256xf32> -> tensor<?x6x6x256x!dorefa.code<?, unipolar>>
  %flat = tensor.collapse_shape %act4 [[0], [1, 2, 3]] : tensor<?x6x6x256x!dorefa.code<?, unipolar>> into tensor<?x9216x!dorefa.code<?, unipolar>>

  // fc0: 4096 outputs.
  %fc0_codes, %fc0_scale = dorefa.quantize_weight %fc0_weight
      : tensor<4096x9216xf32> -> tensor<4096x9216x!dorefa.code<?, bipolar>>, tensor<f32>
  %fc0 = dorefa.linear %flat, %fc0_codes filter_scale(%fc0_scale : tensor<f32>)
      : tensor<?x9216x!dorefa.code<?, unipolar>>, tensor<4096x9216x!dorefa.code<?, bipolar>>
      -> tensor<?x4096xf32>
  %fc0_marked = dorefa.quantize_gradient %fc0 : tensor<?x4096xf32>
  %bnfc0, %bnfc0_new_mean, %bnfc0_new_var = dorefa.batch_norm %fc0_marked, %bnfc0_gamma, %bnfc0_beta, %bnfc0_running_mean, %bnfc0_running_var
      : tensor<?x4096xf32>, tensor<4096xf32>
  %act5 = dorefa.quantize_activation %bnfc0
      : tensor<?x4096xf32> -> tensor<?x4096x!dorefa.code<?, unipolar>>

  // fc1: 4096 outputs.
  %fc1_codes, %fc1_scale = dorefa.quantize_weight %fc1_weight
      : tensor<4096x4096xf32> -> tensor<4096x4096x!dorefa.code<?, bipolar>>, tensor<f32>
  %fc1 = dorefa.linear %act5, %fc1_codes filter_scale(%fc1_scale : tensor<f32>)
      : tensor<?x4096x!dorefa.code<?, unipolar>>, tensor<4096x4096x!dorefa.code<?, bipolar>>
      -> tensor<?x4096xf32>
  %fc1_marked = dorefa.quantize_gradient %fc1 : tensor<?x4096xf32>
  %bnfc1, %bnfc1_new_mean, %bnfc1_new_var = dorefa.batch_norm %fc1_marked, %bnfc1_gamma, %bnfc1_beta, %bnfc1_running_mean, %bnfc1_running_var
      : tensor<?x4096xf32>, tensor<4096xf32>
  %act6 = dorefa.quantize_activation %bnfc1 open : tensor<?x4096xf32> -> tensor<?x4096xf32>

  // fct: 1000 classes, float.
  %fct_empty = tensor.empty(%batch) : tensor<?x1000xf32>
  %fct_fill = linalg.fill ins(%zero : f32) outs(%fct_empty : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  %fct = linalg.matmul
      indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>,
                       affine_map<(b, o, k) -> (b, o)>]
      ins(%act6, %fct_weight : tensor<?x4096xf32>, tensor<1000x4096xf32>)
      outs(%fct_fill : tensor<?x1000xf32>) -> tensor<?x1000xf32>
  %fct_biased = linalg.generic {
      indexing_maps = [affine_map<(b, f) -> (b, f)>, affine_map<(b, f) -> (f)>,
                       affine_map<(b, f) -> (b, f)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%fct, %fct_bias : tensor<?x1000xf32>, tensor<1000xf32>)
      outs(%fct_empty : tensor<?x1000xf32>) {
  ^bb0(%value: f32, %bias: f32, %out: f32):
    %sum = arith.addf %value, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x1000xf32>

  return %fct_biased, %bn1_new_mean, %bn1_new_var, %bn2_new_mean, %bn2_new_var, %bn3_new_mean, %bn3_new_var, %bn4_new_mean, %bn4_new_var, %bnfc0_new_mean, %bnfc0_new_var, %bnfc1_new_mean, %bnfc1_new_var
      : tensor<?x1000xf32>, tensor<256xf32>, tensor<256xf32>, tensor<384xf32>, tensor<384xf32>, tensor<384xf32>, tensor<384xf32>, tensor<256xf32>, tensor<256xf32>, tensor<4096xf32>, tensor<4096xf32>, tensor<4096xf32>, tensor<4096xf32>
}
