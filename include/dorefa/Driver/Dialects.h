//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// All dialects, their extensions and translations, in one place.

#ifndef DOREFA_DRIVER_DIALECTS_H
#define DOREFA_DRIVER_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace dorefa::driver {

/// Registers the dialects of this project and of MLIR, with what pipelines
/// need of them: bufferization, tiling, conversion and translation to LLVM IR.
void registerAllDialects(mlir::DialectRegistry &registry);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_DIALECTS_H
