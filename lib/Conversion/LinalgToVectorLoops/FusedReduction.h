//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A reduction together with the fill before it and the elementwise op behind
// it: sums start in registers and are used there, without a pass over memory
// for each.

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_FUSEDREDUCTION_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_FUSEDREDUCTION_H

#include "dorefa/Conversion/LinalgToVectorLoops/Payload.h"

namespace mlir::dorefa {

/// What a reduction's tile runs on its sums before they would be stored.
struct Epilogue {
  linalg::GenericOp op;
  Payload payload;
  /// For each operand its number among the operands of the reduction, or none
  /// for the sums.
  SmallVector<std::optional<unsigned>> operands;
  /// For each loop, that of the reduction.
  SmallVector<unsigned> loops;

  explicit Epilogue(linalg::GenericOp op) : op(op), payload(op) {}
};

/// Neighbours of a reduction that can run within it.
struct FusedReduction {
  linalg::GenericOp reduction;
  /// Fills the output before; may be absent, as may be the consumer.
  linalg::FillOp fill;
  linalg::GenericOp consumer;
  /// Frees of what the reduction reads, between it and the consumer.
  SmallVector<Operation *> frees;

  /// What is found around `reduction`.
  static FusedReduction match(linalg::GenericOp reduction);

  /// A copy of the reduction in the consumer's place, whose inputs end with the
  /// consumer's operands but the sums; its body does not use them.
  linalg::GenericOp createWithOperands(OpBuilder &b, Epilogue &epilogue);
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_FUSEDREDUCTION_H
