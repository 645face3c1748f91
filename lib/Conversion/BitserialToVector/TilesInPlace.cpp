//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tiles of a matrix unit that read pixels where they are. A half of a tile is a
// piece of an output row, whose pixels are at one distance from each other; or
// of all images, where nothing is between their pixels. Pieces are as long as
// each other: registers have as many rows. The last piece of a row begins
// early, where it has to, and multiplies some pixels once more. What reads sums
// is done for each tile.

#include "Addresses.h"
#include "MatrixTiles.h"
#include "SumReader.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bitserial::matrixunit;

namespace {

class TilesInPlace : public MatrixTiles {
public:
  explicit TilesInPlace(TileProductOp op) : MatrixTiles(op) {
    if (hasWholeTiles())
      reader = SumReader::find(op);
    findRows();
    if (!width)
      reader.reset();
  }

  bool isPossible() const { return rowDistance != 0; }
  void buildWithReader(ImplicitLocOpBuilder &b) {
    if (!reader)
      return buildProduct(b);
    reader->replace(b, op, [&] { buildProduct(b); });
  }

private:
  /// A half of a tile.
  struct Piece {
    Pixel first;
    Value address;      // of its first row
    Value place;        // of the first row's sums
    Value begin;        // of the rows that no other piece has
    Value isThere = {}; // nothing if it always is
  };

  /// Finds `rowDistance`, and `width` where rows of images are apart.
  void findRows() {
    auto rows = cast<MemRefType>(op.getRows().getType());
    auto sums = cast<MemRefType>(op.getInit().getType());
    int64_t rowBytes = rows.getDimSize(2);
    int64_t imageBytes = rows.getDimSize(1) * rowBytes;
    int64_t distance = op.getStrides()[1] * op.getPixelBytes();
    SmallVector<int64_t> strides = sums.getStridesAndOffset().first;
    if (ShapedType::isDynamic(strides[2]))
      return;
    pixelSums = strides[2];
    bool sumsFollow = strides[1] == outColumns * strides[2] &&
                      strides[0] == outRows * strides[1];
    int64_t imagePixels = tileRows * outColumns;
    if (sumsFollow && imagePixels == 1) {
      rowDistance = imageBytes;
      return;
    }
    // Farther apart, the rows of a register share too few sets of the cache.
    constexpr int64_t farthest = 1024;
    if (distance > farthest)
      return;
    int64_t pieces = llvm::divideCeil(outColumns, matrixRows);
    int64_t length = llvm::divideCeil(outColumns, pieces);
    // In hundredths of a tile's product with a panel, for each row of a half:
    // what a panel's registers take to load, and gathering; and what is gained
    // where sums need not be stored to be read, which is 8 cycles.
    int64_t ofPiece = 100 + 600 / length, ofWhole = 100 + 600 / matrixRows;
    if (reader)
      ofWhole += 8 * 800 / op.getChunk();
    bool isFaster = numPanels * ofPiece <= numPanels * ofWhole + 160;
    // What reads sums is done for pixels of a row.
    bool isForReader = reader && ofPiece <= ofWhole;
    if (sumsFollow && imagePixels * distance == imageBytes && !isForReader &&
        (tileRows == 1 ||
         outColumns * distance == op.getStrides()[0] * rowBytes)) {
      rowDistance = distance;
      return;
    }
    if (!isFaster)
      return;
    width = outColumns;
    rowDistance = distance;
  }

  void prepare(ImplicitLocOpBuilder &b) override {
    rowsAddress = getByteAddress(b, op.getRows());
    Value images = memref::DimOp::create(b, op.getRows(), 0);
    Value one = index(b, 1), most = index(b, matrixRows);
    Value all = one; // rows
    if (width) {
      all = times(b, images, tileRows);
      int64_t ofRow = llvm::divideCeil(*width, matrixRows);
      length = index(b, llvm::divideCeil(*width, ofRow));
      pieces = index(b, ofRow);
      lastBegin = b.createOrFold<arith::SubIOp>(index(b, *width), length);
    } else {
      Value count = times(b, images, tileRows * outColumns);
      // Of no pixels there are no pieces, but registers want a row.
      length = b.createOrFold<arith::MinUIOp>(
          b.createOrFold<arith::MaxUIOp>(count, one), most);
      pieces = b.createOrFold<arith::CeilDivUIOp>(count, length);
      lastBegin = b.createOrFold<arith::SubIOp>(
          b.createOrFold<arith::MaxUIOp>(count, length), length);
    }
    numPieces = b.createOrFold<arith::MulIOp>(all, pieces);
    registerRows = length;
    if (hasWholeTiles())
      outAddress = getByteAddress(b, out);
  }

  /// A tile's sums are all of them, and nothing beside.
  bool hasWholeTiles() const {
    return countChunks() == 1 && columns % form.getPanelColumns() == 0;
  }

