// A small network for 4x4 grey images in three classes: a float convolution, one
// on codes and a float linear layer. The bits are left open.

func.func @forward(
    %x: tensor<?x4x4x1xf32> {dorefa.input},
    %w0: tensor<8x3x3x1xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %w1: tensor<16x3x3x8xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"},
    %gamma: tensor<16xf32> {dorefa.parameter = "bn1.gamma", dorefa.init = "ones"},
    %beta: tensor<16xf32> {dorefa.parameter = "bn1.beta", dorefa.init = "zeros"},
    %mean: tensor<16xf32> {dorefa.state = "bn1.running_mean", dorefa.init = "zeros"},
    %variance: tensor<16xf32> {dorefa.state = "bn1.running_var", dorefa.init = "ones"},
    %w: tensor<3x256xf32> {dorefa.parameter = "fc.weight", dorefa.init = "he_normal"})
    -> (tensor<?x3xf32> {dorefa.output},
        tensor<16xf32> {dorefa.state = "bn1.running_mean"},
        tensor<16xf32> {dorefa.state = "bn1.running_var"}) {
  %z0 = dorefa.conv2d %x, %w0 {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x1xf32>, tensor<8x3x3x1xf32> -> tensor<?x4x4x8xf32>
  %a0 = dorefa.quantize_activation %z0
      : tensor<?x4x4x8xf32> -> tensor<?x4x4x8x!dorefa.code<?, unipolar>>
  %c1, %s1 = dorefa.quantize_weight %w1
      : tensor<16x3x3x8xf32> -> tensor<16x3x3x8x!dorefa.code<?, bipolar>>, tensor<f32>
  %z1 = dorefa.conv2d %a0, %c1 filter_scale(%s1 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x4x4x8x!dorefa.code<?, unipolar>>, tensor<16x3x3x8x!dorefa.code<?, bipolar>>
      -> tensor<?x4x4x16xf32>
  %g1 = dorefa.quantize_gradient %z1 : tensor<?x4x4x16xf32>
  %y1, %new_mean, %new_variance = dorefa.batch_norm %g1, %gamma, %beta, %mean, %variance
      : tensor<?x4x4x16xf32>, tensor<16xf32>
  %a1 = dorefa.quantize_activation %y1 open : tensor<?x4x4x16xf32> -> tensor<?x4x4x16xf32>
  %flat = tensor.collapse_shape %a1 [[0], [1, 2, 3]]
      : tensor<?x4x4x16xf32> into tensor<?x256xf32>
  %logits = dorefa.linear %flat, %w : tensor<?x256xf32>, tensor<3x256xf32> -> tensor<?x3xf32>
  return %logits, %new_mean, %new_variance : tensor<?x3xf32>, tensor<16xf32>, tensor<16xf32>
}
