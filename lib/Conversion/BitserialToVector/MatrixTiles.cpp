//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A tile whose sums are in the registers of a matrix unit (AMX). It reads rows
// at one distance from each other, in runs of pixels: those of an image whose
// rows are padded, if those in the padding, which have no sums, are multiplied
// like all others; or those of all images, where nothing is between them. Where
// those in the padding are too many, or there is no such distance, the pixels
// of a tile are gathered first, once for all panels. What the panels hold is
// already as it wants it: the codes of a word for each column, word after word.
//
// The last tile of a run begins early; of a run shorter than a tile registers
// have fewer rows, and both halves of the tile may have the same ones.

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
  explicit MatrixTiles(TileProductOp op)
      : TileLoops(op), tile{form.getColumns() / matrixRows, form.getVectors(),
                            form.getIsSigned()} {}

  void buildProduct(ImplicitLocOpBuilder &b) {
    request(b);
    run = findRun();
    if (!run) {
      // An odd number of cache lines, so that rows do not meet in the cache.
      rowBytes =
          (op.getChunk() * wordBytes / registerBytes | 1) * registerBytes;
      gathered = allocate(b, {form.getColumns() * rowBytes}, b.getI8Type());
    }
    rowsAddress = getByteAddress(b, gathered ? gathered : op.getRows());
    panelsAddress = getByteAddress(b, op.getPanels());
    findSums(b);
    sums = allocate(b, {form.getColumns(), form.getPanelColumns()},
                    b.getI32Type());
    sumsAddress = getByteAddress(b, sums);
    if (!storesTiles)
      places = allocate(b, {form.getColumns(), placeSize}, b.getIndexType());
    if (run)
      fitTile(b);
    configure(b, sums, run ? tile.countRowRegisters() : 0, tileRowCount);
    build(b);
    release(b);
    for (Value memory : {gathered, sums, places})
      if (memory)
        memref::DeallocOp::create(b, memory);
  }

