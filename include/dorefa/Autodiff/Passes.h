//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that differentiate.

#ifndef DOREFA_AUTODIFF_PASSES_H
#define DOREFA_AUTODIFF_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::dorefa {

#define GEN_PASS_DECL
#include "dorefa/Autodiff/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dorefa/Autodiff/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_AUTODIFF_PASSES_H
