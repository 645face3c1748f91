//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// All ops of the dorefa dialect, gathered for its page in the docs.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFA_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFA_TD

include "dorefa/Dialect/Dorefa/IR/DorefaOps.td"
include "dorefa/Dialect/Dorefa/IR/DorefaDetectionOps.td"

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFA_TD
