//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of the dorefa dialect to packed words and linalg.

#ifndef DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_H
#define DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
namespace arith {
class ArithDialect;
}
namespace bitserial {
class BitserialDialect;
}
namespace linalg {
class LinalgDialect;
}
namespace math {
class MathDialect;
}
namespace scf {
class SCFDialect;
}
namespace tensor {
class TensorDialect;
}

namespace dorefa {

#define GEN_PASS_DECL
#include "dorefa/Conversion/DorefaToBitserial/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#define GEN_PASS_REGISTRATION_CONVERTDOREFATOBITSERIAL
#include "dorefa/Conversion/DorefaToBitserial/Passes.h.inc"

} // namespace dorefa
} // namespace mlir

#endif // DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_H
