// A linear layer on codes; how many rows it has is not known.

func.func @layer(%a: tensor<?x1024x!dorefa.code<2, unipolar>>, %w: tensor<128x1024xf32>) -> tensor<?x128xf32> {
  %c, %s = dorefa.quantize_weight %w
      : tensor<128x1024xf32> -> tensor<128x1024x!dorefa.code<1, bipolar>>, tensor<f32>
  %z = dorefa.linear %a, %c filter_scale(%s : tensor<f32>)
      : tensor<?x1024x!dorefa.code<2, unipolar>>, tensor<128x1024x!dorefa.code<1, bipolar>>
      -> tensor<?x128xf32>
  return %z : tensor<?x128xf32>
}
