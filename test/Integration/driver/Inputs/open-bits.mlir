func.func @quantize(%x: tensor<?x4xf32>) -> tensor<?x4x!dorefa.code<?, unipolar>> {
  %c = dorefa.quantize_activation %x
      : tensor<?x4xf32> -> tensor<?x4x!dorefa.code<?, unipolar>>
  return %c : tensor<?x4x!dorefa.code<?, unipolar>>
}
