//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tiles whose sums are in the registers of a matrix unit (AMX): up to two
// halves of sixteen rows, each at one distance from the next. What the panels
// hold is already as the unit wants it: the codes of a word for each column,
// word after word.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXTILES_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXTILES_H

#include "MatrixUnit.h"
#include "TileLoops.h"

namespace mlir::bitserial {

class MatrixTiles : public TileLoops {
public:
  explicit MatrixTiles(TileProductOp op);
  void buildProduct(ImplicitLocOpBuilder &b);

protected:
  /// Finds `rowDistance`, `registerRows` where it is less than all, and memory.
  virtual void prepare(ImplicitLocOpBuilder &b) = 0;
  /// Frees the memory.
  virtual void finish(ImplicitLocOpBuilder &b) {}
  /// From a row's address to its codes of a step of the chunk.
  virtual Value getOffset(ImplicitLocOpBuilder &b, Value step) = 0;

  /// Steps of a segment that are side by side.
  int64_t getSegmentSteps() const { return steps / parts; }
  static Value allocate(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                        Type element);

  /// The sums of a chunk, in registers.
  void multiply(ImplicitLocOpBuilder &b, Value panel);
  /// From the registers to `sums`.
  void spill(ImplicitLocOpBuilder &b);
  /// From a row of `sums` to where they belong, `place` in `out`.
  void storeRow(ImplicitLocOpBuilder &b, Value row, Value place, Value panel);

  /// Where a pixel's sums begin in `out`.
  Value getPlace(ImplicitLocOpBuilder &b, const Pixel &pixel);

  matrixunit::SumTile tile;
  int64_t rowDistance = 0;      // bytes
  Value registerRows;           // of the registers that have rows of the tile
  SmallVector<Value, 2> halves; // addresses of their first rows
  SmallVector<Value, 4> sumStrides; // of images, rows, columns and groups
  Value sums;                       // of a tile

private:
  void flattenSums(ImplicitLocOpBuilder &b);

  Value panelsAddress;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_MATRIXTILES_H
