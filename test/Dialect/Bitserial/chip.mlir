// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --cse | FileCheck %s --check-prefix=CSE

// CHECK-LABEL: func @twice
// CHECK: bitserial.chip ["sm_80", "sm_90a"] : i32
// CHECK: bitserial.chip ["sm_80", "sm_90a"] : i32

// The GPU is the same for the whole process.
// CSE-LABEL: func @twice
// CSE: %[[CHIP:.*]] = bitserial.chip
// CSE-NEXT: return %[[CHIP]], %[[CHIP]]
func.func @twice() -> (i32, i32) {
  %0 = bitserial.chip ["sm_80", "sm_90a"] : i32
  %1 = bitserial.chip ["sm_80", "sm_90a"] : i32
  return %0, %1 : i32, i32
}
