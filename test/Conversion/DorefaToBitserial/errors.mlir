// RUN: dorefa-opt %s --convert-dorefa-to-bitserial --split-input-file --verify-diagnostics
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="strategy=magic" 2>&1 | FileCheck %s
// CHECK: error: unknown strategy 'magic'; expected auto, popcount, lookup, integer, shift or float
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="chip=sm_80 strategy=lookup" 2>&1 | FileCheck %s --check-prefix=CHIP
// CHIP: error: strategy 'lookup' is of CPUs, and kernels are for 'sm_80'; expected auto, popcount, integer, shift or float
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="tuned=2x1x64:integer,2x1x64" 2>&1 | FileCheck %s --check-prefix=TUNED
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="tuned=2x9x64:integer" 2>&1 | FileCheck %s --check-prefix=TUNED
// RUN: not dorefa-opt %s --split-input-file --convert-dorefa-to-bitserial="tuned=2x1x64:auto" 2>&1 | FileCheck %s --check-prefix=TUNED
// TUNED: error: unknown choice '2x{{1x64|9x64:integer|1x64:auto}}'; expected LHSxRHSxDEPTH:STRATEGY, as in 2x1x64:popcount

func.func @open(%x: tensor<?x8xf32>) -> tensor<?x8x!dorefa.code<?, unipolar>> {
  // expected-error @+1 {{has open bits; fill them in with --dorefa-set-bits}}
  %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
  return %a : tensor<?x8x!dorefa.code<?, unipolar>>
}
