// The three products of a W1A2G6 convolution, a function each.

func.func @forward(%a: tensor<?x14x14x64x!dorefa.code<2, unipolar>>, %w: tensor<64x3x3x64x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x14x14x64xf32> {
  %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x14x14x64x!dorefa.code<2, unipolar>>, tensor<64x3x3x64x!dorefa.code<1, bipolar>> -> tensor<?x14x14x64xf32>
  return %z : tensor<?x14x14x64xf32>
}

func.func @input_gradient(%g: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %w: tensor<64x3x3x64x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x14x14x64xf32> {
  %dx = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x64x!dorefa.code<1, bipolar>> -> tensor<?x14x14x64xf32>
  return %dx : tensor<?x14x14x64xf32>
}

func.func @filter_gradient(%g: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %m: tensor<?xf32>, %a: tensor<?x14x14x64x!dorefa.code<2, unipolar>>) -> tensor<64x3x3x64xf32> {
  %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>) {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x64x!dorefa.code<2, unipolar>> -> tensor<64x3x3x64xf32>
  return %dw : tensor<64x3x3x64xf32>
}
