//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops around a tile: chunks of the depth; panels that stay in the cache;
// tiles of pixels, which pass by.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILELOOPS_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILELOOPS_H

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::bitserial {

/// Rows that stay in the second-level cache while all panels pass by.
inline constexpr int64_t blockBytes = 256 * 1024;

/// An output pixel.
struct Pixel {
  Value image, row, column;
};

class TileLoops {
public:
  explicit TileLoops(TileProductOp op);
  virtual ~TileLoops() = default;
  void build(ImplicitLocOpBuilder &b);

protected:
  using Body = function_ref<void(ImplicitLocOpBuilder &, Value)>;
  using Carrying = function_ref<SmallVector<Value>(ImplicitLocOpBuilder &,
                                                   Value, ValueRange)>;

  /// The pixels of a tile from number `pixel` on, with the panels from `begin`
  /// to `end`, for one chunk.
  virtual void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                           Value end) = 0;
  /// Pixels that the loops run over.
  virtual Value countPixels(ImplicitLocOpBuilder &b);
  /// Panels that all pixels pass by before the next ones.
  virtual int64_t countResidentPanels() const;
  int64_t countChunks() const { return segments / chunkSegments * parts; }

  static Value index(ImplicitLocOpBuilder &b, int64_t value);
  static Value add(ImplicitLocOpBuilder &b, Value x, Value y);
  static Value times(ImplicitLocOpBuilder &b, Value x, int64_t factor);
  /// The quotient and the remainder.
  static std::pair<Value, Value> divide(ImplicitLocOpBuilder &b, Value x,
                                        int64_t divisor);
  static void loop(ImplicitLocOpBuilder &b, Value begin, Value end,
                   int64_t step, Body body);
  static void loop(ImplicitLocOpBuilder &b, int64_t end, int64_t step,
                   Body body);
  static SmallVector<Value> carry(ImplicitLocOpBuilder &b, Value end,
                                  int64_t step, ValueRange values,
                                  Carrying body);
  /// From 0 to a constant: LLVM sees the number of turns.
  static SmallVector<Value> carry(ImplicitLocOpBuilder &b, int64_t end,
                                  int64_t step, ValueRange values,
                                  Carrying body);

  /// Over the numbers of the blocks of a panel's chunk that are kept.
  SmallVector<Value> carryKept(ImplicitLocOpBuilder &b, Value panel,
                               ValueRange values, Carrying body);

  Pixel locate(ImplicitLocOpBuilder &b, Value number);
  /// The first byte of what the chunk reads for a pixel.
  Value getStart(ImplicitLocOpBuilder &b, const Pixel &pixel);
  /// Bytes from the start of a pixel to that of a segment.
  Value getSegmentOffset(ImplicitLocOpBuilder &b, Value segment);
  /// The first byte of what the chunk reads of a panel; its segments follow
  /// each other.
  Value getPanelStart(ImplicitLocOpBuilder &b, Value panel);
  int64_t getSegmentBytes() const {
    return steps * form.getPanelBytesPerStep();
  }
  /// What the chunk reads of a panel.
  int64_t getChunkBytes() const {
    return chunkSegments * (steps / parts) * form.getPanelBytesPerStep();
  }

  /// Stores sums of some columns, from `column` on, of a pixel; chunks after
  /// the first add. `at` is where in `out`.
  void storeSums(ImplicitLocOpBuilder &b, Value sums, ArrayRef<Value> at,
                 Value column);

  TileProductOp op;
  FormAttr form;
  int64_t numPanels, segments, steps, outRows, outColumns, groups, columns;
  int64_t tileRows; // output rows that tiles run over
  int64_t parts, chunkSegments;
  int64_t drains;    // of a segment, or of a part of one
  int64_t block = 0; // steps of a block of the lists, if there are such
  bool pairs;
  Value rows, panels, images, pixels;
  Value out; // the sums, in the shape that they are stored in
  Value group, chunk, segment, part, first; // of the loops

private:
  /// Pixels that all chunks and panels pass by before the next ones; 0 is all.
  int64_t countBlockPixels();
  void buildPixelBlock(ImplicitLocOpBuilder &b, Value begin, Value end);
  void buildChunk(ImplicitLocOpBuilder &b);

  Value blockBegin, blockEnd;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOVECTOR_TILELOOPS_H