private:
  /// Pixels that are read in place, those in the padding too.
  struct Run {
    int64_t distance;              // bytes from each pixel to the next
    int64_t rowPixels;             // from each output row to the next
    std::optional<int64_t> length; // of each image's; nothing if all are one
  };

  /// Of `places`: the place of a pixel's first sum, and its row in the tile.
  static constexpr int64_t placeSize = 2;

  int64_t getRowBytes() {
    return cast<MemRefType>(op.getRows().getType()).getDimSize(2);
  }
  int64_t getImageBytes() {
    return cast<MemRefType>(op.getRows().getType()).getDimSize(1) *
           getRowBytes();
  }
  int64_t countImagePixels() override {
    if (!run || !run->length)
      return TileLoops::countImagePixels();
    return llvm::alignTo(*run->length, form.getColumns());
  }
  int64_t countResidentPanels() const override { return numPanels; }

  /// Whether all pixels' sums are at one distance from each other.
  bool followSums() {
    auto type = cast<MemRefType>(op.getInit().getType());
    SmallVector<int64_t> strides = type.getStridesAndOffset().first;
    pixelSums = strides[2];
    return !ShapedType::isDynamic(pixelSums) &&
           strides[1] == outColumns * strides[2] &&
           strides[0] == outRows * strides[1];
  }

  std::optional<Run> findRun() {
    bool follow = followSums();
    if (follow && tileRows * outColumns == 1)
      return Run{getImageBytes(), 1, std::nullopt};
    // Farther apart, the rows of a register share too few sets of the cache.
    constexpr int64_t farthest = 1024;
    int64_t distance = op.getStrides()[1] * op.getPixelBytes();
    int64_t toNextRow = op.getStrides()[0] * getRowBytes();
    if (distance > farthest || toNextRow % distance != 0)
      return std::nullopt;
    int64_t rowPixels = toNextRow / distance;
    // From the first pixel of an image to its last.
    int64_t length = (tileRows - 1) * rowPixels + outColumns;
    if (follow && length == tileRows * outColumns &&
        length * distance == getImageBytes())
      return Run{distance, rowPixels, std::nullopt};
    // Gathering a tile takes as long as a tile's product with 1.6 panels.
    int64_t inPlace = llvm::alignTo(length, form.getColumns()) * 5 * numPanels;
    if (inPlace > TileLoops::countImagePixels() * (5 * numPanels + 8))
      return std::nullopt;
    return Run{distance, rowPixels, length};
  }

  static Value allocate(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                        Type element) {
    return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                   b.getI64IntegerAttr(registerBytes));
  }

  /// The sums on one axis, and whether tiles are stored there as they are.
  void findSums(ImplicitLocOpBuilder &b) {
    auto parts = memref::ExtractStridedMetadataOp::create(b, op.getInit());
    SmallVector<OpFoldResult> strides = parts.getConstifiedMixedStrides();
    for (auto [stride, of] : llvm::zip(strides, sumStrides))
      of = getValueOrCreateConstantIndexOp(b, b.getLoc(), stride);
    Value size = arith::MulIOp::create(b, parts.getSizes()[0], sumStrides[0]);
    out = memref::ReinterpretCastOp::create(
        b,
        MemRefType::get(
            {ShapedType::kDynamic}, b.getI32Type(),
            StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {1})),
        parts.getBaseBuffer(), OpFoldResult(parts.getOffset()),
        OpFoldResult(size), OpFoldResult(b.getIndexAttr(1)));
    storesTiles = run && !run->length && countChunks() == 1 &&
                  columns % form.getPanelColumns() == 0;
    if (storesTiles)
      outAddress = getByteAddress(b, out);
  }

  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    Value count = run ? readInPlace(b, pixel) : gatherTile(b, pixel);
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      multiply(b, panel);
      if (storesTiles)
        return storeTile(b, panel);
      tile.store(b, sumsAddress, form.getPanelColumns() * wordBytes);
      loop(b, index(b, 0), count, 1, [&](ImplicitLocOpBuilder &b, Value sum) {
        storeSum(b, sum, panel);
      });
    });
  }

  /// Where a pixel's sums begin.
  Value getPlace(ImplicitLocOpBuilder &b, const Pixel &pixel) {
    Value place = index(b, 0);
    Value coordinates[] = {pixel.image, pixel.row, pixel.column, group};
    for (auto [coordinate, stride] : llvm::zip(coordinates, sumStrides))
      place = add(b, place, arith::MulIOp::create(b, coordinate, stride));
    return place;
  }

  /// Notes where a pixel's sums go, and in which row of the tile they are.
  void storePlace(ImplicitLocOpBuilder &b, Value number, Value place,
                  Value row) {
    memref::StoreOp::create(b, place, places, ValueRange{number, index(b, 0)});
    memref::StoreOp::create(b, row, places, ValueRange{number, index(b, 1)});
  }

  /// Rows of registers and where the second half is, by the length of a run.
  void fitTile(ImplicitLocOpBuilder &b) {
    Value rows = index(b, matrixRows), one = index(b, 1);
    if (run->length) {
      runLength = index(b, *run->length);
    } else {
      Value images = memref::DimOp::create(b, op.getRows(), 0);
      runLength = times(b, images, tileRows * outColumns);
    }
    // Of no pixels there are no tiles, but registers want a row.
    tileRowCount = b.createOrFold<arith::MinUIOp>(
        b.createOrFold<arith::MaxUIOp>(runLength, one), rows);
    Value left = b.createOrFold<arith::SubIOp>(
        b.createOrFold<arith::MaxUIOp>(runLength, tileRowCount), tileRowCount);
    tile.secondHalf = b.createOrFold<arith::MinUIOp>(left, rows);
    tilePixels =
        b.createOrFold<arith::MinUIOp>(runLength, index(b, form.getColumns()));
    lastTile = b.createOrFold<arith::SubIOp>(runLength, tilePixels);
  }

  /// Tiles read from `tileAddress` on. Returns the number of sums to store.
  Value readInPlace(ImplicitLocOpBuilder &b, Value pixel) {
    Value image = index(b, 0), inRun = pixel;
    if (run->length)
      std::tie(image, inRun) = divide(b, pixel, countImagePixels());
    tileBegin = arith::MinUIOp::create(b, inRun, lastTile);
    Value start = getStart(b, {image, index(b, 0), index(b, 0)});
    tileAddress =
        add(b, add(b, rowsAddress, start), times(b, tileBegin, run->distance));
    if (storesTiles)
      return {};
    return run->length ? listPixels(b, image, inRun) : listPixels(b, inRun);
  }

  /// Notes the tile's pixels from `first` on, of an image; those in the padding
  /// have no sums.
  Value listPixels(ImplicitLocOpBuilder &b, Value image, Value first) {
    auto [row, column] = divide(b, tileBegin, run->rowPixels);
    Value zero = index(b, 0), one = index(b, 1);
    Value toNextRow = arith::SubIOp::create(
        b, sumStrides[1],
        arith::MulIOp::create(b, sumStrides[2], index(b, run->rowPixels - 1)));
    SmallVector<Value> from = {zero, column, getPlace(b, {image, row, column})};
    return carry(
        b, tilePixels, 1, from,
        [&](ImplicitLocOpBuilder &b, Value number, ValueRange carried) {
          Value count = carried[0], column = carried[1], place = carried[2];
          storePlace(b, count, place, number);
          Value isInRow = arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                                column, index(b, outColumns));
          // Others have stored what is before the first.
          Value isNew = arith::CmpIOp::create(b, arith::CmpIPredicate::uge,
                                              add(b, tileBegin, number), first);
          Value counts = arith::AndIOp::create(b, isInRow, isNew);
          Value next = add(b, column, one);
          Value wraps = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, next,
                                              index(b, run->rowPixels));
          auto select = [&](Value condition, Value yes, Value no) -> Value {
            return arith::SelectOp::create(b, condition, yes, no);
          };
          Value step = select(wraps, toNextRow, sumStrides[2]);
          return SmallVector<Value>{select(counts, add(b, count, one), count),
                                    select(wraps, zero, next),
                                    add(b, place, step)};
        })[0];
  }

  /// The same where all images are one run.
  Value listPixels(ImplicitLocOpBuilder &b, Value first) {
    Value zero = index(b, 0),
          skipped = arith::SubIOp::create(b, first, tileBegin);
    Value place = getPlace(b, {zero, zero, first});
    Value count = arith::SubIOp::create(b, tilePixels, skipped);
    carry(b, count, 1, place,
          [&](ImplicitLocOpBuilder &b, Value number, ValueRange carried) {
            storePlace(b, number, carried[0], add(b, skipped, number));
            return SmallVector<Value>{add(b, carried[0], sumStrides[2])};
          });
    return count;
  }

  Value gatherTile(ImplicitLocOpBuilder &b, Value pixel) {
    Value last = arith::SubIOp::create(b, pixels, index(b, 1));
    loop(b, form.getColumns(), 1, [&](ImplicitLocOpBuilder &b, Value row) {
      // Rows of a tile that are not there read others'.
      Value number = arith::MinUIOp::create(b, add(b, pixel, row), last);
      Pixel place = locate(b, number);
      storePlace(b, row, getPlace(b, place), row);
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
    if (!run)
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

  /// The sums of a chunk, in registers.
  void multiply(ImplicitLocOpBuilder &b, Value panel) {
    tile.zero(b);
    Value panelAddress = add(b, panelsAddress, getPanelStart(b, panel));
    auto multiply = [&](ImplicitLocOpBuilder &b, Value step) {
      int64_t panelStep = form.getPanelBytesPerStep();
      tile.multiply(b, getRowAddress(b, step), run ? run->distance : rowBytes,
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
  }

  /// From the registers to where the sums belong; what others have stored there
  /// is the same.
  void storeTile(ImplicitLocOpBuilder &b, Value panel) {
    Value first = add(b, times(b, tileBegin, pixelSums),
                      times(b, panel, form.getPanelColumns()));
    first = add(b, first, arith::MulIOp::create(b, group, sumStrides[3]));
    tile.store(b, add(b, outAddress, times(b, first, wordBytes)),
               pixelSums * wordBytes);
  }

  void storeSum(ImplicitLocOpBuilder &b, Value number, Value panel) {
    auto load = [&](int64_t i) -> Value {
      return memref::LoadOp::create(b, places, ValueRange{number, index(b, i)});
    };
    Value place = load(0), row = load(1);
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      Value first = index(b, v * form.getLanes());
      Value found = vector::LoadOp::create(
          b, VectorType::get({form.getLanes()}, b.getI32Type()), sums,
          ValueRange{row, first});
      Value column = add(b, times(b, panel, form.getPanelColumns()), first);
      storeSums(b, found, add(b, place, column), column);
    }
  }

  SumTile tile;
  std::optional<Run> run; // nothing if pixels are gathered
  bool storesTiles = false;
  int64_t rowBytes = 0;  // from one gathered row to the next
  int64_t pixelSums = 0; // from one pixel to the next, where tiles are stored
  std::array<Value, 4> sumStrides; // of images, rows, columns and groups
  Value gathered, sums, places;
  Value rowsAddress, tileAddress, sumsAddress, panelsAddress, outAddress;
  // Of a run: its pixels; of a tile: rows of registers, pixels; where the last
  // tile and this one begin.
  Value runLength, tileRowCount, tilePixels, lastTile, tileBegin;
};

} // namespace

void bitserial::buildMatrixTiles(ImplicitLocOpBuilder &b, TileProductOp op) {
  MatrixTiles(op).buildProduct(b);
}
