// Buffers of one function in one workspace.

// RUN: dorefa-opt %s --dorefa-plan-buffers --canonicalize --cse | FileCheck %s

func.func private @use(memref<?x16xf32>, memref<?x16xi32>)
func.func private @fill(memref<?xi8>)
func.func private @change(memref<16xf32>)
func.func private @read(memref<32xf32>)
func.func private @write(memref<4xf64>)
func.func private @elsewhere(memref<16xf32, 3>, memref<?x?xf32>)

// %a and %b are alive together; %c takes the place of %a, which is free again, and
// is the same view. What lives longest comes first.
// CHECK-LABEL: func.func @batch(
// CHECK-SAME:      %[[X:.*]]: memref<?x16xf32>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C64:.*]] = arith.constant 64 : index
// CHECK-DAG:     %[[C128:.*]] = arith.constant 128 : index
// CHECK-DAG:     %[[N:.*]] = memref.dim %[[X]], %[[C0]]
// CHECK-DAG:     %[[SECOND:.*]] = arith.muli %[[N]], %[[C64]]
// CHECK-DAG:     %[[BYTES:.*]] = arith.muli %[[N]], %[[C128]]
// CHECK:         %[[ALL:.*]] = arith.index_cast %[[BYTES]] : index to i64
// CHECK:         %[[ADDRESS:.*]] = llvm.call @dorefa_take_workspace(%[[ALL]])
// CHECK:         llvm.getelementptr %[[ADDRESS]][64]
// CHECK:         %[[SPACE:.*]] = builtin.unrealized_conversion_cast %{{.*}} to memref<?xi8>
// CHECK:         %[[A:.*]] = memref.view %[[SPACE]][%[[SECOND]]][%[[N]]] : memref<?xi8> to memref<?x16xf32>
// CHECK:         %[[B:.*]] = memref.view %[[SPACE]][%[[C0]]][%[[N]]] : memref<?xi8> to memref<?x16xi32>
// CHECK:         call @use(%[[A]], %[[B]])
// CHECK:         call @use(%[[A]], %[[B]])
// CHECK-NOT:     memref.dealloc
// CHECK:         llvm.call @dorefa_give_workspace(%[[ADDRESS]])
// CHECK-NEXT:    return
func.func @batch(%x: memref<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x16xf32>
  %a = memref.alloc(%n) : memref<?x16xf32>
  %b = memref.alloc(%n) : memref<?x16xi32>
  call @use(%a, %b) : (memref<?x16xf32>, memref<?x16xi32>) -> ()
  memref.dealloc %a : memref<?x16xf32>
  %c = memref.alloc(%n) : memref<?x16xf32>
  call @use(%c, %b) : (memref<?x16xf32>, memref<?x16xi32>) -> ()
  memref.dealloc %b : memref<?x16xi32>
  memref.dealloc %c : memref<?x16xf32>
  return
}

// Constant sizes lie ahead of the dynamic one; a byte a unit takes a whole line.
// CHECK-LABEL: func.func @mixed(
// CHECK-SAME:      %[[N:.*]]: index)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C128:.*]] = arith.constant 128 : index
// CHECK:         %[[SPACE:.*]] = builtin.unrealized_conversion_cast
// CHECK:         memref.view %[[SPACE]][%[[C0]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         memref.view %[[SPACE]][%[[C128]]][%[[N]]] : memref<?xi8> to memref<?xi8>
// CHECK:         memref.view %[[SPACE]][%{{.*}}][] : memref<?xi8> to memref<16xf32>
func.func @mixed(%n: index) {
  %a = memref.alloc() : memref<16xf32>
  %bytes = memref.alloc(%n) : memref<?xi8>
  %b = memref.alloc() : memref<16xf32>
  call @fill(%bytes) : (memref<?xi8>) -> ()
  call @change(%a) : (memref<16xf32>) -> ()
  call @change(%b) : (memref<16xf32>) -> ()
  memref.dealloc %a : memref<16xf32>
  memref.dealloc %b : memref<16xf32>
  memref.dealloc %bytes : memref<?xi8>
  return
}

// The large one first, the small ones where they fit: what is alive with 128 and
// 64 bytes lies behind them; a gap is used again.
// CHECK-LABEL: func.func @gaps()
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C128:.*]] = arith.constant 128 : index
// CHECK-DAG:     %[[BYTES:.*]] = arith.constant 192 : i64
// CHECK:         llvm.call @dorefa_take_workspace(%[[BYTES]])
// CHECK:         memref.view %{{.*}}[%[[C0]]][] : memref<?xi8> to memref<32xf32>
// CHECK:         memref.view %{{.*}}[%[[C128]]][] : memref<?xi8> to memref<16xf32>
// CHECK:         memref.view %{{.*}}[%[[C0]]][] : memref<?xi8> to memref<4xf64>
func.func @gaps() {
  %large = memref.alloc() : memref<32xf32>
  %small = memref.alloc() : memref<16xf32>
  call @read(%large) : (memref<32xf32>) -> ()
  call @change(%small) : (memref<16xf32>) -> ()
  memref.dealloc %large : memref<32xf32>
  %late = memref.alloc() : memref<4xf64>
  call @write(%late) : (memref<4xf64>) -> ()
  memref.dealloc %late : memref<4xf64>
  memref.dealloc %small : memref<16xf32>
  return
}

// Left alone: a result, a buffer in a loop, a size that is computed, another
// memory, two dynamic sizes. Nothing is left to plan.
// CHECK-LABEL: func.func @left(
// CHECK-NOT:     dorefa_take_workspace
// CHECK-COUNT-5: memref.alloc
// CHECK:         return
func.func @left(%n: index) -> memref<16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %result = memref.alloc() : memref<16xf32>
  scf.for %i = %c0 to %n step %c1 {
    %nested = memref.alloc() : memref<16xf32>
    func.call @change(%nested) : (memref<16xf32>) -> ()
    memref.dealloc %nested : memref<16xf32>
  }
  %more = arith.addi %n, %c1 : index
  %computed = memref.alloc(%more) : memref<?xi8>
  call @fill(%computed) : (memref<?xi8>) -> ()
  memref.dealloc %computed : memref<?xi8>
  %elsewhere = memref.alloc() : memref<16xf32, 3>
  %matrix = memref.alloc(%n, %n) : memref<?x?xf32>
  call @elsewhere(%elsewhere, %matrix) : (memref<16xf32, 3>, memref<?x?xf32>) -> ()
  memref.dealloc %elsewhere : memref<16xf32, 3>
  memref.dealloc %matrix : memref<?x?xf32>
  return %result : memref<16xf32>
}

// CHECK:       llvm.mlir.global linkonce_odr hidden @dorefa_workspace()
// CHECK:       llvm.func @aligned_alloc(i64, i64)
// CHECK:       llvm.func @free(!llvm.ptr)
// CHECK:       llvm.func linkonce_odr hidden @dorefa_take_workspace
// CHECK:       llvm.func linkonce_odr hidden @dorefa_give_workspace
// CHECK:       llvm.func weak_odr @dorefa_free_workspace
// CHECK:       llvm.mlir.global_dtors dtors = [@dorefa_free_workspace]
