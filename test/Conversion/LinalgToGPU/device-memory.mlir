// Memrefs are allocated on the device.

// RUN: dorefa-opt %s --dorefa-device-memory | FileCheck %s

// CHECK: llvm.func internal @_mlir_memref_to_llvm_alloc(%[[SIZE:.*]]: i64)
// CHECK: llvm.call @mgpuMemAlloc(%[[SIZE]],
// CHECK: llvm.func internal @_mlir_memref_to_llvm_free(%[[MEMORY:.*]]: !llvm.ptr)
// CHECK: llvm.call @mgpuMemFree(%[[MEMORY]],
llvm.func @_mlir_memref_to_llvm_alloc(i64) -> !llvm.ptr
llvm.func @_mlir_memref_to_llvm_free(!llvm.ptr)
