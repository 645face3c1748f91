// Products by lookup: panels and rows are packed, a tile multiplies them; then loops over vectors.

// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2 vector-bits=256}))' | FileCheck %s
// RUN: dorefa-opt %s --pass-pipeline='builtin.module(func.func(bitserial-tile-products{features=avx2 vector-bits=256}),dorefa-bufferize,convert-bitserial-tiles-to-vector)' \
// RUN:   | FileCheck %s --check-prefix=LOOPS

// CHECK-LABEL: func.func @lookup
// CHECK: %[[PANELS:.*]] = bitserial.pack_panels {{.*}}#bitserial.form<lookup, bits = 2 x 1
// CHECK: scf.forall
// CHECK: %[[ROWS:.*]] = bitserial.pack_rows
// CHECK: bitserial.tile_product ins(%[[ROWS]], %[[PANELS]]

// A tile of three rows and two vectors; bytes are drained into wider sums behind the inner loop.
// LOOPS-LABEL: func.func @lookup
// LOOPS: scf.for {{.*}} step %c2{{.*}} iter_args
// LOOPS-COUNT-6: bitserial.byte_lookup {{.*}} : vector<32xi8>
// LOOPS-NOT: bitserial.tile_product
func.func @lookup(%a: tensor<6x2x2xi32>, %w: tensor<2x1x64xi32>, %s: tensor<6x64xi32>) -> tensor<6x64xi32> {
  %c = bitserial.matmul ins(%a, %w : tensor<6x2x2xi32>, tensor<2x1x64xi32>) outs(%s : tensor<6x64xi32>)
      {strategy = #bitserial.strategy<lookup>} -> tensor<6x64xi32>
  return %c : tensor<6x64xi32>
}

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 20, unroll = 2>

// The rows of 63 pixels have 256 KiB. With three panels, each for itself in the first-level cache, they pass by three times.
// LOOPS-LABEL: func.func @blocks
// LOOPS: %[[BLOCK:.*]] = arith.constant 63 : index
// LOOPS: scf.for %[[BEGIN:.*]] = %{{.*}} to %{{.*}} step %[[BLOCK]] {
// LOOPS:   %[[END:.*]] = arith.minui
// LOOPS:   scf.for
// LOOPS:     scf.for
// LOOPS:       scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step
// LOOPS-NOT: memref.prefetch
func.func @blocks(%rows: tensor<?x1x4160xi8>, %panels: tensor<1x3x1x260x64xi8>, %init: tensor<?x1x1x1x192xi32>)
    -> tensor<?x1x1x1x192xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<?x1x4160xi8>, tensor<1x3x1x260x64xi8>)
      outs(%init : tensor<?x1x1x1x192xi32>)
      {form = #form, pixel_bytes = 4160 : i64, row_taps = 1 : i64, chunk = 260 : i64} -> tensor<?x1x1x1x192xi32>
  return %0 : tensor<?x1x1x1x192xi32>
}

// Rows pass by once and come from far: in each of 13 blocks of a tile's steps, 15 of the next tile's 195 lines.
// LOOPS-LABEL: func.func @ahead
// LOOPS: arith.minui
// LOOPS: scf.for {{.*}} step %c1{{.*}} iter_args
// LOOPS-COUNT-15: memref.prefetch %{{.*}}, read, locality<3>, data : memref<832000xi8>
// LOOPS-NOT: memref.prefetch
// LOOPS: scf.for {{.*}} step %c2{{.*}} iter_args
func.func @ahead(%rows: tensor<200x1x4160xi8>, %panels: tensor<1x1x1x260x64xi8>, %init: tensor<200x1x1x1x64xi32>)
    -> tensor<200x1x1x1x64xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<200x1x4160xi8>, tensor<1x1x1x260x64xi8>)
      outs(%init : tensor<200x1x1x1x64xi32>)
      {form = #form, pixel_bytes = 4160 : i64, row_taps = 1 : i64, chunk = 260 : i64} -> tensor<200x1x1x1x64xi32>
  return %0 : tensor<200x1x1x1x64xi32>
}

#each = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>

// A chunk is half a row: a line of the next tile for each of 72 steps, of its four rows in turns. Each lookup is drained at once.
// LOOPS-LABEL: func.func @parts_ahead
// LOOPS: scf.for %[[STEP:.*]] = %{{.*}} to %c72{{.*}} iter_args
// LOOPS:   %[[AT:.*]] = arith.muli %[[STEP]], %c64
// LOOPS:   %[[LINE:.*]] = arith.divui %{{.*}}, %c64
// LOOPS:   arith.divui %[[LINE]], %c4
// LOOPS:   %[[ROW:.*]] = arith.remui %[[LINE]], %c4
// LOOPS:   arith.muli %[[ROW]], %c2304
// LOOPS-COUNT-1: memref.prefetch
// LOOPS-NOT: memref.prefetch
// LOOPS: bitserial.byte_lookup
// LOOPS-NOT: bitserial.byte_lookup
// LOOPS: bitserial.multiply_pairs
func.func @parts_ahead(%rows: tensor<240x1x2304xi8>, %panels: tensor<1x2x1x144x64xi8>, %init: tensor<240x1x1x1x64xi32>)
    -> tensor<240x1x1x1x64xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<240x1x2304xi8>, tensor<1x2x1x144x64xi8>)
      outs(%init : tensor<240x1x1x1x64xi32>)
      {form = #each, pixel_bytes = 2304 : i64, row_taps = 1 : i64, chunk = 72 : i64} -> tensor<240x1x1x1x64xi32>
  return %0 : tensor<240x1x1x1x64xi32>
}
