//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileLoops.h"

#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Panels that stay in the first-level cache while all pixels pass by.
static constexpr int64_t residentBytes = 16 * 1024;

TileLoops::TileLoops(TileProductOp op) : op(op), form(op.getForm()) {
  auto panels = cast<MemRefType>(op.getPanels().getType());
  auto sumsType = cast<MemRefType>(op.getInit().getType());
  numPanels = panels.getDimSize(1);
  segments = panels.getDimSize(2);
  steps = panels.getDimSize(3);
  outRows = sumsType.getDimSize(1);
  outColumns = sumsType.getDimSize(2);
  groups = sumsType.getDimSize(3);
  columns = sumsType.getDimSize(4);
  out = op.getInit();
  pairs = form.getKernel() == Kernel::pairs;
  if (pairs && op.getPairRows())
    tileRows = *op.getPairRows();
  else
    tileRows = outRows;
  int64_t perPart = std::min<int64_t>(steps, op.getChunk());
  parts = steps / perPart;
  chunkSegments = std::max<int64_t>(op.getChunk() / steps, 1);
  drains = perPart / form.getDrain();
  if (op.getKept())
    block = op.getChunk() /
            (cast<MemRefType>(op.getKept().getType()).getDimSize(3) - 1);
}

void TileLoops::build(ImplicitLocOpBuilder &b) {
  rows = collapseFrom(b, op.getRows(), 0);
  panels = collapseFrom(b, op.getPanels(), 0);
  images = memref::DimOp::create(b, op.getInit(), 0);
  pixels = countPixels(b);
  int64_t most = countBlockPixels();
  loop(b, groups, 1, [&](ImplicitLocOpBuilder &b, Value g) {
    group = g;
    if (most == 0)
      return buildPixelBlock(b, index(b, 0), pixels);
    loop(b, index(b, 0), pixels, most,
         [&](ImplicitLocOpBuilder &b, Value begin) {
           Value end = add(b, begin, index(b, most));
           buildPixelBlock(b, begin, arith::MinUIOp::create(b, end, pixels));
         });
  });
}

Value TileLoops::countPixels(ImplicitLocOpBuilder &b) {
  // Images of the first rows of the pairs.
  Value tileImages = memref::DimOp::create(b, op.getRows(), 0);
  return times(b, tileImages, tileRows * outColumns);
}

void TileLoops::buildPixelBlock(ImplicitLocOpBuilder &b, Value begin,
                                Value end) {
  blockBegin = begin;
  blockEnd = end;
  loop(b, countChunks(), 1, [&](ImplicitLocOpBuilder &b, Value c) {
    chunk = c;
    buildChunk(b);
  });
}

