// Parallel loops become functions; what they read of their surroundings,
// constants excepted, are arguments.

// RUN: dorefa-opt %s --dorefa-outline-parallel-loops | FileCheck %s

memref.global "private" constant @table : memref<4xf32> = dense<1.0>

// CHECK-LABEL: func.func @two(
// CHECK-SAME:      %[[X:.*]]: memref<8xf32>, %[[N:.*]]: index)
// CHECK-NOT:     omp.parallel
// CHECK:         call @two_parallel_0(%[[X]], %[[N]]) : (memref<8xf32>, index) -> ()
// CHECK:         call @two_parallel_1(%[[X]]) : (memref<8xf32>) -> ()
// CHECK-DAG:   func.func private @two_parallel_0({{.*}}) attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]}
// CHECK-DAG:   func.func private @two_parallel_1({{.*}}) attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]}
func.func @two(%x: memref<8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %table = memref.get_global @table : memref<4xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %table[%c1] : memref<4xf32>
        memref.store %v, %x[%i] : memref<8xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    %v = memref.load %x[%c0] : memref<8xf32>
    memref.store %v, %x[%c1] : memref<8xf32>
    omp.terminator
  }
  return
}

// A name that is taken; a loop within other control flow.
// CHECK-LABEL: func.func @inside(
// CHECK:         scf.if
// CHECK:           call @[[NAME:inside_parallel_0_.*]](%{{.*}}) : (memref<8xf32>) -> ()
// CHECK:       func.func private @[[NAME]](
func.func @inside(%x: memref<8xf32>, %condition: i1) {
  %c0 = arith.constant 0 : index
  scf.if %condition {
    omp.parallel {
      %v = memref.load %x[%c0] : memref<8xf32>
      memref.store %v, %x[%c0] : memref<8xf32>
      omp.terminator
    }
  }
  return
}
func.func private @inside_parallel_0()

// The same loop twice is one function; one with another constant in it is not,
// nor one with the same ops on other values.
// CHECK-LABEL: func.func @alike(
// CHECK-SAME:      %[[X:.*]]: memref<8xf32>, %[[Y:.*]]: memref<8xf32>)
// CHECK:         call @alike_parallel_0(%[[X]], %[[Y]])
// CHECK-NEXT:    call @alike_parallel_0(%[[Y]], %[[X]])
// CHECK-NEXT:    call @alike_parallel_2(%[[X]], %[[Y]])
// CHECK-NEXT:    call @alike_parallel_3(%[[X]], %[[Y]])
// CHECK-NOT:   @alike_parallel_1
func.func @alike(%x: memref<8xf32>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    %v = memref.load %x[%c0] : memref<8xf32>
    %w = memref.load %y[%c0] : memref<8xf32>
    memref.store %v, %x[%c0] : memref<8xf32>
    omp.terminator
  }
  omp.parallel {
    %v = memref.load %y[%c0] : memref<8xf32>
    %w = memref.load %x[%c0] : memref<8xf32>
    memref.store %v, %y[%c0] : memref<8xf32>
    omp.terminator
  }
  omp.parallel {
    %v = memref.load %x[%c1] : memref<8xf32>
    %w = memref.load %y[%c1] : memref<8xf32>
    memref.store %v, %x[%c1] : memref<8xf32>
    omp.terminator
  }
  omp.parallel {
    %v = memref.load %x[%c0] : memref<8xf32>
    %w = memref.load %y[%c0] : memref<8xf32>
    memref.store %w, %x[%c0] : memref<8xf32>
    omp.terminator
  }
  return
}

// CHECK-LABEL: func.func @none(
// CHECK-NEXT:    return
func.func @none() {
  return
}
