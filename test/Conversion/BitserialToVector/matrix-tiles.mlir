// Tiles on a matrix unit: registers are configured once; pieces of rows are read in place,
// and stored where their sums belong; pixels of short rows are gathered first.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>

// Of 16 rows of 8 pixels of 64 bytes each is one piece: registers have 8 rows. Tiles of two
// pieces; a second one that is not there is the last one.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME:    %[[ROWS:[a-z0-9]+]]: memref<2x10x640xi8>
// CHECK-DAG:     %[[SHAPES:.*]] = arith.constant dense<[1, 0, 0, 0, 4194368, 4194368, 4194368, 4194368, 0, 0, 0, 0, 134744072, 269486088, 0, 0]> : vector<16xi32>
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 15 : index
// CHECK-DAG:     %[[DISTANCE:.*]] = arith.constant 64 : i64
// CHECK-DAG:     %[[SUMS:.*]] = arith.constant 128 : i64
// CHECK:         %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[ROWS]]
// CHECK:         vector.store %[[SHAPES]]
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK-COUNT-2: arith.minui %{{.*}}, %[[LAST]]
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tileloadd64"(%{{.*}}, %[[DISTANCE]])
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"(%{{.*}}, %[[SUMS]])
// CHECK-NOT:     vector.store
// CHECK:         llvm.inline_asm {{.*}}"tilerelease"
// CHECK-NOT:     ldtilecfg
// CHECK:         return
func.func @in_place(%rows: memref<2x10x640xi8>, %panels: memref<1x1x3x48x128xi8>, %init: memref<2x8x8x1x32xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<2x10x640xi8>, memref<1x1x3x48x128xi8>) outs(%init : memref<2x8x8x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  return
}

// 20 pixels of a row are two pieces of 10 rows; 19 are, too, and the second begins at 9.
// Columns that do not fill the panel are stored one pixel behind the other, but none twice.
// CHECK-LABEL: func.func @pieces_that_overlap
// CHECK-DAG:     arith.constant dense<[1, {{.*}}, 168430090, 269486602, 0, 0]> : vector<16xi32>
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 9 : index
// CHECK-DAG:     %[[LENGTH:.*]] = arith.constant 10 : index
// CHECK:         %[[NOMINAL:.*]] = arith.muli %{{.*}}, %[[LENGTH]]
// CHECK:         %[[BEGIN:.*]] = arith.minui %[[NOMINAL]], %[[LAST]]
// CHECK:         %[[OWN:.*]] = arith.subi %[[NOMINAL]], %[[BEGIN]]
// CHECK:         "llvm.x86.tdpbuud"
// CHECK-COUNT-4: "llvm.x86.tilestored64"
// CHECK:         scf.for %{{.*}} = %[[OWN]] to %[[LENGTH]]
// CHECK:         vector.maskedstore
// CHECK:         return
func.func @pieces_that_overlap(%rows: memref<?x3x1344xi8>, %panels: memref<1x1x3x48x128xi8>, %init: memref<?x1x19x1x31xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<?x3x1344xi8>, memref<1x1x3x48x128xi8>) outs(%init : memref<?x1x19x1x31xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  return
}

// Rows of 4 pixels, and few panels past which their tiles would be worth gathering.
// CHECK-LABEL: func.func @in_place_of_one_panel
// CHECK-NOT:     vector<64xi8>
// CHECK:         return
func.func @in_place_of_one_panel(%rows: memref<2x10x640xi8>, %panels: memref<1x1x3x48x128xi8>, %init: memref<2x4x4x1x32xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<2x10x640xi8>, memref<1x1x3x48x128xi8>) outs(%init : memref<2x4x4x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64, strides = array<i64: 2, 2>}
  return
}

// CHECK-LABEL: func.func @gathered
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK-COUNT-3: vector.store %{{.*}} : memref<{{.*}}xi8>, vector<64xi8>
// CHECK:         llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK:         return
func.func @gathered(%rows: memref<2x10x640xi8>, %panels: memref<1x8x3x48x128xi8>, %init: memref<2x4x4x1x256xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<2x10x640xi8>, memref<1x8x3x48x128xi8>) outs(%init : memref<2x4x4x1x256xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64, strides = array<i64: 2, 2>}
  return
}

// Images of one pixel are one row, 256 bytes from one to the next, with 96 sums each. Of
// fewer than 16 images registers have as many rows.
// CHECK-LABEL: func.func @one_row
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[HALF:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[DISTANCE:.*]] = arith.constant 256 : i64
// CHECK-DAG:     %[[SUMS:.*]] = arith.constant 384 : i64
// CHECK:         %[[IMAGES:.*]] = memref.dim
// CHECK:         %[[SOME:.*]] = arith.maxui %[[IMAGES]], %[[ONE]]
// CHECK:         %[[LENGTH:.*]] = arith.minui %[[SOME]], %[[HALF]]
// CHECK:         %[[PIECES:.*]] = arith.ceildivui %[[IMAGES]], %[[LENGTH]]
// CHECK:         %[[LARGER:.*]] = arith.maxui %[[IMAGES]], %[[LENGTH]]
// CHECK:         %[[LAST:.*]] = arith.subi %[[LARGER]], %[[LENGTH]]
// CHECK:         arith.index_cast %[[LENGTH]]
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK:         arith.minui %{{.*}}, %[[LAST]]
// CHECK:         llvm.call_intrinsic "llvm.x86.tileloadd64"(%{{.*}}, %[[DISTANCE]])
// CHECK:         llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"(%{{.*}}, %[[SUMS]])
// CHECK-NOT:     vector.store
// CHECK:         return
func.func @one_row(%rows: memref<?x1x256xi8>, %panels: memref<1x3x1x64x128xi8>, %init: memref<?x1x1x1x96xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<?x1x256xi8>, memref<1x3x1x64x128xi8>) outs(%init : memref<?x1x1x1x96xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 64 : i64}
  return
}
