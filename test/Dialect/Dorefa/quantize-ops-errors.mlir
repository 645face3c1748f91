// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @quantize_activation_shape(%x: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op (C1) shapes of input and result differ: 'tensor<2x8xf32>' and 'tensor<8x2x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.quantize_activation %x : tensor<2x8xf32> -> tensor<8x2x!dorefa.code<2, unipolar>>
  return
}

// -----

func.func @quantize_activation_bound(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op (C2) bound relu is for an f32 result; codes need clip, abs_clip or tanh}}
  %0 = dorefa.quantize_activation %x bound<relu> : tensor<2xf32> -> tensor<2x!dorefa.code<2, unipolar>>
  return
}

// -----

func.func @quantize_activation_open(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op (C3) open needs an f32 result, got 'tensor<2x!dorefa.code<?, unipolar>>'}}
  %0 = dorefa.quantize_activation %x open : tensor<2xf32> -> tensor<2x!dorefa.code<?, unipolar>>
  return
}

// -----

func.func @clip_mask_shape(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.clip_mask' op (C1) shapes of input and result differ}}
  %0 = dorefa.clip_mask %x : tensor<2xf32> -> tensor<3x!dorefa.code<1, unipolar>>
  return
}

// -----

func.func @clip_mask_bound(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.clip_mask' op (C2) bound must be clip or relu, got tanh}}
  %0 = dorefa.clip_mask %x bound<tanh> : tensor<2xf32> -> tensor<2x!dorefa.code<1, unipolar>>
  return
}

// -----

func.func @clip_mask_bits(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.clip_mask' op (C3) the result must have 1-bit codes, got 'tensor<2x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.clip_mask %x : tensor<2xf32> -> tensor<2x!dorefa.code<2, unipolar>>
  return
}

// -----

func.func @mask_shape(%x: tensor<2xf32>, %m: tensor<3x!dorefa.code<1, unipolar>>) {
  // expected-error @below {{'dorefa.mask' op (C1) shapes of input and mask differ}}
  %0 = dorefa.mask %x, %m : tensor<2xf32>, tensor<3x!dorefa.code<1, unipolar>>
  return
}

// -----

func.func @mask_bits(%x: tensor<2xf32>, %m: tensor<2x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.mask' op (C2) the mask must have 1-bit codes, got 'tensor<2x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.mask %x, %m : tensor<2xf32>, tensor<2x!dorefa.code<2, unipolar>>
  return
}

// -----

func.func @quantize_weight_shape(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C1) shapes of input and codes differ}}
  %0, %s = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<16x!dorefa.code<2, bipolar>>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_scale(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C2) the scale must be a tensor<f32>, got 'tensor<2xf32>'}}
  %0, %s = dorefa.quantize_weight %w : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<2xf32>
  return
}

// -----

func.func @quantize_weight_channel_scale(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C2) per_channel needs a scale for each index of axis 0 of 'tensor<2x8xf32>', got 'tensor<8xf32>'}}
  %0, %s = dorefa.quantize_weight %w per_channel : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<8xf32>
  return
}

// -----

func.func @quantize_weight_no_channels(%w: tensor<f32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C2) per_channel needs a scale for each index of axis 0 of 'tensor<f32>', got 'tensor<1xf32>'}}
  %0, %s = dorefa.quantize_weight %w per_channel : tensor<f32> -> tensor<!dorefa.code<1, bipolar>>, tensor<1xf32>
  return
}

// -----

func.func @quantize_weight_per_channel(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C3) per_channel needs 1-bit bipolar codes, or pow2 codes, got 'tensor<2x8x!dorefa.code<2, bipolar>>'}}
  %0, %s = dorefa.quantize_weight %w per_channel : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<2, bipolar>>, tensor<2xf32>
  return
}

// -----

