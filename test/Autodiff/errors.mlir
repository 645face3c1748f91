// What cannot be differentiated is an error, never a zero.
// RUN: dorefa-opt %s --dorefa-autodiff -split-input-file -verify-diagnostics

func.func @no_rule(%x: tensor<4xf32>) -> tensor<4xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{no differentiation rule for 'math.roundeven'}}
  // expected-note @below {{name what the gradient should see with 'dorefa.ste'}}
  %y = math.roundeven %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @no_rule_in_a_body(%x: tensor<4xf32>) -> tensor<4xf32> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    // expected-error @below {{no differentiation rule for 'arith.remf'}}
    %r = arith.remf %a, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @control_flow(%x: f32, %c: i1) -> f32 attributes {dorefa.differentiate} {
  // expected-error @below {{no differentiation rule for 'scf.if'}}
  // expected-note @below {{control flow between the differentiated arguments and the result is not supported}}
  %y = scf.if %c -> f32 {
    %z = math.exp %x : f32
    scf.yield %z : f32
  } else {
    scf.yield %x : f32
  }
  return %y : f32
}

// -----

func.func @captured(%x: tensor<4xf32>, %s: f32) -> tensor<4xf32> attributes {dorefa.differentiate} {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @below {{its region captures a value that needs a gradient; make it an operand}}
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %s : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @product_reduction(%x: tensor<4xf32>) -> tensor<f32> attributes {dorefa.differentiate} {
  %one = arith.constant dense<1.0> : tensor<f32>
  // expected-error @below {{is differentiated only where a reduction is a sum, a maximum or a minimum}}
  %y = linalg.reduce { arith.mulf } ins(%x : tensor<4xf32>) outs(%one : tensor<f32>) dimensions = [0]
  return %y : tensor<f32>
}

// -----

func.func @start_of_a_maximum(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<f32> attributes {dorefa.differentiate} {
  // expected-error @below {{no gradient flows into the start value of a maximum or minimum}}
  %y = linalg.reduce { arith.maximumf } ins(%x : tensor<4xf32>) outs(%s : tensor<f32>) dimensions = [0]
  return %y : tensor<f32>
}

// -----

func.func @sliding_window(%x: tensor<6xf32>) -> tensor<4xf32> attributes {dorefa.differentiate} {
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %k = tensor.empty() : tensor<3xf32>
  // expected-error @below {{is not differentiated with respect to operand 0: its indexing map affine_map<(d0, d1) -> (d0 + d1)> is not a projected permutation}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x, %k : tensor<6xf32>, tensor<3xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @max_pool_start(%x: tensor<1x4x4x1xf32>, %z: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> attributes {dorefa.differentiate} {
  %k = tensor.empty() : tensor<3x3xf32>
  // expected-error @below {{is differentiated only where it starts from a constant -inf or lowest float}}
  %y = linalg.pooling_nhwc_max {strides = dense<1> : tensor<2xi64>, dilations = dense<1> : tensor<2xi64>}
      ins(%x, %k : tensor<1x4x4x1xf32>, tensor<3x3xf32>) outs(%z : tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %y : tensor<1x2x2x1xf32>
}

// -----

func.func @max_pool_dilated(%x: tensor<1x5x5x1xf32>) -> tensor<1x1x1x1xf32> attributes {dorefa.differentiate} {
  %z = arith.constant dense<0xFF800000> : tensor<1x1x1x1xf32>
  %k = tensor.empty() : tensor<3x3xf32>
  // expected-error @below {{is not differentiated with dilations}}
  %y = linalg.pooling_nhwc_max {strides = dense<1> : tensor<2xi64>, dilations = dense<2> : tensor<2xi64>}
      ins(%x, %k : tensor<1x5x5x1xf32>, tensor<3x3xf32>) outs(%z : tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}

// -----

func.func @max_pool_large(%x: tensor<1x16x16x1xf32>) -> tensor<1x1x1x1xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{is not differentiated for windows of more than 127 elements}}
  %y = tosa.max_pool2d %x {kernel = array<i64: 16, 16>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>} : (tensor<1x16x16x1xf32>) -> tensor<1x1x1x1xf32>
  return %y : tensor<1x1x1x1xf32>
}

// -----

func.func @unknown_sizes(%x: tensor<1x?x5x1xf32>, %w: tensor<1x3x3x1xf32>, %z: tensor<1x?x3x1xf32>) -> tensor<1x?x3x1xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{is differentiated only for f32 and sizes that are known but for the batch, got 'tensor<1x?x3x1xf32>'}}
  %y = linalg.conv_2d_nhwc_fhwc ins(%x, %w : tensor<1x?x5x1xf32>, tensor<1x3x3x1xf32>) outs(%z : tensor<1x?x3x1xf32>) -> tensor<1x?x3x1xf32>
  return %y : tensor<1x?x3x1xf32>
}

// -----

func.func @padding_value(%x: tensor<4xf32>, %v: tensor<4xf32>) -> tensor<6xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{is differentiated only with a padding value that is one constant for all elements}}
  %y = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i32
    %f = arith.sitofp %n : i32 to f32
    tensor.yield %f : f32
  } : tensor<4xf32> to tensor<6xf32>
  return %y : tensor<6xf32>
}

// -----

