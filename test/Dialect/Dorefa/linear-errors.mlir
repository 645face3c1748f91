// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @linear_rank(%a: tensor<?x2x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C1) ranks must be 2, got 'tensor<?x2x8x!dorefa.code<2, unipolar>>' and 'tensor<4x8x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.linear %a, %w
      : tensor<?x2x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_filter_rank(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C1) ranks must be 2}}
  %0 = dorefa.linear %a, %w
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_result_rank(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C1) ranks must be 2}}
  %0 = dorefa.linear %a, %w
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x2x2xf32>
  return
}

// -----

func.func @linear_dynamic_filter(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<?x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C1) the filter's shape must be static, got 'tensor<?x8x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.linear %a, %w
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<?x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_dynamic_input(%a: tensor<?x?x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C1) the input's second axis must be static, got 'tensor<?x?x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.linear %a, %w
      : tensor<?x?x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_depth(%a: tensor<?x9x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C2) second axes of input and filter differ: 'tensor<?x9x!dorefa.code<2, unipolar>>' and 'tensor<4x8x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.linear %a, %w
      : tensor<?x9x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_result(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C2) the result must have the batch of 'tensor<?x8x!dorefa.code<2, unipolar>>' and the first axis of 'tensor<4x8x!dorefa.code<1, bipolar>>', got 'tensor<?x8xf32>'}}
  %0 = dorefa.linear %a, %w
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_batch(%a: tensor<2x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C2) the result must have the batch of}}
  %0 = dorefa.linear %a, %w
      : tensor<2x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<3x4xf32>
  return
}

// -----

func.func @linear_input_scale(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.linear' op (C3) input_scale must be a scalar, got 'tensor<6xf32>'}}
  %0 = dorefa.linear %a, %w input_scale(%s : tensor<6xf32>)
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_filter_scale(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.linear' op (C3) filter_scale must have one element for each index of axis 0 of 'tensor<4x8x!dorefa.code<1, bipolar>>', got 'tensor<6xf32>'}}
  %0 = dorefa.linear %a, %w filter_scale(%s : tensor<6xf32>)
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_float_filter_scale(%a: tensor<?x8x!dorefa.code<2, unipolar>>, %w: tensor<4x8xf32>, %s: tensor<f32>) {
  // expected-error @below {{'dorefa.linear' op (C3) filter_scale needs codes, got 'tensor<4x8xf32>'}}
  %0 = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8xf32> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_range_pow2(%a: tensor<?x526345x!dorefa.code<8, unipolar>>, %w: tensor<4x526345x!dorefa.code<6, pow2>>) {
  // expected-error @below {{'dorefa.linear' op (C4) a sum of 526345 products of 8 and 6 bits does not fit into 32 bits}}
  %0 = dorefa.linear %a, %w
      : tensor<?x526345x!dorefa.code<8, unipolar>>, tensor<4x526345x!dorefa.code<6, pow2>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_range_most_pow2(%a: tensor<?x526344x!dorefa.code<8, unipolar>>, %w: tensor<4x526344x!dorefa.code<6, pow2>>) {
  %0 = dorefa.linear %a, %w
      : tensor<?x526344x!dorefa.code<8, unipolar>>, tensor<4x526344x!dorefa.code<6, pow2>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_range(%a: tensor<?x16513x!dorefa.code<8, unipolar>>, %w: tensor<4x16513x!dorefa.code<8, bipolar>>) {
  // expected-error @below {{'dorefa.linear' op (C4) a sum of 16513 products of 8 and 8 bits does not fit into 32 bits}}
  %0 = dorefa.linear %a, %w
      : tensor<?x16513x!dorefa.code<8, unipolar>>, tensor<4x16513x!dorefa.code<8, bipolar>> -> tensor<?x4xf32>
  return
}

// -----

func.func @linear_grad_input_rank(%a: tensor<?x2x2x!dorefa.code<6, bipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C1) ranks must be 2}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x2x2x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_dynamic_filter(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<4x?x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C1) the filter's shape must be static}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x?x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_cotangent(%a: tensor<?x5x!dorefa.code<6, bipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C2) the cotangent must have the batch of 'tensor<?x8xf32>' and the first axis of 'tensor<4x8x!dorefa.code<1, bipolar>>', got 'tensor<?x5x!dorefa.code<6, bipolar>>'}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x5x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_result(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C2) second axes of input and filter differ}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x9xf32>
  return
}

// -----

func.func @linear_grad_input_cotangent_scale(%a: tensor<2x4x!dorefa.code<6, bipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C3) cotangent_scale must have one element for each index of axis 0}}
  %0 = dorefa.linear_grad_input %a, %w cotangent_scale(%s : tensor<6xf32>)
      : tensor<2x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<2x8xf32>
  return
}

