// Sums of the terms that offsets select: a vector of sums for each column of a block, through all
// samples. The offsets of eight columns are one word; squares are transposed before they are stored.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @select
// CHECK-SAME:    %[[OFFSETS:[a-z0-9]+]]: memref<3x?x8xi8>, %[[TERMS:[a-z0-9]+]]: memref<2x?x2x4xf32>, %[[SUMS:[a-z0-9]+]]: memref<8x24xf32>
// CHECK-DAG:     %[[SAMPLE:.*]] = arith.constant 32 : index
// CHECK-DAG:     %[[EIGHT:.*]] = arith.constant 8 : i64
// CHECK-DAG:     %[[BYTE:.*]] = arith.constant 255 : i64
// CHECK:         scf.for %[[T:.*]] = {{.*}} {
// CHECK:           scf.for %[[S:.*]] = {{.*}} {
// CHECK:             %[[N:.*]] = memref.dim %[[OFFSETS]], %{{.*}}
// CHECK:             %[[POINTER:.*]] = memref.extract_aligned_pointer_as_index %[[TERMS]]
// CHECK:             %[[BEFORE:.*]] = arith.muli %[[T]], %[[N]]
// CHECK:             %[[GROUP:.*]] = arith.muli %[[BEFORE]], %[[SAMPLE]]
// CHECK:             %[[FIRST:.*]] = arith.addi %[[POINTER]], %[[GROUP]]
// CHECK:             %{{.*}}:8 = scf.for %[[I:[a-z0-9]+]] = %{{.*}} to %[[N]] step
// CHECK:               %[[BYTES:.*]] = arith.muli %[[I]], %[[SAMPLE]]
// CHECK:               %[[AT:.*]] = arith.addi %[[FIRST]], %[[BYTES]]
// CHECK:               %[[ROW:.*]] = vector.load %[[OFFSETS]][%[[S]], %[[I]], %{{.*}}] : memref<3x?x8xi8>, vector<8xi8>
// CHECK:               %[[CAST:.*]] = vector.bitcast %[[ROW]] : vector<8xi8> to vector<1xi64>
// CHECK:               %[[WORD:.*]] = vector.extract %[[CAST]][0]
// CHECK:               %[[SHIFTED:.*]] = arith.shrui %[[WORD]], %[[EIGHT]]
// CHECK:               %[[SECOND:.*]] = arith.andi %[[SHIFTED]], %[[BYTE]]
// CHECK-NOT:           vector.load
// CHECK-COUNT-8:       llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<4xf32>
// CHECK:               scf.yield
// CHECK-COUNT-8:     vector.shuffle
// CHECK-COUNT-4:     vector.store %{{.*}}, %[[SUMS]]
// CHECK-COUNT-8:     vector.shuffle
// CHECK-COUNT-4:     vector.store %{{.*}}, %[[SUMS]]
func.func @select(%offsets: memref<3x?x8xi8>, %terms: memref<2x?x2x4xf32>, %sums: memref<8x24xf32>) {
  bitserial.select_sum ins(%offsets, %terms : memref<3x?x8xi8>, memref<2x?x2x4xf32>) outs(%sums : memref<8x24xf32>)
  return
}

// Where columns are no multiple of eight, words have a square's.
// CHECK-LABEL: func.func @few
// CHECK-COUNT-3:       vector.load %{{.*}} : memref<1x5x12xi8>, vector<4xi8>
// CHECK-NOT:           vector.load
func.func @few(%offsets: memref<1x5x12xi8>, %terms: memref<2x5x2x4xf32>, %sums: memref<8x12xf32>) {
  bitserial.select_sum ins(%offsets, %terms : memref<1x5x12xi8>, memref<2x5x2x4xf32>) outs(%sums : memref<8x12xf32>)
  return
}
