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
#include "PackedOutput.h"

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
  /// For each output of the op, what packs its codes, if that comes next.
  SmallVector<std::optional<PackedOutput>> packed;
  /// Memory that is freed between the product and the last of these.
  SmallVector<Operation *> freed;

  /// That of a product that adds to `sums`, if there is one: the sums start
  /// from zeros, and nothing between the product and the op reads or writes
  /// memory.
  static std::optional<Epilogue> find(Operation *product, Value sums);

  /// Finds packs of the op's results that may as well be done with it: nothing
  /// between the op and a pack touches memory that these two or the product do.
  void findPacks(Operation *product);
  /// Leaves them where they are.
  void dropPacks();
  int64_t countPacks() const {
    return llvm::count_if(
        packed, [](const auto &output) { return output.has_value(); });
  }
  bool packs() const { return countPacks() > 0; }

  /// Where the product's kernel is launched: all that it writes to is there,
  /// and what it stands for has been written by nobody else.
  Operation *getPlace() const;

  /// Computes the op's results at `indices` of the sums.
  SmallVector<Value> compute(const Numbers &n, ValueRange indices,
                             Value sum) const;
  /// Stores those of the results that are not packed.
  void store(const Numbers &n, ValueRange indices, ValueRange results) const;
  /// Where the op reads or writes `operand` at `indices` of the sums.
  SmallVector<Value> getIndices(OpOperand &operand, ValueRange indices) const;

  /// Erases the op, the sums, and packs, which the product's kernel stands for,
  /// and frees memory behind it.
  void erase() const;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_EPILOGUE_H
