// Convolutions of codes of one bit: weights that a cache holds; weights that none holds, for one image
// and for any number.

func.func @held(%a: tensor<1x28x28x128x!dorefa.code<1, unipolar>>, %w: tensor<128x3x3x128x!dorefa.code<1, bipolar>>) -> tensor<1x28x28x128xf32> {
  %z = dorefa.conv2d %a, %w {pads = array<i64: 1, 1, 1, 1>}
      : tensor<1x28x28x128x!dorefa.code<1, unipolar>>, tensor<128x3x3x128x!dorefa.code<1, bipolar>> -> tensor<1x28x28x128xf32>
  return %z : tensor<1x28x28x128xf32>
}

func.func @streamed(%a: tensor<1x7x7x512x!dorefa.code<1, unipolar>>, %w: tensor<512x3x3x512x!dorefa.code<1, bipolar>>) -> tensor<1x7x7x512xf32> {
  %z = dorefa.conv2d %a, %w {pads = array<i64: 1, 1, 1, 1>}
      : tensor<1x7x7x512x!dorefa.code<1, unipolar>>, tensor<512x3x3x512x!dorefa.code<1, bipolar>> -> tensor<1x7x7x512xf32>
  return %z : tensor<1x7x7x512xf32>
}

func.func @streamed_for_many(%a: tensor<?x7x7x512x!dorefa.code<1, unipolar>>, %w: tensor<512x3x3x512x!dorefa.code<1, bipolar>>) -> tensor<?x7x7x512xf32> {
  %z = dorefa.conv2d %a, %w {pads = array<i64: 1, 1, 1, 1>}
      : tensor<?x7x7x512x!dorefa.code<1, unipolar>>, tensor<512x3x3x512x!dorefa.code<1, bipolar>> -> tensor<?x7x7x512xf32>
  return %z : tensor<?x7x7x512xf32>
}
