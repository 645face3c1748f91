//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops around a tile: chunks of the depth; panels that stay in the cache;
// tiles of pixels, which pass by; steps.

#include "Loops.h"
#include "TileKernel.h"
#include "Tiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Panels that stay in the first-level cache while all pixels pass by.
static constexpr int64_t residentBytes = 16 * 1024;

namespace {

/// An output pixel.
struct Pixel {
  Value image, row, column;
};

class ProductLoops {
public:
  ProductLoops(TileProductOp op)
      : op(op), form(op.getForm()), kernel(TileKernel::get(form)) {
    auto panels = cast<MemRefType>(op.getPanels().getType());
    auto sumsType = cast<MemRefType>(op.getInit().getType());
    numPanels = panels.getDimSize(1);
    segments = panels.getDimSize(2);
    steps = panels.getDimSize(3);
    outRows = sumsType.getDimSize(1);
    outColumns = sumsType.getDimSize(2);
    groups = sumsType.getDimSize(3);
    columns = sumsType.getDimSize(4);
    pairs = form.getKernel() == Kernel::pairs;
    if (pairs && op.getPairRows())
      tileRows = *op.getPairRows();
    else
      tileRows = outRows;
  }

  void build(ImplicitLocOpBuilder &b) {
    rows = collapseFrom(b, op.getRows(), 0);
    panels = collapseFrom(b, op.getPanels(), 0);
    images = memref::DimOp::create(b, op.getInit(), 0);
    // Images of the first rows of the pairs.
    Value tileImages = memref::DimOp::create(b, op.getRows(), 0);
    pixels =
        arith::MulIOp::create(b, tileImages, index(b, tileRows * outColumns));
    int64_t perPart = std::min<int64_t>(steps, op.getChunk());
    parts = steps / perPart;
    chunkSegments = std::max<int64_t>(op.getChunk() / steps, 1);
    blocks = perPart / form.getDrain();
    loop(b, groups, 1, [&](ImplicitLocOpBuilder &b, Value g) {
      group = g;
      loop(b, segments / chunkSegments * parts, 1,
           [&](ImplicitLocOpBuilder &b, Value c) { buildChunk(b, c); });
    });
  }

private:
  using Body = function_ref<void(ImplicitLocOpBuilder &, Value)>;

