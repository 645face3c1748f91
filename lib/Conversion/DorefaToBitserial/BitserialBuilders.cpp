//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BitserialBuilders.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

bitserial::Strategy
StrategyChoice::choose(const bitserial::ProductShape &shape) const {
  // What shifts do not take is chosen as by auto.
  if (forced != "auto" && forced != "shift")
    return *bitserial::symbolizeStrategy(forced);
  return gpu ? bitserial::chooseStrategy(shape, *gpu)
             : bitserial::chooseStrategy(shape, machine, tuned);
}

/// The sizes of `codes` with `axis` replaced by words and planes.
static SmallVector<OpFoldResult> getPackedSizes(ImplicitLocOpBuilder &b,
                                                Value codes, int64_t axis,
                                                WordLayout layout) {
  SmallVector<OpFoldResult> sizes = getSizes(b, codes);
  int64_t size = cast<RankedTensorType>(codes.getType()).getDimSize(axis);
  sizes[axis] = b.getIndexAttr(llvm::divideCeil(size, layout.codesPerWord()));
  sizes.insert(sizes.begin() + axis + 1, b.getIndexAttr(layout.planes()));
  return sizes;
}

Value mlir::dorefa::buildPack(ImplicitLocOpBuilder &b, Value codes,
                              int64_t axis, WordLayout layout) {
  Value init =
      buildEmpty(b, getPackedSizes(b, codes, axis, layout), b.getI32Type());
  return bitserial::PackOp::create(b, init.getType(), codes, init, axis,
                                   layout.packedBits(), layout.bytes,
                                   /*in_range=*/layout.bytes)
      ->getResult(0);
}

Value mlir::dorefa::buildPackInto(ImplicitLocOpBuilder &b, Value codes,
                                  int64_t axis, WordLayout layout,
                                  const DilatedSlice &place, int64_t height,
                                  int64_t width) {
  SmallVector<OpFoldResult> sizes = getPackedSizes(b, codes, axis, layout);
  SmallVector<OpFoldResult> gridSizes = sizes;
  gridSizes[1] = b.getIndexAttr(height);
  gridSizes[2] = b.getIndexAttr(width);
  SmallVector<OpFoldResult> offsets = place.offsets, strides = place.strides;
  offsets.push_back(b.getIndexAttr(0));
  strides.push_back(b.getIndexAttr(1));
  Value grid = buildFilled(b, gridSizes, b.getI32Type(), 0);
  Value inside =
      tensor::ExtractSliceOp::create(b, grid, offsets, sizes, strides);
  Value packed = bitserial::PackOp::create(b, inside.getType(), codes, inside,
                                           axis, layout.bits, layout.bytes,
                                           /*in_range=*/layout.bytes)
                     ->getResult(0);
  return tensor::InsertSliceOp::create(b, packed, grid, offsets, sizes,
                                       strides);
}

Value mlir::dorefa::buildUnpack(ImplicitLocOpBuilder &b, Value words,
                                int64_t axis, int64_t size) {
  SmallVector<OpFoldResult> sizes = getSizes(b, words);
  sizes.erase(sizes.begin() + axis + 1);
  sizes[axis] = b.getIndexAttr(size);
  Value init = buildEmpty(b, sizes, b.getI8Type());
  return bitserial::UnpackOp::create(b, init.getType(), words, init, axis)
      ->getResult(0);
}

Value mlir::dorefa::buildPopSum(ImplicitLocOpBuilder &b, Value words,
                                int64_t axis, WordLayout layout) {
  SmallVector<OpFoldResult> sizes = getSizes(b, words);
  sizes.erase(sizes.begin() + axis, sizes.begin() + axis + 2);
  Value init = buildEmpty(b, sizes, b.getI32Type());
  IntegerAttr byteBits =
      layout.bytes ? b.getI64IntegerAttr(layout.bits) : IntegerAttr();
  return bitserial::PopSumOp::create(b, init.getType(), words, init, axis,
                                     byteBits)
      ->getResult(0);
}

