//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Ops between codes and packed words.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPACKOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPACKOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialOpBase.td"

def Bitserial_PackOp : Bitserial_OverwritingOp<"pack"> {
  let summary = "codes to the words of their bit planes";
  let description = [{
    Packs `axis`, of size C:

        out[.., w, p, ..] = sum_{b, 32 w + b < C} ((codes[.., 32 w + b, ..] >> p) & 1) << b

    Of a code of 2^bits or more only the lowest `bits` bits are packed.

    With `bytes` the words hold four codes each, and there is one plane:

        out[.., w, 0, ..] = sum_{b, 4 w + b < C} (codes[.., 4 w + b, ..] mod 2^bits) << 8 b

    `in_range` promises that no code has other bits than these.

    `pack` of `unpack` folds where every bit of the words belongs to a code.
    `unpack` of `pack` does not: who packs codes and unpacks them later wants
    the words to live in between, not the codes.

    Constraints:
    - (C1) `axis` is an axis of the codes.
    - (C2) `bits` is 1 to 8.
    - (C3) the init has the axes of the codes with two in the place of `axis`:
      ceil(C / 32) words and `bits` planes, with `bytes` ceil(C / 4) words and
      one plane; the number of planes is static.
    - (C4) all operands are tensors and there is one result, or all are memrefs
      and there is none.

    ```mlir
    %words = bitserial.pack ins(%codes : tensor<?x14x14x64xi8>)
        outs(%init : tensor<?x14x14x2x2xi32>) {axis = 3 : i64, bits = 2 : i64} -> tensor<?x14x14x2x2xi32>
    ```
  }];
  let arguments = (ins Bitserial_Codes:$codes, Bitserial_Words:$init,
                       I64Attr:$axis, I64Attr:$bits, UnitAttr:$bytes,
                       UnitAttr:$in_range);
  let assemblyFormat = [{
    `ins` `(` $codes `:` type($codes) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = baseDeclaration # [{
    static bool accumulates() { return false; }
    int64_t getCodesPerWord();
    int64_t getNumPlanes() { return getBytes() ? 1 : getBits(); }
  }];
  let hasFolder = 1;
}

def Bitserial_ViewWordsOp : Op<Bitserial_Dialect, "view_words", [
    Pure, DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                    ["reifyResultShapes"]>]> {
  let summary = "codes as words of bytes, where they are";
  let description = [{
    What `pack` makes of the last axis with `bytes`, of codes in range: four
    neighbours are a word, and nothing is moved.

        words[.., w, 0] = sum_{b<4} codes[.., 4 w + b] << 8 b

    On buffers the words are another view of the codes.

    Constraints:
    - (C1) the words have the axes of the codes with two in the place of the
      last, of size C: C / 4 words, without a rest, and one plane.

    ```mlir
    %words = bitserial.view_words %codes : tensor<?x14x14x64xi8> -> tensor<?x14x14x16x1xi32>
    ```
  }];
  let arguments = (ins RankedTensorOf<[I8]>:$codes);
  let results = (outs RankedTensorOf<[I32]>:$words);
  let assemblyFormat = "$codes attr-dict `:` type($codes) `->` type($words)";
  let builders = [OpBuilder<(ins "::mlir::Value":$codes)>];
  let hasVerifier = 1;
}

def Bitserial_UnpackOp : Bitserial_OverwritingOp<"unpack"> {
  let summary = "the words of bit planes to codes";
  let description = [{
    The inverse of `pack` without `bytes`; the axis of words and the axis of planes become one
    axis of codes, of the size that the init has there:

        out[.., c, ..] = sum_p ((packed[.., c / 32, p, ..] >> (c mod 32)) & 1) << p

    Constraints:
    - (C1) `axis` and `axis + 1` are axes of the packed words.
    - (C2) the axis of planes is static, 1 to 8.
    - (C3) the init has the axes of the packed words with one, of size C, in the
      place of the two, and ceil(C / 32) is the number of words.
    - (C4) as in `pack`.

    ```mlir
    %codes = bitserial.unpack ins(%words : tensor<?x14x14x2x2xi32>)
        outs(%init : tensor<?x14x14x64xi8>) {axis = 3 : i64} -> tensor<?x14x14x64xi8>
    ```
  }];
  let arguments = (ins Bitserial_Words:$packed, Bitserial_Codes:$init,
                       I64Attr:$axis);
  let assemblyFormat = [{
    `ins` `(` $packed `:` type($packed) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
  let hasFolder = 1;
}

def Bitserial_PopSumOp : Bitserial_OverwritingOp<"popsum"> {
  let summary = "sums of packed codes";
  let description = [{
    Adds the codes of the packed axis:

        out[..] = sum_{w,p} 2^p popcount(packed[.., w, p, ..])

    With `byte_bits` the words hold bytes, of codes of so many bits:

        out[..] = sum_w sum_{b<4} byte b of packed[.., w, 0, ..]

    Constraints:
    - (C1) `axis` and `axis + 1` are axes of the packed words.
    - (C2) the axis of planes is static, 1 to 8.
    - (C3) the init has the axes of the packed words without these two.
    - (C4) as in `pack`.
    - (C5) a sum fits into 32 bits: 32 W (2^P - 1) < 2^31 for W words, P planes;
      of bytes 4 W (2^byte_bits - 1) < 2^31.
    - (C6) `byte_bits` is 1 to 8, and there is one plane.

    ```mlir
    %sums = bitserial.popsum ins(%words : tensor<?x14x14x2x6xi32>)
        outs(%init : tensor<?x14x14xi32>) {axis = 3 : i64} -> tensor<?x14x14xi32>
    ```
  }];
  let arguments = (ins Bitserial_Words:$packed, Bitserial_Sums:$init,
                       I64Attr:$axis, OptionalAttr<I64Attr>:$byte_bits);
  let assemblyFormat = [{
    `ins` `(` $packed `:` type($packed) `)` `outs` `(` $init `:` type($init) `)`
    attr-dict (`->` type($results)^)?
  }];
  let hasFolder = 1;
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPACKOPS_TD
