// Sums of the terms that codes select: a vector of sums for each column of a square, through all
// samples; a square is transposed before it is stored.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @select
// CHECK-SAME:    %[[CODES:[a-z0-9]+]]: memref<3x?x4xi8>, %[[TERMS:[a-z0-9]+]]: memref<2x?x2x4xf32>, %[[SUMS:[a-z0-9]+]]: memref<8x12xf32>
// CHECK:         scf.for %[[T:.*]] = {{.*}} {
// CHECK:           scf.for %[[S:.*]] = {{.*}} {
// CHECK:             %[[N:.*]] = memref.dim %[[CODES]], %{{.*}}
// CHECK:             %{{.*}}:4 = scf.for %[[I:[a-z0-9]+]] = %{{.*}} to %[[N]] step
// CHECK:               %[[CODE:.*]] = memref.load %[[CODES]][%[[S]], %[[I]], %{{.*}}]
// CHECK:               %[[AT:.*]] = arith.index_castui %[[CODE]] : i8 to index
// CHECK:               %[[TERM:.*]] = vector.load %[[TERMS]][%[[T]], %[[I]], %[[AT]], %{{.*}}] : memref<2x?x2x4xf32>, vector<4xf32>
// CHECK:               arith.addf %{{.*}}, %[[TERM]] : vector<4xf32>
// CHECK-COUNT-3:       memref.load %[[CODES]]
// CHECK:               scf.yield
// CHECK-COUNT-8:     vector.shuffle
// CHECK-COUNT-4:     vector.store %{{.*}}, %[[SUMS]]
func.func @select(%codes: memref<3x?x4xi8>, %terms: memref<2x?x2x4xf32>, %sums: memref<8x12xf32>) {
  bitserial.select_sum ins(%codes, %terms : memref<3x?x4xi8>, memref<2x?x2x4xf32>) outs(%sums : memref<8x12xf32>)
  return
}
