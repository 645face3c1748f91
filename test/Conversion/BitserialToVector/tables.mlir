// Tables of the bytes of words: eight columns at a time, then one by one.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @tables
// CHECK-SAME:    %[[WORDS:[a-z0-9]+]]: memref<2x5x9xi32>, %[[TABLES:[a-z0-9]+]]: memref<2x9x80xi8>
// CHECK:         vector.load %[[WORDS]]{{.*}}, vector<8xi32>
// CHECK:         vector.bitcast {{.*}} : vector<8xi32> to vector<32xi8>
// CHECK-COUNT-8: vector.store {{.*}}, %[[TABLES]]{{.*}}, vector<16xi8>
// CHECK-NOT:     vector.store
// CHECK:         vector.load %[[WORDS]]{{.*}}, vector<1xi32>
// CHECK:         vector.store {{.*}}, %[[TABLES]]{{.*}}, vector<16xi8>
// CHECK-NOT:     vector.store
// CHECK:         return
func.func @tables(%words: memref<2x5x9xi32>, %tables: memref<2x9x80xi8>) {
  bitserial.pack_tables ins(%words : memref<2x5x9xi32>) outs(%tables : memref<2x9x80xi8>)
  return
}
