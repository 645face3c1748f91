//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A tile whose sums are vectors in registers.

#include "SumReader.h"
#include "TileKernel.h"
#include "TileLoops.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Of a cache.
static constexpr int64_t lineBytes = 64;

namespace {

class VectorTiles : public TileLoops {
public:
  explicit VectorTiles(TileProductOp op)
      : TileLoops(op), kernel(TileKernel::get(form)) {
    // A tile's sums are all of them, and nothing beside.
    if (countChunks() == 1 && columns % form.getPanelColumns() == 0)
      reader = SumReader::find(op);
    if (reader && !reader->takesVectors())
      reader.reset();
  }

  void buildWithReader(ImplicitLocOpBuilder &b) {
    if (!reader)
      return build(b);
    reader->replace(b, op, [&] { build(b); });
  }

private:
  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) override {
    SmallVector<Value> starts, inside;
    SmallVector<Pixel> places;
    Value last = arith::SubIOp::create(b, pixels, index(b, 1));
    for (int64_t i = 0; i < form.getColumns(); ++i) {
      Value number = pixel;
      Value isInside;
      if (i > 0) {
        // Rows of a tile that are not there read others'.
        Value next = add(b, pixel, index(b, i));
        isInside =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ule, next, last);
        number = arith::MinUIOp::create(b, next, last);
      }
      Pixel place = locate(b, number);
      starts.push_back(getStart(b, place));
      places.push_back(place);
      inside.push_back(isInside);
    }
    if (pairs) {
      Pixel second = places[0];
      if (op.getPairRows()) {
        second.row = add(b, second.row, index(b, tileRows));
        inside.push_back(arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                               second.row, index(b, outRows)));
      } else {
        Value half = memref::DimOp::create(b, op.getRows(), 0);
        second.image = add(b, second.image, half);
        inside.push_back(arith::CmpIOp::create(b, arith::CmpIPredicate::ult,
                                               second.image, images));
      }
      places.push_back(second);
    }
    if (readsAhead())
      nextTile = locateNextTile(b, starts[0]);
    loop(b, begin, end, 1, [&](ImplicitLocOpBuilder &b, Value panel) {
      SmallVector<Value> totals = buildTile(b, starts, panel);
      for (auto [row, place] : llvm::enumerate(places)) {
        if (!inside[row]) {
          storeRow(b, totals, row, place, panel);
          continue;
        }
        auto branch = scf::IfOp::create(b, inside[row], /*withElse=*/false);
        ImplicitLocOpBuilder then(b.getLoc(), branch.getThenBodyBuilder());
        storeRow(then, totals, row, place, panel);
      }
    });
  }

  /// The totals of a chunk.
  SmallVector<Value> buildTile(ImplicitLocOpBuilder &b, ArrayRef<Value> starts,
                               Value panel) {
    Value panelStart = getPanelStart(b, panel);
    if (op.getKept())
      return buildKept(b, starts, panel, panelStart);
    return carry(
        b, chunkSegments, 1, kernel->startTotals(b),
        [&](ImplicitLocOpBuilder &b, Value s, ValueRange totals) {
          Value offset = getSegmentOffset(b, add(b, segment, s));
          SmallVector<Value> rowStarts;
          for (Value start : starts)
            rowStarts.push_back(add(b, start, offset));
          Value indices = add(b, panelStart, times(b, s, getSegmentBytes()));
          return carry(
              b, drains, 1, totals,
              [&](ImplicitLocOpBuilder &b, Value drain, ValueRange totals) {
                return buildDrain(b, drain, totals, rowStarts, indices);
              });
        });
  }

  /// The totals of the blocks that are kept.
  SmallVector<Value> buildKept(ImplicitLocOpBuilder &b, ArrayRef<Value> starts,
                               Value panel, Value panelStart) {
    // Where a drain could be as long as the chunk, one is enough. How a drain
    // adds words of unsigned forms depends on how many steps it has.
    bool once = form.getIsSigned() && op.getChunk() <= form.getLargestDrain();
    int64_t ofBlock = block / form.getDrain();
    SmallVector<Value> carried = carryKept(
        b, panel, once ? kernel->start(b) : kernel->startTotals(b),
        [&](ImplicitLocOpBuilder &b, Value number, ValueRange carried) {
          auto [s, inSegment] = divide(b, number, drains / ofBlock);
          Value offset = getSegmentOffset(b, add(b, segment, s));
          SmallVector<Value> rowStarts;
          for (Value start : starts)
            rowStarts.push_back(add(b, start, offset));
          Value indices = add(b, panelStart, times(b, s, getSegmentBytes()));
          Value first = times(b, inSegment, ofBlock);
          return carry(
              b, ofBlock, 1, carried,
              [&](ImplicitLocOpBuilder &b, Value drain, ValueRange carried) {
                drain = add(b, first, drain);
                return once ? buildSteps(b, drain, carried, rowStarts, indices)
                            : buildDrain(b, drain, carried, rowStarts, indices);
              });
        });
    return once ? kernel->drain(b, carried, kernel->startTotals(b)) : carried;
  }

  /// The steps before a drain, and the drain.
  SmallVector<Value> buildDrain(ImplicitLocOpBuilder &b, Value drain,
                                ValueRange totals, ArrayRef<Value> rowStarts,
                                Value panelStart) {
    if (nextTile)
      readAhead(b, drain);
    // The 32 registers of AVX-512 and NEON hold all sums, and drains behind all
    // of them are a little faster.
    if (form.getDrain() > 1 || form.getVectorBytes() != 32) {
      SmallVector<Value> sums =
          buildSteps(b, drain, kernel->start(b), rowStarts, panelStart);
      return kernel->drain(b, sums, totals);
    }
    Value row = times(b, drain, form.getRowBytesPerStep());
    Value panel =
        add(b, panelStart, times(b, drain, form.getPanelBytesPerStep()));
    SmallVector<Value> next;
    withOperands(b, rowStarts, row, panel, 0, [&](const StepOperands &step) {
      next = kernel->drainStep(b, totals, step);
    });
    return next;
  }

  SmallVector<Value> buildSteps(ImplicitLocOpBuilder &b, Value drain,
                                ValueRange sums, ArrayRef<Value> rowStarts,
                                Value panelStart) {
    int64_t rowStep = form.getRowBytesPerStep();
    int64_t panelStep = form.getPanelBytesPerStep();
    SmallVector<Value> starts;
    for (Value start : rowStarts)
      starts.push_back(
          add(b, start, times(b, drain, form.getDrain() * rowStep)));
    panelStart =
        add(b, panelStart, times(b, drain, form.getDrain() * panelStep));
    return carry(b, form.getDrain(), form.getUnroll(), sums,
                 [&](ImplicitLocOpBuilder &b, Value step, ValueRange sums) {
                   SmallVector<Value> next(sums);
                   Value row = times(b, step, rowStep);
                   Value panel = add(b, panelStart, times(b, step, panelStep));
                   for (int64_t u = 0; u < form.getUnroll(); ++u)
                     withOperands(b, starts, row, panel, u,
                                  [&](const StepOperands &operands) {
                                    next = kernel->step(b, next, operands);
                                  });
                   return next;
                 });
  }

  /// Those of the `ahead`-th step from where rows and the panel are.
  void withOperands(ImplicitLocOpBuilder &b, ArrayRef<Value> rowStarts,
                    Value rowOffset, Value panelOffset, int64_t ahead,
                    function_ref<void(const StepOperands &)> use) {
    auto loadPanel = [&](int64_t v, int64_t unit) -> Value {
      int64_t at = ahead * form.getPanelBytesPerStep() +
                   (unit * form.getVectors() + v) * form.getVectorBytes();
      return vector::LoadOp::create(
          b, bytes(b, form.getVectorBytes()), panels,
          ValueRange{add(b, panelOffset, index(b, at))});
    };
    auto loadRow = [&](int64_t column, int64_t unit) -> Value {
      Value at = add(b, rowStarts[column], rowOffset);
      int64_t offset =
          ahead * form.getRowBytesPerStep() + unit * form.getRowUnitBytes();
      return broadcastUnit(b, form, rows, add(b, at, index(b, offset)));
    };
    use({loadPanel, loadRow});
  }

  /// Whether the rows come from beyond the second-level cache, tile behind
  /// tile, once: tables are four bytes a code. A processor follows a row by
  /// itself, but finds its beginning late, which a long one makes up for.
  bool readsAhead() {
    constexpr int64_t longRow = 4096;
    auto type = cast<MemRefType>(op.getRows().getType());
    return form.usesTables() && type.hasStaticShape() &&
           type.getDimSize(1) == 1 && type.getDimSize(2) < longRow &&
           type.getDimSize(0) > form.getColumns() &&
           type.getNumElements() > 2 * blockBytes &&
           numPanels <= countResidentPanels() && countChunks() == 1;
  }

  /// Bytes that a drain reads.
  int64_t getShare() { return getTileBytes() / drains; }

  int64_t getTileBytes() {
    return cast<MemRefType>(op.getRows().getType()).getDimSize(2) *
           form.getColumns();
  }

  Value locateNextTile(ImplicitLocOpBuilder &b, Value start) {
    int64_t size = cast<MemRefType>(op.getRows().getType()).getNumElements();
    return arith::MinUIOp::create(b, add(b, start, index(b, getTileBytes())),
                                  index(b, size - getTileBytes()));
  }

  /// Has a drain's share of the next tile fetched, line by line.
  void readAhead(ImplicitLocOpBuilder &b, Value drain) {
    Value offset = times(b, drain, getShare());
    for (int64_t ahead = 0; ahead < getShare(); ahead += lineBytes) {
      Value at = add(b, add(b, nextTile, offset), index(b, ahead));
      memref::PrefetchOp::create(b, rows, ValueRange{at}, /*isWrite=*/false,
                                 /*localityHint=*/3, /*isDataCache=*/true);
    }
  }

  static VectorType bytes(OpBuilder &b, int64_t size) {
    return VectorType::get({size}, b.getI8Type());
  }

  /// Stores the sums of one row of the tile; chunks after the first add.
  void storeRow(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
                const Pixel &place, Value panel) {
    if (reader) {
      SmallVector<Value> sums;
      for (int64_t v = 0; v < form.getVectors(); ++v)
        sums.push_back(kernel->finish(b, totals, row, v));
      Value column = times(b, panel, form.getPanelColumns());
      SumPart part = {place.image, place.row,   place.column,          group,
                      column,      index(b, 1), form.getPanelColumns()};
      return reader->build(b, part, sums);
    }
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      Value sums = kernel->finish(b, totals, row, v);
      Value column = add(b, times(b, panel, form.getPanelColumns()),
                         index(b, v * form.getLanes()));
      SmallVector<Value> at = {place.image, place.row, place.column, group,
                               column};
      storeSums(b, sums, at, column);
    }
  }

  std::unique_ptr<TileKernel> kernel;
  std::optional<SumReader> reader; // of the sums, done for each tile
  Value nextTile; // the first byte of its rows, if it is read ahead
};

} // namespace

void bitserial::buildTileProduct(ImplicitLocOpBuilder &b, TileProductOp op) {
  if (op.getForm().getKernel() != Kernel::matrix)
    return VectorTiles(op).buildWithReader(b);
  if (!buildTilesInPlace(b, op))
    buildGatheredTiles(b, op);
}
