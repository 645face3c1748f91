// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @conv2d_rank(%a: tensor<?x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C1) input and filter must have rank 4, got 'tensor<?x8x4x!dorefa.code<2, unipolar>>' and 'tensor<6x3x3x4x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_filter_rank(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C1) input and filter must have rank 4}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_dynamic_filter(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<?x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C1) the filter's shape must be static, got 'tensor<?x3x3x4x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<?x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_empty_kernel(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x0x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C1) the kernel must not be empty, got 'tensor<6x3x0x4x!dorefa.code<1, bipolar>>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x0x4x!dorefa.code<1, bipolar>> -> tensor<?x6x9x6xf32>
  return
}

// -----

func.func @conv2d_dynamic_image(%a: tensor<?x?x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C1) the input's height, width and channels must be static, got 'tensor<?x?x8x4x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x?x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_strides(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C2) strides must be 2 positive numbers, got 0, 1}}
  %0 = dorefa.conv2d %a, %w {strides = array<i64: 0, 1>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_stride_count(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C2) strides must be 2 positive numbers, got 1}}
  %0 = dorefa.conv2d %a, %w {strides = array<i64: 1>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_dilations(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C2) dilations must be 2 positive numbers, got 1, -1}}
  %0 = dorefa.conv2d %a, %w {dilations = array<i64: 1, -1>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_pads(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C2) pads must be 4 numbers (top, left, bottom, right) not below 0, got 0, 0, -1, 0}}
  %0 = dorefa.conv2d %a, %w {pads = array<i64: 0, 0, -1, 0>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_pad_count(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C2) pads must be 4 numbers (top, left, bottom, right) not below 0, got 1, 1}}
  %0 = dorefa.conv2d %a, %w {pads = array<i64: 1, 1>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_groups_of_input(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C3) groups 3 does not divide 4 input channels}}
  %0 = dorefa.conv2d %a, %w {groups = 3 : i64}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_no_groups(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C3) groups 0 does not divide 4 input channels}}
  %0 = dorefa.conv2d %a, %w {groups = 0 : i64}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_groups_of_filters(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x1x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C3) groups 4 does not divide 6 output channels}}
  %0 = dorefa.conv2d %a, %w {groups = 4 : i64}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x1x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_channels(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x3x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C3) the filter's last axis must be 2 (4 input channels, 2 groups), got 3}}
  %0 = dorefa.conv2d %a, %w {groups = 2 : i64}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x3x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_result(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C4) the result must have the shape of 'tensor<?x6x6x6xf32>', got 'tensor<?x8x8x6xf32>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x6xf32>
  return
}

// -----

func.func @conv2d_batch(%a: tensor<2x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C4) the result must have the shape of 'tensor<2x6x6x6xf32>', got 'tensor<3x6x6x6xf32>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<2x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<3x6x6x6xf32>
  return
}

// -----