// -----

func.func @linear_grad_input_float_cotangent_scale(%a: tensor<?x4xf32>, %w: tensor<4x8x!dorefa.code<1, bipolar>>, %s: tensor<?xf32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C3) cotangent_scale needs codes}}
  %0 = dorefa.linear_grad_input %a, %w cotangent_scale(%s : tensor<?xf32>)
      : tensor<?x4xf32>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_filter_scale(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<4x8x!dorefa.code<1, bipolar>>, %s: tensor<4xf32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C3) filter_scale must be a scalar, got 'tensor<4xf32>'}}
  %0 = dorefa.linear_grad_input %a, %w filter_scale(%s : tensor<4xf32>)
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_float_filter_scale(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<4x8xf32>, %s: tensor<f32>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C3) filter_scale needs codes}}
  %0 = dorefa.linear_grad_input %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<4x8xf32> -> tensor<?x8xf32>
  return
}

// -----

// Four powers to a part, the largest of them 8: 2^31 / (4 255 8).

func.func @linear_grad_input_range_pow2(%a: tensor<?x263173x!dorefa.code<8, bipolar>>, %w: tensor<263173x8x!dorefa.code<6, pow2>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C4) a sum of 263173 products of 8 and 6 bits does not fit into 32 bits}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x263173x!dorefa.code<8, bipolar>>, tensor<263173x8x!dorefa.code<6, pow2>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_input_range(%a: tensor<?x8257x!dorefa.code<8, bipolar>>, %w: tensor<8257x8x!dorefa.code<8, bipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_input' op (C4) a sum of 8257 products of 8 and 8 bits does not fit into 32 bits}}
  %0 = dorefa.linear_grad_input %a, %w
      : tensor<?x8257x!dorefa.code<8, bipolar>>, tensor<8257x8x!dorefa.code<8, bipolar>> -> tensor<?x8xf32>
  return
}

// -----

func.func @linear_grad_filter_rank(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C1) ranks must be 2}}
  %0 = dorefa.linear_grad_filter %a, %w
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x2x4xf32>
  return
}

// -----

func.func @linear_grad_filter_dynamic_result(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C1) the filter's shape must be static, got 'tensor<4x?xf32>'}}
  %0 = dorefa.linear_grad_filter %a, %w
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x?xf32>
  return
}

// -----

func.func @linear_grad_filter_cotangent(%a: tensor<?x5x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C2) the cotangent must have the batch of}}
  %0 = dorefa.linear_grad_filter %a, %w
      : tensor<?x5x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_depth(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C2) second axes of input and filter differ}}
  %0 = dorefa.linear_grad_filter %a, %w
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x9xf32>
  return
}

// -----

func.func @linear_grad_filter_cotangent_scale(%a: tensor<2x4x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C3) cotangent_scale must have one element for each index of axis 0}}
  %0 = dorefa.linear_grad_filter %a, %w cotangent_scale(%s : tensor<6xf32>)
      : tensor<2x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return
}

// -----

func.func @linear_grad_filter_input_scale(%a: tensor<?x4x!dorefa.code<6, bipolar>>, %w: tensor<?x8x!dorefa.code<2, unipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.linear_grad_filter' op (C3) input_scale must be a scalar, got 'tensor<6xf32>'}}
  %0 = dorefa.linear_grad_filter %a, %w input_scale(%s : tensor<6xf32>)
      : tensor<?x4x!dorefa.code<6, bipolar>>, tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<4x8xf32>
  return
}
