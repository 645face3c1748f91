//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the host asks about the GPU that is there.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALCHIPOPS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALCHIPOPS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialOpBase.td"

def Bitserial_ChipOp : Op<Bitserial_Dialect, "chip", [Pure]> {
  let summary = "which of several chips' code the GPU runs";
  let description = [{
    The number, in the list, of the chip whose code is the best that the GPU of
    this process runs: code for exactly this GPU (sm_90a), else that of the newest
    chip that is not newer than the GPU. It is the same for the whole process.

    Constraints:
    - (C1) there is at least one chip.
    - (C2) no chip is named twice.

    ```mlir
    %number = bitserial.chip ["sm_80", "sm_90a"] : i32
    ```
  }];
  let arguments = (ins StrArrayAttr:$chips);
  let results = (outs I32:$number);
  let assemblyFormat = "$chips attr-dict `:` type($number)";
  let hasVerifier = 1;
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALCHIPOPS_TD
