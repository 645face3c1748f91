// What alone reads the sums of tiles is done for each tile, a half of it at a time; all sums are
// nowhere.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize --split-input-file --allow-unregistered-dialect | FileCheck %s

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>
#all = affine_map<(n, y, x, f) -> (n, y, x, f)>
#pixel = affine_map<(n, y, x, f) -> (n, y, x)>
#image = affine_map<(n, y, x, f) -> (n)>
#column = affine_map<(n, y, x, f) -> (f)>
#none = affine_map<(n, y, x, f) -> ()>

// CHECK-DAG:     #[[PART:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG:     #[[SCALAR:.*]] = affine_map<(d0, d1) -> ()>
// CHECK-DAG:     #[[PIXEL:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG:     #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL:   func.func @each_tile
// CHECK-SAME:    %[[FACTOR:[a-z0-9]+]]: f32, %[[SCALES:[a-z0-9]+]]: memref<?xf32>, %[[PIXELS:[a-z0-9]+]]: memref<?x8x20xi32>, %[[COLUMNS:[a-z0-9]+]]: memref<64xf32>
// CHECK-NOT:     memref<?x8x20x64xi32>
// CHECK:         %[[OUT:.*]] = memref.alloc({{.*}}) : memref<?x8x20x64xf32>
// CHECK:         %[[TILE:.*]] = memref.alloc() {{.*}} : memref<32x32xi32>
// CHECK:         scf.for %[[PANEL:[a-z0-9]+]] = %{{[a-z0-9]+}} to %{{[0-9]+}} step %c1 {
// CHECK-NEXT:      llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK-COUNT-4:   "llvm.x86.tilestored64"
// CHECK:           %[[FIRST:.*]] = memref.subview %[[TILE]][0, 0] [10, 32] [1, 1]
// CHECK:           %[[F:.*]] = arith.muli %[[PANEL]], %c32
// CHECK:           %[[SCALE:.*]] = memref.load %[[SCALES]][%[[N:.*]]]
// CHECK:           %[[P:.*]] = memref.subview %[[PIXELS]][%[[N]], %[[Y:.*]], %[[X:.*]]] [1, 1, 10] [1, 1, 1] : memref<?x8x20xi32> to memref<10xi32
// CHECK:           %[[C:.*]] = memref.subview %[[COLUMNS]][%[[F]]] [32] [1] : memref<64xf32> to memref<32xf32
// CHECK:           %[[O:.*]] = memref.subview %[[OUT]][%[[N]], %[[Y]], %[[X]], %[[F]]] [1, 1, 10, 32] [1, 1, 1, 1] : memref<?x8x20x64xf32> to memref<10x32xf32
// CHECK:           linalg.generic {indexing_maps = [#[[PART]], #[[SCALAR]], #[[SCALAR]], #[[PIXEL]], #[[COLUMN]], #[[PART]]]
// CHECK-SAME:        ins(%[[FIRST]], %[[FACTOR]], %[[SCALE]], %[[P]], %[[C]] : {{.*}}) outs(%[[O]]
// CHECK:           %[[SECOND:.*]] = memref.subview %[[TILE]][16, 0] [10, 32] [1, 1]
// CHECK:           linalg.generic {{.*}} ins(%[[SECOND]]
// CHECK-NOT:     linalg.generic
// CHECK:         return %[[OUT]]
func.func @each_tile(%rows: memref<?x10x1408xi8>, %panels: memref<1x2x3x48x128xi8>, %factor: f32, %scales: memref<?xf32>,
                     %pixels: memref<?x8x20xi32>, %columns: memref<64xf32>) -> memref<?x8x20x64xf32> {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?x10x1408xi8>
  %sums = memref.alloc(%n) : memref<?x8x20x64xi32>
  %split = memref.expand_shape %sums [[0], [1], [2], [3, 4]] output_shape [%n, 8, 20, 1, 64] : memref<?x8x20x64xi32> into memref<?x8x20x1x64xi32>
  bitserial.tile_product ins(%rows, %panels : memref<?x10x1408xi8>, memref<1x2x3x48x128xi8>) outs(%split : memref<?x8x20x1x64xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  %out = memref.alloc(%n) : memref<?x8x20x64xf32>
  linalg.generic {indexing_maps = [#all, #none, #image, #pixel, #column, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums, %factor, %scales, %pixels, %columns : memref<?x8x20x64xi32>, f32, memref<?xf32>, memref<?x8x20xi32>, memref<64xf32>)
      outs(%out : memref<?x8x20x64xf32>) {
  ^bb0(%sum: i32, %f: f32, %scale: f32, %pixel: i32, %column: f32, %old: f32):
    %0 = arith.subi %sum, %pixel : i32
    %1 = arith.sitofp %0 : i32 to f32
    %2 = arith.mulf %1, %f : f32
    %3 = arith.mulf %2, %scale : f32
    %4 = arith.addf %3, %column : f32
    linalg.yield %4 : f32
  }
  memref.dealloc %sums : memref<?x8x20x64xi32>
  return %out : memref<?x8x20x64xf32>
}

// -----

// Rows that are freed between product and reader are freed behind both; a group has its own columns.
#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>
#all = affine_map<(y, x, g, f) -> (y, x, g, f)>

// CHECK-LABEL:   func.func @groups
// CHECK:         %[[OUT:.*]] = memref.alloc() : memref<8x20x2x64xi16>
// CHECK:         %[[ROWS:.*]] = memref.alloc() : memref<1x10x2816xi8>
// CHECK-NOT:     memref.dealloc %[[ROWS]]
// CHECK:         scf.for %[[GROUP:.*]] = {{.*}} to %c2
// CHECK:           memref.subview %[[OUT]][%{{.*}}, %{{.*}}, %[[GROUP]], %{{.*}}] [1, 10, 1, 32] [1, 1, 1, 1]
// CHECK:           linalg.generic
// CHECK:         memref.dealloc %[[ROWS]]
func.func @groups(%panels: memref<2x2x3x48x128xi8>) -> memref<8x20x2x64xi16> {
  %out = memref.alloc() : memref<8x20x2x64xi16>
  %rows = memref.alloc() : memref<1x10x2816xi8>
  "test.make"(%rows) : (memref<1x10x2816xi8>) -> ()
  %sums = memref.alloc() : memref<8x20x2x64xi32>
  %split = memref.expand_shape %sums [[0, 1], [2], [3], [4]] output_shape [1, 8, 20, 2, 64] : memref<8x20x2x64xi32> into memref<1x8x20x2x64xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x2816xi8>, memref<2x2x3x48x128xi8>) outs(%split : memref<1x8x20x2x64xi32>)
      {form = #form, pixel_bytes = 128 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  memref.dealloc %rows : memref<1x10x2816xi8>
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x2x64xi32>) outs(%out : memref<8x20x2x64xi16>) {
  ^bb0(%sum: i32, %old: i16):
    %0 = arith.trunci %sum : i32 to i16
    linalg.yield %0 : i16
  }
  memref.dealloc %sums : memref<8x20x2x64xi32>
  return %out : memref<8x20x2x64xi16>
}

// -----

// Images without padding are one row of pixels; for a reader they are rows of 14.
#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>
#all = affine_map<(n, y, x, f) -> (n, y, x, f)>

// CHECK-LABEL:   func.func @unpadded
// CHECK:         %[[OUT:.*]] = memref.alloc({{.*}}) : memref<?x14x28x32xi16>
// CHECK:         memref.subview %[[OUT]][{{.*}}] [1, 1, 14, 32]
// CHECK:         linalg.generic
func.func @unpadded(%rows: memref<?x14x1792xi8>, %panels: memref<1x1x1x16x128xi8>) -> memref<?x14x28x32xi16> {
  %c0 = arith.constant 0 : index
  %n = memref.dim %rows, %c0 : memref<?x14x1792xi8>
  %sums = memref.alloc(%n) : memref<?x14x28x32xi32>
  %split = memref.expand_shape %sums [[0], [1], [2], [3, 4]] output_shape [%n, 14, 28, 1, 32] : memref<?x14x28x32xi32> into memref<?x14x28x1x32xi32>
  bitserial.tile_product ins(%rows, %panels : memref<?x14x1792xi8>, memref<1x1x1x16x128xi8>) outs(%split : memref<?x14x28x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64}
  %out = memref.alloc(%n) : memref<?x14x28x32xi16>
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums : memref<?x14x28x32xi32>) outs(%out : memref<?x14x28x32xi16>) {
  ^bb0(%sum: i32, %old: i16):
    %0 = arith.trunci %sum : i32 to i16
    linalg.yield %0 : i16
  }
  memref.dealloc %sums : memref<?x14x28x32xi32>
  return %out : memref<?x14x28x32xi16>
}

// -----

// What stays behind the product: a reader whose output something still reads, here itself; one
// that wants to know where it is; one of two; and columns that do not fill a panel.
#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>
#all = affine_map<(y, x, f) -> (y, x, f)>

// CHECK-LABEL: func.func @in_place
// CHECK:       tilerelease
// CHECK:       linalg.generic {{.*}} : memref<8x20x32xi32>, memref<8x20x32xi32>) outs
func.func @in_place(%rows: memref<1x10x1408xi8>, %panels: memref<1x1x3x48x128xi8>) -> memref<8x20x32xi32> {
  %x = memref.alloc() : memref<8x20x32xi32>
  "test.make"(%x) : (memref<8x20x32xi32>) -> ()
  %sums = memref.alloc() : memref<8x20x32xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 32] : memref<8x20x32xi32> into memref<1x8x20x1x32xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x1408xi8>, memref<1x1x3x48x128xi8>) outs(%split : memref<1x8x20x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums, %x : memref<8x20x32xi32>, memref<8x20x32xi32>) outs(%x : memref<8x20x32xi32>) {
  ^bb0(%sum: i32, %in: i32, %old: i32):
    %0 = arith.addi %sum, %in : i32
    linalg.yield %0 : i32
  }
  memref.dealloc %sums : memref<8x20x32xi32>
  return %x : memref<8x20x32xi32>
}

