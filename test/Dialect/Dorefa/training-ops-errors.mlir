// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @batch_stats_channels(%x: tensor<?x4x4x8xf32>) {
  // expected-error @below {{'dorefa.batch_stats' op (C1) expected one element for each of the 8 channels of 'tensor<?x4x4x8xf32>', got 'tensor<4xf32>'}}
  %0:2 = dorefa.batch_stats %x : tensor<?x4x4x8xf32> -> tensor<4xf32>
  return
}

// -----

func.func @batch_stats_rank(%x: tensor<f32>) {
  // expected-error @below {{'dorefa.batch_stats' op (C1) the last axis (channels) must be static, got 'tensor<f32>'}}
  %0:2 = dorefa.batch_stats %x : tensor<f32> -> tensor<1xf32>
  return
}

// -----

func.func @batch_stats_types(%x: tensor<?x4x4x8xf32>) {
  // expected-error @below {{'dorefa.batch_stats' op failed to verify that all of {mean, variance} have same type}}
  %0:2 = "dorefa.batch_stats"(%x) : (tensor<?x4x4x8xf32>) -> (tensor<8xf32>, tensor<4xf32>)
  return
}

// -----

func.func @batch_norm_channels(%x: tensor<?x4x4x8xf32>, %c: tensor<4xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C1) expected one element for each of the 8 channels of 'tensor<?x4x4x8xf32>', got 'tensor<4xf32>'}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c : tensor<?x4x4x8xf32>, tensor<4xf32>
  return
}

// -----

func.func @batch_norm_dynamic_channels(%x: tensor<4x?xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C1) the last axis (channels) must be static, got 'tensor<4x?xf32>'}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c : tensor<4x?xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_dynamic_statistics(%x: tensor<?x4x4x8xf32>, %c: tensor<?xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C1) expected one element for each of the 8 channels}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c : tensor<?x4x4x8xf32>, tensor<?xf32>
  return
}

// -----

func.func @batch_norm_epsilon(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C2) epsilon must be positive, got 0}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c {epsilon = 0.0 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_infinite_epsilon(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C2) epsilon must be positive}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c {epsilon = 0x7F800000 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_momentum(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C2) momentum must be in [0, 1], got 1.5}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c {momentum = 1.5 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_momentum_nan(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op (C2) momentum must be in [0, 1]}}
  %0:3 = dorefa.batch_norm %x, %c, %c, %c, %c {momentum = 0x7FC00000 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_grad_channels(%x: tensor<?x4x4x8xf32>, %c: tensor<4xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op (C1) expected one element for each of the 8 channels of 'tensor<?x4x4x8xf32>', got 'tensor<4xf32>'}}
  %0:3 = dorefa.batch_norm_grad %x, %x, %c, %c, %c : tensor<?x4x4x8xf32>, tensor<4xf32>
  return
}

// -----

func.func @batch_norm_grad_dynamic_channels(%x: tensor<4x?xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op (C1) the last axis (channels) must be static, got 'tensor<4x?xf32>'}}
  %0:3 = dorefa.batch_norm_grad %x, %x, %c, %c, %c : tensor<4x?xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_grad_dynamic_statistics(%x: tensor<?x4x4x8xf32>, %c: tensor<?xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op (C1) expected one element for each of the 8 channels}}
  %0:3 = dorefa.batch_norm_grad %x, %x, %c, %c, %c : tensor<?x4x4x8xf32>, tensor<?xf32>
  return
}

// -----

func.func @batch_norm_grad_epsilon(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op (C2) epsilon must be positive, got 0}}
  %0:3 = dorefa.batch_norm_grad %x, %x, %c, %c, %c {epsilon = 0.0 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_grad_infinite_epsilon(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op (C2) epsilon must be positive}}
  %0:3 = dorefa.batch_norm_grad %x, %x, %c, %c, %c {epsilon = 0x7F800000 : f32} : tensor<?x4x4x8xf32>, tensor<8xf32>
  return
}

// -----

func.func @batch_norm_types(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op failed to verify that all of {input, result} have same type}}
  %0:3 = "dorefa.batch_norm"(%x, %c, %c, %c, %c)
      : (tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<2x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_statistic_types(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op failed to verify that all of {gamma, beta, running_mean, running_variance, new_mean, new_variance} have same type}}
  %0:3 = "dorefa.batch_norm"(%x, %c, %c, %c, %c)
      : (tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<?xf32>)
  return
}

