// RUN: dorefa-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect --dorefa-set-bits

// RUN: not dorefa-opt --dorefa-set-bits="w=9" /dev/null 2>&1 | FileCheck %s --check-prefix=W
// RUN: not dorefa-opt --dorefa-set-bits="a=0" /dev/null 2>&1 | FileCheck %s --check-prefix=A
// RUN: not dorefa-opt --dorefa-set-bits="g=-1" /dev/null 2>&1 | FileCheck %s --check-prefix=G
// RUN: not dorefa-opt --dorefa-set-bits="w=2 weights=ternary" /dev/null 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: error: dorefa-set-bits: weights must be bipolar, pow2 or pow2-threshold, got 'ternary'
// W: error: dorefa-set-bits: w must be 1 to 8, or 32 for float, got 9
// A: error: dorefa-set-bits: a must be 1 to 8, or 32 for float, got 0
// G: error: dorefa-set-bits: g must be 1 to 8, or 32 for float, got -1

func.func @activation(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op leaves the bits of activations open: give --dorefa-set-bits="a=..."}}
  %a = dorefa.quantize_activation %x : tensor<2xf32> -> tensor<2x!dorefa.code<?, unipolar>>
  return
}

// -----

func.func @bound(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_activation' op leaves the bits of activations open: give --dorefa-set-bits="a=..."}}
  %a = dorefa.quantize_activation %x open : tensor<2xf32> -> tensor<2xf32>
  return
}

// -----

func.func @weight(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_weight' op leaves the bits of weights open: give --dorefa-set-bits="w=..."}}
  %a, %s = dorefa.quantize_weight %x : tensor<2xf32> -> tensor<2x!dorefa.code<?, bipolar>>, tensor<f32>
  return
}

// -----

func.func @gradient(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.quantize_gradient' op leaves the bits of gradients open: give --dorefa-set-bits="g=..."}}
  %g = dorefa.quantize_gradient %x : tensor<2xf32>
  return
}

// -----

// expected-error @below {{'func.func' op leaves the bits of weights open}}
func.func private @signature() -> tensor<2x!dorefa.code<?, pow2>>

// -----

func.func @argument() {
  // expected-error @below {{'test.region' op leaves the bits of activations open}}
  "test.region"() ({
  ^bb0(%a: tensor<2x!dorefa.code<?, unipolar>>):
  }) : () -> ()
  return
}

// -----

func.func @differentiated(%x: tensor<2xf32>) {
  // expected-error @below {{'dorefa.encode_gradient' op leaves the bits of its codes open: set the bits of a model before it is differentiated}}
  %c, %s = dorefa.encode_gradient %x : tensor<2xf32> -> tensor<2x!dorefa.code<?, bipolar>>, tensor<2xf32>
  return
}
