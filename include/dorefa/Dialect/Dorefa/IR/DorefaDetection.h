//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The dorefa dialect's ops of detectors.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFADETECTION_H
#define DOREFA_DIALECT_DOREFA_IR_DOREFADETECTION_H

#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

#define GET_OP_CLASSES
#include "dorefa/Dialect/Dorefa/IR/DorefaDetectionOps.h.inc"

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFADETECTION_H