// -----

func.func @batch_norm_grad_types(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op failed to verify that all of {cotangent, input, result} have same type}}
  %0:3 = "dorefa.batch_norm_grad"(%x, %x, %c, %c, %c)
      : (tensor<?x4x4x8xf32>, tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<2x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_statistic_types(%x: tensor<?x4x4x8xf32>, %c: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op failed to verify that all of {gamma, mean, variance, gamma_grad, beta_grad} have same type}}
  %0:3 = "dorefa.batch_norm_grad"(%x, %x, %c, %c, %c)
      : (tensor<?x4x4x8xf32>, tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<?xf32>)
  return
}

// -----

func.func @max_pool_rank(%x: tensor<?x8x8xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) the pooled tensor must have rank 4 with static height, width and channels, got 'tensor<?x8x8xf32>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_dynamic(%x: tensor<?x8x8x?xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) the pooled tensor must have rank 4 with static height, width and channels, got 'tensor<?x8x8x?xf32>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x?xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_element(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) element types of input and result differ: 'tensor<?x8x8x4xf32>' and 'tensor<?x4x4x4x!dorefa.code<2, unipolar>>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_bits(%x: tensor<?x8x8x4x!dorefa.code<2, unipolar>>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) element types of input and result differ}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<?x4x4x4x!dorefa.code<1, unipolar>>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_result(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) result and winner must have the shape of 'tensor<?x4x4x4xf32>', got 'tensor<?x5x4x4xf32>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x5x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_winner(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) result and winner must have the shape of 'tensor<?x4x4x4xf32>', got 'tensor<?x4x4x3xi8>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x3xi8>
  return
}

// -----

func.func @max_pool_small(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C1) a kernel of 9x2 does not fit into the padded tensor of 'tensor<?x8x8x4xf32>'}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 9, 2>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_kernel(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) kernel must be 2 positive numbers, got 2, 0}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 0>, strides = array<i64: 2, 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_strides(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) strides must be 2 positive numbers, got 2}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_pad_count(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) pads must be 4 numbers (top, left, bottom, right), got 0, 0}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_pads(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) pads must be from 0 to below the kernel 2, 2, got 0, 2, 0, 0}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 2, 0, 0>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_negative_pads(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) pads must be from 0 to below the kernel}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads = array<i64: 0, 0, -1, 0>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_taps(%x: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op (C2) a kernel has at most 127 taps, got 8, 16}}
  %0:2 = dorefa.max_pool %x {kernel = array<i64: 8, 16>, strides = array<i64: 1, 1>}
      : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
  return
}

// -----

func.func @max_pool_grad_shapes(%g: tensor<?x4x4x4xf32>, %w: tensor<?x4x5x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op (C1) shapes of cotangent and winner differ: 'tensor<?x4x4x4xf32>' and 'tensor<?x4x5x4xi8>'}}
  %0 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x4xf32>, tensor<?x4x5x4xi8> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @max_pool_grad_rank(%g: tensor<?x4x4x4xf32>, %w: tensor<?x4x4x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op (C1) the pooled tensor must have rank 4 with static height, width and channels, got 'tensor<?x8x8xf32>'}}
  %0 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8> -> tensor<?x8x8xf32>
  return
}

// -----

func.func @max_pool_grad_result(%g: tensor<?x4x4x4xf32>, %w: tensor<?x4x4x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op (C1) pooling 'tensor<?x9x10x4xf32>' gives 'tensor<?x4x5x4xf32>', the cotangent is 'tensor<?x4x4x4xf32>'}}
  %0 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8> -> tensor<?x9x10x4xf32>
  return
}

// -----

func.func @max_pool_grad_kernel(%g: tensor<?x4x4x4xf32>, %w: tensor<?x4x4x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op (C2) kernel must be 2 positive numbers, got 2}}
  %0 = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2>, strides = array<i64: 2, 2>}
      : tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8> -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @softmax_cross_entropy_rank(%x: tensor<?xf32>, %l: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op (C1) logits must be [batch, classes] with static classes, got 'tensor<?xf32>'}}
  %0 = dorefa.softmax_cross_entropy %x, %l : tensor<?xf32>, tensor<?xi32>
  return
}

// -----

