// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

// The convolutions and linear layers: each operand and each result with an element type (or a kind of code) that
// it does not take.

func.func @conv2d_operand_0(%a: tensor<?x14x14x32x!dorefa.code<2, bipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d' op operand #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x14x14x32x!dorefa.code<2, bipolar>>'}}
  %0 = "dorefa.conv2d"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x32x!dorefa.code<2, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x14x14x64xf32>
  return
}

// -----

func.func @conv2d_operand_1(%a: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, unipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d' op operand #1 must be ranked tensor of bipolar code or pow2 code or 32-bit float values, but got 'tensor<64x3x3x32x!dorefa.code<1, unipolar>>'}}
  %0 = "dorefa.conv2d"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, unipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x14x14x64xf32>
  return
}

// -----

func.func @conv2d_operand_2(%a: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<f64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d' op operand #2 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.conv2d"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f64>, tensor<f32>) -> tensor<?x14x14x64xf32>
  return
}

// -----

func.func @conv2d_operand_3(%a: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.conv2d' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.conv2d"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f64>) -> tensor<?x14x14x64xf32>
  return
}

// -----

func.func @conv2d_result_0(%a: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x14x14x64xf64>'}}
  %0 = "dorefa.conv2d"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x14x14x64xf64>
  return
}

// -----

func.func @conv2d_grad_input_operand_0(%a: tensor<?x14x14x64x!dorefa.code<6, unipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op operand #0 must be ranked tensor of bipolar code or 32-bit float values, but got 'tensor<?x14x14x64x!dorefa.code<6, unipolar>>'}}
  %0 = "dorefa.conv2d_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x14x14x32xf32>
  return
}

// -----

func.func @conv2d_grad_input_operand_1(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op operand #1 must be ranked tensor of bipolar code or pow2 code or 32-bit float values, but got 'tensor<64x3x3x32x!dorefa.code<1, unipolar>>'}}
  %0 = "dorefa.conv2d_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x14x14x32xf32>
  return
}

// -----

func.func @conv2d_grad_input_operand_2(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<?xf64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.conv2d_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<?xf64>, tensor<f32>) -> tensor<?x14x14x32xf32>
  return
}

// -----

func.func @conv2d_grad_input_operand_3(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.conv2d_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f64>) -> tensor<?x14x14x32xf32>
  return
}

// -----

func.func @conv2d_grad_input_result_0(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<64x3x3x32x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x14x14x32xf64>'}}
  %0 = "dorefa.conv2d_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x14x14x32xf64>
  return
}

// -----

func.func @conv2d_grad_filter_operand_0(%a: tensor<?x14x14x64x!dorefa.code<6, unipolar>>, %b: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op operand #0 must be ranked tensor of bipolar code or 32-bit float values, but got 'tensor<?x14x14x64x!dorefa.code<6, unipolar>>'}}
  %0 = "dorefa.conv2d_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, unipolar>>, tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<64x3x3x32xf32>
  return
}

// -----

func.func @conv2d_grad_filter_operand_1(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<?x14x14x32x!dorefa.code<2, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op operand #1 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x14x14x32x!dorefa.code<2, bipolar>>'}}
  %0 = "dorefa.conv2d_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x32x!dorefa.code<2, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<64x3x3x32xf32>
  return
}

// -----

func.func @conv2d_grad_filter_operand_2(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %c: tensor<?xf64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.conv2d_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<?xf64>, tensor<f32>) -> tensor<64x3x3x32xf32>
  return
}

// -----

func.func @conv2d_grad_filter_operand_3(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.conv2d_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f64>) -> tensor<64x3x3x32xf32>
  return
}

// -----

func.func @conv2d_grad_filter_result_0(%a: tensor<?x14x14x64x!dorefa.code<6, bipolar>>, %b: tensor<?x14x14x32x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<64x3x3x32xf64>'}}
  %0 = "dorefa.conv2d_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>, pads = array<i64: 1, 1, 1, 1>}>
      : (tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<64x3x3x32xf64>
  return
}

// -----

func.func @linear_operand_0(%a: tensor<?x8x!dorefa.code<2, bipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear' op operand #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x8x!dorefa.code<2, bipolar>>'}}
  %0 = "dorefa.linear"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x8x!dorefa.code<2, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_operand_1(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %b: tensor<4x8x!dorefa.code<1, unipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear' op operand #1 must be ranked tensor of bipolar code or pow2 code or 32-bit float values, but got 'tensor<4x8x!dorefa.code<1, unipolar>>'}}
  %0 = "dorefa.linear"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, unipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_operand_2(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<f64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear' op operand #2 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.linear"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f64>, tensor<f32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_operand_3(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.linear' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.linear"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f64>) -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_result_0(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<f32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x4xf64>'}}
  %0 = "dorefa.linear"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>, tensor<f32>) -> tensor<?x4xf64>
  return
}

// -----

func.func @linear_grad_input_operand_0(%a: tensor<?x4x!dorefa.code<6, unipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op operand #0 must be ranked tensor of bipolar code or 32-bit float values, but got 'tensor<?x4x!dorefa.code<6, unipolar>>'}}
  %0 = "dorefa.linear_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_operand_1(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<4x8x!dorefa.code<1, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op operand #1 must be ranked tensor of bipolar code or pow2 code or 32-bit float values, but got 'tensor<4x8x!dorefa.code<1, unipolar>>'}}
  %0 = "dorefa.linear_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_operand_2(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<?xf64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.linear_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<?xf64>, tensor<f32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_operand_3(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.linear_grad_input' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.linear_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f64>) -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_result_0(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<4x8x!dorefa.code<1, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0 = "dorefa.linear_grad_input"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<?x8xf64>
  return
}

// -----

func.func @linear_grad_filter_operand_0(%a: tensor<?x4x!dorefa.code<6, unipolar>>, %b: tensor<?x8x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op operand #0 must be ranked tensor of bipolar code or 32-bit float values, but got 'tensor<?x4x!dorefa.code<6, unipolar>>'}}
  %0 = "dorefa.linear_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, unipolar>>, tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_operand_1(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<?x8x!dorefa.code<2, bipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op operand #1 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x8x!dorefa.code<2, bipolar>>'}}
  %0 = "dorefa.linear_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, bipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_operand_2(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<?x8x!dorefa.code<2, unipolar>>, %c: tensor<?xf64>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.linear_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?xf64>, tensor<f32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_operand_3(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<?x8x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f64>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op operand #3 must be 0D tensor of 32-bit float values or 1D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.linear_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f64>) -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_result_0(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %b: tensor<?x8x!dorefa.code<2, unipolar>>, %c: tensor<?xf32>, %d: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<4x8xf64>'}}
  %0 = "dorefa.linear_grad_filter"(%a, %b, %c, %d) <{operandSegmentSizes = array<i32: 1, 1, 1, 1>}>
      : (tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?xf32>, tensor<f32>) -> tensor<4x8xf64>
  return
}
