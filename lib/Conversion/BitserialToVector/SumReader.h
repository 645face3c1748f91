//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The elementwise op that alone reads the sums of a product in tiles: done for
// a part of the sums as soon as they are known, while they are in the
// first-level cache, it needs no buffer of all sums, and a processor can do it
// beside the next tile's products.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_SUMREADER_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_SUMREADER_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// Some pixels of an output row, and columns of a group.
struct SumPart {
  Value image, row, pixel, group, column; // the first ones
  Value pixels;
  int64_t columns;
};

class SumReader {
public:
  /// Nothing if something else reads the sums, or could see that only parts of
  /// them are known. Parts may be read twice.
  static std::optional<SumReader> find(TileProductOp product);

  /// Calls `build` where the op is: there is what the op reads beside sums. The
  /// op is removed then.
  void replace(ImplicitLocOpBuilder &b, TileProductOp product,
               function_ref<void()> build);
  /// Does the op for a part, whose sums are those of `sums` [pixels, columns].
  void build(ImplicitLocOpBuilder &b, const SumPart &part, Value sums);
  /// Whether the op can be done for sums in registers.
  bool takesVectors();
  /// Does the op for the columns of a pixel, as many as `sums` have lanes.
  void build(ImplicitLocOpBuilder &b, const SumPart &part,
             ArrayRef<Value> sums);

private:
  SumReader(linalg::GenericOp op, OpOperand *sums) : op(op), sums(sums) {}

  linalg::GenericOp op;
  OpOperand *sums;
  SmallVector<int64_t> axes; // of the sums, for each loop; -1 is none
  SmallVector<memref::DeallocOp> frees; // of what the product reads
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_SUMREADER_H
