//===- Passes.h - Linalg on buffers to vector loops -------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_H
#define DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::dorefa {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h.inc"

/// A linalg op with this unit attribute runs on the thread that comes to it.
inline constexpr llvm::StringLiteral oneThreadAttrName = "one_thread";

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_H
