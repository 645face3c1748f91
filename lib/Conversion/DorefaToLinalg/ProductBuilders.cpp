//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

/// accumulator + lhs * rhs, in floats or integers.
static SmallVector<Value> buildMultiplyAdd(ImplicitLocOpBuilder &b,
                                           ValueRange args) {
  if (isa<FloatType>(args[0].getType()))
    return {arith::AddFOp::create(b, args[2],
                                  arith::MulFOp::create(b, args[0], args[1]))};
  return {arith::AddIOp::create(b, args[2],
                                arith::MulIOp::create(b, args[0], args[1]))};
}

static Type getElementType(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

Value mlir::dorefa::buildConvSums(ImplicitLocOpBuilder &b, Value image,
                                  Value filter, ArrayRef<int64_t> strides,
                                  ArrayRef<int64_t> dilations, int64_t outH,
                                  int64_t outW) {
  return buildConvSums(b, image, ValueRange(filter), strides, dilations, outH,
                       outW, buildMultiplyAdd);
}

Value mlir::dorefa::buildConvSums(ImplicitLocOpBuilder &b, Value image,
                                  ValueRange filters, ArrayRef<int64_t> strides,
                                  ArrayRef<int64_t> dilations, int64_t outH,
                                  int64_t outW, ScalarBody body) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(filters[0].getType()).getShape();
  SmallVector<OpFoldResult> sizes = {
      getSize(b, image, 0), b.getIndexAttr(outH), b.getIndexAttr(outW),
      b.getIndexAttr(shape[0]), b.getIndexAttr(shape[4])};
  MLIRContext *context = b.getContext();
  AffineExpr n, y, x, g, f, i, j, c;
  bindDims(context, n, y, x, g, f, i, j, c);
  SmallVector<Value> inputs = {image};
  llvm::append_range(inputs, filters);
  SmallVector<AffineMap> maps = {
      AffineMap::get(8, 0,
                     {n, y * strides[0] + i * dilations[0],
                      x * strides[1] + j * dilations[1], g, c},
                     context)};
  maps.append(filters.size(), AffineMap::get(8, 0, {g, i, j, c, f}, context));
  maps.push_back(AffineMap::get(8, 0, {n, y, x, g, f}, context));
  SmallVector<IteratorType> iterators(5, IteratorType::parallel);
  iterators.append(3, IteratorType::reduction);
  Value init = buildFilled(b, sizes, getElementType(image), 0);
  return buildGeneric(b, inputs, init, maps, iterators, body)[0];
}

Value mlir::dorefa::buildFilterGradSums(ImplicitLocOpBuilder &b, Value image,
                                        Value cotangent,
                                        ArrayRef<int64_t> strides,
                                        ArrayRef<int64_t> dilations,
                                        int64_t kernelH, int64_t kernelW,
                                        bool perSample) {
  auto imageType = cast<RankedTensorType>(image.getType());
  auto cotangentType = cast<RankedTensorType>(cotangent.getType());
  SmallVector<OpFoldResult> sizes = {
      b.getIndexAttr(imageType.getDimSize(3)), b.getIndexAttr(kernelH),
      b.getIndexAttr(kernelW), b.getIndexAttr(imageType.getDimSize(4)),
      b.getIndexAttr(cotangentType.getDimSize(4))};
  MLIRContext *context = b.getContext();
  AffineExpr n, g, i, j, c, f, y, x;
  bindDims(context, n, g, i, j, c, f, y, x);
  SmallVector<AffineExpr> outExprs = {g, i, j, c, f};
  SmallVector<IteratorType> iterators(8, IteratorType::parallel);
  iterators[0] = perSample ? IteratorType::parallel : IteratorType::reduction;
  iterators[6] = iterators[7] = IteratorType::reduction;
  if (perSample) {
    sizes.insert(sizes.begin(), getSize(b, image, 0));
    outExprs.insert(outExprs.begin(), n);
  }
  SmallVector<AffineMap> maps = {
      AffineMap::get(8, 0,
                     {n, y * strides[0] + i * dilations[0],
                      x * strides[1] + j * dilations[1], g, c},
                     context),
      AffineMap::get(8, 0, {n, y, x, g, f}, context),
      AffineMap::get(8, 0, outExprs, context)};
  Value init = buildFilled(b, sizes, getElementType(image), 0);
  return buildGeneric(b, {image, cotangent}, init, maps, iterators,
                      buildMultiplyAdd)[0];
}

Value mlir::dorefa::buildFactor(ImplicitLocOpBuilder &b, Value scaleA,
                                Value scaleB, int64_t denominator) {
  SmallVector<Value> scales;
  for (Value scale : {scaleA, scaleB})
    if (scale)
      scales.push_back(scale);
  // The loop runs over the scale that is a vector, if there is one.
  auto rank = [](Value scale) {
    return cast<RankedTensorType>(scale.getType()).getRank();
  };
  if (scales.size() == 2 && rank(scales[1]) > rank(scales[0]))
    std::swap(scales[0], scales[1]);
  SmallVector<OpFoldResult> sizes;
  if (!scales.empty())
    sizes = getSizes(b, scales[0]);
  SmallVector<AffineMap> maps;
  for (Value scale : scales)
    maps.push_back(getScaleMap(scale, sizes.size()));
  Type f32 = b.getF32Type();
  return buildElementwise(
      b, scales, maps, sizes, f32,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value product = scales.empty() ? buildScalar(b, f32, 1) : args[0];
        if (scales.size() == 2)
          product = arith::MulFOp::create(b, product, args[1]);
        return {arith::DivFOp::create(b, product,
                                      buildScalar(b, f32, denominator))};
      })[0];
}

Value mlir::dorefa::buildScaled(ImplicitLocOpBuilder &b, Value sums,
                                Value factor, unsigned axis) {
  SmallVector<OpFoldResult> sizes = getSizes(b, sums);
  unsigned rank = sizes.size();
  AffineMap factorMap = getScalarMap(b.getContext(), rank);
  if (cast<RankedTensorType>(factor.getType()).getRank() == 1)
    factorMap = AffineMap::get(rank, 0, b.getAffineDimExpr(axis));
  return buildElementwise(
      b, {sums, factor}, {b.getMultiDimIdentityMap(rank), factorMap}, sizes,
      b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value value = arith::SIToFPOp::create(b, b.getF32Type(), args[0]);
        return {arith::MulFOp::create(b, value, args[1])};
      })[0];
}

Value mlir::dorefa::buildScaledSampleSum(ImplicitLocOpBuilder &b, Value sums,
                                         Value factor) {
  SmallVector<OpFoldResult> sizes = getSizes(b, sums);
  unsigned rank = sizes.size();
  SmallVector<IteratorType> iterators(rank, IteratorType::parallel);
  iterators[0] = IteratorType::reduction;
  SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(rank),
                                 getScaleMap(factor, rank),
                                 b.getMultiDimIdentityMap(rank).dropResult(0)};
  Value init = buildFilled(b, ArrayRef(sizes).drop_front(), b.getF32Type(), 0);
  return buildGeneric(
      b, {sums, factor}, init, maps, iterators,
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value value = arith::SIToFPOp::create(b, b.getF32Type(), args[0]);
        Value scaled = arith::MulFOp::create(b, value, args[1]);
        return {arith::AddFOp::create(b, args[2], scaled)};
      })[0];
}
