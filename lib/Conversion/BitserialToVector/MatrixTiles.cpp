//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A tile whose sums are in the registers of a matrix unit (AMX). It reads rows
// at one distance from each other. So are the pixels of an image whose rows are
// padded, if those in the padding, which have no sums, are multiplied like all
// others. Where these are too many, or there is no such distance, the pixels of
// a tile are gathered first, once for all panels. What the panels hold is
// already as it wants it: the codes of a word for each column, word after word.

#include "MatrixUnit.h"
#include "TileLoops.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bitserial::matrixunit;

namespace {

class MatrixTiles : public TileLoops {
public:
  explicit MatrixTiles(TileProductOp op) : TileLoops(op) {}

  void buildProduct(ImplicitLocOpBuilder &b) {
    request(b);
    distance = findDistance();
    if (!distance) {
      // An odd number of cache lines, so that rows do not meet in the cache.
      rowBytes =
          (op.getChunk() * wordBytes / registerBytes | 1) * registerBytes;
      gathered = allocate(b, {form.getColumns() * rowBytes}, b.getI8Type());
    }
    rowsAddress = getByteAddress(b, gathered ? gathered : op.getRows());
    sums = allocate(b, {form.getColumns(), form.getPanelColumns()},
                    b.getI32Type());
    places = allocate(b, {form.getColumns(), placeSize}, b.getIndexType());
    sumsAddress = getByteAddress(b, sums);
    panelsAddress = getByteAddress(b, op.getPanels());
    configure(b, sums);
    build(b);
    release(b);
    if (gathered)
      memref::DeallocOp::create(b, gathered);
    for (Value memory : {sums, places})
      memref::DeallocOp::create(b, memory);
  }

private:
  /// Of `places`: image, row and column of a sum, and its row in the tile.
  static constexpr int64_t placeSize = 4;

  /// Pixels of an output row and, behind it, of the padding.
  int64_t countRowPixels() {
    return op.getStrides()[0] * getRowBytes() / (*distance);
  }
  int64_t getRowBytes() {
    return cast<MemRefType>(op.getRows().getType()).getDimSize(2);
  }
  /// From the first pixel of an image to its last.
  int64_t countSpan(int64_t rowPixels) const {
    return (tileRows - 1) * rowPixels + outColumns;
  }
  int64_t countImagePixels() override {
    if (!distance)
      return TileLoops::countImagePixels();
    return llvm::alignTo(countSpan(countRowPixels()), form.getColumns());
  }

  /// Bytes from each pixel to the next, if tiles are to read them in place.
  std::optional<int64_t> findDistance() {
    // Farther apart, the rows of a register share too few sets of the cache.
    constexpr int64_t farthest = 1024;
    int64_t distance = op.getStrides()[1] * op.getPixelBytes();
    int64_t toNextRow = op.getStrides()[0] * getRowBytes();
    if (distance > farthest || toNextRow % distance != 0)
      return std::nullopt;
    int64_t span = countSpan(toNextRow / distance);
    if (span < form.getColumns())
      return std::nullopt;
    // Gathering a tile takes as long as a tile's product with 1.6 panels.
    int64_t inPlace = llvm::alignTo(span, form.getColumns()) * 5 * numPanels;
    if (inPlace > TileLoops::countImagePixels() * (5 * numPanels + 8))
      return std::nullopt;
    return distance;
  }

  int64_t countResidentPanels() const override { return numPanels; }

