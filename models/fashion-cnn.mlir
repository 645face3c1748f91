// A small network for 28x28 grey images: three convolutions, the first and the
// fully connected layer in float, the two between on codes. The bits are left
// open; --bits=W,A,G (or --dorefa-set-bits) fills them in. Input: pixels / 255.

func.func @forward(
    %x: tensor<?x28x28x1xf32> {dorefa.input},
    %conv0_weight: tensor<32x5x5x1xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %bn0_gamma: tensor<32xf32> {dorefa.parameter = "bn0.gamma", dorefa.init = "ones"},
    %bn0_beta: tensor<32xf32> {dorefa.parameter = "bn0.beta", dorefa.init = "zeros"},
    %bn0_mean: tensor<32xf32> {dorefa.state = "bn0.running_mean", dorefa.init = "zeros"},
    %bn0_var: tensor<32xf32> {dorefa.state = "bn0.running_var", dorefa.init = "ones"},
    %conv1_weight: tensor<64x3x3x32xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %bn1_gamma: tensor<64xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "ones"},
    %bn1_beta: tensor<64xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %bn1_mean: tensor<64xf32> {dorefa.state = "bn1.running_mean", dorefa.init = "zeros"},
    %bn1_var: tensor<64xf32> {dorefa.state = "bn1.running_var", dorefa.init = "ones"},
    %conv2_weight: tensor<128x3x3x64xf32> {dorefa.parameter = "conv2.weight", dorefa.init = "he_normal"},
    %bn2_gamma: tensor<128xf32> {dorefa.parameter = "bn2.gamma", dorefa.init = "ones"},
    %bn2_beta: tensor<128xf32> {dorefa.parameter = "bn2.beta", dorefa.init = "zeros"},
    %bn2_mean: tensor<128xf32> {dorefa.state = "bn2.running_mean", dorefa.init = "zeros"},
    %bn2_var: tensor<128xf32> {dorefa.state = "bn2.running_var", dorefa.init = "ones"},
    %fc_weight: tensor<10x6272xf32> {dorefa.parameter = "fc.weight", dorefa.init = "he_normal"},
    %fc_bias: tensor<10xf32> {dorefa.parameter = "fc.bias", dorefa.init = "zeros"}
  ) -> (
    tensor<?x10xf32> {dorefa.output},
    tensor<32xf32> {dorefa.state = "bn0.running_mean"},
    tensor<32xf32> {dorefa.state = "bn0.running_var"},
    tensor<64xf32> {dorefa.state = "bn1.running_mean"},
    tensor<64xf32> {dorefa.state = "bn1.running_var"},
    tensor<128xf32> {dorefa.state = "bn2.running_mean"},
    tensor<128xf32> {dorefa.state = "bn2.running_var"}
  ) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x28x28x1xf32>

  // conv0: 32 filters of 5x5, float weights, same size.
  %pad0 = tensor.pad %x low[0, 2, 2, 0] high[0, 2, 2, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<?x28x28x1xf32> to tensor<?x32x32x1xf32>
  %empty0 = tensor.empty(%batch) : tensor<?x28x28x32xf32>
  %fill0 = linalg.fill ins(%zero : f32) outs(%empty0 : tensor<?x28x28x32xf32>) -> tensor<?x28x28x32xf32>
  %z0 = linalg.conv_2d_nhwc_fhwc
      ins(%pad0, %conv0_weight : tensor<?x32x32x1xf32>, tensor<32x5x5x1xf32>)
      outs(%fill0 : tensor<?x28x28x32xf32>) -> tensor<?x28x28x32xf32>
  %y0, %new_mean0, %new_var0 = dorefa.batch_norm %z0, %bn0_gamma, %bn0_beta, %bn0_mean, %bn0_var
      : tensor<?x28x28x32xf32>, tensor<32xf32>
  %p0, %winner0 = dorefa.max_pool %y0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x28x28x32xf32> -> tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8>
  %a0 = dorefa.quantize_activation %p0
      : tensor<?x14x14x32xf32> -> tensor<?x14x14x32x!dorefa.code<?, unipolar>>

  // conv1: 64 filters of 3x3, same size.
  %w1, %scale1 = dorefa.quantize_weight %conv1_weight
      : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<?, bipolar>>, tensor<f32>
  %s1 = dorefa.conv2d %a0, %w1 filter_scale(%scale1 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x14x14x32x!dorefa.code<?, unipolar>>, tensor<64x3x3x32x!dorefa.code<?, bipolar>>
      -> tensor<?x14x14x64xf32>
  %z1 = dorefa.quantize_gradient %s1 : tensor<?x14x14x64xf32>
  %y1, %new_mean1, %new_var1 = dorefa.batch_norm %z1, %bn1_gamma, %bn1_beta, %bn1_mean, %bn1_var
      : tensor<?x14x14x64xf32>, tensor<64xf32>
  %p1, %winner1 = dorefa.max_pool %y1 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x14x14x64xf32> -> tensor<?x7x7x64xf32>, tensor<?x7x7x64xi8>
  %a1 = dorefa.quantize_activation %p1
      : tensor<?x7x7x64xf32> -> tensor<?x7x7x64x!dorefa.code<?, unipolar>>

  // conv2: 128 filters of 3x3, same size. What feeds the last, float layer is
  // bounded but not quantized.
  %w2, %scale2 = dorefa.quantize_weight %conv2_weight
      : tensor<128x3x3x64xf32> -> tensor<128x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %s2 = dorefa.conv2d %a1, %w2 filter_scale(%scale2 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x64x!dorefa.code<?, unipolar>>, tensor<128x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x7x7x128xf32>
  %z2 = dorefa.quantize_gradient %s2 : tensor<?x7x7x128xf32>
  %y2, %new_mean2, %new_var2 = dorefa.batch_norm %z2, %bn2_gamma, %bn2_beta, %bn2_mean, %bn2_var
      : tensor<?x7x7x128xf32>, tensor<128xf32>
  %a2 = dorefa.quantize_activation %y2 open : tensor<?x7x7x128xf32> -> tensor<?x7x7x128xf32>

  // fc: 10 classes, float.
  %flat = tensor.collapse_shape %a2 [[0], [1, 2, 3]] : tensor<?x7x7x128xf32> into tensor<?x6272xf32>
  %empty_fc = tensor.empty(%batch) : tensor<?x10xf32>
  %fill_fc = linalg.fill ins(%zero : f32) outs(%empty_fc : tensor<?x10xf32>) -> tensor<?x10xf32>
  %product = linalg.matmul
      indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>,
                       affine_map<(b, o, k) -> (b, o)>]
      ins(%flat, %fc_weight : tensor<?x6272xf32>, tensor<10x6272xf32>)
      outs(%fill_fc : tensor<?x10xf32>) -> tensor<?x10xf32>
  %logits = linalg.generic {
      indexing_maps = [affine_map<(b, o) -> (b, o)>, affine_map<(b, o) -> (o)>,
                       affine_map<(b, o) -> (b, o)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%product, %fc_bias : tensor<?x10xf32>, tensor<10xf32>)
      outs(%empty_fc : tensor<?x10xf32>) {
  ^bb0(%p: f32, %bias: f32, %out: f32):
    %sum = arith.addf %p, %bias : f32
    linalg.yield %sum : f32
  } -> tensor<?x10xf32>

  return %logits, %new_mean0, %new_var0, %new_mean1, %new_var1, %new_mean2, %new_var2
      : tensor<?x10xf32>, tensor<32xf32>, tensor<32xf32>, tensor<64xf32>, tensor<64xf32>,
        tensor<128xf32>, tensor<128xf32>
}
