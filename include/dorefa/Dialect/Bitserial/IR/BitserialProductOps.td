//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products of packed words.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPRODUCTOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPRODUCTOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialOpBase.td"

def Bitserial_Word : TypeOrValueSemanticsContainer<I32, "word-like">;

def Bitserial_DotOp : Op<Bitserial_Dialect, "dot", !listconcat([
    Pure, SameOperandsAndResultType], ElementwiseMappable.traits)> {
  let summary = "sum of the products of four bytes";
  let description = [{
        dot(x, y) = sum_{b<4} (byte b of x) * (byte b of y)

    of unsigned bytes, in each word. The bytes are below 2^lhs_bits and
    2^rhs_bits, which says what instructions are exact: where one side has at
    most 7 bits, x86's `vpdpbusd`, which reads it as signed; where moreover
    2 (2^lhs_bits - 1) (2^rhs_bits - 1) < 2^15, `vpmaddubsw`, which saturates.
    With `rhs_signed` the bytes of the rhs are two's complement.

    Constraints:
    - (C1) `lhs_bits` and `rhs_bits` are 1 to 8.

    ```mlir
    %d = bitserial.dot %x, %y bits(2, 6) : vector<16xi32>
    ```
  }];
  let arguments = (ins Bitserial_Word:$lhs, Bitserial_Word:$rhs,
                       I64Attr:$lhs_bits, I64Attr:$rhs_bits,
                       UnitAttr:$rhs_signed);
  let results = (outs Bitserial_Word:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs `bits` `(` $lhs_bits `,` $rhs_bits `)` attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Bitserial_MatmulOp : Bitserial_AccumulatingOp<"matmul"> {
  let summary = "matrix product of packed codes";
  let description = [{
    For codes packed along the depth, lhs [M, W, P] (with `transpose_lhs`
    [W, P, M]) and rhs [W, Q, N]:

        acc[m,n] += sum_{w,p,q} 2^(p+q) popcount(lhs[m,w,p] AND rhs[w,q,n])

    With `byte_bits`, the bits of the codes of lhs and rhs, the words hold bytes
    and P = Q = 1:

        acc[m,n] += sum_w dot(lhs[m,w,0], rhs[w,0,n])

    which is the same sum of products of codes; `bitserial.dot` says what dot is.
    `strategy` says how words of planes are multiplied; the outcome does not
    depend on it.

    Constraints:
    - (C1) ranks are 3, 3 and 2, and M, W and N are the same wherever they occur.
    - (C2) the axes of planes are static, 1 to 8.
    - (C3) what is added fits into 32 bits: 32 W (2^P - 1) (2^Q - 1) < 2^31; of
      bytes, 4 W (2^p - 1) (2^q - 1) < 2^31 for `byte_bits` p and q.
    - (C4) all operands are tensors and there is one result, or all are memrefs
      and there is none.
    - (C5) `byte_bits` are two numbers, 1 to 8, and there is one plane each.

    ```mlir
    %sums = bitserial.matmul ins(%a, %b : tensor<?x4x2xi32>, tensor<4x1x10xi32>)
        outs(%zero : tensor<?x10xi32>) -> tensor<?x10xi32>
    ```
  }];
  let arguments = (ins Bitserial_Words:$lhs, Bitserial_Words:$rhs,
      Bitserial_Sums:$init, UnitAttr:$transpose_lhs,
      OptionalAttr<DenseI64ArrayAttr>:$byte_bits,
      DefaultValuedAttr<Bitserial_StrategyAttr,
                        "::mlir::bitserial::Strategy::automatic">:$strategy);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($results)^)?
  }];
  let extraClassDeclaration = baseDeclaration # [{
    static bool accumulates() { return true; }
    /// Positions of M, W and P among the axes of the lhs.
    int64_t getLhsRowAxis() { return getTransposeLhs() ? 2 : 0; }
    int64_t getLhsWordAxis() { return getTransposeLhs() ? 0 : 1; }
    int64_t getLhsPlaneAxis() { return getTransposeLhs() ? 1 : 2; }
  }];
}

def Bitserial_Conv2DOp : Bitserial_AccumulatingOp<"conv2d"> {
  let summary = "2-D convolution of packed codes";
  let description = [{
    A valid convolution in groups: input [N, H, W, G, C, P] (padded by whoever
    built it; a word of padding is 0), filter [G, KH, KW, C, Q, F], sums
    [N, OH, OW, G, F], C counting words:

        acc[n,y,x,g,f] += sum_{i,j,c,p,q} 2^(p+q)
            popcount(input[n, y sh + i dh, x sw + j dw, g, c, p] AND filter[g,i,j,c,q,f])

    With `byte_bits` as in `matmul`; with `rhs_signed` the filter's codes are
    two's complement: bytes as such, or the last of the planes counts negative.
    `strategy` says how words of planes are multiplied; the outcome does not
    depend on it.

    Constraints:
    - (C1) ranks are 6, 6 and 5, and N, G, C and F are the same wherever they
      occur.
    - (C2) the axes of planes are static, 1 to 8.
    - (C3) strides and dilations are two positive numbers each.
    - (C4) OH = (H - dh (KH - 1) - 1) / sh + 1, rounded down, and so for OW;
      the window fits into the input.
    - (C5) what is added fits into 32 bits:
      32 C KH KW (2^P - 1) (2^Q - 1) < 2^31; of bytes,
      4 C KH KW (2^p - 1) (2^q - 1) < 2^31 for `byte_bits` p and q.
    - (C6) all operands are tensors and there is one result, or all are memrefs
      and there is none.
    - (C7) `byte_bits` are two numbers, 1 to 8, and there is one plane each.

    ```mlir
    %sums = bitserial.conv2d ins(%a, %w : tensor<?x16x16x1x2x2xi32>, tensor<1x3x3x2x1x64xi32>)
        outs(%zero : tensor<?x14x14x1x64xi32>) -> tensor<?x14x14x1x64xi32>
    ```
  }];
  let arguments = (ins Bitserial_Words:$input, Bitserial_Words:$filter,
      Bitserial_Sums:$init,
      DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
      DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
      OptionalAttr<DenseI64ArrayAttr>:$byte_bits, UnitAttr:$rhs_signed,
      DefaultValuedAttr<Bitserial_StrategyAttr,
                        "::mlir::bitserial::Strategy::automatic">:$strategy);
  let assemblyFormat = [{
    `ins` `(` $input `,` $filter `:` type($input) `,` type($filter) `)`
    `outs` `(` $init `:` type($init) `)` attr-dict (`->` type($results)^)?
  }];
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALPRODUCTOPS_TD
