// RUN: dorefa-opt %s --dorefa-ask-chip --split-input-file --verify-diagnostics | FileCheck %s

// One list for equal questions.
// CHECK-DAG: llvm.mlir.global internal constant @chips(dense<[80, 0, 90, 1]> : tensor<4xi32>)
// CHECK-DAG: llvm.mlir.global internal constant @[[OTHER:chips_.*]](dense<[90, 0, 120, 1, 80, 0]> : tensor<6xi32>)
// CHECK-DAG: llvm.func @dorefaChooseChip(!llvm.ptr, i64) -> i32
// CHECK: llvm.func @twice
// CHECK: %[[LIST:.*]] = llvm.mlir.addressof @chips
// CHECK: %[[FIRST:.*]] = llvm.call @dorefaChooseChip(%[[LIST]], %{{.*}})
// CHECK: %[[LIST:.*]] = llvm.mlir.addressof @chips
// CHECK: llvm.call @dorefaChooseChip(%[[LIST]], %{{.*}})
// CHECK: llvm.return %[[FIRST]]
llvm.func @twice() -> i32 {
  %0 = bitserial.chip ["sm_80", "sm_90a"] : i32
  %1 = bitserial.chip ["sm_80", "sm_90a"] : i32
  llvm.return %0 : i32
}

// CHECK: llvm.func @others
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(3 : i64)
// CHECK: %[[LIST:.*]] = llvm.mlir.addressof @[[OTHER]]
// CHECK: llvm.call @dorefaChooseChip(%[[LIST]], %[[COUNT]])
llvm.func @others() {
  %0 = bitserial.chip ["sm_90", "sm_120a", "sm_80"] : i32
  llvm.return
}

// -----

llvm.func @unknown() {
  // expected-error @+1 {{'bitserial.chip' op asks for 'gfx942', which is not known}}
  %0 = bitserial.chip ["sm_80", "gfx942"] : i32
  llvm.return
}