func.func @softmax_cross_entropy_classes(%x: tensor<4x?xf32>, %l: tensor<4xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op (C1) logits must be [batch, classes] with static classes, got 'tensor<4x?xf32>'}}
  %0 = dorefa.softmax_cross_entropy %x, %l : tensor<4x?xf32>, tensor<4xi32>
  return
}

// -----

func.func @softmax_cross_entropy_labels(%x: tensor<4x10xf32>, %l: tensor<10xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op (C1) labels must have one element for each sample of 'tensor<4x10xf32>', got 'tensor<10xi32>'}}
  %0 = dorefa.softmax_cross_entropy %x, %l : tensor<4x10xf32>, tensor<10xi32>
  return
}

// -----

func.func @softmax_cross_entropy_label_rank(%x: tensor<4x10xf32>, %l: tensor<4x10xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op (C1) labels must have one element for each sample}}
  %0 = dorefa.softmax_cross_entropy %x, %l : tensor<4x10xf32>, tensor<4x10xi32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_rank(%g: tensor<f32>, %x: tensor<?xf32>, %l: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op (C1) logits must be [batch, classes] with static classes, got 'tensor<?xf32>'}}
  %0 = dorefa.softmax_cross_entropy_grad %g, %x, %l : tensor<f32>, tensor<?xf32>, tensor<?xi32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_classes(%g: tensor<f32>, %x: tensor<4x?xf32>, %l: tensor<4xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op (C1) logits must be [batch, classes] with static classes, got 'tensor<4x?xf32>'}}
  %0 = dorefa.softmax_cross_entropy_grad %g, %x, %l : tensor<f32>, tensor<4x?xf32>, tensor<4xi32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_labels(%g: tensor<f32>, %x: tensor<4x10xf32>, %l: tensor<10xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op (C1) labels must have one element for each sample of 'tensor<4x10xf32>', got 'tensor<10xi32>'}}
  %0 = dorefa.softmax_cross_entropy_grad %g, %x, %l : tensor<f32>, tensor<4x10xf32>, tensor<10xi32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_label_rank(%g: tensor<f32>, %x: tensor<4x10xf32>, %l: tensor<4x10xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op (C1) labels must have one element for each sample}}
  %0 = dorefa.softmax_cross_entropy_grad %g, %x, %l : tensor<f32>, tensor<4x10xf32>, tensor<4x10xi32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_types(%g: tensor<f32>, %x: tensor<4x10xf32>, %l: tensor<4xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op failed to verify that all of {logits, result} have same type}}
  %0 = "dorefa.softmax_cross_entropy_grad"(%g, %x, %l) : (tensor<f32>, tensor<4x10xf32>, tensor<4xi32>) -> tensor<?x10xf32>
  return
}

// -----

func.func @dropout_types(%x: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.dropout' op (C1) types of input and result differ: 'tensor<?x8xf32>' and 'tensor<2x8xf32>'}}
  %0:2 = "dorefa.dropout"(%x) <{operandSegmentSizes = array<i32: 1, 0, 0>, rate = 0.5 : f32}>
      : (tensor<?x8xf32>) -> (tensor<2x8xf32>, tensor<f32>)
  return
}

// -----

func.func @dropout_rate(%x: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.dropout' op (C2) rate must be at least 0 and below 1, got 1}}
  %0:2 = dorefa.dropout %x rate(1.0) : tensor<?x8xf32>
  return
}

// -----

func.func @dropout_negative_rate(%x: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.dropout' op (C2) rate must be at least 0 and below 1, got -5.000000e-01}}
  %0:2 = dorefa.dropout %x rate(-0.5) : tensor<?x8xf32>
  return
}

// -----

func.func @dropout_nan(%x: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.dropout' op (C2) rate must be at least 0 and below 1}}
  %0:2 = dorefa.dropout %x rate(0x7FC00000) : tensor<?x8xf32>
  return
}

// -----

func.func @dropout_noise(%x: tensor<?x8xf32>, %step: i64) {
  // expected-error @below {{'dorefa.dropout' op (C3) seed and step come together}}
  %0:2 = "dorefa.dropout"(%x, %step) <{operandSegmentSizes = array<i32: 1, 0, 1>, rate = 0.5 : f32}>
      : (tensor<?x8xf32>, i64) -> (tensor<?x8xf32>, tensor<f32>)
  return
}
