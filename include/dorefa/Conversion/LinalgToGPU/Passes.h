//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Structured ops on buffers become kernels.

#ifndef DOREFA_CONVERSION_LINALGTOGPU_PASSES_H
#define DOREFA_CONVERSION_LINALGTOGPU_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::dorefa {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "dorefa/Conversion/LinalgToGPU/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOGPU_PASSES_H
