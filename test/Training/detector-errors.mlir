// What the forward function of a detector must say of its arguments and results.
// RUN: dorefa-opt %s --dorefa-training-step -allow-unregistered-dialect -split-input-file -verify-diagnostics

// expected-error @below {{has no dorefa.boxes; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{has no dorefa.labels; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{has no dorefa.loss; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  return %z, %o, %a : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>
}

// -----

// expected-error @below {{has no dorefa.output; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %o, %a, %s : tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{has no dorefa.offsets; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %a, %s : tensor<?x5x3xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{has no dorefa.anchors; a detector has dorefa.boxes, dorefa.labels, dorefa.loss, dorefa.output, dorefa.offsets and dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<f32>
}

// -----

func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    // expected-error @below {{argument 1 of '@forward' is marked dorefa.boxes and must be a tensor of f32 [batch, objects, 4], got 'tensor<?x?x4xf32>'}}
    %b: tensor<?x?x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    // expected-error @below {{argument 2 of '@forward' is marked dorefa.labels and must be a tensor of i32 [batch, 2], got 'tensor<?x3xi32>'}}
    %l: tensor<?x3xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{result 2 is marked dorefa.anchors and must be a tensor of f32 [anchors, 4], got 'tensor<?x4xf32>'}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<?x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<?x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<?x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{result 1 is marked dorefa.offsets and must be a tensor of f32 [batch, 5, 4], got 'tensor<?x4x4xf32>'}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x4x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x4x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x4x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{result 0 is marked dorefa.output and must be logits, a tensor of f32 [batch, 5, classes + 1], got 'tensor<?x5x1xf32>'}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x1xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x1xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x1xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}

// -----

// expected-error @below {{result 4 is a second dorefa.anchors}}
func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}, tensor<5x4xf32> {dorefa.anchors}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  %d = "test.make"() : () -> tensor<5x4xf32>
  return %z, %o, %a, %s, %d : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>, tensor<5x4xf32>
}

// -----

func.func @forward(
    %x: tensor<?x6xf32> {dorefa.input},
    %b: tensor<?x2x4xf32> {dorefa.boxes},
    %l: tensor<?x2xi32> {dorefa.labels},
    // expected-error @below {{argument 3 of '@forward' is a second dorefa.boxes}}
    %c: tensor<?x2x4xf32> {dorefa.boxes},
    %w: tensor<3xf32> {dorefa.parameter = "w", dorefa.init = "zeros"})
    -> (tensor<?x5x3xf32> {dorefa.output}, tensor<?x5x4xf32> {dorefa.offsets}, tensor<5x4xf32> {dorefa.anchors}, tensor<f32> {dorefa.loss}) {
  %z = "test.make"() : () -> tensor<?x5x3xf32>
  %o = "test.make"() : () -> tensor<?x5x4xf32>
  %a = "test.make"() : () -> tensor<5x4xf32>
  %s = "test.make"() : () -> tensor<f32>
  return %z, %o, %a, %s : tensor<?x5x3xf32>, tensor<?x5x4xf32>, tensor<5x4xf32>, tensor<f32>
}
