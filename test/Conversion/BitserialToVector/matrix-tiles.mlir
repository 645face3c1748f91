// Tiles on a matrix unit: registers are configured once; pixels at one distance are read in
// place, with those of the padding, which have no sums; others are gathered first.

// RUN: dorefa-opt %s --convert-bitserial-tiles-to-vector --canonicalize | FileCheck %s

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 16, unroll = 16>

// Rows of 10 pixels of 64 bytes, 8 of which have sums: from the first to the last of
// 8 rows are 78 pixels, so the third tile begins at pixel 46.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME:    %[[ROWS:[a-z0-9]+]]: memref<2x10x640xi8>
// CHECK-DAG:     %[[SHAPES:.*]] = arith.constant dense<[1, 0, 0, 0, 4194368, 4194368, 4194368, 4194368, 0, 0, 0, 0, 269488144, 269488144, 0, 0]> : vector<16xi32>
// CHECK-DAG:     %[[LAST:.*]] = arith.constant 46 : index
// CHECK:         %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[ROWS]]
// CHECK:         vector.store %[[SHAPES]]
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK:         arith.minui %{{.*}}, %[[LAST]]
// CHECK-NOT:     vector<64xi8>
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilezero"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tileloadd64"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK:         llvm.inline_asm {{.*}}"tilerelease"
// CHECK-NOT:     ldtilecfg
// CHECK:         return
func.func @in_place(%rows: memref<2x10x640xi8>, %panels: memref<1x1x3x48x128xi8>, %init: memref<2x8x8x1x32xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<2x10x640xi8>, memref<1x1x3x48x128xi8>) outs(%init : memref<2x8x8x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64}
  return
}

// From row to row are 20 pixels for 4 that have sums: too many.
// CHECK-LABEL: func.func @gathered
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK-COUNT-3: vector.store %{{.*}} : memref<{{.*}}xi8>, vector<64xi8>
// CHECK:         llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK:         return
func.func @gathered(%rows: memref<2x10x640xi8>, %panels: memref<1x1x3x48x128xi8>, %init: memref<2x4x4x1x32xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<2x10x640xi8>, memref<1x1x3x48x128xi8>) outs(%init : memref<2x4x4x1x32xi32>)
      {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 144 : i64, strides = array<i64: 2, 2>}
  return
}

// Images of one pixel are one run, 256 bytes from one to the next; tiles are stored where
// their sums belong, 96 from pixel to pixel. Of fewer than 16 images registers have as many
// rows, and the second half begins where the last 16 do.
// CHECK-LABEL: func.func @one_run
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[HALF:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[TILE:.*]] = arith.constant 32 : index
// CHECK-DAG:     %[[DISTANCE:.*]] = arith.constant 256 : i64
// CHECK-DAG:     %[[SUMS:.*]] = arith.constant 384 : i64
// CHECK:         %[[IMAGES:.*]] = memref.dim
// CHECK:         %[[SOME:.*]] = arith.maxui %[[IMAGES]], %[[ONE]]
// CHECK:         %[[ROWS:.*]] = arith.minui %[[SOME]], %[[HALF]]
// CHECK:         %[[LARGER:.*]] = arith.maxui %[[IMAGES]], %[[ROWS]]
// CHECK:         %[[LEFT:.*]] = arith.subi %[[LARGER]], %[[ROWS]]
// CHECK:         %[[SECOND:.*]] = arith.minui %[[LEFT]], %[[HALF]]
// CHECK:         %[[IN_TILE:.*]] = arith.minui %[[IMAGES]], %[[TILE]]
// CHECK:         %[[LAST:.*]] = arith.subi %[[IMAGES]], %[[IN_TILE]]
// CHECK:         arith.index_cast %[[ROWS]]
// CHECK:         llvm.inline_asm {{.*}}"ldtilecfg ($0)"
// CHECK:         arith.minui %{{.*}}, %[[LAST]]
// CHECK:         arith.muli %[[SECOND]], %{{.*}}
// CHECK:         llvm.call_intrinsic "llvm.x86.tileloadd64"(%{{.*}}, %[[DISTANCE]])
// CHECK:         llvm.call_intrinsic "llvm.x86.tdpbuud"
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"(%{{.*}}, %[[SUMS]])
// CHECK-NOT:     vector.store
// CHECK:         return
func.func @one_run(%rows: memref<?x1x256xi8>, %panels: memref<1x3x1x64x128xi8>, %init: memref<?x1x1x1x96xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<?x1x256xi8>, memref<1x3x1x64x128xi8>) outs(%init : memref<?x1x1x1x96xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 64 : i64}
  return
}

// Columns that do not fill the panels are stored one pixel behind the other.
// CHECK-LABEL: func.func @one_run_with_columns_left
// CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.tilestored64"
// CHECK:         vector.maskedstore
// CHECK:         return
func.func @one_run_with_columns_left(%rows: memref<?x1x256xi8>, %panels: memref<1x3x1x64x128xi8>, %init: memref<?x1x1x1x95xi32>) {
  bitserial.tile_product ins(%rows, %panels : memref<?x1x256xi8>, memref<1x3x1x64x128xi8>) outs(%init : memref<?x1x1x1x95xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 64 : i64}
  return
}
