//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToLinalg/WindowBuilders.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

Value mlir::dorefa::buildPadded(ImplicitLocOpBuilder &b, Value image,
                                ArrayRef<int64_t> pads, double value) {
  if (llvm::all_of(pads, [](int64_t pad) { return pad == 0; }))
    return image;
  auto type = cast<RankedTensorType>(image.getType());
  SmallVector<OpFoldResult> sizes = getSizes(b, image);
  SmallVector<OpFoldResult> padded = sizes;
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(sizes.size(), b.getIndexAttr(1));
  for (unsigned axis : {0, 1}) {
    padded[axis + 1] =
        b.getIndexAttr(type.getDimSize(axis + 1) + pads[axis] + pads[axis + 2]);
    offsets[axis + 1] = b.getIndexAttr(pads[axis]);
  }
  Value grid = buildFilled(b, padded, type.getElementType(), value);
  return tensor::InsertSliceOp::create(b, image, grid, offsets, sizes, ones);
}

DilatedAxis mlir::dorefa::getDilatedAxis(const ConvWindow &window,
                                         unsigned axis, int64_t input,
                                         int64_t kernel, int64_t output) {
  // Cotangent row o meets tap t at input row o*s + t*d - pad. With the tap
  // reversed, t' = K - 1 - t, the grid row of o is o*s + shift.
  int64_t stride = window.strides[axis];
  int64_t reach = window.dilations[axis] * (kernel - 1);
  int64_t shift = reach - window.pads[axis];
  int64_t size = input + reach;
  int64_t first = shift < 0 ? llvm::divideCeil(-shift, stride) : 0;
  int64_t last = size - 1 - shift < 0 ? -1 : (size - 1 - shift) / stride;
  last = std::min(last, output - 1);
  return {size, first, std::max<int64_t>(last - first + 1, 0),
          first * stride + shift, stride};
}

DilatedSlice mlir::dorefa::getGridSlice(ImplicitLocOpBuilder &b,
                                        Value cotangent,
                                        const DilatedAxis &height,
                                        const DilatedAxis &width) {
  SmallVector<OpFoldResult> sizes = getSizes(b, cotangent);
  DilatedSlice slice;
  slice.offsets.assign(sizes.size(), b.getIndexAttr(0));
  slice.strides.assign(sizes.size(), b.getIndexAttr(1));
  slice.sizes = sizes;
  for (auto [axis, dilated] : {std::pair{1, height}, std::pair{2, width}}) {
    // An empty slice may start anywhere inside.
    slice.offsets[axis] = b.getIndexAttr(dilated.count ? dilated.offset : 0);
    slice.sizes[axis] = b.getIndexAttr(dilated.count);
    slice.strides[axis] = b.getIndexAttr(dilated.stride);
  }
  return slice;
}

DilatedSlice mlir::dorefa::getCotangentSlice(ImplicitLocOpBuilder &b,
                                             Value cotangent,
                                             const DilatedAxis &height,
                                             const DilatedAxis &width) {
  DilatedSlice slice = getGridSlice(b, cotangent, height, width);
  slice.strides.assign(slice.sizes.size(), b.getIndexAttr(1));
  slice.offsets[1] = b.getIndexAttr(height.count ? height.first : 0);
  slice.offsets[2] = b.getIndexAttr(width.count ? width.first : 0);
  return slice;
}

Value mlir::dorefa::buildDilated(ImplicitLocOpBuilder &b, Value cotangent,
                                 const DilatedAxis &height,
                                 const DilatedAxis &width) {
  auto type = cast<RankedTensorType>(cotangent.getType());
  SmallVector<OpFoldResult> gridSizes = getSizes(b, cotangent);
  gridSizes[1] = b.getIndexAttr(height.size);
  gridSizes[2] = b.getIndexAttr(width.size);
  DilatedSlice from = getCotangentSlice(b, cotangent, height, width);
  Value inside = cotangent;
  if (height.count != type.getDimSize(1) || width.count != type.getDimSize(2))
    inside = tensor::ExtractSliceOp::create(b, cotangent, from.offsets,
                                            from.sizes, from.strides);
  DilatedSlice to = getGridSlice(b, cotangent, height, width);
  Value grid = buildFilled(b, gridSizes, type.getElementType(), 0);
  return tensor::InsertSliceOp::create(b, inside, grid, to.offsets, to.sizes,
                                       to.strides);
}

