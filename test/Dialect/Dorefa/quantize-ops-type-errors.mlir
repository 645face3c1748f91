// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

// The quantizers: each operand and each result with an element type (or a kind of code) that
// it does not take.

func.func @quantize_activation_operand_0(%a: tensor<2xf64>) {
  // expected-error @below {{'dorefa.quantize_activation' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_activation"(%a) : (tensor<2xf64>) -> tensor<2x!dorefa.code<2, unipolar>>
  return
}

// -----

func.func @quantize_activation_result_0(%a: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op result #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<2x!dorefa.code<2, bipolar>>'}}
  %0 = "dorefa.quantize_activation"(%a) : (tensor<2xf32>) -> tensor<2x!dorefa.code<2, bipolar>>
  return
}

// -----

func.func @clip_mask_operand_0(%a: tensor<2xf64>) {
  // expected-error @below {{'dorefa.clip_mask' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.clip_mask"(%a) : (tensor<2xf64>) -> tensor<2x!dorefa.code<1, unipolar>>
  return
}

// -----

func.func @clip_mask_result_0(%a: tensor<2xf32>) {
  // expected-error @below {{'dorefa.clip_mask' op result #0 must be ranked tensor of unipolar code values, but got 'tensor<2x!dorefa.code<1, bipolar>>'}}
  %0 = "dorefa.clip_mask"(%a) : (tensor<2xf32>) -> tensor<2x!dorefa.code<1, bipolar>>
  return
}

// -----

func.func @mask_operand_0(%a: tensor<2xf64>, %b: tensor<2x!dorefa.code<1, unipolar>>) {
  // expected-error @below {{'dorefa.mask' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.mask"(%a, %b) : (tensor<2xf64>, tensor<2x!dorefa.code<1, unipolar>>) -> tensor<2xf32>
  return
}

// -----

func.func @mask_operand_1(%a: tensor<2xf32>, %b: tensor<2x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.mask' op operand #1 must be ranked tensor of unipolar code values, but got 'tensor<2x!dorefa.code<1, bipolar>>'}}
  %0 = "dorefa.mask"(%a, %b) : (tensor<2xf32>, tensor<2x!dorefa.code<1, bipolar>>) -> tensor<2xf32>
  return
}

// -----

func.func @mask_result_0(%a: tensor<2xf32>, %b: tensor<2x!dorefa.code<1, unipolar>>) {
  // expected-error @below {{'dorefa.mask' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.mask"(%a, %b) : (tensor<2xf32>, tensor<2x!dorefa.code<1, unipolar>>) -> tensor<2xf64>
  return
}

// -----

func.func @quantize_activation_grad_operand_0(%a: tensor<2xf64>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation_grad' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_activation_grad"(%a, %b) : (tensor<2xf64>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_activation_grad_operand_1(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @below {{'dorefa.quantize_activation_grad' op operand #1 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_activation_grad"(%a, %b) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_activation_grad_result_0(%a: tensor<2xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation_grad' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_activation_grad"(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf64>
  return
}

// -----

func.func @quantize_weight_operand_0(%a: tensor<2xf64>) {
  // expected-error @below {{'dorefa.quantize_weight' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0:2 = "dorefa.quantize_weight"(%a) : (tensor<2xf64>) -> (tensor<2x!dorefa.code<1, bipolar>>, tensor<f32>)
  return
}

// -----

func.func @quantize_weight_result_0(%a: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op result #0 must be ranked tensor of bipolar code or pow2 code or 32-bit float values, but got 'tensor<2x!dorefa.code<1, unipolar>>'}}
  %0:2 = "dorefa.quantize_weight"(%a) : (tensor<2xf32>) -> (tensor<2x!dorefa.code<1, unipolar>>, tensor<f32>)
  return
}

// -----

func.func @quantize_weight_result_1(%a: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op result #1 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0:2 = "dorefa.quantize_weight"(%a) : (tensor<2xf32>) -> (tensor<2x!dorefa.code<1, bipolar>>, tensor<f64>)
  return
}

// -----

func.func @quantize_weight_grad_operand_0(%a: tensor<2xf64>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_weight_grad' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_weight_grad"(%a, %b) : (tensor<2xf64>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_weight_grad_operand_1(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @below {{'dorefa.quantize_weight_grad' op operand #1 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_weight_grad"(%a, %b) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_weight_grad_result_0(%a: tensor<2xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_weight_grad' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_weight_grad"(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf64>
  return
}

