//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Interfaces/DifferentiableOpInterface.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::dorefa;

#include "dorefa/Interfaces/DifferentiableOpInterface.cpp.inc"

Type mlir::dorefa::getCotangentType(Type type) {
  if (isa<FloatType>(type))
    return type;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return {};
  if (isa<FloatType>(tensor.getElementType()))
    return RankedTensorType::get(tensor.getShape(), tensor.getElementType());
  if (isa<CodeType>(tensor.getElementType()))
    return RankedTensorType::get(tensor.getShape(),
                                 Float32Type::get(type.getContext()));
  return {};
}

bool mlir::dorefa::isDifferentiable(Type type) {
  return static_cast<bool>(getCotangentType(type));
}
