// Where a tile's sums are vectors in registers, what alone reads them is done there.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize --cse --split-input-file | FileCheck %s

#form = #bitserial.form<lookup, bits = 4 x 1, bytes = 32, tile = 2 x 2, drain = 4, unroll = 4>
#all = affine_map<(n, y, x, f) -> (n, y, x, f)>
#pixel = affine_map<(n, y, x, f) -> (n, y, x)>
#column = affine_map<(n, y, x, f) -> (f)>
#none = affine_map<(n, y, x, f) -> ()>

// Two pixels of two vectors; what is the pixel's is loaded once for both.
// CHECK-LABEL:   func.func @each_tile
// CHECK-SAME:    %[[FACTOR:[a-z0-9]+]]: f32, %[[PIXELS:[a-z0-9]+]]: memref<1x8x20xi32>, %[[COLUMNS:[a-z0-9]+]]: memref<128xf32>
// CHECK-NOT:     memref<1x8x20x128xi32>
// CHECK:         %[[OUT:.*]] = memref.alloc() : memref<1x8x20x128xf32>
// CHECK:         scf.yield
// CHECK:           %[[F:[0-9]+]] = arith.muli %{{[a-z0-9]+}}, %c64
// CHECK-NEXT:      memref.load %[[PIXELS]][%c0, %[[Y:.*]], %[[X:.*]]]
// CHECK-NEXT:      vector.load %[[COLUMNS]][%[[F]]] : memref<128xf32>, vector<32xf32>
// CHECK-NOT:       memref.load
// CHECK:           vector.load %[[COLUMNS]]
// CHECK:           vector.store %{{.*}}, %[[OUT]][%c0, %[[Y]], %[[X]], %[[F]]] : memref<1x8x20x128xf32>, vector<32xf32>
// CHECK-NEXT:      vector.store %{{.*}}, %[[OUT]]
// CHECK-NEXT:      scf.if
// CHECK:             memref.load %[[PIXELS]]
// CHECK-COUNT-2:     vector.store %{{.*}}, %[[OUT]]
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[OUT]]
func.func @each_tile(%rows: memref<1x10x5632xi8>, %panels: memref<1x2x3x48x64xi8>, %factor: f32,
                     %pixels: memref<1x8x20xi32>, %columns: memref<128xf32>) -> memref<1x8x20x128xf32> {
  %sums = memref.alloc() : memref<1x8x20x128xi32>
  %split = memref.expand_shape %sums [[0], [1], [2], [3, 4]] output_shape [1, 8, 20, 1, 128] : memref<1x8x20x128xi32> into memref<1x8x20x1x128xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x5632xi8>, memref<1x2x3x48x64xi8>) outs(%split : memref<1x8x20x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  %out = memref.alloc() : memref<1x8x20x128xf32>
  linalg.generic {indexing_maps = [#all, #none, #pixel, #column, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums, %factor, %pixels, %columns : memref<1x8x20x128xi32>, f32, memref<1x8x20xi32>, memref<128xf32>)
      outs(%out : memref<1x8x20x128xf32>) {
  ^bb0(%sum: i32, %f: f32, %pixel: i32, %column: f32, %old: f32):
    %0 = arith.subi %sum, %pixel : i32
    %1 = arith.sitofp %0 : i32 to f32
    %2 = arith.mulf %1, %f : f32
    %3 = arith.addf %2, %column : f32
    linalg.yield %3 : f32
  }
  memref.dealloc %sums : memref<1x8x20x128xi32>
  return %out : memref<1x8x20x128xf32>
}

// -----

// What stays behind the product: a reader of sums of two chunks, of which the first one's are not
// yet all; one whose output has its columns apart; and one of bits, which have no address.
#form = #bitserial.form<lookup, bits = 4 x 1, bytes = 32, tile = 2 x 2, drain = 4, unroll = 4>
#all = affine_map<(y, x, f) -> (y, x, f)>
#turned = affine_map<(y, x, f) -> (f, y, x)>

// CHECK-LABEL: func.func @two_chunks
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x64xi32>)
func.func @two_chunks(%rows: memref<1x10x5632xi8>, %panels: memref<1x1x2x48x64xi8>) -> memref<8x20x64xi32> {
  %out = memref.alloc() : memref<8x20x64xi32>
  %sums = memref.alloc() : memref<8x20x64xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 64] : memref<8x20x64xi32> into memref<1x8x20x1x64xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x5632xi8>, memref<1x1x2x48x64xi8>) outs(%split : memref<1x8x20x1x64xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x64xi32>) outs(%out : memref<8x20x64xi32>) {
  ^bb0(%sum: i32, %old: i32):
    %0 = arith.muli %sum, %sum : i32
    linalg.yield %0 : i32
  }
  memref.dealloc %sums : memref<8x20x64xi32>
  return %out : memref<8x20x64xi32>
}

// CHECK-LABEL: func.func @turned
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<64x8x20xi32>)
func.func @turned(%rows: memref<1x10x5632xi8>, %panels: memref<1x1x3x48x64xi8>) -> memref<64x8x20xi32> {
  %out = memref.alloc() : memref<64x8x20xi32>
  %sums = memref.alloc() : memref<8x20x64xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 64] : memref<8x20x64xi32> into memref<1x8x20x1x64xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x5632xi8>, memref<1x1x3x48x64xi8>) outs(%split : memref<1x8x20x1x64xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #turned], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x64xi32>) outs(%out : memref<64x8x20xi32>) {
  ^bb0(%sum: i32, %old: i32):
    %0 = arith.muli %sum, %sum : i32
    linalg.yield %0 : i32
  }
  memref.dealloc %sums : memref<8x20x64xi32>
  return %out : memref<64x8x20xi32>
}

// CHECK-LABEL: func.func @bits
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x64xi1>)
func.func @bits(%rows: memref<1x10x5632xi8>, %panels: memref<1x1x3x48x64xi8>) -> memref<8x20x64xi1> {
  %zero = arith.constant 0 : i32
  %out = memref.alloc() : memref<8x20x64xi1>
  %sums = memref.alloc() : memref<8x20x64xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 64] : memref<8x20x64xi32> into memref<1x8x20x1x64xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x5632xi8>, memref<1x1x3x48x64xi8>) outs(%split : memref<1x8x20x1x64xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x64xi32>) outs(%out : memref<8x20x64xi1>) {
  ^bb0(%sum: i32, %old: i1):
    %0 = arith.cmpi sgt, %sum, %zero : i32
    linalg.yield %0 : i1
  }
  memref.dealloc %sums : memref<8x20x64xi32>
  return %out : memref<8x20x64xi1>
}
