// RUN: dorefa-opt %s | dorefa-opt | FileCheck %s
// RUN: dorefa-opt %s --mlir-print-op-generic | dorefa-opt | FileCheck %s

#lookup = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
#signed = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
#pairs = #bitserial.form<pairs, bits = 1 x 1, bytes = 32, tile = 2 x 1, drain = 16, unroll = 2>

// CHECK-LABEL: @panels
func.func @panels(%words: tensor<1x3x6x1x128xi32>, %init: tensor<1x2x3x48x64xi8>) -> tensor<1x2x3x48x64xi8> {
  // CHECK: bitserial.pack_panels ins(%{{.*}} : tensor<1x3x6x1x128xi32>) outs(%{{.*}} : tensor<1x2x3x48x64xi8>) {form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>} -> tensor<1x2x3x48x64xi8>
  %0 = bitserial.pack_panels ins(%words : tensor<1x3x6x1x128xi32>) outs(%init : tensor<1x2x3x48x64xi8>)
      {form = #lookup} -> tensor<1x2x3x48x64xi8>
  return %0 : tensor<1x2x3x48x64xi8>
}

// CHECK-LABEL: @rows
func.func @rows(%words: memref<2x58x58x1x2x1xi32>, %init: memref<2x30x14848xi8>) {
  // CHECK: bitserial.pack_rows {{.*}} {form = #bitserial.form<pairs, {{.*}}>, pair_distance = 28 : i64}
  bitserial.pack_rows ins(%words : memref<2x58x58x1x2x1xi32>) outs(%init : memref<2x30x14848xi8>)
      {form = #pairs, pair_distance = 28 : i64}
  return
}

// CHECK-LABEL: @product
func.func @product(%rows: tensor<?x58x14848xi8>, %panels: tensor<1x2x3x48x64xi8>, %init: tensor<?x56x56x1x128xi32>)
    -> tensor<?x56x56x1x128xi32> {
  // CHECK: bitserial.tile_product ins(%{{.*}}, %{{.*}} : tensor<?x58x14848xi8>, tensor<1x2x3x48x64xi8>) outs(%{{.*}} : tensor<?x56x56x1x128xi32>) {chunk = 144 : i64, form = {{.*}}, pixel_bytes = 256 : i64, row_taps = 1 : i64} -> tensor<?x56x56x1x128xi32>
  %0 = bitserial.tile_product ins(%rows, %panels : tensor<?x58x14848xi8>, tensor<1x2x3x48x64xi8>)
      outs(%init : tensor<?x56x56x1x128xi32>)
      {form = #lookup, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 144 : i64} -> tensor<?x56x56x1x128xi32>
  return %0 : tensor<?x56x56x1x128xi32>
}

// CHECK-LABEL: @kept
func.func @kept(%rows: tensor<?x18x1280xi8>, %panels: tensor<1x6x9x16x64xi8>, %lists: tensor<1x6x1x10xi32>, %init: tensor<?x16x16x1x96xi32>)
    -> (tensor<1x6x1x10xi32>, tensor<?x16x16x1x96xi32>) {
  // CHECK: bitserial.list_blocks ins(%{{.*}} : tensor<1x6x9x16x64xi8>) outs(%{{.*}} : tensor<1x6x1x10xi32>) {chunk = 144 : i64, form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>} -> tensor<1x6x1x10xi32>
  %0 = bitserial.list_blocks ins(%panels : tensor<1x6x9x16x64xi8>) outs(%lists : tensor<1x6x1x10xi32>)
      {form = #signed, chunk = 144 : i64} -> tensor<1x6x1x10xi32>
  // CHECK: bitserial.tile_product ins(%{{.*}}, %{{.*}} : tensor<?x18x1280xi8>, tensor<1x6x9x16x64xi8>) kept(%{{.*}} : tensor<1x6x1x10xi32>) outs(%{{.*}} : tensor<?x16x16x1x96xi32>) {
  %1 = bitserial.tile_product ins(%rows, %panels : tensor<?x18x1280xi8>, tensor<1x6x9x16x64xi8>) kept(%0 : tensor<1x6x1x10xi32>)
      outs(%init : tensor<?x16x16x1x96xi32>)
      {form = #signed, pixel_bytes = 64 : i64, row_taps = 3 : i64, chunk = 144 : i64} -> tensor<?x16x16x1x96xi32>
  return %0, %1 : tensor<1x6x1x10xi32>, tensor<?x16x16x1x96xi32>
}

// CHECK-LABEL: @matrix
func.func @matrix(%rows: tensor<32x384xi8>, %words: tensor<96x64xi32>, %init: tensor<32x64xi32>) -> tensor<32x64xi32> {
  // CHECK: bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<32x384xi8>, tensor<96x64xi32>) outs(%{{.*}} : tensor<32x64xi32>) {form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>} -> tensor<32x64xi32>
  %0 = bitserial.matrix_product ins(%rows, %words : tensor<32x384xi8>, tensor<96x64xi32>) outs(%init : tensor<32x64xi32>) {form = #signed} -> tensor<32x64xi32>
  return %0 : tensor<32x64xi32>
}

// Of tables, words of a byte for each plane.
// CHECK-LABEL: @tables
func.func @tables(%words: tensor<?x96x64xi32>, %made: tensor<?x64x1536xi8>, %rows: tensor<8x1536xi8>, %indices: tensor<96x32xi16>, %init: tensor<8x32xi32>) -> (tensor<?x64x1536xi8>, tensor<8x32xi32>) {
  // CHECK: bitserial.pack_tables ins(%{{.*}} : tensor<?x96x64xi32>) outs(%{{.*}} : tensor<?x64x1536xi8>) -> tensor<?x64x1536xi8>
  %0 = bitserial.pack_tables ins(%words : tensor<?x96x64xi32>) outs(%made : tensor<?x64x1536xi8>) -> tensor<?x64x1536xi8>
  // CHECK: bitserial.matrix_product ins(%{{.*}}, %{{.*}} : tensor<8x1536xi8>, tensor<96x32xi16>) outs(%{{.*}} : tensor<8x32xi32>) {form = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>} -> tensor<8x32xi32>
  %1 = bitserial.matrix_product ins(%rows, %indices : tensor<8x1536xi8>, tensor<96x32xi16>) outs(%init : tensor<8x32xi32>)
      {form = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>} -> tensor<8x32xi32>
  return %0, %1 : tensor<?x64x1536xi8>, tensor<8x32xi32>
}

// CHECK-LABEL: @select
func.func @select(%offsets: tensor<200x?x16xi8>, %terms: tensor<32x?x4x16xf32>, %init: tensor<512x3200xf32>) -> tensor<512x3200xf32> {
  // CHECK: bitserial.select_sum ins(%{{.*}}, %{{.*}} : tensor<200x?x16xi8>, tensor<32x?x4x16xf32>) outs(%{{.*}} : tensor<512x3200xf32>) -> tensor<512x3200xf32>
  %0 = bitserial.select_sum ins(%offsets, %terms : tensor<200x?x16xi8>, tensor<32x?x4x16xf32>) outs(%init : tensor<512x3200xf32>) -> tensor<512x3200xf32>
  return %0 : tensor<512x3200xf32>
}

// CHECK-LABEL: @primitives
func.func @primitives(%x: vector<32xi8>, %y: vector<16xi16>) -> (vector<32xi8>, vector<16xi16>, vector<8xi32>) {
  // CHECK: bitserial.byte_lookup %{{.*}}, %{{.*}} : vector<32xi8>
  %0 = bitserial.byte_lookup %x, %x : vector<32xi8>
  // CHECK: bitserial.multiply_pairs %{{.*}}, %{{.*}} : vector<32xi8> -> vector<16xi16>
  %1 = bitserial.multiply_pairs %x, %x : vector<32xi8> -> vector<16xi16>
  // CHECK: bitserial.multiply_pairs %{{.*}}, %{{.*}} : vector<16xi16> -> vector<8xi32>
  %2 = bitserial.multiply_pairs %y, %y : vector<16xi16> -> vector<8xi32>
  return %0, %1, %2 : vector<32xi8>, vector<16xi16>, vector<8xi32>
}
