//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The bitserial dialect: packed words, what a machine does.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALDIALECT_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALDIALECT_TD

include "mlir/IR/OpBase.td"

def Bitserial_Dialect : Dialect {
  let name = "bitserial";
  let cppNamespace = "::mlir::bitserial";
  let summary = "Integer products on bit planes packed into words";
  let description = [{
    Unsigned integers of 1 to 8 bits, called codes, multiplied plane by plane:

        x . y = sum_{p,q} 2^(p+q) popcount(plane_p(x) AND plane_q(y))

    A code enters as i8. Along one axis, 32 codes go into one i32 word for each
    bit plane: bit b of word w holds code 32 w + b; where codes are missing at
    the end, bits are 0. The packed form of an axis of size C is two axes in its
    place, `ceil(C / 32)` words and `bits` planes.

    Every op is in destination style, on tensors (with a result) or on memrefs
    (without). What an op multiplies has no sign, no scale and no zero point:
    affine codings are reduced to these products and `popsum` by whoever knows
    the coding.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALDIALECT_TD
