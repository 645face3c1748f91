// What a forward function must say of its arguments and results.
// RUN: dorefa-opt %s --dorefa-training-step -split-input-file -verify-diagnostics

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{argument 1 of '@forward' must be marked with one of dorefa.input, dorefa.labels, dorefa.boxes, dorefa.parameter and dorefa.state}}
    %w: tensor<3x4xf32>)
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{argument 1 of '@forward' is a second dorefa.input}}
    %y: tensor<f32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %l: tensor<?xi32> {dorefa.labels},
    // expected-error @below {{argument 3 of '@forward' is a second dorefa.labels}}
    %k: tensor<?xi32> {dorefa.labels})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    // expected-error @below {{argument 2 of '@forward' has the name 'w' of another}}
    %u: tensor<4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{argument 1 of '@forward' ('w') has no initialiser; expected dorefa.init}}
    %w: tensor<3x4xf32> {dorefa.parameter = "w"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    // expected-error @below {{argument 2 of '@forward' ('u') must be a tensor of f32 of a static shape, got 'tensor<?xf32>'}}
    %u: tensor<?xf32> {dorefa.parameter = "u", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

// expected-error @below {{has no argument marked dorefa.input}}
func.func @forward(
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<3x4xf32> {dorefa.output}) {
  return %w : tensor<3x4xf32>
}

// -----

// expected-error @below {{has no argument marked dorefa.parameter: there is nothing to train}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input})
    -> (tensor<?x4xf32> {dorefa.output}) {
  return %x : tensor<?x4xf32>
}

// -----

// expected-error @below {{result 1 is a second dorefa.output}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %z : tensor<?x3xf32>, tensor<?x3xf32>
}

// -----

// expected-error @below {{result 0 is marked dorefa.loss and must be a tensor<f32>, got 'tensor<?x3xf32>'}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.loss}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

// expected-error @below {{result 1 must be marked with one of dorefa.output, dorefa.loss, dorefa.offsets, dorefa.anchors and dorefa.state}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<?x3xf32>) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %z : tensor<?x3xf32>, tensor<?x3xf32>
}

// -----

// expected-error @below {{result 1 updates the state 's', which no argument holds}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<3x4xf32> {dorefa.state = "s"}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %w : tensor<?x3xf32>, tensor<3x4xf32>
}

// -----

// expected-error @below {{no result updates the state 's'}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

// expected-error @below {{result 2 updates the state 's' again}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<2xf32> {dorefa.state = "s"}, tensor<2xf32> {dorefa.state = "s"}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %s, %s : tensor<?x3xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// expected-error @below {{result 1 updates the state 's' of type 'tensor<2xf32>' with a value of type 'tensor<3x4xf32>'}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<3x4xf32> {dorefa.state = "s"}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %w : tensor<?x3xf32>, tensor<3x4xf32>
}

// -----

// expected-error @below {{has neither a dorefa.output nor a dorefa.loss}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "zeros"})
    -> (tensor<2xf32> {dorefa.state = "s"}) {
  return %s : tensor<2xf32>
}

// -----

// expected-error @below {{takes dorefa.labels, but has no dorefa.loss of its own}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    %l: tensor<?xi32> {dorefa.labels})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

// expected-error @below {{result 0 is marked dorefa.output and must be logits, a tensor of f32 [batch, classes], got 'tensor<?xf32>'}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %z, %c0 : tensor<?x3xf32>
  %y = tensor.extract_slice %z[0, 0] [%n, 1] [1, 1] : tensor<?x3xf32> to tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{'w' has the initialiser 'zero'; expected zeros, ones, constant}}
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zero"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{'w' has the initialiser 'uniform'; expected uniform(number)}}
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "uniform"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{'w' has the initialiser 'normal(x)'; expected normal(number)}}
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "normal(x)"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    // expected-error @below {{'w' has the initialiser 'uniform(-1)'; expected a number not below 0 in uniform}}
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "uniform(-1)"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    // expected-error @below {{'s' has the initialiser 'normal(1)'; expected zeros, ones or constant(x) for a state}}
    %s: tensor<2xf32> {dorefa.state = "s", dorefa.init = "normal(1)"})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<2xf32> {dorefa.state = "s"}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z, %s : tensor<?x3xf32>, tensor<2xf32>
}

// -----

// expected-error @below {{cannot be made trainable: '@evaluate' exists}}
func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x3xf32> {dorefa.output}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  return %z : tensor<?x3xf32>
}
// expected-note @below {{here}}
func.func private @evaluate()

// -----

func.func @forward(
    %x: tensor<?x4xf32> {dorefa.input},
    %w: tensor<3x4xf32> {dorefa.parameter = "w", dorefa.init = "zeros"},
    // expected-error @below {{argument 2 of '@dorefa.forward' is needed where it is not at hand: the output must not depend on the labels}}
    %l: tensor<?xi32> {dorefa.labels})
    -> (tensor<?x3xf32> {dorefa.output}, tensor<f32> {dorefa.loss}) {
  %z = dorefa.linear %x, %w : tensor<?x4xf32>, tensor<3x4xf32> -> tensor<?x3xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %l, %c0 : tensor<?xi32>
  %f = arith.sitofp %l : tensor<?xi32> to tensor<?xf32>
  %e = tensor.expand_shape %f [[0, 1]] output_shape [%n, 1] : tensor<?xf32> into tensor<?x1xf32>
  %b = tensor.concat dim(1) %e, %e, %e : (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x3xf32>
  %y = arith.addf %z, %b : tensor<?x3xf32>
  %loss = dorefa.softmax_cross_entropy %y, %l : tensor<?x3xf32>, tensor<?xi32>
  return %y, %loss : tensor<?x3xf32>, tensor<f32>
}

// -----

// expected-error @below {{a forward function needs a body of one block}}
func.func private @forward(tensor<?x4xf32>)

// -----

// expected-error @below {{there is no function '@forward' to make trainable}}
module {
}
