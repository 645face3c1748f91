//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Instructions of a matrix unit (AMX). Registers are named here, not by LLVM:
// for values of its own type, LLVM chooses their shapes as well, writes these
// again behind each call, and was seen to take a loop's counter for a shape.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXUNIT_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXUNIT_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial::matrixunit {

/// Of a row of a register.
inline constexpr int64_t registerBytes = 64;
inline constexpr int64_t numRegisters = 8;

/// Asks the system for the registers.
void request(ImplicitLocOpBuilder &b);
/// Gives all registers sixteen rows of 64 bytes, or the first `few` of them
/// `rows` rows; writes to the first 64 bytes of `memory`, whose elements have
/// 32 bits.
void configure(ImplicitLocOpBuilder &b, Value memory, int64_t few = 0,
               Value rows = {});
void release(ImplicitLocOpBuilder &b);

void zero(ImplicitLocOpBuilder &b, int64_t number);
/// Rows are `distance` bytes apart in memory.
void load(ImplicitLocOpBuilder &b, int64_t number, Value address,
          int64_t distance);
void store(ImplicitLocOpBuilder &b, int64_t number, Value address,
           int64_t distance);
/// Adds the products of the unsigned bytes of `left` and the bytes of `right`.
void multiply(ImplicitLocOpBuilder &b, bool isSigned, int64_t sums,
              int64_t left, int64_t right);

/// Sums of up to two registers' rows by two registers' columns: the other four
/// are for what is multiplied.
struct SumTile {
  int64_t halves, vectors; // of the rows, of the columns
  bool isSigned;           // the bytes of the words

  /// The first registers: those that have the tile's rows.
  int64_t countRowRegisters() const { return halves * vectors + halves; }

  void zero(ImplicitLocOpBuilder &b) const;
  /// Addresses of the halves' first rows, where all rows are `distance` bytes
  /// apart.
  SmallVector<Value, 2> getHalves(ImplicitLocOpBuilder &b, Value address,
                                  int64_t distance) const;
  /// Adds the products of sixteen steps, of halves of rows of bytes and of
  /// columns of words.
  void multiply(ImplicitLocOpBuilder &b, ValueRange rows, int64_t rowDistance,
                Value words, int64_t wordDistance) const;
  void store(ImplicitLocOpBuilder &b, ValueRange rows, int64_t distance) const;
};

} // namespace mlir::bitserial::matrixunit

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXUNIT_H
