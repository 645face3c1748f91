// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

// The types load the dialect, without which nobody verifies its attributes.

// expected-error @below {{unknown attribute 'dorefa.imput' on an argument; expected dorefa.input, labels, parameter, state, init, output or another attribute of a model}}
func.func @argument(%x: tensor<2x!dorefa.code<2, unipolar>> {dorefa.imput}) {
  return
}

// -----

// expected-error @below {{unknown attribute 'dorefa.logits' on a result}}
func.func private @result() -> (tensor<2x!dorefa.code<2, unipolar>> {dorefa.logits})

// -----

// expected-error @below {{unknown attribute 'dorefa.model' on an operation}}
module attributes {dorefa.model} {
  func.func private @f(tensor<2x!dorefa.code<2, unipolar>>)
}

// -----

// expected-error @below {{'dorefa.input' on an argument takes no value}}
func.func @value(%x: tensor<2x!dorefa.code<2, unipolar>> {dorefa.input = "x"}) {
  return
}

// -----

// expected-error @below {{'dorefa.parameter' on an argument must be a non-empty string}}
func.func @unnamed(%x: tensor<2x!dorefa.code<2, unipolar>> {dorefa.parameter}) {
  return
}

// -----

// expected-error @below {{'dorefa.parameter' on an argument must be a non-empty string}}
func.func @empty(%x: tensor<2x!dorefa.code<2, unipolar>> {dorefa.parameter = ""}) {
  return
}

// -----

// expected-error @below {{'dorefa.state' on a result must be a non-empty string}}
func.func private @state() -> (tensor<2x!dorefa.code<2, unipolar>> {dorefa.state = 1 : i32})