  static Value index(ImplicitLocOpBuilder &b, int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  static Value add(ImplicitLocOpBuilder &b, Value x, Value y) {
    return arith::AddIOp::create(b, x, y);
  }
  static Value times(ImplicitLocOpBuilder &b, Value x, int64_t factor) {
    return arith::MulIOp::create(b, x, index(b, factor));
  }
  /// The quotient and the remainder.
  static std::pair<Value, Value> divide(ImplicitLocOpBuilder &b, Value x,
                                        int64_t divisor) {
    if (divisor == 1)
      return {x, index(b, 0)};
    Value by = index(b, divisor);
    return {arith::DivUIOp::create(b, x, by), arith::RemUIOp::create(b, x, by)};
  }
  static void loop(ImplicitLocOpBuilder &b, Value begin, Value end,
                   int64_t step, Body body) {
    scf::ForOp::create(
        b, begin, end, index(b, step), ValueRange(),
        [&](OpBuilder &nested, Location loc, Value iv, ValueRange) {
          ImplicitLocOpBuilder inner(loc, nested);
          body(inner, iv);
          scf::YieldOp::create(inner);
        });
  }
  static void loop(ImplicitLocOpBuilder &b, int64_t end, int64_t step,
                   Body body) {
    loop(b, index(b, 0), index(b, end), step, body);
  }
  using Carrying = function_ref<SmallVector<Value>(ImplicitLocOpBuilder &,
                                                   Value, ValueRange)>;
  /// From 0 to a constant: LLVM sees the number of turns.
  static SmallVector<Value> carry(ImplicitLocOpBuilder &b, int64_t end,
                                  int64_t step, ValueRange values,
                                  Carrying body) {
    auto loop = scf::ForOp::create(
        b, index(b, 0), index(b, end), index(b, step), values,
        [&](OpBuilder &nested, Location loc, Value iv, ValueRange carried) {
          ImplicitLocOpBuilder inner(loc, nested);
          scf::YieldOp::create(inner, body(inner, iv, carried));
        });
    return SmallVector<Value>(loop.getResults());
  }

  void buildChunk(ImplicitLocOpBuilder &b, Value chunk) {
    first =
        arith::CmpIOp::create(b, arith::CmpIPredicate::eq, chunk, index(b, 0));
    if (parts == 1) {
      segment = times(b, chunk, chunkSegments);
      part = index(b, 0);
    } else {
      std::tie(segment, part) = divide(b, chunk, parts);
    }
    int64_t panelBytes =
        chunkSegments * (steps / parts) * form.getPanelBytesPerStep();
    int64_t resident = std::max<int64_t>(residentBytes / panelBytes, 1);
    loop(b, numPanels, resident, [&](ImplicitLocOpBuilder &b, Value begin) {
      Value end = add(b, begin, index(b, resident));
      if (numPanels % resident != 0)
        end = arith::MinUIOp::create(b, end, index(b, numPanels));
      loop(b, index(b, 0), pixels, form.getColumns(),
           [&](ImplicitLocOpBuilder &b, Value pixel) {
             buildPixels(b, pixel, begin, end);
           });
    });
  }

  /// One tile's pixels with some panels.
  void buildPixels(ImplicitLocOpBuilder &b, Value pixel, Value begin,
                   Value end) {
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

  Pixel locate(ImplicitLocOpBuilder &b, Value number) {
    auto [image, inImage] = divide(b, number, tileRows * outColumns);
    auto [row, column] = divide(b, inImage, outColumns);
    return {image, row, column};
  }

  /// The first byte of what the chunk reads for a pixel.
  Value getStart(ImplicitLocOpBuilder &b, const Pixel &pixel) {
    auto type = cast<MemRefType>(op.getRows().getType());
    int64_t rowBytes = type.getDimSize(2);
    Value start = times(b, pixel.image, type.getDimSize(1) * rowBytes);
    start = add(b, start, times(b, pixel.row, op.getStrides()[0] * rowBytes));
    start =
        add(b, start,
            times(b, pixel.column, op.getStrides()[1] * op.getPixelBytes()));
    if (groups > 1)
      start = add(b, start, times(b, group, op.getPixelBytes() / groups));
    if (parts > 1)
      start = add(b, start,
                  times(b, part, steps / parts * form.getRowBytesPerStep()));
    return start;
  }

  /// Bytes from the start of a pixel to that of a segment.
  Value getSegmentOffset(ImplicitLocOpBuilder &b, Value segment) {
    int64_t rowBytes = cast<MemRefType>(op.getRows().getType()).getDimSize(2);
    auto [i, j] = divide(b, segment, op.getRowTaps());
    Value offset = times(b, i, op.getDilations()[0] * rowBytes);
    if (op.getRowTaps() > 1)
      offset = add(b, offset,
                   times(b, j, op.getDilations()[1] * op.getPixelBytes()));
    return offset;
  }

  /// The totals of a chunk.
  SmallVector<Value> buildTile(ImplicitLocOpBuilder &b, ArrayRef<Value> starts,
                               Value panel) {
    int64_t stepBytes = form.getPanelBytesPerStep();
    int64_t segmentBytes = steps * stepBytes;
    Value panelStart =
        add(b, times(b, group, numPanels * segments * segmentBytes),
            times(b, panel, segments * segmentBytes));
    panelStart = add(b, panelStart, times(b, segment, segmentBytes));
    if (parts > 1)
      panelStart =
          add(b, panelStart, times(b, part, steps / parts * stepBytes));
    return carry(
        b, chunkSegments, 1, kernel->startTotals(b),
        [&](ImplicitLocOpBuilder &b, Value s, ValueRange totals) {
          Value offset = getSegmentOffset(b, add(b, segment, s));
          SmallVector<Value> rowStarts;
          for (Value start : starts)
            rowStarts.push_back(add(b, start, offset));
          Value indices = add(b, panelStart, times(b, s, segmentBytes));
          return carry(
              b, blocks, 1, totals,
              [&](ImplicitLocOpBuilder &b, Value block, ValueRange totals) {
                return buildBlock(b, block, totals, rowStarts, indices);
              });
        });
  }

  /// The steps between two drains.
  SmallVector<Value> buildBlock(ImplicitLocOpBuilder &b, Value block,
                                ValueRange totals, ArrayRef<Value> rowStarts,
                                Value panelStart) {
    int64_t rowStep = form.getRowBytesPerStep();
    int64_t panelStep = form.getPanelBytesPerStep();
    SmallVector<Value> starts;
    for (Value start : rowStarts)
      starts.push_back(
          add(b, start, times(b, block, form.getDrain() * rowStep)));
    panelStart =
        add(b, panelStart, times(b, block, form.getDrain() * panelStep));
    SmallVector<Value> sums = carry(
        b, form.getDrain(), form.getUnroll(), kernel->start(b),
        [&](ImplicitLocOpBuilder &b, Value step, ValueRange sums) {
          SmallVector<Value> next(sums);
          Value rowOffset = times(b, step, rowStep);
          Value panelOffset = add(b, panelStart, times(b, step, panelStep));
          for (int64_t u = 0; u < form.getUnroll(); ++u) {
            auto loadPanel = [&](int64_t v, int64_t unit) -> Value {
              int64_t at = u * panelStep + (unit * form.getVectors() + v) *
                                               form.getVectorBytes();
              return vector::LoadOp::create(
                  b, bytes(b, form.getVectorBytes()), panels,
                  ValueRange{add(b, panelOffset, index(b, at))});
            };
            auto loadRow = [&](int64_t column, int64_t unit) -> Value {
              Value at = add(b, starts[column], rowOffset);
              int64_t offset = u * rowStep + unit * form.getRowUnitBytes();
              return broadcastUnit(b, add(b, at, index(b, offset)));
            };
            next = kernel->step(b, next, {loadPanel, loadRow});
          }
          return next;
        });
    return kernel->drain(b, sums, totals);
  }

  static VectorType bytes(OpBuilder &b, int64_t size) {
    return VectorType::get({size}, b.getI8Type());
  }

  /// A row's unit in all lanes of a vector.
  Value broadcastUnit(ImplicitLocOpBuilder &b, Value at) {
    int64_t size = form.getRowUnitBytes();
    Value unit =
        vector::LoadOp::create(b, bytes(b, size), rows, ValueRange{at});
    if (size == form.getVectorBytes())
      return unit;
    if (size == wordBytes) {
      Value word = vector::BitCastOp::create(
          b, VectorType::get({1}, b.getI32Type()), unit);
      Value words = vector::BroadcastOp::create(
          b, VectorType::get({form.getVectorBytes() / size}, b.getI32Type()),
          vector::ExtractOp::create(b, word, int64_t(0)).getResult());
      return vector::BitCastOp::create(b, bytes(b, form.getVectorBytes()),
                                       words);
    }
    SmallVector<int64_t> lanes;
    for (int64_t i = 0; i < form.getVectorBytes(); ++i)
      lanes.push_back(i % size);
    return vector::ShuffleOp::create(b, unit, unit, lanes);
  }

  /// Stores the sums of one row of the tile; chunks after the first add.
  void storeRow(ImplicitLocOpBuilder &b, ValueRange totals, int64_t row,
                const Pixel &place, Value panel) {
    for (int64_t v = 0; v < form.getVectors(); ++v) {
      Value sums = kernel->finish(b, totals, row, v);
      Value column = add(b, times(b, panel, form.getPanelColumns()),
                         index(b, v * form.getLanes()));
      SmallVector<Value> at = {place.image, place.row, place.column, group,
                               column};
      storeSums(b, sums, at, column);
    }
  }

  void storeSums(ImplicitLocOpBuilder &b, Value sums, ArrayRef<Value> at,
                 Value column) {
    Value out = op.getInit();
    auto type = cast<VectorType>(sums.getType());
    auto store = [&](ImplicitLocOpBuilder &b, Value mask) {
      Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
      auto accumulated = scf::IfOp::create(
          b, first,
          [&](OpBuilder &nested, Location loc) {
            scf::YieldOp::create(nested, loc, sums);
          },
          [&](OpBuilder &nested, Location loc) {
            Value old;
            if (mask)
              old = vector::MaskedLoadOp::create(nested, loc, type, out, at,
                                                 mask, zeros);
            else
              old = vector::LoadOp::create(nested, loc, type, out, at);
            scf::YieldOp::create(
                nested, loc,
                arith::AddIOp::create(nested, loc, sums, old).getResult());
          });
      Value value = accumulated.getResult(0);
      if (mask)
        vector::MaskedStoreOp::create(b, out, at, mask, value);
      else
        vector::StoreOp::create(b, value, out, at);
    };
    int64_t lanes = type.getNumElements();
    if (columns % form.getPanelColumns() == 0)
      return store(b, {});
    Value left = arith::SubIOp::create(b, index(b, columns), column);
    Value full = arith::CmpIOp::create(b, arith::CmpIPredicate::sge, left,
                                       index(b, lanes));
    auto branch = scf::IfOp::create(b, full, /*withElse=*/true);
    ImplicitLocOpBuilder then(b.getLoc(), branch.getThenBodyBuilder());
    store(then, {});
    ImplicitLocOpBuilder other(b.getLoc(), branch.getElseBodyBuilder());
    Value some = arith::MaxSIOp::create(other, left, index(other, 0));
    Value mask = vector::CreateMaskOp::create(
        other, VectorType::get({lanes}, b.getI1Type()), some);
    store(other, mask);
  }

  TileProductOp op;
  FormAttr form;
  std::unique_ptr<TileKernel> kernel;
  int64_t numPanels, segments, steps, outRows, outColumns, groups, columns;
  int64_t tileRows; // output rows that tiles run over
  int64_t parts, chunkSegments, blocks;
  bool pairs;
  Value rows, panels, images, pixels;
  Value group, segment, part, first; // of the loops
};

} // namespace

void bitserial::buildTileProduct(ImplicitLocOpBuilder &b, TileProductOp op) {
  ProductLoops(op).build(b);
}
