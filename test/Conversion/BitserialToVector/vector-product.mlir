// Products of rows that are anywhere and of words, in vectors: sums of a tile in registers, in 16
// bits between drains, or in 32 where four products are summed at once; or of tables and indices,
// where each sum is drained before the next is made.

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

// 86 steps of 4 x 63 x 3 fit into 16 bits, so 90 are two chunks, of which the second adds.
#lookup = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>

// CHECK-LABEL: func.func @lookup
// CHECK-SAME:    %[[TABLES:[a-z0-9]+]]: memref<8x1440xi8, {{.*}}>, %[[INDICES:[a-z0-9]+]]: memref<90x64xi16, {{.*}}>, %[[SUMS:[a-z0-9]+]]:
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C45:.*]] = arith.constant 45 : index
// CHECK-DAG:     %[[C90:.*]] = arith.constant 90 : index
// CHECK:         scf.for %[[CHUNK:.*]] = %[[C0]] to %[[C90]] step %[[C45]]
// CHECK:           %[[FIRST:.*]] = arith.cmpi eq, %[[CHUNK]], %[[C0]]
// CHECK:           scf.for %{{.*}} = %[[C0]] to %[[C45]] step %[[C1]] iter_args({{.*}}) -> (vector<16xi16>,
// CHECK-COUNT-2:     vector.load %[[INDICES]]{{.*}}, vector<16xi16>
// CHECK:             vector.load %[[TABLES]]{{.*}}, vector<16xi8>
// CHECK:             bitserial.byte_lookup
// CHECK-NOT:         bitserial.byte_lookup
// CHECK:             bitserial.multiply_pairs {{.*}} -> vector<16xi16>
// CHECK-NEXT:        arith.addi
// CHECK-COUNT-7:     bitserial.byte_lookup
// CHECK-NOT:         bitserial.byte_lookup
// CHECK:           scf.if %[[FIRST]]
// CHECK:             vector.load %[[SUMS]]{{.*}}, vector<16xi32>
// CHECK:           vector.store {{.*}}, %[[SUMS]]
// CHECK:         return
func.func @lookup(%tables: memref<8x1440xi8, strided<[1440, 1], offset: ?>>, %indices: memref<90x64xi16, strided<[256, 1], offset: ?>>, %sums: memref<8x64xi32>) {
  bitserial.matrix_product ins(%tables, %indices : memref<8x1440xi8, strided<[1440, 1], offset: ?>>, memref<90x64xi16, strided<[256, 1], offset: ?>>)
      outs(%sums : memref<8x64xi32>) {form = #lookup}
  return
}
