//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What four warps of a GPU do together.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALWARPGROUPOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALWARPGROUPOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialOpBase.td"

def Bitserial_WarpgroupMultiplyOp : Op<Bitserial_Dialect, "warpgroup_multiply",
    [InferTypeOpAdaptor]> {
  let summary = "a product of tiles in shared memory, on tensor cores";
  let description = [{
    results[p + q] = sums[p + q] + lhs[p] rhs[q] for all planes p of the lhs and q
    of the rhs: of 64 rows, `columns` columns and `steps` steps of 8 words along
    the depth. Bits are combined with AND and counted; with `bytes`, words are
    four numbers of 8 bits without a sign.

    All 128 threads of four warps that begin at a multiple of four execute it
    together. `lhs` and `rhs` are matrix descriptors of PTX: where in the block's
    shared memory the words of plane 0 and step 0 are, eight rows (columns) of 16
    bytes behind one another. Those of the next step, and of the next plane, are
    `lhs_strides` (`rhs_strides`) bytes further. What threads wrote there is seen
    if each had a `nvvm.fence.proxy` behind it, and then a barrier.

    Of each sum a thread has `columns` / 2 numbers: with g = lane / 4 and
    q = lane mod 4 in warp w of the four, numbers 4 j and 4 j + 1 are the columns
    8 j + 2 q and 8 j + 2 q + 1 of row 16 w + g, 4 j + 2 and 4 j + 3 those of row
    16 w + g + 8. The instructions have ended behind the op: results may be used,
    and shared memory written.

    Constraints:
    - (C1) there are 8 to 256 columns, a multiple of 8, from 32 on of 16.
    - (C2) `planes` and the strides are two numbers each; planes are 1 to 8, one
      of bytes.
    - (C3) there is at least one step; strides are multiples of 16.
    - (C4) there are (P + Q - 1) columns / 2 sums.

    ```mlir
    %r:8 = bitserial.warpgroup_multiply %lhs, %rhs,
        sums(%s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7)
        {columns = 8 : i64, steps = 2 : i64, planes = array<i64: 2, 1>,
         lhs_strides = array<i64: 2048, 4096>, rhs_strides = array<i64: 256, 512>}
    ```
  }];
  let arguments = (ins I64:$lhs, I64:$rhs, Variadic<I32>:$sums,
    I64Attr:$columns, I64Attr:$steps, DenseI64ArrayAttr:$planes,
    DenseI64ArrayAttr:$lhs_strides, DenseI64ArrayAttr:$rhs_strides,
    UnitAttr:$bytes);
  let results = (outs Variadic<I32>:$results);
  let assemblyFormat = "$lhs `,` $rhs `,` `sums` `(` $sums `)` attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getLhsPlanes() { return getPlanes()[0]; }
    int64_t getRhsPlanes() { return getPlanes()[1]; }
  }];
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALWARPGROUPOPS_TD