  /// A panel that fits the first-level cache beside pixels stays there; past
  /// larger ones, pixels do.
  int64_t countResidentPanels() const override {
    constexpr int64_t mostBytes = 24 * 1024;
    int64_t panelBytes = getChunkBytes();
    return panelBytes <= mostBytes ? mostBytes / panelBytes : numPanels;
  }

  /// Rows of registers stand for pixels.
  Value countPixels(ImplicitLocOpBuilder &b) override {
    return times(b, numPieces, matrixRows);
  }

  Value getOffset(ImplicitLocOpBuilder &b, Value step) override {
    Value number = segment, inSegment = step;
    if (chunkSegments > 1) {
      auto [s, rest] = divide(b, step, getSegmentSteps());
      number = add(b, segment, s);
      inSegment = rest;
    }
    return add(b, getSegmentOffset(b, number), times(b, inSegment, wordBytes));
  }

  Piece getPiece(ImplicitLocOpBuilder &b, Value number) {
    Value row = index(b, 0), ofRow = number;
    if (width) {
      row = arith::DivUIOp::create(b, number, pieces);
      ofRow = arith::RemUIOp::create(b, number, pieces);
    }
    Value nominal = arith::MulIOp::create(b, ofRow, length);
    Value column = arith::MinUIOp::create(b, nominal, lastBegin);
    auto [image, y] = divide(b, row, tileRows);
    Value start = getStart(b, {image, y, index(b, 0)});
    start = add(b, start, times(b, column, rowDistance));
    Pixel first = {image, y, column};
    return {first, add(b, rowsAddress, start), getPlace(b, first),
            arith::SubIOp::create(b, nominal, column)};
  }

  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    SmallVector<Piece, 2> both;
    Value number = divide(b, pixel, matrixRows).first;
    Value last = arith::SubIOp::create(b, numPieces, index(b, 1));
    halves.clear();
    for (int64_t half = 0; half < tile.halves; ++half) {
      // A second half that is not there is the first one again.
      Value own = add(b, number, index(b, half));
      both.push_back(getPiece(b, arith::MinUIOp::create(b, own, last)));
      if (half > 0)
        both.back().isThere =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ule, own, last);
      halves.push_back(both.back().address);
    }
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      multiply(b, panel);
      if (reader) {
        spill(b);
        for (auto [half, piece] : llvm::enumerate(both))
          readPiece(b, half, piece, panel);
        return;
      }
      if (hasWholeTiles())
        return storeTile(b, both, panel);
      spill(b);
      for (auto [half, piece] : llvm::enumerate(both))
        storePiece(b, half, piece, panel);
    });
  }

  /// From the registers to where the sums belong. What other pieces have stored
  /// there is the same.
  void storeTile(ImplicitLocOpBuilder &b, ArrayRef<Piece> both, Value panel) {
    SmallVector<Value, 2> addresses;
    for (const Piece &piece : both) {
      Value first =
          add(b, piece.place, times(b, panel, form.getPanelColumns()));
      addresses.push_back(add(b, outAddress, times(b, first, wordBytes)));
    }
    tile.store(b, addresses, pixelSums * wordBytes);
  }

  /// What other pieces have made of their sums is the same.
  void readPiece(ImplicitLocOpBuilder &b, int64_t half, const Piece &piece,
                 Value panel) {
    OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
    OpFoldResult row = b.getIndexAttr(half * matrixRows);
    OpFoldResult sizes[] = {getAsOpFoldResult(length),
                            b.getIndexAttr(form.getPanelColumns())};
    Value ofHalf =
        memref::SubViewOp::create(b, sums, {row, zero}, sizes, {one, one});
    Value column = times(b, panel, form.getPanelColumns());
    reader->build(b,
                  {piece.first.image, piece.first.row, piece.first.column,
                   group, column, length, form.getPanelColumns()},
                  ofHalf);
  }

  void storePiece(ImplicitLocOpBuilder &b, int64_t half, const Piece &piece,
                  Value panel) {
    Value end = length;
    if (piece.isThere)
      end = arith::SelectOp::create(b, piece.isThere, end, index(b, 0));
    loop(b, piece.begin, end, 1, [&](ImplicitLocOpBuilder &b, Value row) {
      storeRow(b, add(b, row, index(b, half * matrixRows)),
               add(b, piece.place, times(b, row, pixelSums)), panel);
    });
  }

  std::optional<int64_t> width;    // of a row; nothing if all pixels are one
  int64_t pixelSums;               // from one pixel's sums to the next one's
  std::optional<SumReader> reader; // of the sums, done for each tile
  Value rowsAddress, outAddress;
  Value length, pieces, lastBegin, numPieces; // pieces of a row, of all rows
};

} // namespace

bool bitserial::buildTilesInPlace(ImplicitLocOpBuilder &b, TileProductOp op) {
  TilesInPlace tiles(op);
  if (!tiles.isPossible())
    return false;
  tiles.buildWithReader(b);
  return true;
}
