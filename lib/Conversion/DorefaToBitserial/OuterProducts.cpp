//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter of a single position, as in a linear layer:
//
//   dW[f,k] = sum_n f32(a[n,k] g[n,f]) * factor[n],
//
// in the samples' order, each term rounded twice: products of codes are exact
// in f32, too. A code of few bits has few values, so the terms of all of them
// are computed first, and selected.

#include "FilterGradientLoops.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

static Value buildFloats(ImplicitLocOpBuilder &b, Value integers,
                         bool isSigned) {
  return buildPointwise(
      b, integers, b.getF32Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        if (isSigned)
          return {arith::SIToFPOp::create(b, b.getF32Type(), args[0])};
        return {arith::UIToFPOp::create(b, b.getF32Type(), args[0])};
      });
}

/// [G,Fg,K] of codes and numerators as they are.
static Value buildMultiplied(ImplicitLocOpBuilder &b,
                             const FilterGradientShape &shape, Value codes,
                             Value numerators, Value factor) {
  MLIRContext *context = b.getContext();
  AffineExpr g, f, k, n, zero = b.getAffineConstantExpr(0);
  bindDims(context, g, f, k, n);
  Value negated = buildPointwise(
      b, factor, b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {arith::NegFOp::create(b, args[0])};
      });
  Value left = buildFloats(b, codes, /*isSigned=*/false);
  Value right = buildFloats(b, numerators, /*isSigned=*/true);
  Value init = buildFilled(
      b,
      getAsIndexOpFoldResult(
          context, {shape.window.groups, shape.filters, shape.rows()}),
      b.getF32Type(), 0);
  // The samples' order and the rounding of each term are part of the result:
  // as a difference from the negated term nothing makes it a sum in parts, or
  // a fused multiply-add.
  return buildGeneric(
      b, {left, right, negated}, init,
      {AffineMap::get(4, 0, {n, zero, g, k}, context),
       AffineMap::get(4, 0, {n, zero, g, f}, context),
       isPerSample(factor) ? AffineMap::get(4, 0, {n}, context)
                           : AffineMap::get(4, 0, context),
       AffineMap::get(4, 0, {g, f, k}, context)},
      {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
       IteratorType::reduction},
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value product = arith::MulFOp::create(b, args[0], args[1]);
        Value term = arith::MulFOp::create(b, product, args[2]);
        return {arith::SubFOp::create(b, args[3], term)};
      })[0];
}

/// The sums of a vector of filters that fit in registers, sixteen everywhere:
/// terms are operands in memory.
static int64_t getColumns(const FilterGradientShape &shape, int64_t lanes) {
  int64_t columns = std::max<int64_t>(lanes, 16);
  return shape.rows() % columns == 0 ? columns : lanes;
}

/// [F,K]: the terms of each value of a code, in groups of vectors of filters.
static Value buildSelected(ImplicitLocOpBuilder &b,
                           const FilterGradientShape &shape, Value codes,
                           Value numerators, Value factor, int64_t lanes) {
  MLIRContext *context = b.getContext();
  int64_t values = shape.inputCode.getMaxCode() + 1;
  int64_t groups = shape.filters / lanes;
  SmallVector<float> counted;
  for (int64_t value = 0; value < values; ++value)
    counted.push_back(value);
  auto countedType = RankedTensorType::get({values}, b.getF32Type());
  Value each = arith::ConstantOp::create(
      b, DenseElementsAttr::get(countedType, ArrayRef<float>(counted)));
  // [N,1,1,F] as [N,T,L].
  Value flat = tensor::CollapseShapeOp::create(
      b, numerators, ArrayRef<ReassociationIndices>{{0}, {1, 2, 3}});
  auto splitType = RankedTensorType::get(
      {cast<RankedTensorType>(flat.getType()).getDimSize(0), groups, lanes},
      b.getI32Type());
  Value vectors = buildFloats(
      b,
      tensor::ExpandShapeOp::create(
          b, splitType, flat, ArrayRef<ReassociationIndices>{{0}, {1, 2}}),
      /*isSigned=*/true);
  AffineExpr t, n, j, l;
  bindDims(context, t, n, j, l);
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(context, {groups, 1, values, lanes});
  sizes[1] = getSize(b, flat, 0);
  Value terms = buildElementwise(
      b, {each, vectors, factor},
      {AffineMap::get(4, 0, {j}, context),
       AffineMap::get(4, 0, {n, t, l}, context),
       isPerSample(factor) ? AffineMap::get(4, 0, {n}, context)
                           : AffineMap::get(4, 0, context)},
      sizes, b.getF32Type(),
      [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value product = arith::MulFOp::create(b, args[0], args[1]);
        return {arith::MulFOp::create(b, product, args[2])};
      })[0];
  // [N,1,1,K] as [S,N,C]: one behind the other as they are read, and where the
  // terms of each code begin.
  int64_t columns = getColumns(shape, lanes);
  int64_t blocks = shape.rows() / columns;
  Value rows = tensor::CollapseShapeOp::create(
      b, codes, ArrayRef<ReassociationIndices>{{0}, {1, 2, 3}});
  auto rowsType = cast<RankedTensorType>(rows.getType());
  Value split = tensor::ExpandShapeOp::create(
      b,
      RankedTensorType::get({rowsType.getDimSize(0), blocks, columns},
                            b.getI8Type()),
      rows, ArrayRef<ReassociationIndices>{{0}, {1, 2}});
  AffineExpr s, m, k;
  bindDims(context, s, m, k);
  Value offsets = buildElementwise(
      b, split, AffineMap::get(3, 0, {m, s, k}, context),
      {b.getIndexAttr(blocks), getSize(b, rows, 0), b.getIndexAttr(columns)},
      b.getI8Type(),
      [lanes](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Value bytes = arith::ConstantOp::create(
            b, b.getI8IntegerAttr(lanes * sizeof(float)));
        return {arith::MulIOp::create(b, args[0], bytes)};
      })[0];
  Value init = buildEmpty(
      b, getAsIndexOpFoldResult(context, {shape.filters, shape.rows()}),
      b.getF32Type());
  return bitserial::SelectSumOp::create(b, init.getType(), offsets, terms, init)
      ->getResult(0);
}

Value mlir::dorefa::buildOuterProducts(ImplicitLocOpBuilder &b,
                                       const FilterGradientShape &shape,
                                       Value codes, Value numerators,
                                       Value factor, int64_t lanes) {
  // Terms of a vector of filters stay in the first-level cache for 128 samples.
  constexpr int64_t mostValues = 4;
  int64_t groups = shape.window.groups;
  if (lanes > 0 && groups == 1 && shape.filters % lanes == 0 &&
      shape.rows() % lanes == 0 && shape.inputCode.getMaxCode() < mostValues) {
    Value sums = buildSelected(b, shape, codes, numerators, factor, lanes);
    auto type = RankedTensorType::get(
        {shape.filters, shape.kernelH, shape.kernelW, shape.channels},
        b.getF32Type());
    return tensor::ExpandShapeOp::create(
        b, type, sums, ArrayRef<ReassociationIndices>{{0}, {1, 2, 3}});
  }
  Value sums = buildMultiplied(b, shape, codes, numerators, factor);
  auto type = RankedTensorType::get(
      {groups, shape.filters, shape.kernelH, shape.kernelW, shape.channels},
      b.getF32Type());
  Value split = tensor::ExpandShapeOp::create(
      b, type, sums, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}});
  return buildMergedAxes(b, split, 0);
}
