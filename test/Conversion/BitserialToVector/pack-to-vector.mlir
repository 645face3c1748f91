// RUN: dorefa-opt %s --convert-bitserial-pack-to-vector --split-input-file | FileCheck %s
// RUN: dorefa-opt %s --convert-bitserial-pack-to-vector="parallel=false" --split-input-file | FileCheck %s --check-prefix=SERIAL
// RUN: dorefa-opt %s --convert-bitserial-pack-to-vector="vector-bits=512" --split-input-file | FileCheck %s --check-prefix=WIDE

// SERIAL-LABEL: func @rows
// SERIAL-NOT: scf.parallel
// SERIAL: return

// Contiguous codes: 32 of them are a word of each plane, and the last three are
// read again with 29 before them.
// CHECK-LABEL: func @rows
// CHECK-SAME: (%[[C:.*]]: memref<?x67xi8>, %[[W:.*]]: memref<?x3x2xi32>)
// CHECK: scf.parallel (%[[I:[a-z0-9]+]]) =
// CHECK: scf.for %[[J:[a-z0-9]+]] =
// CHECK: %[[START:.*]] = affine.apply #{{.*}}(%[[J]])
// CHECK: %[[X:.*]] = vector.load %[[C]][%[[I]], %[[START]]] : memref<?x67xi8>, vector<32xi8>
// CHECK: %[[A0:.*]] = arith.andi %[[X]], %{{.*}} : vector<32xi8>
// CHECK: %[[M0:.*]] = arith.cmpi ne, %[[A0]], %{{.*}} : vector<32xi8>
// CHECK: %[[W0:.*]] = llvm.bitcast %[[M0]] : vector<32xi1> to i32
// CHECK: memref.store %[[W0]], %[[W]][%[[I]], %[[J]], %{{.*}}]
// CHECK: memref.store %{{.*}}, %[[W]][%[[I]], %[[J]], %{{.*}}]
// CHECK: %[[LAST:.*]] = arith.constant 35 : index
// CHECK: vector.load %[[C]][%[[I]], %[[LAST]]] : memref<?x67xi8>, vector<32xi8>
// CHECK: %[[DROP:.*]] = arith.constant 29 : i32
// CHECK: arith.shrui %{{.*}}, %[[DROP]] : i32
func.func @rows(%codes: memref<?x67xi8>, %words: memref<?x3x2xi32>) {
  bitserial.pack ins(%codes : memref<?x67xi8>) outs(%words : memref<?x3x2xi32>) {axis = 1, bits = 2}
  return
}

// -----

// A row shorter than a word is read in pieces.
// CHECK-LABEL: func @short_rows
// CHECK-NOT: scf.parallel
// CHECK: scf.for
// CHECK: vector.load {{.*}}, vector<16xi8>
// CHECK: vector.insert_strided_slice {{.*}} {offsets = [0], strides = [1]} : vector<16xi8> into vector<32xi8>
// CHECK: vector.load {{.*}}, vector<4xi8>
// CHECK: vector.insert_strided_slice {{.*}} {offsets = [16], strides = [1]} : vector<4xi8> into vector<32xi8>
// CHECK: vector.load {{.*}}, vector<1xi8>
// CHECK: vector.insert_strided_slice {{.*}} {offsets = [20], strides = [1]} : vector<1xi8> into vector<32xi8>
func.func @short_rows(%codes: memref<4x21xi8>, %words: memref<4x1x1xi32>) {
  bitserial.pack ins(%codes : memref<4x21xi8>) outs(%words : memref<4x1x1xi32>) {axis = 1, bits = 1}
  return
}

// -----

// CHECK-LABEL: func @unpack_rows
// CHECK: %[[W0:.*]] = memref.load {{.*}} : memref<4x2x3xi32>
// CHECK: %[[V0:.*]] = vector.broadcast %[[W0]] : i32 to vector<1xi32>
// CHECK: %[[M0:.*]] = vector.bitcast %[[V0]] : vector<1xi32> to vector<32xi1>
// CHECK: arith.select %[[M0]], %{{.*}}, %{{.*}} : vector<32xi1>, vector<32xi8>
// CHECK: %[[ALL:.*]] = arith.ori {{.*}} : vector<32xi8>
// CHECK: %[[ALL2:.*]] = arith.ori %[[ALL]], {{.*}} : vector<32xi8>
// CHECK: vector.store %[[ALL2]], {{.*}} : memref<4x40xi8>, vector<32xi8>
// CHECK: %[[PIECE:.*]] = vector.extract_strided_slice {{.*}} {offsets = [0], sizes = [8], strides = [1]}
// CHECK: vector.store %[[PIECE]], {{.*}} : memref<4x40xi8>, vector<8xi8>
func.func @unpack_rows(%words: memref<4x2x3xi32>, %codes: memref<4x40xi8>) {
  bitserial.unpack ins(%words : memref<4x2x3xi32>) outs(%codes : memref<4x40xi8>) {axis = 1}
  return
}

// -----