func.func @quantize_weight_detach_scale(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C4) detach_scale needs bipolar codes of more than 1 bit, got 'tensor<2x8x!dorefa.code<1, bipolar>>'}}
  %0, %s = dorefa.quantize_weight %w detach_scale : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<1, bipolar>>, tensor<f32>
  return
}

// -----

func.func @quantize_weight_scheme(%w: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op (C5) scheme<threshold> needs pow2 codes, got 'tensor<2x8x!dorefa.code<3, bipolar>>'}}
  %0, %s = dorefa.quantize_weight %w scheme<threshold> : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<3, bipolar>>, tensor<f32>
  return
}

// -----

func.func @quantize_gradient_bits(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op (C1) bits must be 1 to 8 or 32, got 9}}
  %0 = dorefa.quantize_gradient %x bits(9) : tensor<2xf32>
  return
}

// -----

func.func @quantize_gradient_negative(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op (C1) bits must be 1 to 8 or 32, got -1}}
  %0 = dorefa.quantize_gradient %x bits(-1) : tensor<2xf32>
  return
}

// -----

func.func @quantize_gradient_batch(%x: tensor<f32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op (C2) the tensor needs a batch axis, got 'tensor<f32>'}}
  %0 = dorefa.quantize_gradient %x bits(4) : tensor<f32>
  return
}

// -----

func.func @encode_gradient_shape(%x: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.encode_gradient' op (C1) shapes of input and codes differ}}
  %0, %s = dorefa.encode_gradient %x : tensor<2x8xf32> -> tensor<2x9x!dorefa.code<4, bipolar>>, tensor<2xf32>
  return
}

// -----

func.func @encode_gradient_batch(%x: tensor<f32>) {
  // expected-error @below {{'dorefa.encode_gradient' op (C1) the input needs a batch axis, got 'tensor<f32>'}}
  %0, %s = dorefa.encode_gradient %x : tensor<f32> -> tensor<!dorefa.code<4, bipolar>>, tensor<1xf32>
  return
}

// -----

func.func @encode_gradient_kind(%x: tensor<2x8xf32>) {
  // 'dorefa.encode_gradient' op (C2), by the type of the result
  // expected-error @below {{'dorefa.encode_gradient' op result #0 must be ranked tensor of bipolar code values, but got 'tensor<2x8x!dorefa.code<4, unipolar>>'}}
  %0, %s = dorefa.encode_gradient %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<4, unipolar>>, tensor<2xf32>
  return
}

// -----

func.func @encode_gradient_scale(%x: tensor<2x8xf32>) {
  // expected-error @below {{'dorefa.encode_gradient' op (C3) the scale must have one element for each sample of 'tensor<2x8xf32>', got 'tensor<8xf32>'}}
  %0, %s = dorefa.encode_gradient %x : tensor<2x8xf32> -> tensor<2x8x!dorefa.code<4, bipolar>>, tensor<8xf32>
  return
}

// -----

func.func @encode_gradient_noise(%x: tensor<2x8xf32>, %seed: i64) {
  // expected-error @below {{'dorefa.encode_gradient' op (C4) seed and step come together}}
  %0, %s = "dorefa.encode_gradient"(%x, %seed) <{operandSegmentSizes = array<i32: 1, 1, 0>}>
      : (tensor<2x8xf32>, i64) -> (tensor<2x8x!dorefa.code<4, bipolar>>, tensor<2xf32>)
  return
}

// -----

func.func @dequantize_shape(%c: tensor<2x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.dequantize' op (C1) shapes of codes and result differ}}
  %0 = dorefa.dequantize %c : tensor<2x!dorefa.code<2, unipolar>> -> tensor<1x2xf32>
  return
}

// -----

func.func @dequantize_scale(%c: tensor<2x3x!dorefa.code<2, unipolar>>, %s: tensor<3xf32>) {
  // expected-error @below {{'dorefa.dequantize' op (C2) a scale of rank 1 must have the size of axis 0 of 'tensor<2x3x!dorefa.code<2, unipolar>>', got 'tensor<3xf32>'}}
  %0 = dorefa.dequantize %c scale(%s : tensor<3xf32>) : tensor<2x3x!dorefa.code<2, unipolar>> -> tensor<2x3xf32>
  return
}

