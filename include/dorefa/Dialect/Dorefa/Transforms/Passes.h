//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that stay within the dorefa dialect.

#ifndef DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_H
#define DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::arith {
class ArithDialect;
}
namespace mlir::tensor {
class TensorDialect;
}

namespace mlir::dorefa {

#define GEN_PASS_DECL
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_H