// Lanes along the last axis: four times eight rows; two planes need the lower
// halves of the exchanges by 4 and 2 bits, and one whole exchange by 1 bit for
// each pair of rows that is left. Lanes 38 to 69 overlap with those before.
// CHECK-LABEL: func @lanes
// CHECK: scf.for
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK-COUNT-32: vector.load {{.*}} : memref<32x70xi8>, vector<32xi8>
// CHECK: %[[EVEN:.*]] = vector.interleave
// CHECK: %[[ODD:.*]] = vector.interleave
// CHECK: %[[ALL:.*]] = vector.interleave %[[EVEN]], %[[ODD]] : vector<64xi8> -> vector<128xi8>
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[ALL]] : vector<128xi8> to vector<32xi32>
// CHECK: vector.store %[[WORDS]], {{.*}} : memref<1x2x70xi32>, vector<32xi32>
// CHECK: vector.store {{.*}} : memref<1x2x70xi32>, vector<32xi32>
// CHECK: }
// CHECK: %[[LAST:.*]] = arith.constant 38 : index
// CHECK: vector.load {{.*}}[{{.*}}, %[[LAST]]] : memref<32x70xi8>, vector<32xi8>
// WIDE-LABEL: func @lanes
// WIDE: vector.load {{.*}} : memref<32x70xi8>, vector<64xi8>
func.func @lanes(%codes: memref<32x70xi8>, %words: memref<1x2x70xi32>) {
  bitserial.pack ins(%codes : memref<32x70xi8>) outs(%words : memref<1x2x70xi32>) {axis = 0, bits = 2}
  return
}

// -----

// The 3 x 3 filters of 2 x 16 channels, where 32 lanes are contiguous.
// CHECK-LABEL: func @collapsed_lanes
// CHECK: memref.collapse_shape %{{.*}} {{\[}}[0], [1, 2]] : memref<40x2x16xi8> into memref<40x32xi8>
// CHECK: vector.load {{.*}} : memref<40x32xi8>, vector<32xi8>
func.func @collapsed_lanes(%codes: memref<40x2x16xi8>, %words: memref<2x1x2x16xi32>) {
  bitserial.pack ins(%codes : memref<40x2x16xi8>) outs(%words : memref<2x1x2x16xi32>) {axis = 0, bits = 1}
  return
}

// -----

// CHECK-LABEL: func @unpack_lanes
// CHECK: %[[X:.*]] = vector.load {{.*}} : memref<2x1x8xi32>, vector<8xi32>
// CHECK: %[[B:.*]] = vector.bitcast %[[X]] : vector<8xi32> to vector<32xi8>
// CHECK: vector.deinterleave %[[B]] : vector<32xi8> -> vector<16xi8>
// CHECK-COUNT-32: vector.store {{.*}} : memref<33x8xi8>, vector<8xi8>
func.func @unpack_lanes(%words: memref<2x1x8xi32>, %codes: memref<33x8xi8>) {
  bitserial.unpack ins(%words : memref<2x1x8xi32>) outs(%codes : memref<33x8xi8>) {axis = 0}
  return
}

// -----

// Unknown strides: scalar loops.
// CHECK-LABEL: func @scalar
// CHECK-NOT: vector.
// CHECK: memref.load
// CHECK: memref.store
func.func @scalar(%codes: memref<4x32xi8, strided<[?, ?], offset: ?>>, %words: memref<4x1x2xi32>) {
  bitserial.pack ins(%codes : memref<4x32xi8, strided<[?, ?], offset: ?>>) outs(%words : memref<4x1x2xi32>) {axis = 1, bits = 2}
  return
}

// -----

// Inside of a parallel loop there is no other one.
// CHECK-LABEL: func @nested
// CHECK: scf.parallel
// CHECK-NOT: scf.parallel
// SERIAL-LABEL: func @nested
// SERIAL: scf.parallel
func.func @nested(%codes: memref<8x?x64xi8>, %words: memref<8x?x2x1xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %n = memref.dim %codes, %c1 : memref<8x?x64xi8>
  scf.parallel (%i) = (%c0) to (%c8) step (%c1) {
    %a = memref.subview %codes[%i, 0, 0] [1, %n, 64] [1, 1, 1] : memref<8x?x64xi8> to memref<1x?x64xi8, strided<[?, 64, 1], offset: ?>>
    %b = memref.subview %words[%i, 0, 0, 0] [1, %n, 2, 1] [1, 1, 1, 1] : memref<8x?x2x1xi32> to memref<1x?x2x1xi32, strided<[?, 2, 1, 1], offset: ?>>
    bitserial.pack ins(%a : memref<1x?x64xi8, strided<[?, 64, 1], offset: ?>>) outs(%b : memref<1x?x2x1xi32, strided<[?, 2, 1, 1], offset: ?>>) {axis = 2, bits = 1}
  }
  return
}

// -----

// Tensors wait for bufferization.
// CHECK-LABEL: func @tensors
// CHECK: bitserial.pack
func.func @tensors(%codes: tensor<4x32xi8>, %words: tensor<4x1x2xi32>) -> tensor<4x1x2xi32> {
  %0 = bitserial.pack ins(%codes : tensor<4x32xi8>) outs(%words : tensor<4x1x2xi32>) {axis = 1, bits = 2} -> tensor<4x1x2xi32>
  return %0 : tensor<4x1x2xi32>
}