// CHECK-LABEL: func.func @index
// CHECK:       tilerelease
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x32xi32>)
func.func @index(%rows: memref<1x10x1408xi8>, %panels: memref<1x1x3x48x128xi8>) -> memref<8x20x32xi32> {
  %out = memref.alloc() : memref<8x20x32xi32>
  %sums = memref.alloc() : memref<8x20x32xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 32] : memref<8x20x32xi32> into memref<1x8x20x1x32xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x1408xi8>, memref<1x1x3x48x128xi8>) outs(%split : memref<1x8x20x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x32xi32>) outs(%out : memref<8x20x32xi32>) {
  ^bb0(%sum: i32, %old: i32):
    %i = linalg.index 1 : index
    %0 = arith.index_cast %i : index to i32
    %1 = arith.addi %sum, %0 : i32
    linalg.yield %1 : i32
  }
  memref.dealloc %sums : memref<8x20x32xi32>
  return %out : memref<8x20x32xi32>
}

// CHECK-LABEL: func.func @two_readers
// CHECK:       tilerelease
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x32xi32>)
func.func @two_readers(%rows: memref<1x10x1408xi8>, %panels: memref<1x1x3x48x128xi8>) -> memref<8x20x32xi32> {
  %out = memref.alloc() : memref<8x20x32xi32>
  %sums = memref.alloc() : memref<8x20x32xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 32] : memref<8x20x32xi32> into memref<1x8x20x1x32xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x1408xi8>, memref<1x1x3x48x128xi8>) outs(%split : memref<1x8x20x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x32xi32>) outs(%out : memref<8x20x32xi32>) {
  ^bb0(%sum: i32, %old: i32):
    linalg.yield %sum : i32
  }
  "test.use"(%sums) : (memref<8x20x32xi32>) -> ()
  memref.dealloc %sums : memref<8x20x32xi32>
  return %out : memref<8x20x32xi32>
}

