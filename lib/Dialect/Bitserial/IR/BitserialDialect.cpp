//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Registration of the bitserial dialect.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::bitserial;

#include "dorefa/Dialect/Bitserial/IR/BitserialDialect.cpp.inc"
#include "dorefa/Dialect/Bitserial/IR/BitserialEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dorefa/Dialect/Bitserial/IR/BitserialAttrs.cpp.inc"

namespace {
/// No op has a region or a symbol: all of them may be inlined.
struct BitserialInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void BitserialDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dorefa/Dialect/Bitserial/IR/BitserialAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dorefa/Dialect/Bitserial/IR/BitserialOps.cpp.inc"
      >();
  addInterfaces<BitserialInlinerInterface>();
}

Operation *BitserialDialect::materializeConstant(OpBuilder &builder,
                                                 Attribute value, Type type,
                                                 Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}
