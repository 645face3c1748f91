//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of the dorefa dialect to plain linalg.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_PASSES_H
#define DOREFA_CONVERSION_DOREFATOLINALG_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::arith {
class ArithDialect;
}
namespace mlir::linalg {
class LinalgDialect;
}
namespace mlir::math {
class MathDialect;
}
namespace mlir::tensor {
class TensorDialect;
}

namespace mlir::dorefa {

#define GEN_PASS_DECL
#include "dorefa/Conversion/DorefaToLinalg/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#define GEN_PASS_REGISTRATION_CONVERTDOREFATOLINALG
#include "dorefa/Conversion/DorefaToLinalg/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_PASSES_H
