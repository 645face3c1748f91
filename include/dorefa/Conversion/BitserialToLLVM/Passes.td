//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Instructions of a target for bitserial.dot.

#ifndef DOREFA_CONVERSION_BITSERIALTOLLVM_PASSES_TD
#define DOREFA_CONVERSION_BITSERIALTOLLVM_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertBitserialToLLVM : Pass<"convert-bitserial-to-llvm"> {
  let summary = "Lower products and lookups of bytes to instructions of the target";
  let description = [{
    `bitserial.dot` on words and on vectors of words becomes, with an addition of
    its result where there is one, the first of these that `features` (names of
    LLVM) allow and that is exact for its bits:

    1. `udot` (`dotprod`);
    2. `vpdpbusd` (`avx512vnni`, `avxvnni`), if one side has at most 7 bits;
    3. `vpmaddubsw` and `vpmaddwd`, if two products of bytes stay below 2^15;
    4. `vpmaddwd` on the even and on the odd bytes (`avx512bw`, `avx2`, `sse2`);
    5. shifts, masks and multiplications of 32 bits, on any target.

    `bitserial.byte_lookup` becomes `vpshufb` (`avx512bw`, `avx2`, `ssse3`, for
    vectors of their width) or `tbl` (`neon`); `bitserial.multiply_pairs`
    becomes `vpmaddubsw` or `vpmaddwd`. Elsewhere they are upstream operations.

    Before:
    ```mlir
    %d = bitserial.dot %x, %y bits(2, 6) : vector<16xi32>
    %s = arith.addi %sum, %d : vector<16xi32>
    ```
    After:
    ```mlir
    %u = vector.bitcast %y : vector<16xi32> to vector<64xi8>
    %i = vector.bitcast %x : vector<16xi32> to vector<64xi8>
    %s = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%sum, %u, %i)
        : (vector<16xi32>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    ```
  }];
  let options = [
    ListOption<"features", "features", "std::string",
               "Features of the target, by LLVM's names without a sign">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // DOREFA_CONVERSION_BITSERIALTOLLVM_PASSES_TD
