//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Tiles of a matrix unit whose pixels are gathered first, once for all panels:
// rows of an image are too short to be read in place.

#include "Addresses.h"
#include "MatrixTiles.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bitserial::matrixunit;

namespace {

class GatheredTiles : public MatrixTiles {
public:
  using MatrixTiles::MatrixTiles;

private:
  void prepare(ImplicitLocOpBuilder &b) override {
    // An odd number of cache lines, so that rows do not meet in the cache.
    rowDistance =
        (op.getChunk() * wordBytes / registerBytes | 1) * registerBytes;
    gathered = allocate(b, {form.getColumns() * rowDistance}, b.getI8Type());
    places = allocate(b, form.getColumns(), b.getIndexType());
    halves = tile.getHalves(b, getByteAddress(b, gathered), rowDistance);
  }

  void finish(ImplicitLocOpBuilder &b) override {
    memref::DeallocOp::create(b, gathered);
    memref::DeallocOp::create(b, places);
  }

  int64_t countResidentPanels() const override { return numPanels; }

  Value getOffset(ImplicitLocOpBuilder &b, Value step) override {
    return times(b, step, wordBytes);
  }

  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    Value last = arith::SubIOp::create(b, pixels, index(b, 1));
    loop(b, form.getColumns(), 1, [&](ImplicitLocOpBuilder &b, Value row) {
      // Rows of a tile that are not there read others'.
      Pixel place =
          locate(b, arith::MinUIOp::create(b, add(b, pixel, row), last));
      memref::StoreOp::create(b, getPlace(b, place), places, row);
      gather(b, row, getStart(b, place));
    });
    Value left = arith::SubIOp::create(b, pixels, pixel);
    Value count = arith::MinUIOp::create(b, left, index(b, form.getColumns()));
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      multiply(b, panel);
      spill(b);
      loop(b, index(b, 0), count, 1, [&](ImplicitLocOpBuilder &b, Value row) {
        storeRow(b, row, memref::LoadOp::create(b, places, row), panel);
      });
    });
  }

  /// Copies what the chunk reads for a pixel.
  void gather(ImplicitLocOpBuilder &b, Value row, Value start) {
    int64_t bytes = getSegmentSteps() * wordBytes;
    loop(b, chunkSegments, 1, [&](ImplicitLocOpBuilder &b, Value s) {
      Value from = add(b, start, getSegmentOffset(b, add(b, segment, s)));
      copy(b, from, add(b, times(b, row, rowDistance), times(b, s, bytes)),
           bytes);
    });
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

  Value gathered, places;
};

} // namespace

void bitserial::buildGatheredTiles(ImplicitLocOpBuilder &b, TileProductOp op) {
  GatheredTiles(op).buildProduct(b);
}