Value TileLoops::index(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value TileLoops::add(ImplicitLocOpBuilder &b, Value x, Value y) {
  return arith::AddIOp::create(b, x, y);
}

Value TileLoops::times(ImplicitLocOpBuilder &b, Value x, int64_t factor) {
  return arith::MulIOp::create(b, x, index(b, factor));
}

std::pair<Value, Value> TileLoops::divide(ImplicitLocOpBuilder &b, Value x,
                                          int64_t divisor) {
  if (divisor == 1)
    return {x, index(b, 0)};
  Value by = index(b, divisor);
  return {arith::DivUIOp::create(b, x, by), arith::RemUIOp::create(b, x, by)};
}

void TileLoops::loop(ImplicitLocOpBuilder &b, Value begin, Value end,
                     int64_t step, Body body) {
  scf::ForOp::create(
      b, begin, end, index(b, step), ValueRange(),
      [&](OpBuilder &nested, Location loc, Value iv, ValueRange) {
        ImplicitLocOpBuilder inner(loc, nested);
        body(inner, iv);
        scf::YieldOp::create(inner);
      });
}

void TileLoops::loop(ImplicitLocOpBuilder &b, int64_t end, int64_t step,
                     Body body) {
  loop(b, index(b, 0), index(b, end), step, body);
}

SmallVector<Value> TileLoops::carry(ImplicitLocOpBuilder &b, int64_t end,
                                    int64_t step, ValueRange values,
                                    Carrying body) {
  return carry(b, index(b, end), step, values, body);
}

SmallVector<Value> TileLoops::carry(ImplicitLocOpBuilder &b, Value end,
                                    int64_t step, ValueRange values,
                                    Carrying body) {
  auto loop = scf::ForOp::create(
      b, index(b, 0), end, index(b, step), values,
      [&](OpBuilder &nested, Location loc, Value iv, ValueRange carried) {
        ImplicitLocOpBuilder inner(loc, nested);
        scf::YieldOp::create(inner, body(inner, iv, carried));
      });
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> TileLoops::carryKept(ImplicitLocOpBuilder &b, Value panel,
                                        ValueRange values, Carrying body) {
  auto load = [&](ImplicitLocOpBuilder &b, Value entry) -> Value {
    Value number = memref::LoadOp::create(
        b, op.getKept(), ValueRange{group, panel, chunk, entry});
    return arith::IndexCastOp::create(b, b.getIndexType(), number);
  };
  Value one = index(b, 1);
  Value end = add(b, load(b, index(b, 0)), one);
  auto loop = scf::ForOp::create(
      b, one, end, one, values,
      [&](OpBuilder &nested, Location loc, Value entry, ValueRange carried) {
        ImplicitLocOpBuilder inner(loc, nested);
        scf::YieldOp::create(inner, body(inner, load(inner, entry), carried));
      });
  return SmallVector<Value>(loop.getResults());
}

int64_t TileLoops::countResidentPanels() const {
  return std::max<int64_t>(residentBytes / getChunkBytes(), 1);
}

int64_t TileLoops::countBlockPixels() {
  auto type = cast<MemRefType>(op.getRows().getType());
  int64_t inImage = tileRows * outColumns;
  if (numPanels <= countResidentPanels() || inImage == 0)
    return 0;
  int64_t imageBytes = type.getDimSize(1) * type.getDimSize(2) / countChunks();
  int64_t block = blockBytes * inImage / std::max<int64_t>(imageBytes, 1);
  block = std::max(block / form.getColumns(), int64_t(4)) * form.getColumns();
  bool isAll = !type.isDynamicDim(0) && type.getDimSize(0) * inImage <= block;
  return isAll ? 0 : block;
}

void TileLoops::buildChunk(ImplicitLocOpBuilder &b) {
  first =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, chunk, index(b, 0));
  if (parts == 1) {
    segment = times(b, chunk, chunkSegments);
    part = index(b, 0);
  } else {
    std::tie(segment, part) = divide(b, chunk, parts);
  }
  int64_t resident = countResidentPanels();
  loop(b, numPanels, resident, [&](ImplicitLocOpBuilder &b, Value begin) {
    Value end = add(b, begin, index(b, resident));
    if (numPanels % resident != 0)
      end = arith::MinUIOp::create(b, end, index(b, numPanels));
    loop(b, blockBegin, blockEnd, form.getColumns(),
         [&](ImplicitLocOpBuilder &b, Value pixel) {
           buildPixels(b, pixel, begin, end);
         });
  });
}

Pixel TileLoops::locate(ImplicitLocOpBuilder &b, Value number) {
  auto [image, inImage] = divide(b, number, tileRows * outColumns);
  auto [row, column] = divide(b, inImage, outColumns);
  return {image, row, column};
}

Value TileLoops::getStart(ImplicitLocOpBuilder &b, const Pixel &pixel) {
  auto type = cast<MemRefType>(op.getRows().getType());
  int64_t rowBytes = type.getDimSize(2);
  Value start = times(b, pixel.image, type.getDimSize(1) * rowBytes);
  start = add(b, start, times(b, pixel.row, op.getStrides()[0] * rowBytes));
  start = add(b, start,
              times(b, pixel.column, op.getStrides()[1] * op.getPixelBytes()));
  if (groups > 1)
    start = add(b, start, times(b, group, op.getPixelBytes() / groups));
  if (parts > 1)
    start = add(b, start,
                times(b, part, steps / parts * form.getRowBytesPerStep()));
  return start;
}

Value TileLoops::getSegmentOffset(ImplicitLocOpBuilder &b, Value segment) {
  int64_t rowBytes = cast<MemRefType>(op.getRows().getType()).getDimSize(2);
  auto [i, j] = divide(b, segment, op.getRowTaps());
  Value offset = times(b, i, op.getDilations()[0] * rowBytes);
  if (op.getRowTaps() > 1)
    offset =
        add(b, offset, times(b, j, op.getDilations()[1] * op.getPixelBytes()));
  return offset;
}

Value TileLoops::getPanelStart(ImplicitLocOpBuilder &b, Value panel) {
  Value start =
      add(b, times(b, group, numPanels * segments * getSegmentBytes()),
          times(b, panel, segments * getSegmentBytes()));
  start = add(b, start, times(b, segment, getSegmentBytes()));
  if (parts > 1)
    start = add(b, start,
                times(b, part, steps / parts * form.getPanelBytesPerStep()));
  return start;
}

void TileLoops::storeSums(ImplicitLocOpBuilder &b, Value sums,
                          ArrayRef<Value> at, Value column) {
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
            old = vector::MaskedLoadOp::create(nested, loc, type, out, at, mask,
                                               zeros);
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
