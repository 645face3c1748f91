// ResNet-18 for 32x32 images: 8 blocks of two 3x3 convolutions, in the
// layout of the paper's networks. Input: pixels / 255, 32x32x3. The bits are left
// open; --bits=W,A,G fills them in.
// Written by models/generate.py.

func.func @forward(
    %x: tensor<?x32x32x3xf32> {dorefa.input},
    %conv0_weight: tensor<64x3x3x3xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %bn0_gamma: tensor<64xf32> {dorefa.parameter = "bn0.gamma", dorefa.init = "ones"},
    %bn0_beta: tensor<64xf32> {dorefa.parameter = "bn0.beta", dorefa.init = "zeros"},
    %bn0_running_mean: tensor<64xf32> {dorefa.state = "bn0.running_mean", dorefa.init = "zeros"},
    %bn0_running_var: tensor<64xf32> {dorefa.state = "bn0.running_var", dorefa.init = "ones"},
    %block1_conv1_weight: tensor<64x3x3x64xf32> {dorefa.parameter = "block1_conv1.weight", dorefa.init = "he_normal"},
    %block1_bn1_gamma: tensor<64xf32> {dorefa.parameter = "block1_bn1.gamma", dorefa.init = "ones"},
    %block1_bn1_beta: tensor<64xf32> {dorefa.parameter = "block1_bn1.beta", dorefa.init = "zeros"},
    %block1_bn1_running_mean: tensor<64xf32> {dorefa.state = "block1_bn1.running_mean", dorefa.init = "zeros"},
    %block1_bn1_running_var: tensor<64xf32> {dorefa.state = "block1_bn1.running_var", dorefa.init = "ones"},
    %block1_conv2_weight: tensor<64x3x3x64xf32> {dorefa.parameter = "block1_conv2.weight", dorefa.init = "he_normal"},
    %block1_bn2_gamma: tensor<64xf32> {dorefa.parameter = "block1_bn2.gamma", dorefa.init = "ones"},
    %block1_bn2_beta: tensor<64xf32> {dorefa.parameter = "block1_bn2.beta", dorefa.init = "zeros"},
    %block1_bn2_running_mean: tensor<64xf32> {dorefa.state = "block1_bn2.running_mean", dorefa.init = "zeros"},
    %block1_bn2_running_var: tensor<64xf32> {dorefa.state = "block1_bn2.running_var", dorefa.init = "ones"},
    %block2_conv1_weight: tensor<64x3x3x64xf32> {dorefa.parameter = "block2_conv1.weight", dorefa.init = "he_normal"},
    %block2_bn1_gamma: tensor<64xf32> {dorefa.parameter = "block2_bn1.gamma", dorefa.init = "ones"},
    %block2_bn1_beta: tensor<64xf32> {dorefa.parameter = "block2_bn1.beta", dorefa.init = "zeros"},
    %block2_bn1_running_mean: tensor<64xf32> {dorefa.state = "block2_bn1.running_mean", dorefa.init = "zeros"},
    %block2_bn1_running_var: tensor<64xf32> {dorefa.state = "block2_bn1.running_var", dorefa.init = "ones"},
    %block2_conv2_weight: tensor<64x3x3x64xf32> {dorefa.parameter = "block2_conv2.weight", dorefa.init = "he_normal"},
    %block2_bn2_gamma: tensor<64xf32> {dorefa.parameter = "block2_bn2.gamma", dorefa.init = "ones"},
    %block2_bn2_beta: tensor<64xf32> {dorefa.parameter = "block2_bn2.beta", dorefa.init = "zeros"},
    %block2_bn2_running_mean: tensor<64xf32> {dorefa.state = "block2_bn2.running_mean", dorefa.init = "zeros"},
    %block2_bn2_running_var: tensor<64xf32> {dorefa.state = "block2_bn2.running_var", dorefa.init = "ones"},
    %block3_conv1_weight: tensor<128x3x3x64xf32> {dorefa.parameter = "block3_conv1.weight", dorefa.init = "he_normal"},
    %block3_bn1_gamma: tensor<128xf32> {dorefa.parameter = "block3_bn1.gamma", dorefa.init = "ones"},
    %block3_bn1_beta: tensor<128xf32> {dorefa.parameter = "block3_bn1.beta", dorefa.init = "zeros"},
    %block3_bn1_running_mean: tensor<128xf32> {dorefa.state = "block3_bn1.running_mean", dorefa.init = "zeros"},
    %block3_bn1_running_var: tensor<128xf32> {dorefa.state = "block3_bn1.running_var", dorefa.init = "ones"},
    %block3_conv2_weight: tensor<128x3x3x128xf32> {dorefa.parameter = "block3_conv2.weight", dorefa.init = "he_normal"},
    %block3_bn2_gamma: tensor<128xf32> {dorefa.parameter = "block3_bn2.gamma", dorefa.init = "ones"},
    %block3_bn2_beta: tensor<128xf32> {dorefa.parameter = "block3_bn2.beta", dorefa.init = "zeros"},
    %block3_bn2_running_mean: tensor<128xf32> {dorefa.state = "block3_bn2.running_mean", dorefa.init = "zeros"},
    %block3_bn2_running_var: tensor<128xf32> {dorefa.state = "block3_bn2.running_var", dorefa.init = "ones"},
    %block3_shortcut_weight: tensor<128x1x1x64xf32> {dorefa.parameter = "block3_shortcut.weight", dorefa.init = "he_normal"},
    %block3_bn3_gamma: tensor<128xf32> {dorefa.parameter = "block3_bn3.gamma", dorefa.init = "ones"},
    %block3_bn3_beta: tensor<128xf32> {dorefa.parameter = "block3_bn3.beta", dorefa.init = "zeros"},
    %block3_bn3_running_mean: tensor<128xf32> {dorefa.state = "block3_bn3.running_mean", dorefa.init = "zeros"},
    %block3_bn3_running_var: tensor<128xf32> {dorefa.state = "block3_bn3.running_var", dorefa.init = "ones"},
    %block4_conv1_weight: tensor<128x3x3x128xf32> {dorefa.parameter = "block4_conv1.weight", dorefa.init = "he_normal"},
    %block4_bn1_gamma: tensor<128xf32> {dorefa.parameter = "block4_bn1.gamma", dorefa.init = "ones"},
    %block4_bn1_beta: tensor<128xf32> {dorefa.parameter = "block4_bn1.beta", dorefa.init = "zeros"},
    %block4_bn1_running_mean: tensor<128xf32> {dorefa.state = "block4_bn1.running_mean", dorefa.init = "zeros"},
    %block4_bn1_running_var: tensor<128xf32> {dorefa.state = "block4_bn1.running_var", dorefa.init = "ones"},
    %block4_conv2_weight: tensor<128x3x3x128xf32> {dorefa.parameter = "block4_conv2.weight", dorefa.init = "he_normal"},
    %block4_bn2_gamma: tensor<128xf32> {dorefa.parameter = "block4_bn2.gamma", dorefa.init = "ones"},
    %block4_bn2_beta: tensor<128xf32> {dorefa.parameter = "block4_bn2.beta", dorefa.init = "zeros"},
    %block4_bn2_running_mean: tensor<128xf32> {dorefa.state = "block4_bn2.running_mean", dorefa.init = "zeros"},
    %block4_bn2_running_var: tensor<128xf32> {dorefa.state = "block4_bn2.running_var", dorefa.init = "ones"},
    %block5_conv1_weight: tensor<256x3x3x128xf32> {dorefa.parameter = "block5_conv1.weight", dorefa.init = "he_normal"},
    %block5_bn1_gamma: tensor<256xf32> {dorefa.parameter = "block5_bn1.gamma", dorefa.init = "ones"},
    %block5_bn1_beta: tensor<256xf32> {dorefa.parameter = "block5_bn1.beta", dorefa.init = "zeros"},
    %block5_bn1_running_mean: tensor<256xf32> {dorefa.state = "block5_bn1.running_mean", dorefa.init = "zeros"},
    %block5_bn1_running_var: tensor<256xf32> {dorefa.state = "block5_bn1.running_var", dorefa.init = "ones"},
    %block5_conv2_weight: tensor<256x3x3x256xf32> {dorefa.parameter = "block5_conv2.weight", dorefa.init = "he_normal"},
    %block5_bn2_gamma: tensor<256xf32> {dorefa.parameter = "block5_bn2.gamma", dorefa.init = "ones"},
    %block5_bn2_beta: tensor<256xf32> {dorefa.parameter = "block5_bn2.beta", dorefa.init = "zeros"},
    %block5_bn2_running_mean: tensor<256xf32> {dorefa.state = "block5_bn2.running_mean", dorefa.init = "zeros"},
    %block5_bn2_running_var: tensor<256xf32> {dorefa.state = "block5_bn2.running_var", dorefa.init = "ones"},
    %block5_shortcut_weight: tensor<256x1x1x128xf32> {dorefa.parameter = "block5_shortcut.weight", dorefa.init = "he_normal"},
    %block5_bn3_gamma: tensor<256xf32> {dorefa.parameter = "block5_bn3.gamma", dorefa.init = "ones"},
    %block5_bn3_beta: tensor<256xf32> {dorefa.parameter = "block5_bn3.beta", dorefa.init = "zeros"},
    %block5_bn3_running_mean: tensor<256xf32> {dorefa.state = "block5_bn3.running_mean", dorefa.init = "zeros"},
    %block5_bn3_running_var: tensor<256xf32> {dorefa.state = "block5_bn3.running_var", dorefa.init = "ones"},
    %block6_conv1_weight: tensor<256x3x3x256xf32> {dorefa.parameter = "block6_conv1.weight", dorefa.init = "he_normal"},
    %block6_bn1_gamma: tensor<256xf32> {dorefa.parameter = "block6_bn1.gamma", dorefa.init = "ones"},
    %block6_bn1_beta: tensor<256xf32> {dorefa.parameter = "block6_bn1.beta", dorefa.init = "zeros"},
    %block6_bn1_running_mean: tensor<256xf32> {dorefa.state = "block6_bn1.running_mean", dorefa.init = "zeros"},
    %block6_bn1_running_var: tensor<256xf32> {dorefa.state = "block6_bn1.running_var", dorefa.init = "ones"},
    %block6_conv2_weight: tensor<256x3x3x256xf32> {dorefa.parameter = "block6_conv2.weight", dorefa.init = "he_normal"},
    %block6_bn2_gamma: tensor<256xf32> {dorefa.parameter = "block6_bn2.gamma", dorefa.init = "ones"},
    %block6_bn2_beta: tensor<256xf32> {dorefa.parameter = "block6_bn2.beta", dorefa.init = "zeros"},
    %block6_bn2_running_mean: tensor<256xf32> {dorefa.state = "block6_bn2.running_mean", dorefa.init = "zeros"},
    %block6_bn2_running_var: tensor<256xf32> {dorefa.state = "block6_bn2.running_var", dorefa.init = "ones"},
    %block7_conv1_weight: tensor<512x3x3x256xf32> {dorefa.parameter = "block7_conv1.weight", dorefa.init = "he_normal"},
    %block7_bn1_gamma: tensor<512xf32> {dorefa.parameter = "block7_bn1.gamma", dorefa.init = "ones"},
    %block7_bn1_beta: tensor<512xf32> {dorefa.parameter = "block7_bn1.beta", dorefa.init = "zeros"},
    %block7_bn1_running_mean: tensor<512xf32> {dorefa.state = "block7_bn1.running_mean", dorefa.init = "zeros"},
    %block7_bn1_running_var: tensor<512xf32> {dorefa.state = "block7_bn1.running_var", dorefa.init = "ones"},
    %block7_conv2_weight: tensor<512x3x3x512xf32> {dorefa.parameter = "block7_conv2.weight", dorefa.init = "he_normal"},
    %block7_bn2_gamma: tensor<512xf32> {dorefa.parameter = "block7_bn2.gamma", dorefa.init = "ones"},
    %block7_bn2_beta: tensor<512xf32> {dorefa.parameter = "block7_bn2.beta", dorefa.init = "zeros"},
    %block7_bn2_running_mean: tensor<512xf32> {dorefa.state = "block7_bn2.running_mean", dorefa.init = "zeros"},
    %block7_bn2_running_var: tensor<512xf32> {dorefa.state = "block7_bn2.running_var", dorefa.init = "ones"},
    %block7_shortcut_weight: tensor<512x1x1x256xf32> {dorefa.parameter = "block7_shortcut.weight", dorefa.init = "he_normal"},
    %block7_bn3_gamma: tensor<512xf32> {dorefa.parameter = "block7_bn3.gamma", dorefa.init = "ones"},
    %block7_bn3_beta: tensor<512xf32> {dorefa.parameter = "block7_bn3.beta", dorefa.init = "zeros"},
    %block7_bn3_running_mean: tensor<512xf32> {dorefa.state = "block7_bn3.running_mean", dorefa.init = "zeros"},
    %block7_bn3_running_var: tensor<512xf32> {dorefa.state = "block7_bn3.running_var", dorefa.init = "ones"},
    %block8_conv1_weight: tensor<512x3x3x512xf32> {dorefa.parameter = "block8_conv1.weight", dorefa.init = "he_normal"},
    %block8_bn1_gamma: tensor<512xf32> {dorefa.parameter = "block8_bn1.gamma", dorefa.init = "ones"},
    %block8_bn1_beta: tensor<512xf32> {dorefa.parameter = "block8_bn1.beta", dorefa.init = "zeros"},
    %block8_bn1_running_mean: tensor<512xf32> {dorefa.state = "block8_bn1.running_mean", dorefa.init = "zeros"},
    %block8_bn1_running_var: tensor<512xf32> {dorefa.state = "block8_bn1.running_var", dorefa.init = "ones"},
    %block8_conv2_weight: tensor<512x3x3x512xf32> {dorefa.parameter = "block8_conv2.weight", dorefa.init = "he_normal"},
    %block8_bn2_gamma: tensor<512xf32> {dorefa.parameter = "block8_bn2.gamma", dorefa.init = "ones"},
    %block8_bn2_beta: tensor<512xf32> {dorefa.parameter = "block8_bn2.beta", dorefa.init = "zeros"},
    %block8_bn2_running_mean: tensor<512xf32> {dorefa.state = "block8_bn2.running_mean", dorefa.init = "zeros"},
    %block8_bn2_running_var: tensor<512xf32> {dorefa.state = "block8_bn2.running_var", dorefa.init = "ones"},
    %fc_weight: tensor<10x512xf32> {dorefa.parameter = "fc.weight", dorefa.init = "he_normal"},
    %fc_bias: tensor<10xf32> {dorefa.parameter = "fc.bias", dorefa.init = "zeros"}
  ) -> (
    tensor<?x10xf32> {dorefa.output},
    tensor<64xf32> {dorefa.state = "bn0.running_mean"},
    tensor<64xf32> {dorefa.state = "bn0.running_var"},
    tensor<64xf32> {dorefa.state = "block1_bn1.running_mean"},
    tensor<64xf32> {dorefa.state = "block1_bn1.running_var"},
    tensor<64xf32> {dorefa.state = "block1_bn2.running_mean"},
    tensor<64xf32> {dorefa.state = "block1_bn2.running_var"},
    tensor<64xf32> {dorefa.state = "block2_bn1.running_mean"},
    tensor<64xf32> {dorefa.state = "block2_bn1.running_var"},
    tensor<64xf32> {dorefa.state = "block2_bn2.running_mean"},
    tensor<64xf32> {dorefa.state = "block2_bn2.running_var"},
    tensor<128xf32> {dorefa.state = "block3_bn1.running_mean"},
    tensor<128xf32> {dorefa.state = "block3_bn1.running_var"},
    tensor<128xf32> {dorefa.state = "block3_bn2.running_mean"},
    tensor<128xf32> {dorefa.state = "block3_bn2.running_var"},
    tensor<128xf32> {dorefa.state = "block3_bn3.running_mean"},
    tensor<128xf32> {dorefa.state = "block3_bn3.running_var"},
    tensor<128xf32> {dorefa.state = "block4_bn1.running_mean"},
    tensor<128xf32> {dorefa.state = "block4_bn1.running_var"},
    tensor<128xf32> {dorefa.state = "block4_bn2.running_mean"},
    tensor<128xf32> {dorefa.state = "block4_bn2.running_var"},
    tensor<256xf32> {dorefa.state = "block5_bn1.running_mean"},
    tensor<256xf32> {dorefa.state = "block5_bn1.running_var"},
    tensor<256xf32> {dorefa.state = "block5_bn2.running_mean"},
    tensor<256xf32> {dorefa.state = "block5_bn2.running_var"},
    tensor<256xf32> {dorefa.state = "block5_bn3.running_mean"},
    tensor<256xf32> {dorefa.state = "block5_bn3.running_var"},
    tensor<256xf32> {dorefa.state = "block6_bn1.running_mean"},
    tensor<256xf32> {dorefa.state = "block6_bn1.running_var"},
    tensor<256xf32> {dorefa.state = "block6_bn2.running_mean"},
    tensor<256xf32> {dorefa.state = "block6_bn2.running_var"},
    tensor<512xf32> {dorefa.state = "block7_bn1.running_mean"},
    tensor<512xf32> {dorefa.state = "block7_bn1.running_var"},
    tensor<512xf32> {dorefa.state = "block7_bn2.running_mean"},
    tensor<512xf32> {dorefa.state = "block7_bn2.running_var"},
    tensor<512xf32> {dorefa.state = "block7_bn3.running_mean"},
    tensor<512xf32> {dorefa.state = "block7_bn3.running_var"},
    tensor<512xf32> {dorefa.state = "block8_bn1.running_mean"},
    tensor<512xf32> {dorefa.state = "block8_bn1.running_var"},
    tensor<512xf32> {dorefa.state = "block8_bn2.running_mean"},
    tensor<512xf32> {dorefa.state = "block8_bn2.running_var"}
  ) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %batch = tensor.dim %x, %c0 : tensor<?x32x32x3xf32>
  %pad0 = tensor.pad %x low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%n: index, %h: index, %w: index, %c: index):
    tensor.yield %zero : f32
  } : tensor<?x32x32x3xf32> to tensor<?x34x34x3xf32>

  // conv0: 64 filters of 3x3, stride 1, float.
  %conv0_empty = tensor.empty(%batch) : tensor<?x32x32x64xf32>
  %conv0_fill = linalg.fill ins(%zero : f32) outs(%conv0_empty : tensor<?x32x32x64xf32>) -> tensor<?x32x32x64xf32>
  %conv0 = linalg.conv_2d_nhwc_fhwc {strides = dense<1> : tensor<2xi64>}
      ins(%pad0, %conv0_weight : tensor<?x34x34x3xf32>, tensor<64x3x3x3xf32>)
      outs(%conv0_fill : tensor<?x32x32x64xf32>) -> tensor<?x32x32x64xf32>
  %bn0, %bn0_new_mean, %bn0_new_var = dorefa.batch_norm %conv0, %bn0_gamma, %bn0_beta, %bn0_running_mean, %bn0_running_var
      : tensor<?x32x32x64xf32>, tensor<64xf32>
  %block1_act1 = dorefa.quantize_activation %bn0
      : tensor<?x32x32x64xf32> -> tensor<?x32x32x64x!dorefa.code<?, unipolar>>

  // block1_conv1: 64 filters of 3x3, same size.
  %block1_conv1_codes, %block1_conv1_scale = dorefa.quantize_weight %block1_conv1_weight
      : tensor<64x3x3x64xf32> -> tensor<64x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block1_conv1 = dorefa.conv2d %block1_act1, %block1_conv1_codes filter_scale(%block1_conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<64x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x32x32x64xf32>
  %block1_conv1_marked = dorefa.quantize_gradient %block1_conv1 : tensor<?x32x32x64xf32>
  %block1_bn1, %block1_bn1_new_mean, %block1_bn1_new_var = dorefa.batch_norm %block1_conv1_marked, %block1_bn1_gamma, %block1_bn1_beta, %block1_bn1_running_mean, %block1_bn1_running_var
      : tensor<?x32x32x64xf32>, tensor<64xf32>
  %block1_act2 = dorefa.quantize_activation %block1_bn1
      : tensor<?x32x32x64xf32> -> tensor<?x32x32x64x!dorefa.code<?, unipolar>>

  // block1_conv2: 64 filters of 3x3, same size.
  %block1_conv2_codes, %block1_conv2_scale = dorefa.quantize_weight %block1_conv2_weight
      : tensor<64x3x3x64xf32> -> tensor<64x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block1_conv2 = dorefa.conv2d %block1_act2, %block1_conv2_codes filter_scale(%block1_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<64x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x32x32x64xf32>
  %block1_conv2_marked = dorefa.quantize_gradient %block1_conv2 : tensor<?x32x32x64xf32>
  %block1_bn2, %block1_bn2_new_mean, %block1_bn2_new_var = dorefa.batch_norm %block1_conv2_marked, %block1_bn2_gamma, %block1_bn2_beta, %block1_bn2_running_mean, %block1_bn2_running_var
      : tensor<?x32x32x64xf32>, tensor<64xf32>
  %block1_sum = arith.addf %block1_bn2, %bn0 : tensor<?x32x32x64xf32>
  %block2_act1 = dorefa.quantize_activation %block1_sum
      : tensor<?x32x32x64xf32> -> tensor<?x32x32x64x!dorefa.code<?, unipolar>>

  // block2_conv1: 64 filters of 3x3, same size.
  %block2_conv1_codes, %block2_conv1_scale = dorefa.quantize_weight %block2_conv1_weight
      : tensor<64x3x3x64xf32> -> tensor<64x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block2_conv1 = dorefa.conv2d %block2_act1, %block2_conv1_codes filter_scale(%block2_conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<64x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x32x32x64xf32>
  %block2_conv1_marked = dorefa.quantize_gradient %block2_conv1 : tensor<?x32x32x64xf32>
  %block2_bn1, %block2_bn1_new_mean, %block2_bn1_new_var = dorefa.batch_norm %block2_conv1_marked, %block2_bn1_gamma, %block2_bn1_beta, %block2_bn1_running_mean, %block2_bn1_running_var
      : tensor<?x32x32x64xf32>, tensor<64xf32>
  %block2_act2 = dorefa.quantize_activation %block2_bn1
      : tensor<?x32x32x64xf32> -> tensor<?x32x32x64x!dorefa.code<?, unipolar>>

  // block2_conv2: 64 filters of 3x3, same size.
  %block2_conv2_codes, %block2_conv2_scale = dorefa.quantize_weight %block2_conv2_weight
      : tensor<64x3x3x64xf32> -> tensor<64x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block2_conv2 = dorefa.conv2d %block2_act2, %block2_conv2_codes filter_scale(%block2_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<64x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x32x32x64xf32>
  %block2_conv2_marked = dorefa.quantize_gradient %block2_conv2 : tensor<?x32x32x64xf32>
  %block2_bn2, %block2_bn2_new_mean, %block2_bn2_new_var = dorefa.batch_norm %block2_conv2_marked, %block2_bn2_gamma, %block2_bn2_beta, %block2_bn2_running_mean, %block2_bn2_running_var
      : tensor<?x32x32x64xf32>, tensor<64xf32>
  %block2_sum = arith.addf %block2_bn2, %block1_sum : tensor<?x32x32x64xf32>
  %block3_act1 = dorefa.quantize_activation %block2_sum
      : tensor<?x32x32x64xf32> -> tensor<?x32x32x64x!dorefa.code<?, unipolar>>

  // block3_conv1: 128 filters of 3x3, stride 2.
  %block3_conv1_codes, %block3_conv1_scale = dorefa.quantize_weight %block3_conv1_weight
      : tensor<128x3x3x64xf32> -> tensor<128x3x3x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block3_conv1 = dorefa.conv2d %block3_act1, %block3_conv1_codes filter_scale(%block3_conv1_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<128x3x3x64x!dorefa.code<?, bipolar>>
      -> tensor<?x16x16x128xf32>
  %block3_conv1_marked = dorefa.quantize_gradient %block3_conv1 : tensor<?x16x16x128xf32>
  %block3_bn1, %block3_bn1_new_mean, %block3_bn1_new_var = dorefa.batch_norm %block3_conv1_marked, %block3_bn1_gamma, %block3_bn1_beta, %block3_bn1_running_mean, %block3_bn1_running_var
      : tensor<?x16x16x128xf32>, tensor<128xf32>
  %block3_act2 = dorefa.quantize_activation %block3_bn1
      : tensor<?x16x16x128xf32> -> tensor<?x16x16x128x!dorefa.code<?, unipolar>>

  // block3_conv2: 128 filters of 3x3, same size.
  %block3_conv2_codes, %block3_conv2_scale = dorefa.quantize_weight %block3_conv2_weight
      : tensor<128x3x3x128xf32> -> tensor<128x3x3x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %block3_conv2 = dorefa.conv2d %block3_act2, %block3_conv2_codes filter_scale(%block3_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x16x16x128x!dorefa.code<?, unipolar>>, tensor<128x3x3x128x!dorefa.code<?, bipolar>>
      -> tensor<?x16x16x128xf32>
  %block3_conv2_marked = dorefa.quantize_gradient %block3_conv2 : tensor<?x16x16x128xf32>
  %block3_bn2, %block3_bn2_new_mean, %block3_bn2_new_var = dorefa.batch_norm %block3_conv2_marked, %block3_bn2_gamma, %block3_bn2_beta, %block3_bn2_running_mean, %block3_bn2_running_var
      : tensor<?x16x16x128xf32>, tensor<128xf32>

  // block3_shortcut: 128 filters of 1x1, stride 2.
  %block3_shortcut_codes, %block3_shortcut_scale = dorefa.quantize_weight %block3_shortcut_weight
      : tensor<128x1x1x64xf32> -> tensor<128x1x1x64x!dorefa.code<?, bipolar>>, tensor<f32>
  %block3_shortcut = dorefa.conv2d %block3_act1, %block3_shortcut_codes filter_scale(%block3_shortcut_scale : tensor<f32>) {strides = array<i64: 2, 2>}
      : tensor<?x32x32x64x!dorefa.code<?, unipolar>>, tensor<128x1x1x64x!dorefa.code<?, bipolar>>
      -> tensor<?x16x16x128xf32>
  %block3_shortcut_marked = dorefa.quantize_gradient %block3_shortcut : tensor<?x16x16x128xf32>
  %block3_bn3, %block3_bn3_new_mean, %block3_bn3_new_var = dorefa.batch_norm %block3_shortcut_marked, %block3_bn3_gamma, %block3_bn3_beta, %block3_bn3_running_mean, %block3_bn3_running_var
      : tensor<?x16x16x128xf32>, tensor<128xf32>
  %block3_sum = arith.addf %block3_bn2, %block3_bn3 : tensor<?x16x16x128xf32>
  %block4_act1 = dorefa.quantize_activation %block3_sum
      : tensor<?x16x16x128xf32> -> tensor<?x16x16x128x!dorefa.code<?, unipolar>>

  // block4_conv1: 128 filters of 3x3, same size.
  %block4_conv1_codes, %block4_conv1_scale = dorefa.quantize_weight %block4_conv1_weight
      : tensor<128x3x3x128xf32> -> tensor<128x3x3x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %block4_conv1 = dorefa.conv2d %block4_act1, %block4_conv1_codes filter_scale(%block4_conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x16x16x128x!dorefa.code<?, unipolar>>, tensor<128x3x3x128x!dorefa.code<?, bipolar>>
      -> tensor<?x16x16x128xf32>
  %block4_conv1_marked = dorefa.quantize_gradient %block4_conv1 : tensor<?x16x16x128xf32>
  %block4_bn1, %block4_bn1_new_mean, %block4_bn1_new_var = dorefa.batch_norm %block4_conv1_marked, %block4_bn1_gamma, %block4_bn1_beta, %block4_bn1_running_mean, %block4_bn1_running_var
      : tensor<?x16x16x128xf32>, tensor<128xf32>
  %block4_act2 = dorefa.quantize_activation %block4_bn1
      : tensor<?x16x16x128xf32> -> tensor<?x16x16x128x!dorefa.code<?, unipolar>>

  // block4_conv2: 128 filters of 3x3, same size.
  %block4_conv2_codes, %block4_conv2_scale = dorefa.quantize_weight %block4_conv2_weight
      : tensor<128x3x3x128xf32> -> tensor<128x3x3x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %block4_conv2 = dorefa.conv2d %block4_act2, %block4_conv2_codes filter_scale(%block4_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x16x16x128x!dorefa.code<?, unipolar>>, tensor<128x3x3x128x!dorefa.code<?, bipolar>>
      -> tensor<?x16x16x128xf32>
  %block4_conv2_marked = dorefa.quantize_gradient %block4_conv2 : tensor<?x16x16x128xf32>
  %block4_bn2, %block4_bn2_new_mean, %block4_bn2_new_var = dorefa.batch_norm %block4_conv2_marked, %block4_bn2_gamma, %block4_bn2_beta, %block4_bn2_running_mean, %block4_bn2_running_var
      : tensor<?x16x16x128xf32>, tensor<128xf32>
  %block4_sum = arith.addf %block4_bn2, %block3_sum : tensor<?x16x16x128xf32>
  %block5_act1 = dorefa.quantize_activation %block4_sum
      : tensor<?x16x16x128xf32> -> tensor<?x16x16x128x!dorefa.code<?, unipolar>>

  // block5_conv1: 256 filters of 3x3, stride 2.
  %block5_conv1_codes, %block5_conv1_scale = dorefa.quantize_weight %block5_conv1_weight
      : tensor<256x3x3x128xf32> -> tensor<256x3x3x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %block5_conv1 = dorefa.conv2d %block5_act1, %block5_conv1_codes filter_scale(%block5_conv1_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x16x16x128x!dorefa.code<?, unipolar>>, tensor<256x3x3x128x!dorefa.code<?, bipolar>>
      -> tensor<?x8x8x256xf32>
  %block5_conv1_marked = dorefa.quantize_gradient %block5_conv1 : tensor<?x8x8x256xf32>
  %block5_bn1, %block5_bn1_new_mean, %block5_bn1_new_var = dorefa.batch_norm %block5_conv1_marked, %block5_bn1_gamma, %block5_bn1_beta, %block5_bn1_running_mean, %block5_bn1_running_var
      : tensor<?x8x8x256xf32>, tensor<256xf32>
  %block5_act2 = dorefa.quantize_activation %block5_bn1
      : tensor<?x8x8x256xf32> -> tensor<?x8x8x256x!dorefa.code<?, unipolar>>

  // block5_conv2: 256 filters of 3x3, same size.
  %block5_conv2_codes, %block5_conv2_scale = dorefa.quantize_weight %block5_conv2_weight
      : tensor<256x3x3x256xf32> -> tensor<256x3x3x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %block5_conv2 = dorefa.conv2d %block5_act2, %block5_conv2_codes filter_scale(%block5_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x256x!dorefa.code<?, unipolar>>, tensor<256x3x3x256x!dorefa.code<?, bipolar>>
      -> tensor<?x8x8x256xf32>
  %block5_conv2_marked = dorefa.quantize_gradient %block5_conv2 : tensor<?x8x8x256xf32>
  %block5_bn2, %block5_bn2_new_mean, %block5_bn2_new_var = dorefa.batch_norm %block5_conv2_marked, %block5_bn2_gamma, %block5_bn2_beta, %block5_bn2_running_mean, %block5_bn2_running_var
      : tensor<?x8x8x256xf32>, tensor<256xf32>

  // block5_shortcut: 256 filters of 1x1, stride 2.
  %block5_shortcut_codes, %block5_shortcut_scale = dorefa.quantize_weight %block5_shortcut_weight
      : tensor<256x1x1x128xf32> -> tensor<256x1x1x128x!dorefa.code<?, bipolar>>, tensor<f32>
  %block5_shortcut = dorefa.conv2d %block5_act1, %block5_shortcut_codes filter_scale(%block5_shortcut_scale : tensor<f32>) {strides = array<i64: 2, 2>}
      : tensor<?x16x16x128x!dorefa.code<?, unipolar>>, tensor<256x1x1x128x!dorefa.code<?, bipolar>>
      -> tensor<?x8x8x256xf32>
  %block5_shortcut_marked = dorefa.quantize_gradient %block5_shortcut : tensor<?x8x8x256xf32>
  %block5_bn3, %block5_bn3_new_mean, %block5_bn3_new_var = dorefa.batch_norm %block5_shortcut_marked, %block5_bn3_gamma, %block5_bn3_beta, %block5_bn3_running_mean, %block5_bn3_running_var
      : tensor<?x8x8x256xf32>, tensor<256xf32>
  %block5_sum = arith.addf %block5_bn2, %block5_bn3 : tensor<?x8x8x256xf32>
  %block6_act1 = dorefa.quantize_activation %block5_sum
      : tensor<?x8x8x256xf32> -> tensor<?x8x8x256x!dorefa.code<?, unipolar>>

  // block6_conv1: 256 filters of 3x3, same size.
  %block6_conv1_codes, %block6_conv1_scale = dorefa.quantize_weight %block6_conv1_weight
      : tensor<256x3x3x256xf32> -> tensor<256x3x3x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %block6_conv1 = dorefa.conv2d %block6_act1, %block6_conv1_codes filter_scale(%block6_conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x256x!dorefa.code<?, unipolar>>, tensor<256x3x3x256x!dorefa.code<?, bipolar>>
      -> tensor<?x8x8x256xf32>
  %block6_conv1_marked = dorefa.quantize_gradient %block6_conv1 : tensor<?x8x8x256xf32>
  %block6_bn1, %block6_bn1_new_mean, %block6_bn1_new_var = dorefa.batch_norm %block6_conv1_marked, %block6_bn1_gamma, %block6_bn1_beta, %block6_bn1_running_mean, %block6_bn1_running_var
      : tensor<?x8x8x256xf32>, tensor<256xf32>
  %block6_act2 = dorefa.quantize_activation %block6_bn1
      : tensor<?x8x8x256xf32> -> tensor<?x8x8x256x!dorefa.code<?, unipolar>>

  // block6_conv2: 256 filters of 3x3, same size.
  %block6_conv2_codes, %block6_conv2_scale = dorefa.quantize_weight %block6_conv2_weight
      : tensor<256x3x3x256xf32> -> tensor<256x3x3x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %block6_conv2 = dorefa.conv2d %block6_act2, %block6_conv2_codes filter_scale(%block6_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x256x!dorefa.code<?, unipolar>>, tensor<256x3x3x256x!dorefa.code<?, bipolar>>
      -> tensor<?x8x8x256xf32>
  %block6_conv2_marked = dorefa.quantize_gradient %block6_conv2 : tensor<?x8x8x256xf32>
  %block6_bn2, %block6_bn2_new_mean, %block6_bn2_new_var = dorefa.batch_norm %block6_conv2_marked, %block6_bn2_gamma, %block6_bn2_beta, %block6_bn2_running_mean, %block6_bn2_running_var
      : tensor<?x8x8x256xf32>, tensor<256xf32>
  %block6_sum = arith.addf %block6_bn2, %block5_sum : tensor<?x8x8x256xf32>
  %block7_act1 = dorefa.quantize_activation %block6_sum
      : tensor<?x8x8x256xf32> -> tensor<?x8x8x256x!dorefa.code<?, unipolar>>

  // block7_conv1: 512 filters of 3x3, stride 2.
  %block7_conv1_codes, %block7_conv1_scale = dorefa.quantize_weight %block7_conv1_weight
      : tensor<512x3x3x256xf32> -> tensor<512x3x3x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %block7_conv1 = dorefa.conv2d %block7_act1, %block7_conv1_codes filter_scale(%block7_conv1_scale : tensor<f32>) {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x256x!dorefa.code<?, unipolar>>, tensor<512x3x3x256x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x512xf32>
  %block7_conv1_marked = dorefa.quantize_gradient %block7_conv1 : tensor<?x4x4x512xf32>
  %block7_bn1, %block7_bn1_new_mean, %block7_bn1_new_var = dorefa.batch_norm %block7_conv1_marked, %block7_bn1_gamma, %block7_bn1_beta, %block7_bn1_running_mean, %block7_bn1_running_var
      : tensor<?x4x4x512xf32>, tensor<512xf32>
  %block7_act2 = dorefa.quantize_activation %block7_bn1
      : tensor<?x4x4x512xf32> -> tensor<?x4x4x512x!dorefa.code<?, unipolar>>

  // block7_conv2: 512 filters of 3x3, same size.
  %block7_conv2_codes, %block7_conv2_scale = dorefa.quantize_weight %block7_conv2_weight
      : tensor<512x3x3x512xf32> -> tensor<512x3x3x512x!dorefa.code<?, bipolar>>, tensor<f32>
  %block7_conv2 = dorefa.conv2d %block7_act2, %block7_conv2_codes filter_scale(%block7_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x512x!dorefa.code<?, unipolar>>, tensor<512x3x3x512x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x512xf32>
  %block7_conv2_marked = dorefa.quantize_gradient %block7_conv2 : tensor<?x4x4x512xf32>
  %block7_bn2, %block7_bn2_new_mean, %block7_bn2_new_var = dorefa.batch_norm %block7_conv2_marked, %block7_bn2_gamma, %block7_bn2_beta, %block7_bn2_running_mean, %block7_bn2_running_var
      : tensor<?x4x4x512xf32>, tensor<512xf32>

  // block7_shortcut: 512 filters of 1x1, stride 2.
  %block7_shortcut_codes, %block7_shortcut_scale = dorefa.quantize_weight %block7_shortcut_weight
      : tensor<512x1x1x256xf32> -> tensor<512x1x1x256x!dorefa.code<?, bipolar>>, tensor<f32>
  %block7_shortcut = dorefa.conv2d %block7_act1, %block7_shortcut_codes filter_scale(%block7_shortcut_scale : tensor<f32>) {strides = array<i64: 2, 2>}
      : tensor<?x8x8x256x!dorefa.code<?, unipolar>>, tensor<512x1x1x256x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x512xf32>
  %block7_shortcut_marked = dorefa.quantize_gradient %block7_shortcut : tensor<?x4x4x512xf32>
  %block7_bn3, %block7_bn3_new_mean, %block7_bn3_new_var = dorefa.batch_norm %block7_shortcut_marked, %block7_bn3_gamma, %block7_bn3_beta, %block7_bn3_running_mean, %block7_bn3_running_var
      : tensor<?x4x4x512xf32>, tensor<512xf32>
  %block7_sum = arith.addf %block7_bn2, %block7_bn3 : tensor<?x4x4x512xf32>
  %block8_act1 = dorefa.quantize_activation %block7_sum
      : tensor<?x4x4x512xf32> -> tensor<?x4x4x512x!dorefa.code<?, unipolar>>

  // block8_conv1: 512 filters of 3x3, same size.
  %block8_conv1_codes, %block8_conv1_scale = dorefa.quantize_weight %block8_conv1_weight
      : tensor<512x3x3x512xf32> -> tensor<512x3x3x512x!dorefa.code<?, bipolar>>, tensor<f32>
  %block8_conv1 = dorefa.conv2d %block8_act1, %block8_conv1_codes filter_scale(%block8_conv1_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x512x!dorefa.code<?, unipolar>>, tensor<512x3x3x512x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x512xf32>
  %block8_conv1_marked = dorefa.quantize_gradient %block8_conv1 : tensor<?x4x4x512xf32>
  %block8_bn1, %block8_bn1_new_mean, %block8_bn1_new_var = dorefa.batch_norm %block8_conv1_marked, %block8_bn1_gamma, %block8_bn1_beta, %block8_bn1_running_mean, %block8_bn1_running_var
      : tensor<?x4x4x512xf32>, tensor<512xf32>
  %block8_act2 = dorefa.quantize_activation %block8_bn1
      : tensor<?x4x4x512xf32> -> tensor<?x4x4x512x!dorefa.code<?, unipolar>>

  // block8_conv2: 512 filters of 3x3, same size.
  %block8_conv2_codes, %block8_conv2_scale = dorefa.quantize_weight %block8_conv2_weight
      : tensor<512x3x3x512xf32> -> tensor<512x3x3x512x!dorefa.code<?, bipolar>>, tensor<f32>
  %block8_conv2 = dorefa.conv2d %block8_act2, %block8_conv2_codes filter_scale(%block8_conv2_scale : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x512x!dorefa.code<?, unipolar>>, tensor<512x3x3x512x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x512xf32>
  %block8_conv2_marked = dorefa.quantize_gradient %block8_conv2 : tensor<?x4x4x512xf32>
  %block8_bn2, %block8_bn2_new_mean, %block8_bn2_new_var = dorefa.batch_norm %block8_conv2_marked, %block8_bn2_gamma, %block8_bn2_beta, %block8_bn2_running_mean, %block8_bn2_running_var
      : tensor<?x4x4x512xf32>, tensor<512xf32>
  %block8_sum = arith.addf %block8_bn2, %block7_sum : tensor<?x4x4x512xf32>
  %act = dorefa.quantize_activation %block8_sum open : tensor<?x4x4x512xf32> -> tensor<?x4x4x512xf32>

  // The average of 4x4 positions.
  %mean_sum_empty = tensor.empty(%batch) : tensor<?x1x1x512xf32>
  %mean_sum_fill = linalg.fill ins(%zero : f32) outs(%mean_sum_empty : tensor<?x1x1x512xf32>) -> tensor<?x1x1x512xf32>
  %mean_window = tensor.empty() : tensor<4x4xf32>
  %mean_sum = linalg.pooling_nhwc_sum
      ins(%act, %mean_window : tensor<?x4x4x512xf32>, tensor<4x4xf32>)
      outs(%mean_sum_fill : tensor<?x1x1x512xf32>) -> tensor<?x1x1x512xf32>
  %mean_part = arith.constant 0.0625 : f32
  %mean = linalg.generic {
      indexing_maps = [affine_map<(b, h, w, c) -> (b, h, w, c)>, affine_map<(b, h, w, c) -> (b, h, w, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%mean_sum : tensor<?x1x1x512xf32>) outs(%mean_sum_empty : tensor<?x1x1x512xf32>) {
  ^bb0(%value: f32, %out: f32):
    %scaled = arith.mulf %value, %mean_part : f32
    linalg.yield %scaled : f32
  } -> tensor<?x1x1x512xf32>
  %flat = tensor.collapse_shape %mean [[0], [1, 2, 3]] : tensor<?x1x1x512xf32> into tensor<?x512xf32>

  // fc: 10 classes, float.
  %fc_empty = tensor.empty(%batch) : tensor<?x10xf32>
  %fc_fill = linalg.fill ins(%zero : f32) outs(%fc_empty : tensor<?x10xf32>) -> tensor<?x10xf32>
  %fc = linalg.matmul
      indexing_maps = [affine_map<(b, o, k) -> (b, k)>, affine_map<(b, o, k) -> (o, k)>,
                       affine_map<(b, o, k) -> (b, o)>]
      ins(%flat, %fc_weight : tensor<?x512xf32>, tensor<10x512xf32>)
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

  return %fc_biased, %bn0_new_mean, %bn0_new_var, %block1_bn1_new_mean, %block1_bn1_new_var, %block1_bn2_new_mean, %block1_bn2_new_var, %block2_bn1_new_mean, %block2_bn1_new_var, %block2_bn2_new_mean, %block2_bn2_new_var, %block3_bn1_new_mean, %block3_bn1_new_var, %block3_bn2_new_mean, %block3_bn2_new_var, %block3_bn3_new_mean, %block3_bn3_new_var, %block4_bn1_new_mean, %block4_bn1_new_var, %block4_bn2_new_mean, %block4_bn2_new_var, %block5_bn1_new_mean, %block5_bn1_new_var, %block5_bn2_new_mean, %block5_bn2_new_var, %block5_bn3_new_mean, %block5_bn3_new_var, %block6_bn1_new_mean, %block6_bn1_new_var, %block6_bn2_new_mean, %block6_bn2_new_var, %block7_bn1_new_mean, %block7_bn1_new_var, %block7_bn2_new_mean, %block7_bn2_new_var, %block7_bn3_new_mean, %block7_bn3_new_var, %block8_bn1_new_mean, %block8_bn1_new_var, %block8_bn2_new_mean, %block8_bn2_new_var
      : tensor<?x10xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<128xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<256xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>, tensor<512xf32>
}