  static Value allocate(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                        Type element) {
    return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                   b.getI64IntegerAttr(registerBytes));
  }

  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    Value count = distance ? placeInOrder(b, pixel) : gatherTile(b, pixel);
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      buildTile(b, panel);
      loop(b, index(b, 0), count, 1, [&](ImplicitLocOpBuilder &b, Value sum) {
        storeSum(b, sum, panel);
      });
    });
  }

  /// Notes where a sum goes, and in which row of the tile it is.
  void storePlace(ImplicitLocOpBuilder &b, Value sum, const Pixel &pixel,
                  Value row) {
    Value place[placeSize] = {pixel.image, pixel.row, pixel.column, row};
    for (auto [i, coordinate] : llvm::enumerate(place))
      memref::StoreOp::create(b, coordinate, places,
                              ValueRange{sum, index(b, i)});
  }

  /// Tiles read from `tileAddress` on. Returns the number of sums to store.
  Value placeInOrder(ImplicitLocOpBuilder &b, Value pixel) {
    int64_t rowPixels = countRowPixels();
    Value image, inImage;
    std::tie(image, inImage) = divide(b, pixel, countImagePixels());
    // The last tile begins early, and leaves what others have stored.
    Value last = index(b, countSpan(rowPixels) - form.getColumns());
    Value begin = arith::MinUIOp::create(b, inImage, last);
    Value start = getStart(b, {image, index(b, 0), index(b, 0)});
    tileAddress =
        add(b, add(b, rowsAddress, start), times(b, begin, *distance));
    return carry(b, form.getColumns(), 1, {index(b, 0)},
                 [&](ImplicitLocOpBuilder &b, Value row, ValueRange carried) {
                   Value count = carried[0], number = add(b, begin, row);
                   auto [y, x] = divide(b, number, rowPixels);
                   storePlace(b, count, {image, y, x}, row);
                   Value isInRow = arith::CmpIOp::create(
                       b, arith::CmpIPredicate::ult, x, index(b, outColumns));
                   Value isNew = arith::CmpIOp::create(
                       b, arith::CmpIPredicate::uge, number, inImage);
                   Value counts = arith::AndIOp::create(b, isInRow, isNew);
                   return SmallVector<Value>{arith::SelectOp::create(
                       b, counts, add(b, count, index(b, 1)), count)};
                 })[0];
  }

  Value gatherTile(ImplicitLocOpBuilder &b, Value pixel) {
    Value last = arith::SubIOp::create(b, pixels, index(b, 1));
    loop(b, form.getColumns(), 1, [&](ImplicitLocOpBuilder &b, Value row) {
      // Rows of a tile that are not there read others'.
      Value number = arith::MinUIOp::create(b, add(b, pixel, row), last);
      Pixel place = locate(b, number);
      storePlace(b, row, place, row);
      gather(b, row, getStart(b, place));
    });
    tileAddress = rowsAddress;
    Value left = arith::SubIOp::create(b, pixels, pixel);
    return arith::MinUIOp::create(b, left, index(b, form.getColumns()));
  }

  /// Copies what the chunk reads for a pixel.
  void gather(ImplicitLocOpBuilder &b, Value row, Value start) {
    int64_t bytes = getSegmentSteps() * wordBytes;
    loop(b, chunkSegments, 1, [&](ImplicitLocOpBuilder &b, Value s) {
      Value from = add(b, start, getSegmentOffset(b, add(b, segment, s)));
      copy(b, from, add(b, times(b, row, rowBytes), times(b, s, bytes)), bytes);
    });
  }

  /// Steps of a segment that are side by side.
  int64_t getSegmentSteps() const { return steps / parts; }

  /// The first row's codes of a step of the chunk.
  Value getRowAddress(ImplicitLocOpBuilder &b, Value step) {
    if (!distance)
      return add(b, tileAddress, times(b, step, wordBytes));
    Value number = segment, inSegment = step;
    if (chunkSegments > 1) {
      auto [s, rest] = divide(b, step, getSegmentSteps());
      number = add(b, segment, s);
      inSegment = rest;
    }
    return add(b, add(b, tileAddress, getSegmentOffset(b, number)),
               times(b, inSegment, wordBytes));
  }

  /// Several blocks at a time: of one LLVM makes a call of memcpy, and what is
  /// called may use the matrix unit itself.
  void copy(ImplicitLocOpBuilder &b, Value from, Value to, int64_t bytes) {
    constexpr int64_t blocksAtOnce = 4;
    auto type = VectorType::get({registerBytes}, b.getI8Type());
    auto copyBlocks = [&](ImplicitLocOpBuilder &b, Value start, int64_t count) {
      for (int64_t i = 0; i < count; ++i) {
        Value offset = add(b, start, index(b, i * registerBytes));
        Value codes =
            vector::LoadOp::create(b, type, rows, add(b, from, offset));
        vector::StoreOp::create(b, codes, gathered, add(b, to, offset));
      }
    };
    int64_t count = bytes / registerBytes, left = count % blocksAtOnce;
    int64_t looped = (count - left) * registerBytes;
    loop(b, looped, blocksAtOnce * registerBytes,
         [&](ImplicitLocOpBuilder &b, Value offset) {
           copyBlocks(b, offset, blocksAtOnce);
         });
    copyBlocks(b, index(b, looped), left);
  }

  /// The sums of a chunk, into `sums`.
  void buildTile(ImplicitLocOpBuilder &b, Value panel) {
    SumTile tile{form.getColumns() / matrixRows, form.getVectors(),
                 form.getIsSigned()};
    tile.zero(b);
    Value panelAddress = add(b, panelsAddress, getPanelStart(b, panel));
    auto multiply = [&](ImplicitLocOpBuilder &b, Value step) {
      int64_t panelStep = form.getPanelBytesPerStep();
      tile.multiply(b, getRowAddress(b, step), distance.value_or(rowBytes),
                    add(b, panelAddress, times(b, step, panelStep)), panelStep);
    };
    if (op.getKept())
      carryKept(b, panel, {},
                [&](ImplicitLocOpBuilder &b, Value number, ValueRange) {
                  multiply(b, times(b, number, block));
                  return SmallVector<Value>();
                });
    else
      loop(b, op.getChunk(), matrixSteps, multiply);
    tile.store(b, sumsAddress, form.getPanelColumns() * 4);
  }

  void storeSum(ImplicitLocOpBuilder &b, Value sum, Value panel) {
    SmallVector<Value> at;
    for (int64_t i = 0; i < placeSize; ++i)
      at.push_back(
          memref::LoadOp::create(b, places, ValueRange{sum, index(b, i)}));
    Value row = at.pop_back_val();
    at.push_back(group);
    at.emplace_back();
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      int64_t first = v * form.getLanes();
      Value found = vector::LoadOp::create(
          b, VectorType::get({form.getLanes()}, b.getI32Type()), sums,
          ValueRange{row, index(b, first)});
      at.back() =
          add(b, times(b, panel, form.getPanelColumns()), index(b, first));
      storeSums(b, found, at, at.back());
    }
  }

  std::optional<int64_t> distance; // between pixels, if they are not gathered
  int64_t rowBytes = 0;            // from one gathered row to the next
  Value gathered, sums, places;
  Value rowsAddress, tileAddress, sumsAddress, panelsAddress;
};

} // namespace

void bitserial::buildMatrixTiles(ImplicitLocOpBuilder &b, TileProductOp op) {
  MatrixTiles(op).buildProduct(b);
}
