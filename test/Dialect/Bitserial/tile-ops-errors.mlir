// RUN: dorefa-opt %s --verify-diagnostics --split-input-file

// expected-error @below {{expects vectors of 16, 32 or 64 bytes, but got 24}}
func.func private @form() attributes {a = #bitserial.form<lookup, bits = 2 x 1, bytes = 24, tile = 2 x 3, drain = 16, unroll = 2>}

// -----

// expected-error @below {{expects a tile, a drain and an unroll of 1 or more}}
func.func private @form() attributes {a = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 0 x 3, drain = 16, unroll = 2>}

// -----

// expected-error @below {{expects one or two vectors of 64 bytes, 16 or 32 rows and drains of a multiple of 16 steps for the matrix unit}}
func.func private @form() attributes {a = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 2 x 32, drain = 8, unroll = 8>}

// -----

// expected-error @below {{expects one column of pairs, but got 2}}
func.func private @form() attributes {a = #bitserial.form<pairs, bits = 1 x 1, bytes = 32, tile = 2 x 2, drain = 16, unroll = 2>}

// -----

// expected-error @below {{expects a drain that the unroll divides, but got 16 and 3}}
func.func private @form() attributes {a = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 3>}

// -----

// Entries of a table of 7-bit codes need more than a byte.
// expected-error @below {{expects bits that the kernel 'lookup' is exact for, but got 7 by 1}}
func.func private @form() attributes {a = #bitserial.form<lookup, bits = 7 x 1, bytes = 32, tile = 2 x 3, drain = 1, unroll = 1>}

// -----

// vpmaddubsw saturates.
// expected-error @below {{expects bits that the kernel 'bytes' is exact for, but got 8 by 7}}
func.func private @form() attributes {a = #bitserial.form<bytes, bits = 8 x 7, bytes = 32, tile = 2 x 5, drain = 1, unroll = 1>}

// -----

// The largest drains: 21 steps of 4 times 3, 63 of 4, 145 of 2 times 15 times 15.
func.func private @form() attributes {a = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 21, unroll = 1>}
func.func private @form_nibbles() attributes {a = #bitserial.form<nibbles, bits = 1 x 1, bytes = 32, tile = 2 x 4, drain = 63, unroll = 1>}
func.func private @form_bytes() attributes {a = #bitserial.form<bytes, bits = 4 x 4, bytes = 32, tile = 2 x 5, drain = 145, unroll = 1>}
// expected-error @below {{expects sums that do not overflow between drains: 21 steps at most, but got 22}}
func.func private @form_long() attributes {a = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 22, unroll = 2>}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: memref<1x3x6x1x128xi32>, %init: memref<1x3x48x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C1) expects rank 5 of operand 1, but got 4}}
  bitserial.pack_panels ins(%words : memref<1x3x6x1x128xi32>) outs(%init : memref<1x3x48x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: memref<1x3x6x1x128xi32>, %init: memref<1x2x4x48x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C1) expects as many groups and segments in the panels}}
  bitserial.pack_panels ins(%words : memref<1x3x6x1x128xi32>) outs(%init : memref<1x2x4x48x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: memref<1x3x6x1x129xi32>, %init: memref<1x2x3x48x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C1) expects 3 panels for 129 columns, but got 2}}
  bitserial.pack_panels ins(%words : memref<1x3x6x1x129xi32>) outs(%init : memref<1x2x3x48x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: memref<1x3x6x2x128xi32>, %init: memref<1x2x3x48x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C2) expects 1 planes, but got 2}}
  bitserial.pack_panels ins(%words : memref<1x3x6x2x128xi32>) outs(%init : memref<1x2x3x48x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: memref<1x3x6x1x128xi32>, %init: memref<1x2x3x32x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C3) expects the words}}
  bitserial.pack_panels ins(%words : memref<1x3x6x1x128xi32>) outs(%init : memref<1x2x3x32x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @panels(%words: tensor<1x3x6x1x128xi32>, %init: memref<1x2x3x48x64xi8>) {
  // expected-error @below {{'bitserial.pack_panels' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.pack_panels ins(%words : tensor<1x3x6x1x128xi32>) outs(%init : memref<1x2x3x48x64xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @rows(%words: memref<2x8x8x1x2x2xi32>, %init: memref<2x7x2048xi8>) {
  // expected-error @below {{'bitserial.pack_rows' op (C1) expects rows as the words have them}}
  bitserial.pack_rows ins(%words : memref<2x8x8x1x2x2xi32>) outs(%init : memref<2x7x2048xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @rows(%words: memref<2x8x8x1x2x1xi32>, %init: memref<2x8x2048xi8>) {
  // expected-error @below {{'bitserial.pack_rows' op (C2) expects 2 planes, but got 1}}
  bitserial.pack_rows ins(%words : memref<2x8x8x1x2x1xi32>) outs(%init : memref<2x8x2048xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @rows(%words: memref<2x8x8x1x2x2xi32>, %init: memref<2x8x2032xi8>) {
  // expected-error @below {{'bitserial.pack_rows' op (C3) expects static rows, a multiple of 16 bytes}}
  bitserial.pack_rows ins(%words : memref<2x8x8x1x2x2xi32>) outs(%init : memref<2x8x2032xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @rows(%words: tensor<2x8x8x1x2x2xi32>, %init: memref<2x8x2048xi8>) {
  // expected-error @below {{'bitserial.pack_rows' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.pack_rows ins(%words : tensor<2x8x8x1x2x2xi32>) outs(%init : memref<2x8x2048xi8>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x?x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C1) expects static sizes but for the number of images}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x?x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x129xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C1) expects 1 groups of 3 panels, but got 1 of 2}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x129xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x32xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C2) expects steps of 64 bytes, but got 32}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x32xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C3) expects a chunk that is a multiple of 16 and a part of 48 steps, or so many times a part of 3 segments, but got 64}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 64 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C3) expects a chunk that is a multiple of 16 and a part of 48 steps, or so many times a part of 3 segments, but got 96}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 96 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 6 x 1, bytes = 32, tile = 2 x 2, drain = 1, unroll = 1>
func.func @product(%rows: memref<2x1x4352xi8>, %panels: memref<1x2x1x272x64xi8>, %init: memref<2x1x1x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C4) expects sums of a chunk that fit, of 260 steps at most, but got 272}}
  bitserial.tile_product ins(%rows, %panels : memref<2x1x4352xi8>, memref<1x2x1x272x64xi8>) outs(%init : memref<2x1x1x1x128xi32>)
      {form = #form, pixel_bytes = 4352 : i64, row_taps = 1 : i64, chunk = 272 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x9x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C5) expects 10 rows of 2560 bytes, but got}}
  bitserial.tile_product ins(%rows, %panels : memref<2x9x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: memref<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C5) expects two positive strides and dilations}}
  bitserial.tile_product ins(%rows, %panels : memref<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 2 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>
func.func @product(%rows: tensor<2x10x2560xi8>, %panels: memref<1x2x3x48x64xi8>, %init: memref<2x8x8x1x128xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C6) expects tensors and one result, or memrefs and no result}}
  bitserial.tile_product ins(%rows, %panels : tensor<2x10x2560xi8>, memref<1x2x3x48x64xi8>) outs(%init : memref<2x8x8x1x128xi32>)
      {form = #form, pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 48 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_rank(%panels: memref<1x1x1x16x64xi8>, %init: memref<1x1x5xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C1) expects rank 4 of operand 1, but got 3}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x64xi8>) outs(%init : memref<1x1x5xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_count(%panels: memref<1x1x1x16x64xi8>, %init: memref<1x1x2x5xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C1) expects 1x1x1 lists for panels of static sizes, but got 'memref<1x1x2x5xi32>'}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x64xi8>) outs(%init : memref<1x1x2x5xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_of_part(%panels: memref<1x1x1x16x64xi8>, %init: memref<1x1x1x4xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C5) expects lists of 1 + B numbers, where chunks of 16 steps are B blocks that are multiples of 4 and parts of 16 steps, but got 'memref<1x1x1x4xi32>'}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x64xi8>) outs(%init : memref<1x1x1x4xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_of_less_than_a_drain(%panels: memref<1x1x1x16x64xi8>, %init: memref<1x1x1x9xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C5) expects lists of 1 + B numbers, where chunks of 16 steps are B blocks that are multiples of 4 and parts of 16 steps, but got 'memref<1x1x1x9xi32>'}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x64xi8>) outs(%init : memref<1x1x1x9xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_beyond_a_segment(%panels: memref<1x1x2x16x64xi8>, %init: memref<1x1x1x2xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C5) expects lists of 1 + B numbers, where chunks of 32 steps are B blocks that are multiples of 4 and parts of 16 steps, but got 'memref<1x1x1x2xi32>'}}
  bitserial.list_blocks ins(%panels : memref<1x1x2x16x64xi8>) outs(%init : memref<1x1x1x2xi32>) {form = #form, chunk = 32 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_step(%panels: memref<1x1x1x16x32xi8>, %init: memref<1x1x1x5xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C2) expects steps of 64 bytes, but got 32}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x32xi8>) outs(%init : memref<1x1x1x5xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_chunk(%panels: memref<1x1x1x16x64xi8>, %init: memref<1x1x1x5xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C3) expects a chunk that is a multiple of 4 and a part of 16 steps, or so many times a part of 1 segments, but got 6}}
  bitserial.list_blocks ins(%panels : memref<1x1x1x16x64xi8>) outs(%init : memref<1x1x1x5xi32>) {form = #form, chunk = 6 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @list_form(%panels: tensor<1x1x1x16x64xi8>, %init: memref<1x1x1x5xi32>) {
  // expected-error @below {{'bitserial.list_blocks' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.list_blocks ins(%panels : tensor<1x1x1x16x64xi8>) outs(%init : memref<1x1x1x5xi32>) {form = #form, chunk = 16 : i64}
  return
}

// -----

#form = #bitserial.form<quads, bits = 8 x 8, bytes = 64, tile = 1 x 1, drain = 4, unroll = 4, signed = true>
func.func @product(%rows: memref<1x1x64xi8>, %panels: memref<1x1x1x16x64xi8>, %kept: memref<1x1x2x5xi32>, %init: memref<1x1x1x1x16xi32>) {
  // expected-error @below {{'bitserial.tile_product' op (C7) expects 1x1x1 lists for panels of static sizes, but got 'memref<1x1x2x5xi32>'}}
  bitserial.tile_product ins(%rows, %panels : memref<1x1x64xi8>, memref<1x1x1x16x64xi8>) kept(%kept : memref<1x1x2x5xi32>)
      outs(%init : memref<1x1x1x1x16xi32>) {form = #form, pixel_bytes = 64 : i64, row_taps = 1 : i64, chunk = 16 : i64}
  return
}

// -----

// expected-error @below {{expects bits that the kernel 'bytes' is exact for, but got 8 by 8, signed}}
func.func private @form() attributes {a = #bitserial.form<bytes, bits = 8 x 8, bytes = 32, tile = 2 x 5, drain = 1, unroll = 1, signed = true>}

// -----

// expected-error @below {{expects sums that do not overflow between drains: 4 steps at most, but got 5}}
func.func private @form() attributes {a = #bitserial.form<bytes, bits = 8 x 5, bytes = 32, tile = 2 x 5, drain = 5, unroll = 1, signed = true>}

// -----

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<17x16xi32>, %init: memref<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C1) expects static sizes, M x 4 W, W x N and M x N, and words of 32 bits, but got 'memref<16x64xi8>', 'memref<17x16xi32>' and 'memref<16x16xi32>'}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<17x16xi32>) outs(%init : memref<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<1x16x16xi32>, %init: memref<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C1) expects rank 2 of operand 1, but got 3}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<1x16x16xi32>) outs(%init : memref<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<16x24xi32>, %init: memref<16x24xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C2) expects multiples of 16 rows, 16 columns and 16 words, but got 'memref<16x64xi8>' and 'memref<16x24xi32>'}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<16x24xi32>) outs(%init : memref<16x24xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
func.func @matrix(%rows: memref<16x65856xi8>, %words: memref<16464x16xi32>, %init: memref<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C3) expects sums that fit into 32 bits, but got 'memref<16x65856xi8>'}}
  bitserial.matrix_product ins(%rows, %words : memref<16x65856xi8>, memref<16464x16xi32>) outs(%init : memref<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<16x16xi32>, %init: tensor<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C4) expects tensors and one result, or memrefs and no result}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<16x16xi32>) outs(%init : tensor<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<bytes, bits = 2 x 7, bytes = 32, tile = 2 x 4, drain = 12, unroll = 2, signed = true>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<16x16xi32>, %init: memref<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C2) expects multiples of 4 rows, 16 columns and 12 words, but got 'memref<16x64xi8>' and 'memref<16x16xi32>'}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<16x16xi32>) outs(%init : memref<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<bytes, bits = 2 x 5, bytes = 32, tile = 2 x 4, drain = 8, unroll = 2>
func.func @matrix(%rows: memref<16x64xi8>, %words: memref<16x16xi32>, %init: memref<16x16xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C2) expects the kernel 'matrix', 'quads' or 'bytes', signed, or 'lookup', unsigned, but got #bitserial.form<bytes, bits = 2 x 5, bytes = 32, tile = 2 x 4, drain = 8, unroll = 2>}}
  bitserial.matrix_product ins(%rows, %words : memref<16x64xi8>, memref<16x16xi32>) outs(%init : memref<16x16xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1>
func.func @matrix(%rows: memref<8x64xi8>, %words: memref<4x32xi8>, %init: memref<8x32xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C1) expects static sizes, M x 16 W, W x N and M x N, and words of 16 bits, but got 'memref<8x64xi8>', 'memref<4x32xi8>' and 'memref<8x32xi32>'}}
  bitserial.matrix_product ins(%rows, %words : memref<8x64xi8>, memref<4x32xi8>) outs(%init : memref<8x32xi32>) {form = #form}
  return
}

