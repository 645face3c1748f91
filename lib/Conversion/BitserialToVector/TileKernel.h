//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The inner loop of a tile: what a step, a drain and the end of a chunk do to
// the sums that are held in registers.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILEKERNEL_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILEKERNEL_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// The operands of one step, as vectors of bytes. Loads are made where they are
/// asked for.
struct StepOperands {
  /// Unit `unit` of vector `vector` of the panel.
  llvm::function_ref<Value(int64_t vector, int64_t unit)> loadPanel;
  /// Unit `unit` of row `column` of the tile, in all lanes.
  llvm::function_ref<Value(int64_t column, int64_t unit)> loadRow;
};

/// Sums of a step are `sums`, of a chunk `totals`.
/// The unit of a row that begins at `at` of `rows`, in all lanes of a vector.
Value broadcastUnit(ImplicitLocOpBuilder &b, FormAttr form, Value rows,
                    ValueRange at);

class TileKernel {
public:
  static std::unique_ptr<TileKernel> get(FormAttr form);
  virtual ~TileKernel() = default;

  /// Zeros.
  SmallVector<Value> start(ImplicitLocOpBuilder &b) const;
  SmallVector<Value> startTotals(ImplicitLocOpBuilder &b) const;
  virtual SmallVector<Value> step(ImplicitLocOpBuilder &b, ValueRange sums,
                                  const StepOperands &operands) const = 0;
  virtual SmallVector<Value> drain(ImplicitLocOpBuilder &b, ValueRange sums,
                                   ValueRange totals) const = 0;
  /// A drain of one step. Where kernels can, each sum is drained before the
  /// next one is made: sums and totals do not fit 16 registers together.
  virtual SmallVector<Value> drainStep(ImplicitLocOpBuilder &b,
                                       ValueRange totals,
                                       const StepOperands &operands) const;
  /// The sums of one row of the tile and one vector of the panel, i32.
  virtual Value finish(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
                       int64_t vector) const = 0;

protected:
  explicit TileKernel(FormAttr form) : form(form) {}
  /// How many sums and totals there are, and how wide their elements are.
  virtual int64_t countSums() const {
    return form.getVectors() * form.getColumns();
  }
  virtual int64_t countTotals() const { return countSums(); }
  /// Whether a plane of the rhs counts negative.
  bool isNegative(int64_t plane) const {
    return form.getIsSigned() && plane + 1 == form.getRhsBits();
  }
  virtual unsigned getSumBits() const = 0;
  virtual unsigned getTotalBits() const = 0;
  VectorType vector(OpBuilder &b, unsigned bits) const;
  Value splat(ImplicitLocOpBuilder &b, unsigned bits, int64_t value) const;
  Value castTo(ImplicitLocOpBuilder &b, unsigned bits, Value value) const;
  /// A constant of which all words of 16 bits hold these two bytes.
  Value pairOf(ImplicitLocOpBuilder &b, int64_t low, int64_t high) const;
  /// Sums of two words in 32 bits: unsigned, but for a signed form or words
  /// below 2^15.
  Value addWords(ImplicitLocOpBuilder &b, Value words,
                 bool isSmall = false) const;
  /// Unsigned words of even and odd columns as i32.
  Value widen(ImplicitLocOpBuilder &b, Value even, Value odd) const;

  FormAttr form;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILEKERNEL_H
