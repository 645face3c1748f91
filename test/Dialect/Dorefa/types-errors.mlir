// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{a code has 1 to 8 bits, got 9}}
func.func private @too_many() -> tensor<2x!dorefa.code<9, unipolar>>

// -----

// expected-error @below {{a code has 1 to 8 bits, got 0}}
func.func private @none() -> tensor<2x!dorefa.code<0, unipolar>>

// -----

// expected-error @below {{a pow2 code has 2 to 6 bits, got 7}}
func.func private @pow2_above() -> tensor<2x!dorefa.code<7, pow2>>

// -----

// expected-error @below {{a pow2 code has 2 to 6 bits, got 1}}
func.func private @pow2_below() -> tensor<2x!dorefa.code<1, pow2>>

// -----

// expected-error @below {{expected unipolar, bipolar or pow2, got 'ternary'}}
func.func private @kind() -> tensor<2x!dorefa.code<2, ternary>>

// -----

// expected-error @below {{expected integer value}}
func.func private @bits() -> tensor<2x!dorefa.code<two, unipolar>>

// -----

// expected-error @below {{expected ','}}
func.func private @comma() -> tensor<2x!dorefa.code<2>>

// -----

// expected-error @below {{expected '>'}}
func.func private @end() -> tensor<2x!dorefa.code<2, unipolar, 3>>

// -----

// expected-error @below {{expected '<'}}
func.func private @start() -> tensor<2x!dorefa.code>

// -----

// expected-error @+2 {{expected one of [clip, abs_clip, tanh, relu] for the bounding function h before the quantizer, got: sigmoid}}
// expected-error @+1 {{failed to parse Dorefa_BoundAttr}}
func.func private @bound() attributes {some.bound = #dorefa.bound<sigmoid>}

// -----

// expected-error @+2 {{expected attribute value}}
// expected-error @+1 {{failed to parse Dorefa_CodesAttr}}
func.func private @codes() attributes {some.codes = #dorefa.codes<>}
