//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// All ops of the dorefa dialect, gathered for TableGen.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFAOPS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFAOPS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaQuantizeOps.td"
include "dorefa/Dialect/Dorefa/IR/DorefaProductOps.td"
include "dorefa/Dialect/Dorefa/IR/DorefaTrainingOps.td"

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFAOPS_TD