// CHECK-LABEL: func.func @part_of_a_panel
// CHECK:       tilerelease
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x31xi32>)
func.func @part_of_a_panel(%rows: memref<1x10x1408xi8>, %panels: memref<1x1x3x48x128xi8>) -> memref<8x20x31xi32> {
  %out = memref.alloc() : memref<8x20x31xi32>
  %sums = memref.alloc() : memref<8x20x31xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 31] : memref<8x20x31xi32> into memref<1x8x20x1x31xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x1408xi8>, memref<1x1x3x48x128xi8>) outs(%split : memref<1x8x20x1x31xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x31xi32>) outs(%out : memref<8x20x31xi32>) {
  ^bb0(%sum: i32, %old: i32):
    linalg.yield %sum : i32
  }
  memref.dealloc %sums : memref<8x20x31xi32>
  return %out : memref<8x20x31xi32>
}

// CHECK-LABEL: func.func @written_between
// CHECK:       tilerelease
// CHECK:       linalg.generic {{.*}} outs(%{{.*}} : memref<8x20x32xi32>)
func.func @written_between(%rows: memref<1x10x1408xi8>, %panels: memref<1x1x3x48x128xi8>) -> memref<8x20x32xi32> {
  %out = memref.alloc() : memref<8x20x32xi32>
  %sums = memref.alloc() : memref<8x20x32xi32>
  %split = memref.expand_shape %sums [[0, 1], [2, 3], [4]] output_shape [1, 8, 20, 1, 32] : memref<8x20x32xi32> into memref<1x8x20x1x32xi32>
  bitserial.tile_product ins(%rows, %panels : memref<1x10x1408xi8>, memref<1x1x3x48x128xi8>) outs(%split : memref<1x8x20x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i8
  memref.store %zero, %rows[%c0, %c0, %c0] : memref<1x10x1408xi8>
  linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%sums : memref<8x20x32xi32>) outs(%out : memref<8x20x32xi32>) {
  ^bb0(%sum: i32, %old: i32):
    linalg.yield %sum : i32
  }
  memref.dealloc %sums : memref<8x20x32xi32>
  return %out : memref<8x20x32xi32>
}
