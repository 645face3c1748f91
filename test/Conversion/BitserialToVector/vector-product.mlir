// Products of rows that are anywhere and of words, in vectors: sums of a tile in registers, in 16
// bits between drains, or in 32 where four products are summed at once.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

#bytes = #bitserial.form<bytes, bits = 2 x 7, bytes = 32, tile = 2 x 4, drain = 40, unroll = 2, signed = true>
#quads = #bitserial.form<quads, bits = 2 x 7, bytes = 64, tile = 1 x 8, drain = 80, unroll = 2, signed = true>

// CHECK-LABEL: func.func @bytes
// CHECK-SAME:    %[[ROWS:[a-z0-9]+]]: memref<16x320xi8, strided<[704, 1], offset: ?>>, %[[WORDS:[a-z0-9]+]]: memref<80x48xi32>, %[[SUMS:[a-z0-9]+]]:
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[C40:.*]] = arith.constant 40 : index
// CHECK-DAG:     %[[C48:.*]] = arith.constant 48 : index
// CHECK-DAG:     %[[C80:.*]] = arith.constant 80 : index
// CHECK:         scf.for %{{.*}} = %[[C0]] to %[[C16]] step %[[C4]]
// CHECK:           scf.for %{{.*}} = %[[C0]] to %[[C48]] step %[[C16]]
// CHECK:             %[[TOTALS:.*]]:8 = scf.for %{{.*}} = %[[C0]] to %[[C80]] step %[[C40]] iter_args({{.*}}) -> (vector<8xi32>,
// CHECK:               scf.for %{{.*}} = %[[C0]] to %[[C40]] step %[[C2]] iter_args({{.*}}) -> (vector<16xi16>,
// CHECK-COUNT-2:         vector.load %[[WORDS]][{{.*}}] : memref<80x48xi32>, vector<8xi32>
// CHECK:                 vector.load %[[ROWS]]{{.*}} vector<4xi8>
// CHECK:                 vector.broadcast {{.*}} : i32 to vector<8xi32>
// CHECK-COUNT-16:        bitserial.multiply_pairs {{.*}} -> vector<16xi16>
// CHECK-NOT:             bitserial.multiply_pairs {{.*}} -> vector<16xi16>
// CHECK-COUNT-8:       bitserial.multiply_pairs {{.*}} -> vector<8xi32>
// CHECK-COUNT-8:     vector.store {{.*}}, %[[SUMS]]
// CHECK:         return
func.func @bytes(%rows: memref<16x320xi8, strided<[704, 1], offset: ?>>, %words: memref<80x48xi32>, %sums: memref<16x48xi32>) {
  bitserial.matrix_product ins(%rows, %words : memref<16x320xi8, strided<[704, 1], offset: ?>>, memref<80x48xi32>)
      outs(%sums : memref<16x48xi32>) {form = #bytes}
  return
}

// CHECK-LABEL: func.func @quads
// CHECK:         scf.for
// CHECK-COUNT-16:  bitserial.dot {{.*}} vector<16xi32>
// CHECK-COUNT-8: vector.store
// CHECK:         return
func.func @quads(%rows: memref<16x320xi8, strided<[704, 1], offset: ?>>, %words: memref<80x48xi32>, %sums: memref<16x48xi32>) {
  bitserial.matrix_product ins(%rows, %words : memref<16x320xi8, strided<[704, 1], offset: ?>>, memref<80x48xi32>)
      outs(%sums : memref<16x48xi32>) {form = #quads}
  return
}