func.func @tosa_padding_value(%x: tensor<2xf32>, %v: tensor<1xf32>) -> tensor<4xf32> attributes {dorefa.differentiate} {
  %s = tosa.const_shape {values = dense<[1, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  // expected-error @below {{no gradient flows into the padding value}}
  %y = tosa.pad %x, %s, %v : (tensor<2xf32>, !tosa.shape<2>, tensor<1xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @two_unknown_sizes(%x: tensor<?x?xf32>) -> tensor<?xf32> attributes {dorefa.differentiate} {
  %s = tosa.const_shape {values = dense<[-1]> : tensor<1xindex>} : () -> !tosa.shape<1>
  // expected-error @below {{is differentiated only with at most one unknown size, got 'tensor<?x?xf32>'}}
  %y = tosa.reshape %x, %s : (tensor<?x?xf32>, !tosa.shape<1>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @per_channel(%x: tensor<?x6xf32>, %w: tensor<4x6xf32>) -> tensor<?x4xf32> attributes {dorefa.differentiate} {
  %c, %s = dorefa.quantize_weight %w per_channel : tensor<4x6xf32> -> tensor<4x6x!dorefa.code<1, bipolar>>, tensor<4xf32>
  // expected-error @below {{a filter with a scale for each output channel has no low-bit gradient}}
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<4xf32>) : tensor<?x6xf32>, tensor<4x6x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  %y = dorefa.quantize_gradient %z bits(6) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @own_scale(%x: tensor<?x6xf32>, %c: tensor<4x6x!dorefa.code<1, bipolar>>, %s: tensor<f32>) -> tensor<?x4xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{no gradient flows into a scale that is not the result of quantize_weight or dropout}}
  %z = dorefa.linear %x, %c filter_scale(%s : tensor<f32>) : tensor<?x6xf32>, tensor<4x6x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

func.func @open_gradient(%x: tensor<?x6xf32>) -> tensor<?x6xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{the bits are open, so the gradient is not defined; set them with --dorefa-set-bits}}
  %y = dorefa.quantize_gradient %x : tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// -----

func.func @open_weight(%w: tensor<4x6xf32>) -> tensor<4x6xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{the bits are open, so the gradient is not defined; set them with --dorefa-set-bits}}
  %c, %s = dorefa.quantize_weight %w : tensor<4x6xf32> -> tensor<4x6x!dorefa.code<?, bipolar>>, tensor<f32>
  %d = dorefa.dequantize %c : tensor<4x6x!dorefa.code<?, bipolar>> -> tensor<4x6xf32>
  return %d : tensor<4x6xf32>
}

// -----

func.func @running_statistics(%x: tensor<?x8xf32>, %c: tensor<8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>) attributes {dorefa.differentiate} {
  // expected-error @below {{no gradient flows through the running statistics}}
  %y, %m, %v = dorefa.batch_norm %x, %c, %c, %c, %c : tensor<?x8xf32>, tensor<8xf32>
  return %y, %m : tensor<?x8xf32>, tensor<8xf32>
}

// -----

func.func @inference_statistics(%x: tensor<?x8xf32>, %c: tensor<8xf32>) -> tensor<?x8xf32> attributes {dorefa.differentiate} {
  // expected-error @below {{no gradient flows into the running statistics}}
  %y, %m, %v = dorefa.batch_norm %x, %c, %c, %c, %c inference : tensor<?x8xf32>, tensor<8xf32>
  return %y : tensor<?x8xf32>
}

// -----

func.func @recursive(%x: f32) -> f32 attributes {dorefa.differentiate} {
  // expected-error @below {{cannot differentiate the recursive call of '@recursive'}}
  %y = call @recursive(%x) : (f32) -> f32
  return %y : f32
}

// -----

func.func @blocks(%x: f32) -> f32 attributes {dorefa.differentiate} {
  // expected-error @below {{cannot differentiate through '@branching': its body has more than one block}}
  %y = call @branching(%x) : (f32) -> f32
  return %y : f32
}
func.func private @branching(%x: f32) -> f32 {
  cf.br ^bb1
^bb1:
  return %x : f32
}

// -----

func.func private @extern(f32) -> f32
func.func @external(%x: f32) -> f32 attributes {dorefa.differentiate} {
  // expected-error @below {{no differentiation rule for 'func.call'}}
  %y = call @extern(%x) : (f32) -> f32
  return %y : f32
}

// -----

func.func @same_id(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {dorefa.differentiate} {
  // expected-note @below {{by this op}}
  %a = dorefa.quantize_gradient %x bits(4) id(7) : tensor<2x4xf32>
  // expected-error @below {{id 7 is taken: two ops would draw the same noise}}
  %b = dorefa.quantize_gradient %a bits(4) id(7) : tensor<2x4xf32>
  return %b : tensor<2x4xf32>
}

// -----

// expected-error @below {{has no result of floats or codes to differentiate}}
func.func @no_result(%x: f32) -> i32 attributes {dorefa.differentiate} {
  %y = arith.fptosi %x : f32 to i32
  return %y : i32
}

// -----

// expected-error @below {{has no argument of floats or codes to differentiate with respect to}}
func.func @no_argument(%x: i32) -> f32 attributes {dorefa.differentiate} {
  %y = arith.sitofp %x : i32 to f32
  return %y : f32
}

// -----

// expected-error @below {{cannot write its gradient: '@taken_grad' exists}}
func.func @taken(%x: f32) -> f32 attributes {dorefa.differentiate} {
  return %x : f32
}
func.func private @taken_grad()

// -----

// expected-error @below {{to be differentiated, a function needs a body of one block}}
func.func private @declared(f32) -> f32 attributes {dorefa.differentiate}
