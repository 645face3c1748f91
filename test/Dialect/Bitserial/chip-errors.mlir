// RUN: dorefa-opt %s --split-input-file --verify-diagnostics

func.func @none() {
  // expected-error @+1 {{'bitserial.chip' op (C1) expected at least one chip}}
  %0 = bitserial.chip [] : i32
  return
}

// -----

func.func @twice() {
  // expected-error @+1 {{'bitserial.chip' op (C2) names "sm_80" twice}}
  %0 = bitserial.chip ["sm_80", "sm_90a", "sm_80"] : i32
  return
}
