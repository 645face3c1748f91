// Images of a product's pieces: what the cache holds at most, and pieces that threads can share, one
// as many as another: an even number of few, a multiple of four of many.

// RUN: dorefa-opt %s --bitserial-tile-products="vector-bits=512 features=amx-int8" --canonicalize --cse | FileCheck %s

// CHECK: #[[MIN:.*]] = affine_map<(d0)[s0, s1] -> (-d0 + s1, s0)>

// CHECK-LABEL: func.func @any
// CHECK-SAME:    %[[IMAGES:[a-z0-9]+]]: tensor<?x9x9x1x32x1xi32>
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 14 : index
// CHECK:         %[[BATCH:.*]] = tensor.dim %[[IMAGES]], %{{.*}}
// CHECK:         %[[FEWEST:.*]] = arith.ceildivui %[[BATCH]], %[[MOST]]
// CHECK:         %[[IS_FEW:.*]] = arith.cmpi ule, %[[FEWEST]], %c2
// CHECK:         %[[TO:.*]] = arith.select %[[IS_FEW]], %c2, %c4
// CHECK:         %[[FOURTHS:.*]] = arith.ceildivui %[[FEWEST]], %[[TO]]
// CHECK:         %[[PIECES:.*]] = arith.muli %[[FOURTHS]], %[[TO]]
// CHECK:         %[[SOME:.*]] = arith.maxui %[[PIECES]], %c1
// CHECK:         %[[EACH:.*]] = arith.ceildivui %[[BATCH]], %[[SOME]]
// CHECK:         %[[STEP:.*]] = arith.maxui %[[EACH]], %c1
// CHECK:         scf.forall (%[[FIRST:.*]]) = (0) to (%[[BATCH]]) step (%[[STEP]])
// CHECK:           affine.min #[[MIN]](%[[FIRST]])[%[[STEP]], %[[BATCH]]]
func.func @any(%x: tensor<?x9x9x1x32x1xi32>, %w: tensor<1x3x3x32x1x128xi32>, %init: tensor<?x7x7x1x128xi32>) -> tensor<?x7x7x1x128xi32> {
  %0 = bitserial.conv2d ins(%x, %w : tensor<?x9x9x1x32x1xi32>, tensor<1x3x3x32x1x128xi32>)
      outs(%init : tensor<?x7x7x1x128xi32>) {byte_bits = array<i64: 6, 1>} -> tensor<?x7x7x1x128xi32>
  return %0 : tensor<?x7x7x1x128xi32>
}

// Of 14 images at most, 128 are 10 pieces, and 12 of 11 images.
// CHECK-LABEL: func.func @static
// CHECK:         scf.forall {{.*}} to (128) step (11)
func.func @static(%x: tensor<128x9x9x1x32x1xi32>, %w: tensor<1x3x3x32x1x128xi32>, %init: tensor<128x7x7x1x128xi32>) -> tensor<128x7x7x1x128xi32> {
  %0 = bitserial.conv2d ins(%x, %w : tensor<128x9x9x1x32x1xi32>, tensor<1x3x3x32x1x128xi32>)
      outs(%init : tensor<128x7x7x1x128xi32>) {byte_bits = array<i64: 6, 1>} -> tensor<128x7x7x1x128xi32>
  return %0 : tensor<128x7x7x1x128xi32>
}

// One piece would hold them, and there are two.
// CHECK-LABEL: func.func @few
// CHECK:         scf.forall {{.*}} to (12) step (6)
func.func @few(%x: tensor<12x9x9x1x32x1xi32>, %w: tensor<1x3x3x32x1x128xi32>, %init: tensor<12x7x7x1x128xi32>) -> tensor<12x7x7x1x128xi32> {
  %0 = bitserial.conv2d ins(%x, %w : tensor<12x9x9x1x32x1xi32>, tensor<1x3x3x32x1x128xi32>)
      outs(%init : tensor<12x7x7x1x128xi32>) {byte_bits = array<i64: 6, 1>} -> tensor<12x7x7x1x128xi32>
  return %0 : tensor<12x7x7x1x128xi32>
}

// Images of one pixel are the rows of tiles, 32 of them.
// CHECK-LABEL: func.func @pixels
// CHECK:         scf.forall {{.*}} to (100) step (64)
func.func @pixels(%x: tensor<100x1x1x1x800x1xi32>, %w: tensor<1x1x1x800x1x128xi32>, %init: tensor<100x1x1x1x128xi32>) -> tensor<100x1x1x1x128xi32> {
  %0 = bitserial.conv2d ins(%x, %w : tensor<100x1x1x1x800x1xi32>, tensor<1x1x1x800x1x128xi32>)
      outs(%init : tensor<100x1x1x1x128xi32>) {byte_bits = array<i64: 6, 1>} -> tensor<100x1x1x1x128xi32>
  return %0 : tensor<100x1x1x1x128xi32>
}
