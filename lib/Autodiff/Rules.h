//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Where each dialect's rules are attached to its ops.

#ifndef DOREFA_LIB_AUTODIFF_RULES_H
#define DOREFA_LIB_AUTODIFF_RULES_H

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace mlir::dorefa {

void attachArithRules(MLIRContext *context);
void attachLinalgRules(MLIRContext *context);
void attachMathRules(MLIRContext *context);
void attachTensorRules(MLIRContext *context);

/// All of tosa; the two others are its parts.
void attachTosaRules(MLIRContext *context);
void attachTosaShapeRules(MLIRContext *context);
void attachTosaWindowRules(MLIRContext *context);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_AUTODIFF_RULES_H