Value mlir::dorefa::buildPackedImage(ConversionPatternRewriter &rewriter,
                                     Location loc, Value codes,
                                     const ConvWindow &window,
                                     WordLayout layout) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointAfterValue(codes);
  ImplicitLocOpBuilder b(loc, rewriter);
  Value split = buildSplitAxis(b, codes, 3, window.groups);
  if (llvm::all_of(window.pads, [](int64_t pad) { return pad == 0; }))
    return buildPack(b, split, 4, layout);

  // Code 0 is value 0: words of zeros pad exactly.
  auto type = cast<RankedTensorType>(codes.getType());
  DilatedSlice place;
  place.sizes = getSizes(b, split);
  place.offsets.assign(place.sizes.size(), b.getIndexAttr(0));
  place.strides.assign(place.sizes.size(), b.getIndexAttr(1));
  int64_t padded[2];
  for (unsigned axis : {0, 1}) {
    place.offsets[axis + 1] = b.getIndexAttr(window.pads[axis]);
    padded[axis] =
        type.getDimSize(axis + 1) + window.pads[axis] + window.pads[axis + 2];
  }
  return buildPackInto(b, split, 4, layout, place, padded[0], padded[1]);
}

Value mlir::dorefa::buildWindowSum(ImplicitLocOpBuilder &b, Value sums,
                                   int64_t outH, int64_t outW, int64_t kernelH,
                                   int64_t kernelW, ArrayRef<int64_t> strides,
                                   ArrayRef<int64_t> dilations) {
  SmallVector<OpFoldResult> sizes = {getSize(b, sums, 0), b.getIndexAttr(outH),
                                     b.getIndexAttr(outW), getSize(b, sums, 3)};
  MLIRContext *context = b.getContext();
  AffineExpr n, y, x, g, i, j;
  bindDims(context, n, y, x, g, i, j);
  // The window's shape is read off a tensor that is never touched.
  Value window = tensor::EmptyOp::create(b, ArrayRef<int64_t>{kernelH, kernelW},
                                         b.getI32Type());
  SmallVector<AffineMap> maps = {
      AffineMap::get(6, 0,
                     {n, y * strides[0] + i * dilations[0],
                      x * strides[1] + j * dilations[1], g},
                     context),
      AffineMap::get(6, 0, {i, j}, context),
      AffineMap::get(6, 0, {n, y, x, g}, context)};
  SmallVector<IteratorType> iterators(4, IteratorType::parallel);
  iterators.append(2, IteratorType::reduction);
  Value init = buildFilled(b, sizes, b.getI32Type(), 0);
  return buildGeneric(
      b, {sums, window}, init, maps, iterators,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {arith::AddIOp::create(b, args[2], args[0])};
      })[0];
}

Value mlir::dorefa::buildBitConv(ImplicitLocOpBuilder &b, Value image,
                                 WordLayout imageLayout, Value filter,
                                 WordLayout filterLayout, int64_t outH,
                                 int64_t outW, ArrayRef<int64_t> strides,
                                 ArrayRef<int64_t> dilations,
                                 bitserial::Strategy strategy) {
  SmallVector<OpFoldResult> sizes = {
      getSize(b, image, 0), b.getIndexAttr(outH), b.getIndexAttr(outW),
      getSize(b, filter, 0), getSize(b, filter, 5)};
  Value init = buildFilled(b, sizes, b.getI32Type(), 0);
  DenseI64ArrayAttr byteBits;
  if (imageLayout.bytes)
    byteBits = b.getDenseI64ArrayAttr({imageLayout.bits, filterLayout.bits});
  return bitserial::Conv2DOp::create(b, init.getType(), image, filter, init,
                                     b.getDenseI64ArrayAttr(strides),
                                     b.getDenseI64ArrayAttr(dilations),
                                     byteBits, filterLayout.isSigned, strategy)
      ->getResult(0);
}

Value mlir::dorefa::buildTimes(ImplicitLocOpBuilder &b, int64_t value,
                               Value x) {
  if (value == 1)
    return x;
  return arith::MulIOp::create(b, x, buildScalar(b, x.getType(), value));
}

Value mlir::dorefa::buildFilterOfRows(ImplicitLocOpBuilder &b, Value sums,
                                      int64_t kernelH, int64_t kernelW) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(sums.getType()).getShape();
  auto splitType = RankedTensorType::get(
      {shape[0], kernelH, kernelW, shape[1] / (kernelH * kernelW), shape[2]},
      b.getF32Type());
  SmallVector<ReassociationIndices> split = {{0}, {1, 2, 3}, {4}};
  return buildFilterGradLayout(
      b, tensor::ExpandShapeOp::create(b, splitType, sums, split));
}
