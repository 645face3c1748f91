// RUN: dorefa-opt %s --convert-bitserial-pack-to-vector --split-input-file | FileCheck %s
// RUN: dorefa-opt %s --convert-bitserial-pack-to-vector="vector-bits=512" --split-input-file | FileCheck %s --check-prefix=WIDE

// Two vectors of 32 codes, a word of four, and one of the last three.
// CHECK-LABEL: func @rows
// CHECK-SAME: (%[[C:.*]]: memref<?x71xi8>, %[[W:.*]]: memref<?x18x1xi32>)
// CHECK: %[[FLAT:.*]] = memref.collapse_shape %[[W]] {{\[}}[0], [1, 2]] : memref<?x18x1xi32> into memref<?x18xi32>
// CHECK: scf.parallel (%[[I:[a-z0-9]+]]) =
// CHECK: scf.for %[[J:[a-z0-9]+]] =
// CHECK: %[[START:.*]] = affine.apply #{{.*}}(%[[J]])
// CHECK: %[[X:.*]] = vector.load %[[C]][%[[I]], %[[START]]] : memref<?x71xi8>, vector<32xi8>
// CHECK: %[[MASK:.*]] = arith.constant dense<3> : vector<32xi8>
// CHECK: %[[BITS:.*]] = arith.andi %[[X]], %[[MASK]] : vector<32xi8>
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[BITS]] : vector<32xi8> to vector<8xi32>
// CHECK: vector.store %[[WORDS]], %[[FLAT]][%[[I]], %[[J]]] : memref<?x18xi32>, vector<8xi32>
// CHECK: }
// CHECK: vector.load %[[C]][%[[I]], %{{.*}}] : memref<?x71xi8>, vector<4xi8>
// CHECK-COUNT-3: memref.load %[[C]][%[[I]], %{{.*}}] : memref<?x71xi8>
// CHECK: %[[LAST:.*]] = vector.bitcast %{{.*}} : vector<4xi8> to vector<1xi32>
// CHECK-NOT: load
// CHECK: return
// WIDE-LABEL: func @rows
// WIDE: vector.load {{.*}} : memref<?x71xi8>, vector<64xi8>
// WIDE: vector.store {{.*}} : memref<?x18xi32>, vector<16xi32>
func.func @rows(%codes: memref<?x71xi8>, %words: memref<?x18x1xi32>) {
  bitserial.pack ins(%codes : memref<?x71xi8>) outs(%words : memref<?x18x1xi32>) {axis = 1, bits = 2, bytes}
  return
}

// -----

// Words behind the last whole vector are made one by one.
// CHECK-LABEL: func @open_row
// CHECK: scf.parallel
// CHECK: vector.load {{.*}} : memref<?xi8>, vector<32xi8>
// CHECK: vector.store {{.*}} : memref<?xi32>, vector<8xi32>
// CHECK: scf.parallel
// CHECK: scf.for {{.*}} -> (i32)
// CHECK: memref.load {{.*}} : memref<?xi8>
// CHECK: arith.andi
// CHECK: arith.shli
// CHECK: memref.store {{.*}} : memref<?x1xi32>
func.func @open_row(%codes: memref<?xi8>, %words: memref<?x1xi32>) {
  bitserial.pack ins(%codes : memref<?xi8>) outs(%words : memref<?x1xi32>) {axis = 0, bits = 2, bytes}
  return
}

// -----

// Words that do not lie one behind the other are stored one by one, too.
// CHECK-LABEL: func @strided_words
// CHECK-NOT: vector.store
// CHECK: memref.store {{.*}} : memref<2x9x1xi32, strided<[100, 3, 1], offset: 5>>
// CHECK-NOT: vector.store
// CHECK: return
func.func @strided_words(%codes: memref<2x33xi8>, %words: memref<2x9x1xi32, strided<[100, 3, 1], offset: 5>>) {
  bitserial.pack ins(%codes : memref<2x33xi8>) outs(%words : memref<2x9x1xi32, strided<[100, 3, 1], offset: 5>>) {axis = 1, bits = 2, bytes}
  return
}

// -----

// Four rows are two pairs of interleavings; lanes 38 to 69 overlap with those
// before. The second word has two codes.
// CHECK-LABEL: func @lanes
// CHECK-SAME: (%[[C:.*]]: memref<6x70xi8>, %[[W:.*]]: memref<2x1x70xi32>)
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[X0:.*]] = vector.load %[[C]]{{.*}} : memref<6x70xi8>, vector<32xi8>
// CHECK: %[[R0:.*]] = arith.andi %[[X0]],
// CHECK: %[[X1:.*]] = vector.load %[[C]]{{.*}} : memref<6x70xi8>, vector<32xi8>
// CHECK: %[[R1:.*]] = arith.andi %[[X1]],
// CHECK: %[[X2:.*]] = vector.load %[[C]]{{.*}} : memref<6x70xi8>, vector<32xi8>
// CHECK: %[[R2:.*]] = arith.andi %[[X2]],
// CHECK: %[[X3:.*]] = vector.load %[[C]]{{.*}} : memref<6x70xi8>, vector<32xi8>
// CHECK: %[[SEVEN:.*]] = arith.constant dense<7> : vector<32xi8>
// CHECK: %[[R3:.*]] = arith.andi %[[X3]], %[[SEVEN]]
// CHECK: %[[EVEN:.*]] = vector.interleave %[[R0]], %[[R2]]
// CHECK: %[[ODD:.*]] = vector.interleave %[[R1]], %[[R3]]
// CHECK: %[[ALL:.*]] = vector.interleave %[[EVEN]], %[[ODD]] : vector<64xi8> -> vector<128xi8>
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[ALL]] : vector<128xi8> to vector<32xi32>
// CHECK: vector.store %[[WORDS]], %[[W]]{{.*}} : memref<2x1x70xi32>, vector<32xi32>
// CHECK: }
// CHECK: %[[LAST:.*]] = arith.constant 38 : index
// CHECK-COUNT-4: vector.load %[[C]][{{.*}}, %[[LAST]]] : memref<6x70xi8>, vector<32xi8>
// CHECK: vector.store
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-2: vector.load
// CHECK-NOT: vector.load
// CHECK: vector.interleave
// WIDE-LABEL: func @lanes
// WIDE: vector.load {{.*}} : memref<6x70xi8>, vector<64xi8>
func.func @lanes(%codes: memref<6x70xi8>, %words: memref<2x1x70xi32>) {
  bitserial.pack ins(%codes : memref<6x70xi8>) outs(%words : memref<2x1x70xi32>) {axis = 0, bits = 3, bytes}
  return
}

// -----

// Too few lanes: scalar loops.
// CHECK-LABEL: func @scalar
// CHECK-NOT: vector.
// CHECK: memref.load
// CHECK: memref.store
func.func @scalar(%codes: memref<6x3xi8>, %words: memref<2x1x3xi32>) {
  bitserial.pack ins(%codes : memref<6x3xi8>) outs(%words : memref<2x1x3xi32>) {axis = 0, bits = 3, bytes}
  return
}
