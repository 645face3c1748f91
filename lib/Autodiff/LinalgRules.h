//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Rules of linalg, shared by its files and by those that build linalg.

#ifndef DOREFA_LIB_AUTODIFF_LINALGRULES_H
#define DOREFA_LIB_AUTODIFF_LINALGRULES_H

#include "dorefa/Autodiff/Rule.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::dorefa {

/// The rule of any op with loops and a body of scalars whose maps are projected
/// permutations and whose reductions are sums, maxima or minima. Equal maxima
/// share the gradient evenly.
Gradients differentiateStructured(linalg::LinalgOp op, OpBuilder &builder,
                                  ArrayRef<Value> cotangents,
                                  const BackwardContext &context);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_AUTODIFF_LINALGRULES_H