// -----

func.func @quantize_gradient_operand_0(%a: tensor<2xf64>) {
  // expected-error @below {{'dorefa.quantize_gradient' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_gradient"(%a) : (tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @quantize_gradient_result_0(%a: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.quantize_gradient"(%a) : (tensor<2xf32>) -> tensor<2xf64>
  return
}

// -----

func.func @encode_gradient_operand_0(%a: tensor<2xf64>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.encode_gradient' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0:2 = "dorefa.encode_gradient"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (tensor<2xf64>, i64, i64) -> (tensor<2x!dorefa.code<6, bipolar>>, tensor<2xf32>)
  return
}

// -----

func.func @encode_gradient_operand_1(%a: tensor<2xf32>, %b: i32, %c: i64) {
  // expected-error @below {{'dorefa.encode_gradient' op operand #1 must be 64-bit signless integer, but got 'i32'}}
  %0:2 = "dorefa.encode_gradient"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (tensor<2xf32>, i32, i64) -> (tensor<2x!dorefa.code<6, bipolar>>, tensor<2xf32>)
  return
}

// -----

func.func @encode_gradient_operand_2(%a: tensor<2xf32>, %b: i64, %c: i32) {
  // expected-error @below {{'dorefa.encode_gradient' op operand #2 must be 64-bit signless integer, but got 'i32'}}
  %0:2 = "dorefa.encode_gradient"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (tensor<2xf32>, i64, i32) -> (tensor<2x!dorefa.code<6, bipolar>>, tensor<2xf32>)
  return
}

// -----

func.func @encode_gradient_result_0(%a: tensor<2xf32>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.encode_gradient' op result #0 must be ranked tensor of bipolar code values, but got 'tensor<2x!dorefa.code<6, unipolar>>'}}
  %0:2 = "dorefa.encode_gradient"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (tensor<2xf32>, i64, i64) -> (tensor<2x!dorefa.code<6, unipolar>>, tensor<2xf32>)
  return
}

// -----

func.func @encode_gradient_result_1(%a: tensor<2xf32>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.encode_gradient' op result #1 must be 1D tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0:2 = "dorefa.encode_gradient"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>}>
      : (tensor<2xf32>, i64, i64) -> (tensor<2x!dorefa.code<6, bipolar>>, tensor<2xf64>)
  return
}

// -----

func.func @dequantize_operand_0(%a: tensor<2xf64>, %b: tensor<f32>) {
  // expected-error @below {{'dorefa.dequantize' op operand #0 must be ranked tensor of dorefa code values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.dequantize"(%a, %b) : (tensor<2xf64>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

func.func @dequantize_operand_1(%a: tensor<2x!dorefa.code<1, bipolar>>, %b: tensor<f64>) {
  // expected-error @below {{'dorefa.dequantize' op operand #1 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.dequantize"(%a, %b) : (tensor<2x!dorefa.code<1, bipolar>>, tensor<f64>) -> tensor<2xf32>
  return
}

// -----

func.func @dequantize_result_0(%a: tensor<2x!dorefa.code<1, bipolar>>, %b: tensor<f32>) {
  // expected-error @below {{'dorefa.dequantize' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.dequantize"(%a, %b) : (tensor<2x!dorefa.code<1, bipolar>>, tensor<f32>) -> tensor<2xf64>
  return
}

// -----

func.func @ste_operand_0(%a: tensor<2xf64>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.ste' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.ste"(%a, %b) : (tensor<2xf64>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @ste_operand_1(%a: tensor<2xf32>, %b: tensor<2xf64>) {
  // expected-error @below {{'dorefa.ste' op operand #1 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.ste"(%a, %b) : (tensor<2xf32>, tensor<2xf64>) -> tensor<2xf32>
  return
}

// -----

func.func @ste_result_0(%a: tensor<2xf32>, %b: tensor<2xf32>) {
  // expected-error @below {{'dorefa.ste' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.ste"(%a, %b) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf64>
  return
}

// -----

func.func @code_constant_result_0() {
  // expected-error @below {{'dorefa.code_constant' op result #0 must be ranked tensor of dorefa code values, but got 'tensor<2xf64>'}}
  %0 = "dorefa.code_constant"() <{value = dense<1> : tensor<2xi8>}> : () -> tensor<2xf64>
  return
}
