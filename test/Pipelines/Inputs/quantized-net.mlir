// A network without any float product: its input is quantized, and so is every
// layer.
func.func @forward(
    %x: tensor<?x8x8x3xf32> {dorefa.input},
    %w0: tensor<32x3x3x3xf32> {dorefa.parameter = "conv0.weight", dorefa.init = "he_normal"},
    %w1: tensor<32x3x3x32xf32> {dorefa.parameter = "conv1.weight", dorefa.init = "he_normal"}
  ) -> (tensor<?x32xf32> {dorefa.output}) {
  %a0 = dorefa.quantize_activation %x : tensor<?x8x8x3xf32> -> tensor<?x8x8x3x!dorefa.code<2, unipolar>>
  %c0, %s0 = dorefa.quantize_weight %w0 : tensor<32x3x3x3xf32> -> tensor<32x3x3x3x!dorefa.code<1, bipolar>>, tensor<f32>
  %z0 = dorefa.conv2d %a0, %c0 filter_scale(%s0 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x3x!dorefa.code<2, unipolar>>, tensor<32x3x3x3x!dorefa.code<1, bipolar>> -> tensor<?x8x8x32xf32>
  %g0 = dorefa.quantize_gradient %z0 bits(6) : tensor<?x8x8x32xf32>
  %a1 = dorefa.quantize_activation %g0 : tensor<?x8x8x32xf32> -> tensor<?x8x8x32x!dorefa.code<2, unipolar>>
  %c1, %s1 = dorefa.quantize_weight %w1 : tensor<32x3x3x32xf32> -> tensor<32x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>
  %z1 = dorefa.conv2d %a1, %c1 filter_scale(%s1 : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x8x8x32x!dorefa.code<2, unipolar>>, tensor<32x3x3x32x!dorefa.code<1, bipolar>> -> tensor<?x8x8x32xf32>
  %g1 = dorefa.quantize_gradient %z1 bits(6) : tensor<?x8x8x32xf32>
  %p, %winner = dorefa.max_pool %g1 {kernel = array<i64: 8, 8>, strides = array<i64: 8, 8>}
      : tensor<?x8x8x32xf32> -> tensor<?x1x1x32xf32>, tensor<?x1x1x32xi8>
  %logits = tensor.collapse_shape %p [[0], [1, 2, 3]] : tensor<?x1x1x32xf32> into tensor<?x32xf32>
  return %logits : tensor<?x32xf32>
}
