//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatrixTiles.h"
#include "Addresses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::bitserial::matrixunit;

MatrixTiles::MatrixTiles(TileProductOp op)
    : TileLoops(op), tile{form.getColumns() / matrixRows, form.getVectors(),
                          form.getIsSigned()} {}

void MatrixTiles::buildProduct(ImplicitLocOpBuilder &b) {
  request(b);
  flattenSums(b);
  panelsAddress = getByteAddress(b, op.getPanels());
  sums =
      allocate(b, {form.getColumns(), form.getPanelColumns()}, b.getI32Type());
  prepare(b);
  configure(b, sums, registerRows ? tile.countRowRegisters() : 0, registerRows);
  build(b);
  release(b);
  finish(b);
  memref::DeallocOp::create(b, sums);
}

Value MatrixTiles::allocate(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                            Type element) {
  return memref::AllocOp::create(b, MemRefType::get(shape, element),
                                 b.getI64IntegerAttr(registerBytes));
}

/// `out` becomes the sums on one axis.
void MatrixTiles::flattenSums(ImplicitLocOpBuilder &b) {
  auto parts = memref::ExtractStridedMetadataOp::create(b, op.getInit());
  for (OpFoldResult stride :
       ArrayRef(parts.getConstifiedMixedStrides()).drop_back())
    sumStrides.push_back(
        getValueOrCreateConstantIndexOp(b, b.getLoc(), stride));
  Value size = arith::MulIOp::create(b, parts.getSizes()[0], sumStrides[0]);
  auto layout =
      StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {1});
  out = memref::ReinterpretCastOp::create(
      b, MemRefType::get({ShapedType::kDynamic}, b.getI32Type(), layout),
      parts.getBaseBuffer(), OpFoldResult(parts.getOffset()),
      OpFoldResult(size), OpFoldResult(b.getIndexAttr(1)));
}

Value MatrixTiles::getPlace(ImplicitLocOpBuilder &b, const Pixel &pixel) {
  Value place = index(b, 0);
  Value coordinates[] = {pixel.image, pixel.row, pixel.column, group};
  for (auto [coordinate, stride] : llvm::zip_equal(coordinates, sumStrides))
    place = add(b, place, arith::MulIOp::create(b, coordinate, stride));
  return place;
}

void MatrixTiles::multiply(ImplicitLocOpBuilder &b, Value panel) {
  tile.zero(b);
  Value panelAddress = add(b, panelsAddress, getPanelStart(b, panel));
  auto multiply = [&](ImplicitLocOpBuilder &b, Value step) {
    Value offset = getOffset(b, step);
    SmallVector<Value, 2> rows;
    for (Value half : halves)
      rows.push_back(add(b, half, offset));
    int64_t panelStep = form.getPanelBytesPerStep();
    tile.multiply(b, rows, rowDistance,
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

void MatrixTiles::spill(ImplicitLocOpBuilder &b) {
  Value address = getByteAddress(b, sums);
  int64_t distance = form.getPanelColumns() * wordBytes;
  tile.store(b, tile.getHalves(b, address, distance), distance);
}

void MatrixTiles::storeRow(ImplicitLocOpBuilder &b, Value row, Value place,
                           Value panel) {
  for (int64_t v = 0; v < form.getVectors(); ++v) {
    Value first = index(b, v * form.getLanes());
    Value found = vector::LoadOp::create(
        b, VectorType::get({form.getLanes()}, b.getI32Type()), sums,
        ValueRange{row, first});
    Value column = add(b, times(b, panel, form.getPanelColumns()), first);
    storeSums(b, found, add(b, place, column), column);
  }
}
