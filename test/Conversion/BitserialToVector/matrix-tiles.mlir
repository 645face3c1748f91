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