// -----

func.func @dequantize_scale_of_scalar(%c: tensor<!dorefa.code<2, unipolar>>, %s: tensor<1xf32>) {
  // expected-error @below {{'dorefa.dequantize' op (C2) a scale of rank 1 must have the size of axis 0}}
  %0 = dorefa.dequantize %c scale(%s : tensor<1xf32>) : tensor<!dorefa.code<2, unipolar>> -> tensor<f32>
  return
}

// -----

func.func @code_constant_shape() {
  // expected-error @below {{'dorefa.code_constant' op (C1) shapes of value and result differ: 'tensor<2xi8>' and 'tensor<3x!dorefa.code<2, bipolar>>'}}
  %0 = dorefa.code_constant dense<1> : tensor<2xi8> -> tensor<3x!dorefa.code<2, bipolar>>
  return
}

// -----

func.func @code_constant_open() {
  // expected-error @below {{'dorefa.code_constant' op (C2) the codes must not be open, got 'tensor<2x!dorefa.code<?, bipolar>>'}}
  %0 = dorefa.code_constant dense<1> : tensor<2xi8> -> tensor<2x!dorefa.code<?, bipolar>>
  return
}

// -----

func.func @code_constant_range() {
  // expected-error @below {{'dorefa.code_constant' op (C3) code 4 is above the largest, 3, of '!dorefa.code<2, bipolar>'}}
  %0 = dorefa.code_constant dense<[0, 4]> : tensor<2xi8> -> tensor<2x!dorefa.code<2, bipolar>>
  return
}

// -----

func.func @code_constant_negative() {
  // expected-error @below {{'dorefa.code_constant' op (C3) code 255 is above the largest, 127, of '!dorefa.code<7, unipolar>'}}
  %0 = dorefa.code_constant dense<-1> : tensor<2xi8> -> tensor<2x!dorefa.code<7, unipolar>>
  return
}

// -----

func.func @code_constant_pow2() {
  // expected-error @below {{'dorefa.code_constant' op (C3) code 5 is above the largest, 4, of '!dorefa.code<3, pow2>'}}
  %0 = dorefa.code_constant dense<5> : tensor<2xi8> -> tensor<2x!dorefa.code<3, pow2>>
  return
}

// -----

func.func @quantize_activation_grad(%g: tensor<2xf32>, %x: tensor<3xf32>) {
  // 'dorefa.quantize_activation_grad' op (C1), by its trait
  // expected-error @below {{'dorefa.quantize_activation_grad' op requires the same type for all operands and results}}
  %0 = "dorefa.quantize_activation_grad"(%g, %x) : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_weight_grad(%g: tensor<2xf32>, %x: tensor<3xf32>) {
  // 'dorefa.quantize_weight_grad' op (C1), by its trait
  // expected-error @below {{'dorefa.quantize_weight_grad' op requires the same type for all operands and results}}
  %0 = "dorefa.quantize_weight_grad"(%g, %x) : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_gradient(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op requires the same type for all operands and results}}
  %0 = "dorefa.quantize_gradient"(%x) : (tensor<2xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @ste(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // 'dorefa.ste' op (C1), by its trait
  // expected-error @below {{'dorefa.ste' op requires the same type for all operands and results}}
  %0 = "dorefa.ste"(%x, %y) : (tensor<2xf32>, tensor<3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @mask(%x: tensor<2xf32>, %m: tensor<2x!dorefa.code<1, unipolar>>) {
  // expected-error @below {{'dorefa.mask' op failed to verify that all of {input, result} have same type}}
  %0 = "dorefa.mask"(%x, %m) : (tensor<2xf32>, tensor<2x!dorefa.code<1, unipolar>>) -> tensor<3xf32>
  return
}
