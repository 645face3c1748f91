//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that make a forward function trainable.

#ifndef DOREFA_TRAINING_PASSES_H
#define DOREFA_TRAINING_PASSES_H

#include "dorefa/Training/Optimizer.h"
#include "mlir/Pass/Pass.h"

namespace mlir::dorefa {

enum class LossKind { softmaxCrossEntropy };

#define GEN_PASS_DECL
#include "dorefa/Training/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dorefa/Training/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_TRAINING_PASSES_H
