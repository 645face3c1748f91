// Each result lies in memory of its own.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(dorefa-own-results))' | FileCheck %s
// RUN: dorefa-opt %S/Inputs/in-place.mlir --dorefa-to-llvm -o - | FileCheck %s --check-prefix=WHOLE

// CHECK-LABEL: func.func @handed_over(
// CHECK-SAME:      %[[A:.*]]: memref<4xf32>, %[[B:.*]]: memref<4xf32>)
// CHECK:         %[[COPY:.*]] = bufferization.clone %[[B]]
// CHECK:         return %[[A]], %[[COPY]]
func.func @handed_over(%a: memref<4xf32> {dorefa.in_place}, %b: memref<4xf32>)
    -> (memref<4xf32>, memref<4xf32>) {
  %0 = bufferization.clone %a : memref<4xf32> to memref<4xf32>
  %1 = bufferization.clone %b : memref<4xf32> to memref<4xf32>
  return %0, %1 : memref<4xf32>, memref<4xf32>
}

// CHECK-LABEL: func.func @twice(
// CHECK-SAME:      %[[A:.*]]: memref<4xf32>)
// CHECK:         %[[SECOND:.*]] = bufferization.clone %[[A]]
// CHECK:         %[[BUFFER:.*]] = memref.alloc
// CHECK:         %[[COPY:.*]] = bufferization.clone %[[BUFFER]]
// CHECK:         return %[[A]], %[[SECOND]], %[[BUFFER]], %[[COPY]]
func.func @twice(%a: memref<4xf32> {dorefa.in_place})
    -> (memref<4xf32>, memref<4xf32>, memref<4xf32>, memref<4xf32>) {
  %0 = bufferization.clone %a : memref<4xf32> to memref<4xf32>
  %1 = bufferization.clone %a : memref<4xf32> to memref<4xf32>
  %2 = memref.alloc() : memref<4xf32>
  return %0, %1, %2, %2 : memref<4xf32>, memref<4xf32>, memref<4xf32>, memref<4xf32>
}

// A copy that something else reads is a copy.
// CHECK-LABEL: func.func @copied(
// CHECK:         %[[COPY:.*]] = bufferization.clone
// CHECK:         return %[[COPY]]
func.func @copied(%a: memref<4xf32> {dorefa.in_place}) -> (memref<4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %0 = bufferization.clone %a : memref<4xf32> to memref<4xf32>
  %1 = memref.load %0[%c0] : memref<4xf32>
  return %0, %1 : memref<4xf32>, f32
}

// In the whole pipeline nothing is allocated where the argument may be written to,
// and something is where it may not.
// WHOLE-LABEL: llvm.func @in_place(
// WHOLE-NOT:     @aligned_alloc
// WHOLE-NOT:     dorefa_take_workspace
// WHOLE-LABEL: llvm.func @apart(
// WHOLE:         llvm.call @aligned_alloc
