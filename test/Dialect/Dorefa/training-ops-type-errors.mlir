// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

// The training ops: each operand and each result with an element type (or a kind of code) that
// it does not take.

func.func @batch_stats_operand_0(%a: tensor<?x8xf64>) {
  // expected-error @below {{'dorefa.batch_stats' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:2 = "dorefa.batch_stats"(%a) : (tensor<?x8xf64>) -> (tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_stats_result_0(%a: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.batch_stats' op result #0 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:2 = "dorefa.batch_stats"(%a) : (tensor<?x8xf32>) -> (tensor<8xf64>, tensor<8xf32>)
  return
}

// -----

func.func @batch_stats_result_1(%a: tensor<?x8xf32>) {
  // expected-error @below {{'dorefa.batch_stats' op result #1 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:2 = "dorefa.batch_stats"(%a) : (tensor<?x8xf32>) -> (tensor<8xf32>, tensor<8xf64>)
  return
}

// -----

func.func @batch_norm_operand_0(%a: tensor<?x8xf64>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf64>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_operand_1(%a: tensor<?x8xf32>, %b: tensor<8xf64>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op operand #1 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf64>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_operand_2(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf64>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf64>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_operand_3(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf64>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op operand #3 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf64>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_operand_4(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf64>) {
  // expected-error @below {{'dorefa.batch_norm' op operand #4 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf64>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_result_0(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf64>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_result_1(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op result #1 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf64>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_result_2(%a: tensor<?x8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm' op result #2 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf64>)
  return
}

// -----

func.func @batch_norm_grad_operand_0(%a: tensor<?x8xf64>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf64>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_operand_1(%a: tensor<?x8xf32>, %b: tensor<?x8xf64>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op operand #1 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf64>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_operand_2(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf64>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op operand #2 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf64>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_operand_3(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf64>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op operand #3 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf64>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_operand_4(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf64>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op operand #4 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf64>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_result_0(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf64>, tensor<8xf32>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_result_1(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op result #1 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf64>, tensor<8xf32>)
  return
}

// -----

func.func @batch_norm_grad_result_2(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>) {
  // expected-error @below {{'dorefa.batch_norm_grad' op result #2 must be 1D tensor of 32-bit float values, but got 'tensor<8xf64>'}}
  %0:3 = "dorefa.batch_norm_grad"(%a, %b, %c, %d, %e)
      : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>, tensor<8xf64>)
  return
}

// -----

func.func @max_pool_operand_0(%a: tensor<?x8x8x4xf64>) {
  // expected-error @below {{'dorefa.max_pool' op operand #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x8x8x4xf64>'}}
  %0:2 = "dorefa.max_pool"(%a) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x8x8x4xf64>) -> (tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>)
  return
}

// -----

func.func @max_pool_result_0(%a: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op result #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<?x4x4x4xf64>'}}
  %0:2 = "dorefa.max_pool"(%a) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x8x8x4xf32>) -> (tensor<?x4x4x4xf64>, tensor<?x4x4x4xi8>)
  return
}

// -----

func.func @max_pool_result_1(%a: tensor<?x8x8x4xf32>) {
  // expected-error @below {{'dorefa.max_pool' op result #1 must be ranked tensor of 8-bit signless integer values, but got 'tensor<?x4x4x4xf64>'}}
  %0:2 = "dorefa.max_pool"(%a) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x8x8x4xf32>) -> (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf64>)
  return
}

// -----

func.func @max_pool_grad_operand_0(%a: tensor<?x4x4x4xf64>, %b: tensor<?x4x4x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x4x4x4xf64>'}}
  %0 = "dorefa.max_pool_grad"(%a, %b) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x4x4x4xf64>, tensor<?x4x4x4xi8>) -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @max_pool_grad_operand_1(%a: tensor<?x4x4x4xf32>, %b: tensor<?x4x4x4xf64>) {
  // expected-error @below {{'dorefa.max_pool_grad' op operand #1 must be ranked tensor of 8-bit signless integer values, but got 'tensor<?x4x4x4xf64>'}}
  %0 = "dorefa.max_pool_grad"(%a, %b) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf64>) -> tensor<?x8x8x4xf32>
  return
}

// -----

func.func @max_pool_grad_result_0(%a: tensor<?x4x4x4xf32>, %b: tensor<?x4x4x4xi8>) {
  // expected-error @below {{'dorefa.max_pool_grad' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8x8x4xf64>'}}
  %0 = "dorefa.max_pool_grad"(%a, %b) <{kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}>
      : (tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>) -> tensor<?x8x8x4xf64>
  return
}

