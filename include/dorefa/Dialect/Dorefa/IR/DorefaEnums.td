//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Enumerations of the dorefa dialect.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFAENUMS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFAENUMS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaDialect.td"
include "mlir/IR/EnumAttr.td"

def Dorefa_CodeKind : I32Enum<"CodeKind", "what value a code stands for", [
    I32EnumCase<"unipolar", 0>, I32EnumCase<"bipolar", 1>,
    I32EnumCase<"pow2", 2>]> {
  let cppNamespace = "::mlir::dorefa";
}

def Dorefa_Pow2Scheme : I32Enum<"Pow2Scheme", "how weights become powers of two", [
    I32EnumCase<"exact", 0>,     // the least squared error
    I32EnumCase<"threshold", 1>  // the thresholds of LBW-Net, section 2.2
  ]> {
  let cppNamespace = "::mlir::dorefa";
}
def Dorefa_Pow2SchemeAttr
    : EnumAttr<Dorefa_Dialect, Dorefa_Pow2Scheme, "pow2_scheme"> {
  let assemblyFormat = "`<` $value `>`";
}

def Dorefa_Bound : I32Enum<"Bound", "the bounding function h before the quantizer", [
    I32EnumCase<"clip", 0>,      // clip(x, 0, 1)
    I32EnumCase<"abs_clip", 1>,  // min(1, |x|)
    I32EnumCase<"tanh", 2>,      // (tanh(x) + 1) / 2
    I32EnumCase<"relu", 3>       // max(x, 0), without a quantizer only
  ]> {
  let cppNamespace = "::mlir::dorefa";
}
def Dorefa_BoundAttr : EnumAttr<Dorefa_Dialect, Dorefa_Bound, "bound"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFAENUMS_TD
