//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What is computed of a product's sums while they are in registers.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_EPILOGUE_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_EPILOGUE_H

#include "Numbers.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::bitserial {

/// An elementwise op that alone reads a product's sums.
struct Epilogue {
  linalg::GenericOp op;
  OpOperand *sums;
  /// For each loop of the op, the axis of the product's sums.
  SmallVector<int64_t> axes;
  /// What is left of the sums' memory: zeros that nobody reads.
  SmallVector<Operation *> leftovers;
  /// Memory that is freed between the product and the op.
  SmallVector<Operation *> freed;

  /// That of a product that adds to `sums`, if there is one: the sums start
  /// from zeros, and nothing between the product and the op reads or writes
  /// memory.
  static std::optional<Epilogue> find(Operation *product, Value sums);

  /// Computes and stores the op's results at `indices` of the sums.
  void build(const Numbers &n, ValueRange indices, Value sum) const;

  /// Erases the op and the sums, which the product's kernel stands for, and
  /// frees memory behind it.
  void erase() const;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_EPILOGUE_H
