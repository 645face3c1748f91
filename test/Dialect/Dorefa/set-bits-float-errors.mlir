// RUN: dorefa-opt %s --split-input-file --verify-diagnostics --dorefa-set-bits="w=2 a=32"

func.func @sample_scale(%a: tensor<2x!dorefa.code<?, unipolar>>, %s: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{'dorefa.dequantize' op cannot become float: its scale is no scalar}}
  %v = dorefa.dequantize %a scale(%s : tensor<2xf32>) : tensor<2x!dorefa.code<?, unipolar>> -> tensor<2xf32>
  return %v : tensor<2xf32>
}

// -----

// The choice of bits must suit the rest of the model.

func.func @per_channel(%w: tensor<4x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C3) per_channel needs 1-bit bipolar codes, or pow2 codes}}
  %c, %s = dorefa.quantize_weight %w per_channel : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, bipolar>>, tensor<4xf32>
  return
}
