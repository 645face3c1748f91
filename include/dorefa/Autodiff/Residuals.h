//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a gradient function keeps from its forward pass for its backward pass.

#ifndef DOREFA_AUTODIFF_RESIDUALS_H
#define DOREFA_AUTODIFF_RESIDUALS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/raw_ostream.h"

namespace mlir::dorefa {

/// A forward value that a backward op reads.
struct Residual {
  Value value;
  /// The `dorefa.layer` of the op that made it, or empty.
  std::string layer;
  /// The name of that op, or "argument".
  std::string source;
  /// Bits of an element as stored: k for codes of k bits.
  unsigned bits = 0;
  /// Elements for each sample; of the whole value if it has no batch axis.
  int64_t elements = 0;
  /// False for weights, statistics and the like: the same for every batch size.
  bool perSample = false;

  int64_t packedBytes() const { return (elements * bits + 7) / 8; }
  int64_t floatBytes() const { return elements * 4; }
};

/// The residuals of `function`, in program order. Its forward pass ends with
/// `lastForward` (null if it is empty). Arguments marked `dorefa.parameter` or
/// `dorefa.state` do not count, nor does what only a dead op reads.
SmallVector<Residual> collectResiduals(func::FuncOp function,
                                       Operation *lastForward);

/// Prints them as a table, in bytes a sample, with the total.
void printResiduals(llvm::raw_ostream &os, func::FuncOp function,
                    ArrayRef<Residual> residuals);

} // namespace mlir::dorefa

#endif // DOREFA_AUTODIFF_RESIDUALS_H
