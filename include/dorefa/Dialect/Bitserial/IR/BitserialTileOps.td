//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products in the form of a machine: panels of one side, rows of the other,
// tiles of sums in registers.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILEOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILEOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialOpBase.td"

def Bitserial_Kernel : I32Enum<"Kernel", "the inner loop of a tile", [
    I32EnumCase<"lookup", 0>,  // a panel's nibbles index a row's tables
    I32EnumCase<"pairs", 1>,   // the same, a table for two rows of one bit
    I32EnumCase<"nibbles", 2>, // AND, then a table of the bits in a nibble
    I32EnumCase<"bytes", 3>,   // products of bytes, sums of 16 bits
    I32EnumCase<"words", 4>,   // products of 16 bits, sums of 32
    I32EnumCase<"matrix", 5>,  // tiles of a matrix unit (AMX), sums of 32
    I32EnumCase<"quads", 6>,   // products of bytes, sums of 32 (VNNI)
    I32EnumCase<"counts", 7>   // AND, then a count of bits, sums of 32
  ]> {
  let cppNamespace = "::mlir::bitserial";
}

def Bitserial_FormAttr : AttrDef<Bitserial_Dialect, "Form"> {
  let mnemonic = "form";
  let summary = "how a product runs in registers";
  let description = [{
    A tile is `vectors` vectors of `bytes` bytes, which hold columns of the rhs
    (its panel), times `columns` rows of the lhs. In a step it takes some codes
    along the depth. Sums of `drain` steps are added to wider ones: bytes to 16
    bits, of `bytes` 16 bits to 32.

    | kernel | words of | codes of a step | a row's part of a step | a vector's |
    |---|---|---|---|---|
    | lookup | planes | 4 | 16 bytes: the sums of the subsets of four codes | in each byte the bits of four codes of a column and plane |
    | pairs | planes | 12 | three such tables, of one row in the low and of another in the high half of a byte | the same for each table |
    | nibbles | planes | 16 | for each plane 4 bytes of four bits | for each plane the same of V / 4 columns |
    | counts | planes | 32 | a word of each plane | a word of each plane of V / 4 columns |
    | bytes, matrix, quads | bytes | 4 | four codes | four codes of V / 4 columns |
    | words | bytes | 2 | two codes of 16 bits | two codes of V / 4 columns |

    `lookup` has two planes of the rhs in neighbouring bytes. `matrix` multiplies
    16 rows of 16 steps by 16 steps of a vector of 64 bytes with one instruction;
    its tile has 16 or 32 rows and one or two vectors.

    With `signed` the codes of the rhs are two's complement: `bytes`, `words`,
    `matrix` and `quads` read bytes so, and the last plane of the rhs counts
    negative; `lookup` has two planes then.

    The attribute is refused where the sums of a drain could overflow.
  }];
  let parameters = (ins
    EnumParameter<Bitserial_Kernel>:$kernel,
    "int64_t":$lhs_bits, "int64_t":$rhs_bits, "int64_t":$vector_bytes,
    "int64_t":$vectors, "int64_t":$columns, "int64_t":$drain,
    "int64_t":$unroll, DefaultValuedParameter<"bool", "false">:$is_signed);
  let assemblyFormat = [{
    `<` $kernel `,` `bits` `=` $lhs_bits `x` $rhs_bits `,` `bytes` `=`
    $vector_bytes `,` `tile` `=` $vectors `x` $columns `,` `drain` `=` $drain
    `,` `unroll` `=` $unroll (`,` `signed` `=` $is_signed^)? `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool usesTables() const;
    bool usesBytes() const;
    /// Planes of the words of both sides.
    int64_t getLhsPlanes() const;
    int64_t getRhsPlanes() const;
    /// A row's part of a step is so many units of so many bytes.
    int64_t getRowUnits() const;
    int64_t getRowUnitBytes() const;
    int64_t getRowBytesPerStep() const;
    /// Vectors in a panel's step, for each vector of columns.
    int64_t getPanelUnits() const;
    int64_t getPanelBytesPerStep() const;
    /// Bytes that a word of all planes becomes, in a row and in a panel.
    int64_t getRowBytesPerWord() const;
    int64_t getPanelBytesPerWord() const;
    /// Steps that so many words need.
    int64_t getSteps(int64_t words) const;
    /// Columns of the rhs in a vector, and in a panel.
    int64_t getLanes() const;
    /// What a column has of a step, in a vector of one unit.
    int64_t getBytesPerLane() const { return getVectorBytes() / getLanes(); }
    int64_t getPanelColumns() const;
    /// Steps whose sums fit, between two drains and in a chunk.
    static int64_t getLargestDrain(Kernel kernel, int64_t lhsBits,
                                   int64_t rhsBits, bool isSigned = false);
    static int64_t getLargestChunk(Kernel kernel, int64_t lhsBits,
                                   int64_t rhsBits, bool isSigned = false);
    int64_t getLargestDrain() const {
      return getLargestDrain(getKernel(), getLhsBits(), getRhsBits(),
                             getIsSigned());
    }
    int64_t getLargestChunk() const {
      return getLargestChunk(getKernel(), getLhsBits(), getRhsBits(),
                             getIsSigned());
    }
    /// Whether the kernel is exact for codes of these bits.
    static bool allows(Kernel kernel, int64_t lhsBits, int64_t rhsBits,
                       bool isSigned = false);
  }];
}

/// Ops of this page overwrite their init.
class Bitserial_FormOp<string mnemonic> : Op<Bitserial_Dialect, mnemonic, [
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>]> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
  code baseDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), getNumOperands() - 1, 1);
    }
    ::mlir::ShapedType getInitType() { return getInit().getType(); }
    static bool accumulates() { return false; }
  }];
  let extraClassDeclaration = baseDeclaration;
  let extraClassDefinition = [{
    ::mlir::Speculation::Speculatability $cppClass::getSpeculatability() {
      return detail::getSpeculatability(getOperation());
    }
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      detail::getEffects(getOperation(), accumulates(), effects);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return detail::reifyInitShape(getOperation(), builder, shapes);
    }
  }];
}

def Bitserial_PackPanelsOp : Bitserial_FormOp<"pack_panels"> {
  let summary = "the rhs of a product as panels";
  let description = [{
    From words [G, S, W, Q, N], S segments of W words, to panels
    [G, ceil(N / columns of a panel), S, L, bytes of a step]: in each segment the
    steps of a panel lie one behind the other. Steps beyond the words, and
    columns beyond N, are zeros, which add nothing to a sum.

    Constraints:
    - (C1) ranks are 5 and 5; G and S are the same on both sides, and the number
      of panels is the one that N needs.
    - (C2) there are as many planes as the form needs.
    - (C3) the words fit into L steps of the form, which are as long as the last
      axis of the panels.
    - (C4) all operands are tensors and there is one result, or all are memrefs
      and there is none.

    ```mlir
    %panels = bitserial.pack_panels ins(%words : tensor<1x3x6x1x128xi32>) outs(%init : tensor<1x2x3x48x64xi8>)
        {form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>}
        -> tensor<1x2x3x48x64xi8>
    ```
  }];
  let arguments = (ins Bitserial_Words:$words, Bitserial_Codes:$init,
                       Bitserial_FormAttr:$form);
  let assemblyFormat = [{
    `ins` `(` $words `:` type($words) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_ListBlocksOp : Bitserial_FormOp<"list_blocks"> {
  let summary = "which blocks of panels are not zeros alone";
  let description = [{
    Of panels [G, panels, S, L, bytes], whose steps the product takes `chunk` at
    a time, lists [G, panels, chunks, 1 + B]: a chunk is B blocks of steps. A list
    begins with how many blocks of a panel's chunk hold anything but zeros; these
    follow by their numbers, in order. What lies behind is not specified.

    Constraints:
    - (C1) ranks are 5 and 4, all sizes are static, and there is a list for each
      chunk of the panels.
    - (C2) the last axis of the panels is a step of the form.
    - (C3) `chunk` is a multiple of the drain, and a part of L, or L times a
      part of S.
    - (C4) as in `pack_panels`.
    - (C5) a block, `chunk` / B steps, is a multiple of the drain, and a part of
      both `chunk` and L.

    ```mlir
    %kept = bitserial.list_blocks ins(%panels : tensor<1x6x9x16x64xi8>) outs(%init : tensor<1x6x1x10xi32>)
        {form = #bitserial.form<matrix, bits = 8 x 8, bytes = 64, tile = 1 x 32, drain = 16, unroll = 16, signed = true>,
         chunk = 144 : i64} -> tensor<1x6x1x10xi32>
    ```
  }];
  let arguments = (ins Bitserial_Codes:$panels, Bitserial_Sums:$init,
                       Bitserial_FormAttr:$form, I64Attr:$chunk);
  let assemblyFormat = [{
    `ins` `(` $panels `:` type($panels) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_PackRowsOp : Bitserial_FormOp<"pack_rows"> {
  let summary = "the lhs of a product as rows";
  let description = [{
    From words of an image [N, H, W, G, C, P] to rows [N', H', bytes]: what the
    form makes of the words of a pixel and group, one pixel behind the other,
    then zeros. Of planes that are looked up these are 8 C tables of 16 bytes:
    entry i is the sum of those of four codes whose bit is set in i.

    The form `pairs` adds 16 times the table of a second pixel: of row
    h + `pair_distance` or, without, of image n + N'. Where there is no such
    pixel, any other takes its place.

    Constraints:
    - (C1) ranks are 6 and 3; N' = N and H' = H but for the form `pairs`, which
      has N' <= N and H' <= H.
    - (C2) there are as many planes as the form needs.
    - (C3) the rows are static, long enough for the words, and a multiple of 16
      bytes.
    - (C4) as in `pack_panels`.

    ```mlir
    %rows = bitserial.pack_rows ins(%words : tensor<1x58x58x1x2x2xi32>) outs(%init : tensor<1x58x14848xi8>)
        {form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>}
        -> tensor<1x58x14848xi8>
    ```
  }];
  let arguments = (ins Bitserial_Words:$words, Bitserial_Codes:$init,
                       Bitserial_FormAttr:$form,
                       OptionalAttr<I64Attr>:$pair_distance);
  let assemblyFormat = [{
    `ins` `(` $words `:` type($words) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_TileProductOp : Bitserial_FormOp<"tile_product"> {
  let summary = "sums of products of rows and panels, tile by tile";
  let description = [{
    The sums [N, OH, OW, G, F] of a convolution of rows [N, H, bytes] with panels
    [G, panels, S, L, bytes], that `pack_rows` and `pack_panels` made in the same
    form; rows of `bytes`, `matrix` and `quads` are the codes of their pixels,
    whoever put them there. A pixel has `pixel_bytes` bytes, G times those of a
    group. Segment s of output pixel (y, x) begins at row y sh + i dh and pixel
    x sw + j dw, where i = s / `row_taps` and j = s mod `row_taps`; L steps follow
    from there.

    `chunk` steps are done at a time, whole segments or parts of one, so that
    panels and tables stay in the cache and sums in 16 bits.

    With `pairs` a row is paired with another, as in `pack_rows`: output row y
    with y + `pair_rows` or, without, image n with n + N'.

    With `kept`, the lists that `list_blocks` makes of the panels, other blocks
    than those are skipped.

    Constraints:
    - (C1) ranks are 3, 5 and 5, all sizes but N are static, G is the same in
      panels and sums, and there are as many panels as F needs.
    - (C2) the last axis of the panels is a step of the form.
    - (C3) `chunk` is a multiple of the drain, and a part of L, or L times a
      part of S.
    - (C4) the sums of a chunk fit into 16 bits, where the form has such.
    - (C5) every segment lies within its row, and every row within the image.
    - (C6) as (C4) in `pack_panels`.
    - (C7) `kept` is as `list_blocks` has it for the panels and the chunk.

    ```mlir
    %sums = bitserial.tile_product ins(%rows, %panels : tensor<1x58x14848xi8>, tensor<1x2x3x48x64xi8>)
        outs(%init : tensor<1x56x56x1x128xi32>)
        {form = #bitserial.form<lookup, bits = 2 x 1, bytes = 32, tile = 2 x 3, drain = 16, unroll = 2>,
         pixel_bytes = 256 : i64, row_taps = 1 : i64, chunk = 144 : i64} -> tensor<1x56x56x1x128xi32>
    ```
  }];
  let arguments = (ins Bitserial_Codes:$rows, Bitserial_Codes:$panels,
      Optional<Bitserial_Sums>:$kept, Bitserial_Sums:$init,
      Bitserial_FormAttr:$form,
      I64Attr:$pixel_bytes, I64Attr:$row_taps, I64Attr:$chunk,
      DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
      DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
      OptionalAttr<I64Attr>:$pair_rows);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $panels `:` type($rows) `,` type($panels) `)`
    (`kept` `(` $kept^ `:` type($kept) `)`)? `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_PackTablesOp : Bitserial_FormOp<"pack_tables"> {
  let summary = "tables of the bytes of words";
  let description = [{
    From words [N, W, F] of four bytes to tables [N, F, 16 W], those of a column
    one behind the other: entry i of a table is the sum of those bytes of its
    word whose bit is set in i. Sums beyond 255 are not specified.

    Constraints:
    - (C1) ranks are 3, sizes but N are static, and N, W and F are the same on
      both sides.
    - (C2) as in `pack_panels` (C4).

    ```mlir
    %tables = bitserial.pack_tables ins(%words : tensor<4x96x64xi32>)
        outs(%init : tensor<4x64x1536xi8>) -> tensor<4x64x1536xi8>
    ```
  }];
  let arguments = (ins Bitserial_Words:$words, Bitserial_Codes:$init);
  let assemblyFormat = [{
    `ins` `(` $words `:` type($words) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_MatrixProductOp : Bitserial_FormOp<"matrix_product"> {
  let summary = "sums of products of rows and words, wherever they are";
  let description = [{
    For rows [M, B W] and words [W, N], which may be anywhere at one distance from
    a row to the next. Of bytes, B is 4, those of rows have no sign, and a word is
    four that have one:

        sums[m,n] = sum_{w<W, b<4} rows[m, 4 w + b] * (byte b of words[w,n])

    Of the kernel `lookup`, B is 16, rows are tables as `pack_tables` makes them,
    and a word has a byte for each plane of the rhs, an index from 0 to 15:

        sums[m,n] = sum_{w<W, q} 2^q rows[m, 16 w + (byte q of words[w,n])]

    Constraints:
    - (C1) ranks are 2, all sizes are static, M, W and N are the same wherever
      they occur, and words have as many bits as the form reads of a column.
    - (C2) the kernel is `matrix`, `quads` or `bytes`, signed, or `lookup`,
      unsigned. M, N and W are multiples of 16 for `matrix`; for the others of the
      tile's rows and columns, and of the drain.
    - (C3) the sums fit into 32 bits: 4 W 255 128 < 2^31.
    - (C4) as in `pack_panels`.

    ```mlir
    %sums = bitserial.matrix_product ins(%rows, %words : tensor<32x384xi8>, tensor<96x64xi32>)
        outs(%init : tensor<32x64xi32>) {form = #bitserial.form<matrix, bits = 2 x 7, bytes = 64,
          tile = 2 x 32, drain = 16, unroll = 16, signed = true>} -> tensor<32x64xi32>
    ```
  }];
  let arguments = (ins Bitserial_Codes:$rows,
                       Bitserial_ShapedOf<[I8, I16, I32]>:$words,
                       Bitserial_Sums:$init, Bitserial_FormAttr:$form);
  let assemblyFormat = [{
    `ins` `(` $rows `,` $words `:` type($rows) `,` type($words) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($results)^)?
  }];
}

def Bitserial_SelectSumOp : Bitserial_FormOp<"select_sum"> {
  let summary = "sums of the terms that offsets select";
  let description = [{
    For offsets [S, N, C] of terms [T, N, J, L], in bytes from the first term of a
    sample n on, so multiples of 4 L, sums [T L, S C] from zero on and in the order
    of n:

        sums[L t + i, C s + j] = sum_n terms[t, n, offsets[s,n,j] / (4 L), i]

    A product of a code below J and anything else, rounded in whatever way, is a
    term that is computed once for each value of the code, and not for each code.

    Constraints:
    - (C1) ranks are 3, 4 and 2, sizes but N are static, N is the same in both, and
      the sums are T L by S C, where C, the sums that are kept in registers, is a
      multiple of L.
    - (C2) L is a power of two, and 4 J L, the bytes of a sample's terms, are at
      most 256.
    - (C3) all operands are tensors and there is one result, or all are memrefs
      and there is none.
    - (C4) a memref of terms is contiguous.

    ```mlir
    %sums = bitserial.select_sum ins(%offsets, %terms : tensor<200x?x16xi8>, tensor<32x?x4x16xf32>)
        outs(%init : tensor<512x3200xf32>) -> tensor<512x3200xf32>
    ```
  }];
  let arguments = (ins Bitserial_Codes:$offsets, Bitserial_Floats:$terms,
                       Bitserial_Floats:$init);
  let assemblyFormat = [{
    `ins` `(` $offsets `,` $terms `:` type($offsets) `,` type($terms) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($results)^)?
  }];
}

//===----------------------------------------------------------------------===//
// What a target has its own instructions for
//===----------------------------------------------------------------------===//

def Bitserial_Bytes : VectorOfNonZeroRankOf<[I8]>;

def Bitserial_ByteLookupOp : Op<Bitserial_Dialect, "byte_lookup",
    [Pure, SameOperandsAndResultType]> {
  let summary = "bytes of tables of 16";
  let description = [{
    result[i] = table[16 (i / 16) + index[i]]: in every 16 bytes the indices, 0
    to 15, choose among the table's bytes there.

    Constraints:
    - (C1) the vectors have one axis, a multiple of 16 long.

    ```mlir
    %sums = bitserial.byte_lookup %table, %index : vector<32xi8>
    ```
  }];
  let arguments = (ins Bitserial_Bytes:$table, Bitserial_Bytes:$index);
  let results = (outs Bitserial_Bytes:$result);
  let assemblyFormat = "$table `,` $index attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Bitserial_MultiplyPairsOp : Op<Bitserial_Dialect, "multiply_pairs",
    [Pure, AllTypesMatch<["lhs", "rhs"]>]> {
  let summary = "sums of the products of neighbours, twice as wide";
  let description = [{
    result[i] = lhs[2 i] rhs[2 i] + lhs[2 i + 1] rhs[2 i + 1]

    Bytes of lhs have no sign, bytes of rhs and words of 16 bits have one. A sum
    fits into the result: where it does not, the result is not specified (x86
    saturates bytes).

    Constraints:
    - (C1) the vectors have one axis, the result half as many elements of twice
      the width.

    ```mlir
    %sums = bitserial.multiply_pairs %x, %y : vector<32xi8> -> vector<16xi16>
    ```
  }];
  let arguments = (ins VectorOfNonZeroRankOf<[I8, I16]>:$lhs,
                       VectorOfNonZeroRankOf<[I8, I16]>:$rhs);
  let results = (outs VectorOfNonZeroRankOf<[I16, I32]>:$result);
  let assemblyFormat =
      "$lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
  let hasVerifier = 1;
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALTILEOPS_TD