func.func @conv2d_small_image(%a: tensor<?x8x2x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C4) a kernel of 3x3 does not fit into the padded input of 'tensor<?x8x2x4x!dorefa.code<2, unipolar>>'}}
  %0 = dorefa.conv2d %a, %w
      : tensor<?x8x2x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_small_dilated_image(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C4) a kernel of 3x3 does not fit into the padded input}}
  %0 = dorefa.conv2d %a, %w {dilations = array<i64: 4, 1>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_input_scale(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.conv2d' op (C5) input_scale must be a scalar, got 'tensor<6xf32>'}}
  %0 = dorefa.conv2d %a, %w input_scale(%s : tensor<6xf32>)
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_filter_scale(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>, %s: tensor<4xf32>) {
  // expected-error @below {{'dorefa.conv2d' op (C5) filter_scale must have one element for each index of axis 0 of 'tensor<6x3x3x4x!dorefa.code<1, bipolar>>', got 'tensor<4xf32>'}}
  %0 = dorefa.conv2d %a, %w filter_scale(%s : tensor<4xf32>)
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_float_filter_scale(%a: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %w: tensor<6x3x3x4xf32>, %s: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d' op (C5) filter_scale needs codes, got 'tensor<6x3x3x4xf32>'}}
  %0 = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>>, tensor<6x3x3x4xf32> -> tensor<?x6x6x6xf32>
  return
}

// -----

func.func @conv2d_range(%a: tensor<1x1x1x16513x!dorefa.code<8, unipolar>>, %w: tensor<1x1x1x16513x!dorefa.code<8, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d' op (C6) a sum of 16513 products of 8 and 8 bits does not fit into 32 bits}}
  %0 = dorefa.conv2d %a, %w
      : tensor<1x1x1x16513x!dorefa.code<8, unipolar>>, tensor<1x1x1x16513x!dorefa.code<8, bipolar>> -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @conv2d_grad_input_rank(%a: tensor<?x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C4) the cotangent must have the shape of 'tensor<?x6x6x6xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<?x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_result_rank(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C1) input and filter must have rank 4, got 'tensor<?x8x4xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_dynamic_filter(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x?x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C1) the filter's shape must be static}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x?x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_dynamic_result(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C1) the input's height, width and channels must be static, got 'tensor<?x8x?x4xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x?x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_strides(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C2) strides must be 2 positive numbers, got 1, 0}}
  %0 = dorefa.conv2d_grad_input %a, %w {strides = array<i64: 1, 0>}
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_groups(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C3) groups 8 does not divide 4 input channels}}
  %0 = dorefa.conv2d_grad_input %a, %w {groups = 8 : i64}
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_cotangent(%a: tensor<?x5x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C4) the cotangent must have the shape of 'tensor<?x6x6x6xf32>', got 'tensor<?x5x6x6x!dorefa.code<6, bipolar>>'}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<?x5x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_cotangent_scale(%a: tensor<2x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C5) cotangent_scale must have one element for each index of axis 0 of 'tensor<2x6x6x6x!dorefa.code<6, bipolar>>', got 'tensor<6xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w cotangent_scale(%s : tensor<6xf32>)
      : tensor<2x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<2x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_float_cotangent_scale(%a: tensor<?x6x6x6xf32>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>, %s: tensor<?xf32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C5) cotangent_scale needs codes, got 'tensor<?x6x6x6xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w cotangent_scale(%s : tensor<?xf32>)
      : tensor<?x6x6x6xf32>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_filter_scale(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4x!dorefa.code<1, bipolar>>, %s: tensor<6xf32>) {
  // A scale for each filter does not factor out of the sum over filters.
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C5) filter_scale must be a scalar, got 'tensor<6xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w filter_scale(%s : tensor<6xf32>)
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4x!dorefa.code<1, bipolar>> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_float_filter_scale(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<6x3x3x4xf32>, %s: tensor<f32>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C5) filter_scale needs codes, got 'tensor<6x3x3x4xf32>'}}
  %0 = dorefa.conv2d_grad_input %a, %w filter_scale(%s : tensor<f32>)
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<6x3x3x4xf32> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @conv2d_grad_input_range(%a: tensor<1x1x1x8257x!dorefa.code<8, bipolar>>, %w: tensor<8257x1x1x1x!dorefa.code<8, bipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_input' op (C6) a sum of 8257 products of 8 and 8 bits does not fit into 32 bits}}
  %0 = dorefa.conv2d_grad_input %a, %w
      : tensor<1x1x1x8257x!dorefa.code<8, bipolar>>, tensor<8257x1x1x1x!dorefa.code<8, bipolar>> -> tensor<1x1x1x1xf32>
  return
}

// -----

func.func @conv2d_grad_filter_rank(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C1) input and filter must have rank 4}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_dynamic_result(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C1) the filter's shape must be static, got 'tensor<6x3x?x4xf32>'}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x?x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_dynamic_input(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x?x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C1) the input's height, width and channels must be static}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x?x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_pads(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C2) pads must be 4 numbers}}
  %0 = dorefa.conv2d_grad_filter %a, %w {pads = array<i64: 0, 0, 0, -2>}
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_channels(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C3) the filter's last axis must be 4 (4 input channels, 1 groups), got 2}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x2xf32>
  return
}

// -----

func.func @conv2d_grad_filter_cotangent(%a: tensor<?x6x6x5x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C4) the cotangent must have the shape of 'tensor<?x6x6x6xf32>', got 'tensor<?x6x6x5x!dorefa.code<6, bipolar>>'}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<?x6x6x5x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_cotangent_scale(%a: tensor<2x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C5) cotangent_scale must have one element for each index of axis 0}}
  %0 = dorefa.conv2d_grad_filter %a, %w cotangent_scale(%s : tensor<6xf32>)
      : tensor<2x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_float_cotangent_scale(%a: tensor<?x6x6x6xf32>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %s: tensor<?xf32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C5) cotangent_scale needs codes}}
  %0 = dorefa.conv2d_grad_filter %a, %w cotangent_scale(%s : tensor<?xf32>)
      : tensor<?x6x6x6xf32>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_input_scale(%a: tensor<?x6x6x6x!dorefa.code<6, bipolar>>, %w: tensor<?x8x8x4x!dorefa.code<2, unipolar>>, %s: tensor<6xf32>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C5) input_scale must be a scalar, got 'tensor<6xf32>'}}
  %0 = dorefa.conv2d_grad_filter %a, %w input_scale(%s : tensor<6xf32>)
      : tensor<?x6x6x6x!dorefa.code<6, bipolar>>, tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<6x3x3x4xf32>
  return
}

// -----

func.func @conv2d_grad_filter_range(%a: tensor<1x1x16513x1x!dorefa.code<8, bipolar>>, %w: tensor<1x1x16513x1x!dorefa.code<8, unipolar>>) {
  // expected-error @below {{'dorefa.conv2d_grad_filter' op (C6) a sum of 16513 products of 8 and 8 bits does not fit into 32 bits}}
  %0 = dorefa.conv2d_grad_filter %a, %w
      : tensor<1x1x16513x1x!dorefa.code<8, bipolar>>, tensor<1x1x16513x1x!dorefa.code<8, unipolar>> -> tensor<1x1x1x1xf32>
  return
}