// -----

#form = #bitserial.form<lookup, bits = 6 x 2, bytes = 32, tile = 2 x 4, drain = 1, unroll = 1, signed = true>
func.func @matrix(%rows: memref<8x64xi8>, %words: memref<4x32xi16>, %init: memref<8x32xi32>) {
  // expected-error @below {{'bitserial.matrix_product' op (C2) expects the kernel 'matrix', 'quads' or 'bytes', signed, or 'lookup', unsigned, but got #bitserial.form<lookup}}
  bitserial.matrix_product ins(%rows, %words : memref<8x64xi8>, memref<4x32xi16>) outs(%init : memref<8x32xi32>) {form = #form}
  return
}

// -----

func.func @tables(%words: memref<2x3x8xi32>, %init: memref<2x8x64xi8>) {
  // expected-error @below {{'bitserial.pack_tables' op (C1) expects sizes N x W x F and N x F x 16 W, static but for N, but got 'memref<2x3x8xi32>' and 'memref<2x8x64xi8>'}}
  bitserial.pack_tables ins(%words : memref<2x3x8xi32>) outs(%init : memref<2x8x64xi8>)
  return
}

// -----

func.func @tables(%words: memref<2x?x8xi32>, %init: memref<2x8x48xi8>) {
  // expected-error @below {{'bitserial.pack_tables' op (C1) expects sizes}}
  bitserial.pack_tables ins(%words : memref<2x?x8xi32>) outs(%init : memref<2x8x48xi8>)
  return
}

// -----

func.func @tables(%words: memref<2x3x8xi32>, %init: memref<16x48xi8>) {
  // expected-error @below {{'bitserial.pack_tables' op (C1) expects rank 3 of operand 1, but got 2}}
  bitserial.pack_tables ins(%words : memref<2x3x8xi32>) outs(%init : memref<16x48xi8>)
  return
}

// -----

func.func @tables(%words: memref<2x3x8xi32>, %init: tensor<2x8x48xi8>) {
  // expected-error @below {{'bitserial.pack_tables' op (C2) expects tensors and one result, or memrefs and no result}}
  bitserial.pack_tables ins(%words : memref<2x3x8xi32>) outs(%init : tensor<2x8x48xi8>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x8xi8>, %terms: memref<3x?x4x8xf32>, %init: memref<24x24xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C1) expects sizes S x N x C, T x N x J x L and T L x S C, static but for N, and C a multiple of L, but got 'memref<2x?x8xi8>', 'memref<3x?x4x8xf32>' and 'memref<24x24xf32>'}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x8xi8>, memref<3x?x4x8xf32>) outs(%init : memref<24x24xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x8xi8>, %terms: memref<3x?x?x8xf32>, %init: memref<24x16xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C1) expects sizes}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x8xi8>, memref<3x?x?x8xf32>) outs(%init : memref<24x16xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x5x6xi8>, %terms: memref<3x5x4x6xf32>, %init: memref<18x12xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C2) expects a power of two of lanes and at most 256 bytes of terms a sample, but got 6 lanes and 96 bytes}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x5x6xi8>, memref<3x5x4x6xf32>) outs(%init : memref<18x12xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x8xi8>, %terms: memref<3x?x4x8xf32>, %init: tensor<24x16xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C3) expects tensors and one result, or memrefs and no result}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x8xi8>, memref<3x?x4x8xf32>) outs(%init : tensor<24x16xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x12xi8>, %terms: memref<3x?x4x8xf32>, %init: memref<24x24xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C1) expects sizes}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x12xi8>, memref<3x?x4x8xf32>) outs(%init : memref<24x24xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x8xi8>, %terms: memref<3x?x16x8xf32>, %init: memref<24x16xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C2) expects a power of two of lanes and at most 256 bytes of terms a sample, but got 8 lanes and 512 bytes}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x8xi8>, memref<3x?x16x8xf32>) outs(%init : memref<24x16xf32>)
  return
}

