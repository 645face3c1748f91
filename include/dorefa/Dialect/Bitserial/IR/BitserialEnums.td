//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Enumerations of the bitserial dialect.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIALENUMS_TD
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIALENUMS_TD

include "dorefa/Dialect/Bitserial/IR/BitserialDialect.td"
include "mlir/IR/EnumAttr.td"

def Bitserial_Strategy : I32Enum<"Strategy", "how a product is computed", [
    I32EnumCase<"automatic", 0, "auto">, // whoever lowers it chooses
    I32EnumCase<"popcount", 1>,          // AND, count bits, shift by planes
    I32EnumCase<"lookup", 2>,            // four codes index a table of sums
    I32EnumCase<"integer", 3>            // multiply and add bytes
  ]> {
  let cppNamespace = "::mlir::bitserial";
}
def Bitserial_StrategyAttr
    : EnumAttr<Bitserial_Dialect, Bitserial_Strategy, "strategy"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIALENUMS_TD
