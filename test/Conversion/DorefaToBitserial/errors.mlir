// RUN: dorefa-opt %s --convert-dorefa-to-bitserial --split-input-file --verify-diagnostics
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="strategy=magic" 2>&1 | FileCheck %s
// CHECK: error: unknown strategy 'magic'; expected auto, popcount, integer or float

func.func @open(%x: tensor<?x8xf32>) -> tensor<?x8x!dorefa.code<?, unipolar>> {
  // expected-error @+1 {{has open bits; fill them in with --dorefa-set-bits}}
  %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
  return %a : tensor<?x8x!dorefa.code<?, unipolar>>
}