/// {{0}, .., {axis, axis + 1}, ..}: the reassociation of one split axis.
static SmallVector<ReassociationIndices> getReassociation(int64_t rank,
                                                          int64_t axis) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i) {
    ReassociationIndices group = {i + (i > axis)};
    if (i == axis)
      group.push_back(i + 1);
    groups.push_back(group);
  }
  return groups;
}

Value mlir::dorefa::buildSplitAxis(ImplicitLocOpBuilder &b, Value tensor,
                                   int64_t axis, int64_t groups) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<OpFoldResult> sizes = getSizes(b, tensor);
  int64_t inner = shape[axis] / groups;
  shape[axis] = groups;
  sizes[axis] = b.getIndexAttr(groups);
  shape.insert(shape.begin() + axis + 1, inner);
  sizes.insert(sizes.begin() + axis + 1, b.getIndexAttr(inner));
  return tensor::ExpandShapeOp::create(
      b, RankedTensorType::get(shape, type.getElementType()), tensor,
      getReassociation(type.getRank(), axis), sizes);
}

Value mlir::dorefa::buildMergedAxes(ImplicitLocOpBuilder &b, Value tensor,
                                    int64_t axis) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  return tensor::CollapseShapeOp::create(b, tensor,
                                         getReassociation(rank - 1, axis));
}

/// Permutes a filter split into [G,Fg,KH,KW,Cg] through `map`, elementwise.
static Value buildFilterLayout(ImplicitLocOpBuilder &b, Value split,
                               ArrayRef<int64_t> shape, AffineMap map,
                               Type element, Convert convert) {
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), shape);
  return buildElementwise(
      b, split, map, sizes, element,
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        return {convert ? convert(b, args[0]) : args[0]};
      })[0];
}

Value mlir::dorefa::buildForwardFilter(ImplicitLocOpBuilder &b, Value filter,
                                       int64_t groups, Type element,
                                       Convert convert) {
  Value split = buildSplitAxis(b, filter, 0, groups);
  ArrayRef<int64_t> s = cast<RankedTensorType>(split.getType()).getShape();
  AffineExpr g, i, j, c, f;
  bindDims(b.getContext(), g, i, j, c, f);
  AffineMap map = AffineMap::get(5, 0, {g, f, i, j, c}, b.getContext());
  return buildFilterLayout(b, split, {s[0], s[2], s[3], s[4], s[1]}, map,
                           element, convert);
}

Value mlir::dorefa::buildReversedFilter(ImplicitLocOpBuilder &b, Value filter,
                                        int64_t groups, Type element,
                                        Convert convert) {
  Value split = buildSplitAxis(b, filter, 0, groups);
  ArrayRef<int64_t> s = cast<RankedTensorType>(split.getType()).getShape();
  AffineExpr g, i, j, f, c;
  bindDims(b.getContext(), g, i, j, f, c);
  AffineMap map = AffineMap::get(5, 0, {g, f, s[2] - 1 - i, s[3] - 1 - j, c},
                                 b.getContext());
  return buildFilterLayout(b, split, {s[0], s[2], s[3], s[1], s[4]}, map,
                           element, convert);
}

Value mlir::dorefa::buildFilterGradLayout(ImplicitLocOpBuilder &b, Value sums) {
  auto type = cast<RankedTensorType>(sums.getType());
  ArrayRef<int64_t> s = type.getShape();
  AffineExpr g, f, i, j, c;
  bindDims(b.getContext(), g, f, i, j, c);
  AffineMap map = AffineMap::get(5, 0, {g, i, j, c, f}, b.getContext());
  Value split = buildFilterLayout(b, sums, {s[0], s[4], s[1], s[2], s[3]}, map,
                                  type.getElementType(), nullptr);
  return buildMergedAxes(b, split, 0);
}
