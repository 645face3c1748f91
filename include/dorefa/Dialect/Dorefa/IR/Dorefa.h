//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The dorefa dialect: everything a user of its ops includes.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFA_H
#define DOREFA_DIALECT_DOREFA_IR_DOREFA_H

#include "dorefa/Dialect/Dorefa/IR/ConvWindow.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"
#include "dorefa/Interfaces/DifferentiableOpInterface.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dorefa/Dialect/Dorefa/IR/DorefaDialect.h.inc"

#define GET_OP_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaOps.h.inc"

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFA_H
