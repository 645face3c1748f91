//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that stay within the bitserial dialect.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_H
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::affine {
class AffineDialect;
}
namespace mlir::arith {
class ArithDialect;
}
namespace mlir::linalg {
class LinalgDialect;
}
namespace mlir::scf {
class SCFDialect;
}
namespace mlir::tensor {
class TensorDialect;
}

namespace mlir::bitserial {

#define GEN_PASS_DECL
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h.inc"

} // namespace mlir::bitserial

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_H