// -----

func.func @select(%offsets: memref<2x?x8xi8>, %terms: memref<3x?x4x8xf32, strided<[?, 64, 8, 1]>>, %init: memref<24x16xf32>) {
  // expected-error @below {{'bitserial.select_sum' op (C4) expects contiguous terms, but got 'memref<3x?x4x8xf32, strided<[?, 64, 8, 1]>>'}}
  bitserial.select_sum ins(%offsets, %terms : memref<2x?x8xi8>, memref<3x?x4x8xf32, strided<[?, 64, 8, 1]>>) outs(%init : memref<24x16xf32>)
  return
}

// -----

func.func @lookup(%x: vector<24xi8>) -> vector<24xi8> {
  // expected-error @below {{'bitserial.byte_lookup' op (C1) expects a multiple of 16 bytes along one axis, but got 'vector<24xi8>'}}
  %0 = bitserial.byte_lookup %x, %x : vector<24xi8>
  return %0 : vector<24xi8>
}

// -----

func.func @multiply(%x: vector<32xi8>) -> vector<8xi32> {
  // expected-error @below {{'bitserial.multiply_pairs' op (C1) expects half as many sums of twice the width along one axis}}
  %0 = bitserial.multiply_pairs %x, %x : vector<32xi8> -> vector<8xi32>
  return %0 : vector<8xi32>
}