// -----

func.func @softmax_cross_entropy_operand_0(%a: tensor<?x8xf64>, %b: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op operand #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0 = "dorefa.softmax_cross_entropy"(%a, %b) : (tensor<?x8xf64>, tensor<?xi32>) -> tensor<f32>
  return
}

// -----

func.func @softmax_cross_entropy_operand_1(%a: tensor<?x8xf32>, %b: tensor<?xf64>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op operand #1 must be ranked tensor of 32-bit signless integer values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.softmax_cross_entropy"(%a, %b) : (tensor<?x8xf32>, tensor<?xf64>) -> tensor<f32>
  return
}

// -----

func.func @softmax_cross_entropy_result_0(%a: tensor<?x8xf32>, %b: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy' op result #0 must be 0D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.softmax_cross_entropy"(%a, %b) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<f64>
  return
}

// -----

func.func @softmax_cross_entropy_grad_operand_0(%a: tensor<f64>, %b: tensor<?x8xf32>, %c: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op operand #0 must be 0D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0 = "dorefa.softmax_cross_entropy_grad"(%a, %b, %c)
      : (tensor<f64>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_operand_1(%a: tensor<f32>, %b: tensor<?x8xf64>, %c: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op operand #1 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0 = "dorefa.softmax_cross_entropy_grad"(%a, %b, %c)
      : (tensor<f32>, tensor<?x8xf64>, tensor<?xi32>) -> tensor<?x8xf32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_operand_2(%a: tensor<f32>, %b: tensor<?x8xf32>, %c: tensor<?xf64>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op operand #2 must be ranked tensor of 32-bit signless integer values, but got 'tensor<?xf64>'}}
  %0 = "dorefa.softmax_cross_entropy_grad"(%a, %b, %c)
      : (tensor<f32>, tensor<?x8xf32>, tensor<?xf64>) -> tensor<?x8xf32>
  return
}

// -----

func.func @softmax_cross_entropy_grad_result_0(%a: tensor<f32>, %b: tensor<?x8xf32>, %c: tensor<?xi32>) {
  // expected-error @below {{'dorefa.softmax_cross_entropy_grad' op result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x8xf64>'}}
  %0 = "dorefa.softmax_cross_entropy_grad"(%a, %b, %c)
      : (tensor<f32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf64>
  return
}

// -----

func.func @dropout_operand_0(%a: tensor<2xf64>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.dropout' op operand #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<2xf64>'}}
  %0:2 = "dorefa.dropout"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>, rate = 0.5 : f32}>
      : (tensor<2xf64>, i64, i64) -> (tensor<2xf32>, tensor<f32>)
  return
}

// -----

func.func @dropout_operand_1(%a: tensor<2xf32>, %b: i32, %c: i64) {
  // expected-error @below {{'dorefa.dropout' op operand #1 must be 64-bit signless integer, but got 'i32'}}
  %0:2 = "dorefa.dropout"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>, rate = 0.5 : f32}>
      : (tensor<2xf32>, i32, i64) -> (tensor<2xf32>, tensor<f32>)
  return
}

// -----

func.func @dropout_operand_2(%a: tensor<2xf32>, %b: i64, %c: i32) {
  // expected-error @below {{'dorefa.dropout' op operand #2 must be 64-bit signless integer, but got 'i32'}}
  %0:2 = "dorefa.dropout"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>, rate = 0.5 : f32}>
      : (tensor<2xf32>, i64, i32) -> (tensor<2xf32>, tensor<f32>)
  return
}

// -----

func.func @dropout_result_0(%a: tensor<2xf32>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.dropout' op result #0 must be ranked tensor of unipolar code or 32-bit float values, but got 'tensor<2xf64>'}}
  %0:2 = "dorefa.dropout"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>, rate = 0.5 : f32}>
      : (tensor<2xf32>, i64, i64) -> (tensor<2xf64>, tensor<f32>)
  return
}

// -----

func.func @dropout_result_1(%a: tensor<2xf32>, %b: i64, %c: i64) {
  // expected-error @below {{'dorefa.dropout' op result #1 must be 0D tensor of 32-bit float values, but got 'tensor<f64>'}}
  %0:2 = "dorefa.dropout"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 1>, rate = 0.5 : f32}>
      : (tensor<2xf32>, i64, i64) -> (tensor<2xf32>, tensor<f64>)
  return
}
