//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The passes that exist only as steps of the pipelines.

#ifndef DOREFA_PIPELINES_PASSES_H
#define DOREFA_PIPELINES_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::affine {
class AffineDialect;
}
namespace mlir::arith {
class ArithDialect;
}
namespace mlir::bufferization {
class BufferizationDialect;
}
namespace mlir::linalg {
class LinalgDialect;
}
namespace mlir::memref {
class MemRefDialect;
}

namespace mlir::tensor {
class TensorDialect;
}

namespace mlir::dorefa {

#define GEN_PASS_DECL
#include "dorefa/Pipelines/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "dorefa/Pipelines/Passes.h.inc"

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_PASSES_H
