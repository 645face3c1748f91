//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Runs GPU kernels on the host.

#ifndef DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_H
#define DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::dorefa {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "dorefa/Conversion/GPUToEmulator/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_GPUTOEMULATOR_PASSES_H
