//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// C++ side of the dorefa dialect's enums, attributes and types.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_H
#define DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"

#include "dorefa/Dialect/Dorefa/IR/DorefaEnums.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaAttrs.h.inc"

namespace mlir::dorefa {

/// The code element type of a tensor, or null if `type` is no tensor of codes.
inline CodeType getCodeType(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  return shaped ? dyn_cast<CodeType>(shaped.getElementType()) : CodeType();
}

} // namespace mlir::dorefa

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFATYPES_H
