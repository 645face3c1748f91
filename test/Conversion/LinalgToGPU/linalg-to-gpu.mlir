// RUN: dorefa-opt %s --convert-linalg-to-gpu --split-input-file | FileCheck %s

#id = affine_map<(i) -> (i)>

// One thread an element.
// CHECK-LABEL: func.func @elementwise
// CHECK-SAME:      (%[[X:.*]]: memref<?xf32>, %[[Y:.*]]: memref<?xf32>)
// CHECK:         gpu.launch
// CHECK:           %[[INSIDE:.*]] = arith.cmpi ult
// CHECK:           scf.if %[[INSIDE]]
// CHECK:             %[[V:.*]] = memref.load %[[X]]
// CHECK:             %[[W:.*]] = arith.negf %[[V]]
// CHECK:             memref.store %[[W]], %[[Y]]
func.func @elementwise(%x: memref<?xf32>, %y: memref<?xf32>) {
  linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : memref<?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %n = arith.negf %a : f32
    linalg.yield %n : f32
  }
  return
}

// -----

// A short reduction: in order, in one thread.
// CHECK-LABEL: func.func @short
// CHECK:         gpu.launch
// CHECK-NOT:       workgroup
// CHECK:           scf.for %{{.*}} iter_args
// CHECK-NOT:       gpu.barrier
func.func @short(%x: memref<100x8xf32>, %y: memref<100xf32>) {
  linalg.reduce { arith.addf } ins(%x : memref<100x8xf32>) outs(%y : memref<100xf32>) dimensions = [1]
  return
}

// -----

// A long one: in strides, then as a tree.
// CHECK-LABEL: func.func @long
// CHECK:         gpu.launch
// CHECK-SAME:        workgroup(%{{.*}} : memref<256xf64, #gpu.address_space<workgroup>>)
// CHECK:           scf.for %{{.*}} step %{{.*}} iter_args
// CHECK-COUNT-8:   gpu.barrier
// CHECK-NOT:       gpu.barrier
func.func @long(%x: memref<4x1000xf32>, %y: memref<4xf64>) {
  linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<4x1000xf32>) outs(%y : memref<4xf64>) {
  ^bb0(%a: f32, %sum: f64):
    %w = arith.extf %a : f32 to f64
    %s = arith.addf %sum, %w : f64
    linalg.yield %s : f64
  }
  return
}

// -----

// Not associative: in order, however long.
// CHECK-LABEL: func.func @difference
// CHECK:         gpu.launch
// CHECK-NOT:       gpu.barrier
// CHECK:         return
func.func @difference(%x: memref<1000xf32>, %y: memref<f32>) {
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : memref<1000xf32>) outs(%y : memref<f32>) {
  ^bb0(%a: f32, %sum: f32):
    %s = arith.subf %sum, %a : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// Beside the sum, an output with an element for each of its terms: written at
// each step, and not a sum of a block.
// CHECK-LABEL: func.func @terms
// CHECK-SAME:      (%{{.*}}: memref<1000xf32>, %[[TERMS:.*]]: memref<1000xf32>, %[[SUM:.*]]: memref<f32>)
// CHECK:         gpu.launch
// CHECK-NOT:       gpu.barrier
// CHECK:           %[[START:.*]] = memref.load %[[SUM]][]
// CHECK:           %[[R:.*]] = scf.for %[[I:.*]] = {{.*}} iter_args(%{{.*}} = %[[START]])
// CHECK:             memref.load %[[TERMS]][%[[I]]]
// CHECK:             memref.store %{{.*}}, %[[TERMS]][%[[I]]]
// CHECK:             scf.yield
// CHECK:           memref.store %[[R]], %[[SUM]][]
func.func @terms(%x: memref<1000xf32>, %terms: memref<1000xf32>, %sum: memref<f32>) {
  linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>],
      iterator_types = ["reduction"]}
      ins(%x : memref<1000xf32>) outs(%terms, %sum : memref<1000xf32>, memref<f32>) {
  ^bb0(%a: f32, %t: f32, %s: f32):
    %u = arith.addf %t, %a : f32
    %v = arith.addf %s, %u : f32
    linalg.yield %u, %v : f32, f32
  }
  return
}

// -----

// One iteration a thread; its buffer is on the thread's stack.
// CHECK-LABEL: func.func @forall
// CHECK:         gpu.launch
// CHECK-NEXT:      memref.alloca() : memref<f32>
// CHECK:           scf.if
// CHECK-NOT:         linalg
// CHECK-NOT:         memref.dealloc
// CHECK:         return
func.func @forall(%x: memref<10xf32>) {
  %zero = arith.constant 0.0 : f32
  scf.forall (%i) in (10) {
    %t = memref.alloc() : memref<f32>
    linalg.fill ins(%zero : f32) outs(%t : memref<f32>)
    %v = memref.load %t[] : memref<f32>
    memref.store %v, %x[%i] : memref<10xf32>
    memref.dealloc %t : memref<f32>
  }
  return
}

// -----

// What the host reads is copied to it; what it writes, a kernel writes.
// CHECK-LABEL: func.func @host
// CHECK:         %[[HOST:.*]] = memref.alloca() : memref<f32>
// CHECK:         llvm.call @mgpuMemcpy
// CHECK:         llvm.call @mgpuStreamSynchronize
// CHECK:         %[[V:.*]] = memref.load %[[HOST]][]
// CHECK:         gpu.launch
// CHECK:           memref.store %[[V]], %{{.*}}[%{{.*}}] : memref<4xf32>
func.func @host(%x: memref<4xf32>, %i: index) {
  %v = memref.load %x[%i] : memref<4xf32>
  memref.store %v, %x[%i] : memref<4xf32>
  return
}

// -----

// Constants are read inside, and copied where they leave.
memref.global "private" constant @table : memref<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]>
// CHECK-LABEL: func.func @constant
// CHECK:         gpu.launch
// CHECK-NEXT:      memref.get_global @table
// CHECK:         %[[COPY:.*]] = memref.alloc() : memref<4xf32>
// CHECK:         gpu.launch
// CHECK-NEXT:      memref.get_global @table
// CHECK:         return %[[COPY]]
func.func @constant(%y: memref<2x2xf32>) -> memref<4xf32> {
  %c = memref.get_global @table : memref<4xf32>
  %e = memref.expand_shape %c [[0, 1]] output_shape [2, 2] : memref<4xf32> into memref<2x2xf32>
  memref.copy %e, %y : memref<2x2xf32> to memref<2x2xf32>
  return %c : memref<4xf32>
}
