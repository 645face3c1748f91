//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The bitserial dialect: everything a user of its ops includes.

#ifndef DOREFA_DIALECT_BITSERIAL_IR_BITSERIAL_H
#define DOREFA_DIALECT_BITSERIAL_IR_BITSERIAL_H

#include "dorefa/Dialect/Bitserial/IR/BitserialTiling.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

#include "dorefa/Dialect/Bitserial/IR/BitserialDialect.h.inc"
#include "dorefa/Dialect/Bitserial/IR/BitserialEnums.h.inc"

namespace mlir::bitserial {

/// Codes in a word of a bit plane, and in a word of bytes.
constexpr int64_t wordBits = 32;
constexpr int64_t wordBytes = 4;

/// A table has an entry for each subset of four codes.
constexpr int64_t tableCodes = 4;
constexpr int64_t tableBytes = 16;
constexpr int64_t wordTables = wordBits / tableCodes;

/// A matrix unit multiplies so many rows by so many steps.
constexpr int64_t matrixRows = 16;
constexpr int64_t matrixSteps = 16;

} // namespace mlir::bitserial

#define GET_ATTRDEF_CLASSES
#include "dorefa/Dialect/Bitserial/IR/BitserialAttrs.h.inc"

#define GET_OP_CLASSES
#include "dorefa/Dialect/Bitserial/IR/BitserialOps.h.inc"

namespace mlir::bitserial {

/// Words that `codes` codes need; dynamic for a dynamic number.
inline int64_t getNumWords(int64_t codes, int64_t codesPerWord = wordBits) {
  return ShapedType::isDynamic(codes)
             ? codes
             : (codes + codesPerWord - 1) / codesPerWord;
}

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_IR_BITSERIAL_H
