//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of pack and unpack to vectors.

#ifndef DOREFA_CONVERSION_BITSERIALTOVECTOR_PASSES_TD
#define DOREFA_CONVERSION_BITSERIALTOVECTOR_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertBitserialPackToVector : Pass<"convert-bitserial-pack-to-vector"> {
  let summary = "Lower pack and unpack on buffers to loops over vectors";
  let description = [{
    `bitserial.pack` and `bitserial.unpack` on memrefs become loops over
    vectors, in one of three forms:

    1. The axis is the last one and its codes are contiguous. A vector of 32
       codes gives a word for each plane: the comparison of its bit with zero,
       a `vector<32xi1>`, is the word (`vpmovmskb` on x86). The last codes of a
       longer row are read once more together with codes before them, and the
       word is shifted; a row shorter than a word is read in pieces. `unpack`
       selects by the bits of a word.
    2. Other axes lie behind it and the last of them is contiguous. Its elements
       are the lanes. Eight rows of codes are eight columns of bits of a byte in
       each lane: transposed as 8 x 8 bits, by exchanges of 4, 2 and 1 bits
       between pairs of rows, of which only those that some plane needs are
       made. Four such bytes are interleaved into a word. Lanes that do not fill
       a vector are done in one that overlaps with its neighbour.
    3. Anything else (strides unknown, or fewer than four lanes): scalar loops.

    Words of bytes are the codes themselves in form 1, and two interleavings of
    four rows in form 2.

    Codes beyond the last word's end on an axis of dynamic size, and lanes beyond
    the last vector's end likewise, are done by scalar loops. Nothing outside of
    an operand is read or written. The outermost loops are an `scf.parallel` if
    there is enough work, unless the op is already inside of a parallel loop.
    Every word is written by one iteration, so results do not depend on the
    number of threads. Bits and bytes are in little-endian order.

    Before:
    ```mlir
    bitserial.pack ins(%codes : memref<?x64xi8>) outs(%words : memref<?x2x2xi32>)
        {axis = 1 : i64, bits = 2 : i64}
    ```
    After, in outline:
    ```mlir
    scf.parallel (%i) = (%c0) to (%n) step (%c1) {
      scf.for %w = %c0 to %c2 step %c1 {
        %start = affine.apply affine_map<(d0) -> (d0 * 32)>(%w)
        %x = vector.load %codes[%i, %start] : memref<?x64xi8>, vector<32xi8>
        %b = arith.andi %x, %two : vector<32xi8>  // and so for plane 0
        %m = arith.cmpi ne, %b, %zero : vector<32xi8>
        %v = vector.bitcast %m : vector<32xi1> to vector<1xi32>
        %word = vector.extract %v[0] : i32 from vector<1xi32>
        memref.store %word, %words[%i, %w, %c1] : memref<?x2x2xi32>
      }
    }
    ```
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"256",
           "Vector register width: 128, 256 or 512">,
    Option<"parallel", "parallel", "bool", /*default=*/"true",
           "Emit scf.parallel for the outermost loops that are worth it">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvertBitserialTilesToVector : Pass<"convert-bitserial-tiles-to-vector"> {
  let summary = "Lower products of panels and rows of tables to loops over vectors";
  let description = [{
    `bitserial.pack_panels`, `bitserial.pack_rows` and `bitserial.tile_product` on
    memrefs become loops over vectors; so do `bitserial.matrix_product`, which sets
    a matrix unit up ahead of all sequential loops around it, and
    `bitserial.select_sum`.

    A tile's sums are values that the innermost loops carry, never in memory:
    bytes in a loop over the steps between two drains, 16 bits in the one around
    it. Around these are loops over the panels that stay in the first-level
    cache, the pixels that pass by, chunks of the depth, and, where several panels
    pass by, blocks of pixels whose rows stay in the second-level cache. The first
    chunk stores its sums, the others add theirs. Tables of a large matrix are
    prefetched, a tile ahead.

    A tile of kernel `matrix` keeps the sums in the registers of the matrix unit
    (AMX), as LLVM intrinsics, and stores them from there where it can. It reads
    pieces of output rows in place, or, where rows are short and panels many,
    gathers pixels first, once for all panels. The code asks Linux for these
    registers.

    Columns and pixels beyond the last are computed, from what else is there,
    but neither read from where nothing is nor stored.

    After, in outline, a tile of `lookup` with two vectors and three columns:
    ```mlir
    %totals:12 = scf.for %block = %c0 to %c9 step %c1 iter_args(...) -> (vector<16xi16>, ...) {
      %sums:6 = scf.for %step = %c0 to %c16 step %c2 iter_args(...) -> (vector<32xi8>, ...) {
        %index = vector.load %panels[%at] : memref<73728xi8>, vector<32xi8>
        %table = vector.shuffle %sixteen, %sixteen [0, 1, ..., 15, 0, 1, ..., 15]
        %found = bitserial.byte_lookup %table, %index : vector<32xi8>
        %next = arith.addi %sum, %found : vector<32xi8>
        ...
    ```
  }];
  let options = [
    Option<"parallel", "parallel", "bool", /*default=*/"true",
           "Emit scf.parallel for packing that is worth it">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // DOREFA_CONVERSION_BITSERIALTOVECTOR_PASSES_TD
