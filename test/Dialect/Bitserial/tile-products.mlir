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

// Rows pass by once and come from far: in each of 12 blocks of a tile's steps, 15 of the next tile's 180 lines.
// LOOPS-LABEL: func.func @ahead
// LOOPS: arith.minui
// LOOPS: scf.for {{.*}} step %c1{{.*}} iter_args
// LOOPS-COUNT-15: memref.prefetch %{{.*}}, read, locality<3>, data : memref<768000xi8>
// LOOPS-NOT: memref.prefetch
// LOOPS: scf.for {{.*}} step %c2{{.*}} iter_args
func.func @ahead(%rows: tensor<200x1x3840xi8>, %panels: tensor<1x1x1x240x64xi8>, %init: tensor<200x1x1x1x64xi32>)
    -> tensor<200x1x1x1x64xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<200x1x3840xi8>, tensor<1x1x1x240x64xi8>)
      outs(%init : tensor<200x1x1x1x64xi32>)
      {form = #form, pixel_bytes = 3840 : i64, row_taps = 1 : i64, chunk = 240 : i64} -> tensor<200x1x1x1x64xi32>
  return %0 : tensor<200x1x1x1x64xi32>
}

// The processor is as fast where a row is longer than a page.
// LOOPS-LABEL: func.func @long
// LOOPS-NOT: memref.prefetch
// LOOPS: return
func.func @long(%rows: tensor<200x1x4160xi8>, %panels: tensor<1x1x1x260x64xi8>, %init: tensor<200x1x1x1x64xi32>)
    -> tensor<200x1x1x1x64xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<200x1x4160xi8>, tensor<1x1x1x260x64xi8>)
      outs(%init : tensor<200x1x1x1x64xi32>)
      {form = #form, pixel_bytes = 4160 : i64, row_taps = 1 : i64, chunk = 260 : i64} -> tensor<200x1x1x1x64xi32>
  return %0 : tensor<200x1x1x1x64xi32>
}

#each = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>

// A chunk is half a row: it is not read ahead. Each lookup is drained at once.
// LOOPS-LABEL: func.func @parts
// LOOPS-NOT: memref.prefetch
// LOOPS: bitserial.byte_lookup
// LOOPS-NOT: bitserial.byte_lookup
// LOOPS: bitserial.multiply_pairs
// LOOPS: return
func.func @parts(%rows: tensor<240x1x2304xi8>, %panels: tensor<1x2x1x144x64xi8>, %init: tensor<240x1x1x1x64xi32>)
    -> tensor<240x1x1x1x64xi32> {
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<240x1x2304xi8>, tensor<1x2x1x144x64xi8>)
      outs(%init : tensor<240x1x1x1x64xi32>)
      {form = #each, pixel_bytes = 2304 : i64, row_taps = 1 : i64, chunk = 72 : i64} -> tensor<240x1x1x1x64xi32>
  return %0 : tensor<240x1x1x1x64xi32>
}

// The side of fewer bits indexes the other one's tables: the window of each of 8 x 4 x 4 positions is
// a column, the filter's codes are rows, and sums are transposed.
// CHECK-LABEL: func.func @swapped
// CHECK: %[[FILTER:.*]] = linalg.transpose {{.*}} permutation = [3, 0, 1, 2]
// CHECK: %[[TABLES:.*]] = bitserial.pack_rows ins(%{{.*}} : tensor<5x1x1x2x18x4xi32>) {{.*}}#bitserial.form<lookup, bits = 4 x 2
// CHECK: scf.forall (%{{.*}}, %{{.*}}) = (0, 0) to (%{{.*}}, 4) step (8, 4)
// CHECK:   %[[COUNT:.*]] = affine.min
// CHECK:   linalg.generic {{.*}} outs(%{{.*}} : tensor<2x3x3x2x2x?x4x4xi32>)
// CHECK:   %[[PANELS:.*]] = bitserial.pack_panels ins(%{{.*}} : tensor<2x1x18x2x128xi32>)
// CHECK:   bitserial.tile_product ins(%[[TABLES]], %[[PANELS]]
// CHECK:   tensor.extract_slice %{{.*}}[0, 0, 0, 0, 0] [5, 2, %[[COUNT]], 4, 4]
// CHECK:   linalg.transpose {{.*}} permutation = [2, 3, 4, 1, 0]
// CHECK-NOT: bitserial.conv2d
// CHECK: return
func.func @swapped(%a: tensor<?x9x9x2x2x2xi32>, %w: tensor<2x3x3x2x4x5xi32>, %s: tensor<?x4x4x2x5xi32>) -> tensor<?x4x4x2x5xi32> {
  %c = bitserial.conv2d ins(%a, %w : tensor<?x9x9x2x2x2xi32>, tensor<2x3x3x2x4x5xi32>) outs(%s : tensor<?x4x4x2x5xi32>)
      {strategy = #bitserial.strategy<lookup>, strides = array<i64: 2, 2>} -> tensor<?x4x4x2x5xi32>
  return %c : tensor<?x4x4x2x5xi32>
}
