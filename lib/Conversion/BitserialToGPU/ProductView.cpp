//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductView.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <numeric>

using namespace mlir;
using namespace mlir::bitserial;

static std::optional<std::array<int64_t, 2>>
getByteBits(std::optional<ArrayRef<int64_t>> bits) {
  if (!bits)
    return std::nullopt;
  return std::array<int64_t, 2>{(*bits)[0], (*bits)[1]};
}

ProductView ProductView::get(MatmulOp op) {
  return {
      op.getLhs(),      op.getRhs(),          op.getInit(),
      /*isConv=*/false, op.getTransposeLhs(), getByteBits(op.getByteBits())};
}

ProductView ProductView::get(Conv2DOp op) {
  return {op.getInput(),
          op.getFilter(),
          op.getInit(),
          /*isConv=*/true,
          /*transposed=*/false,
          getByteBits(op.getByteBits()),
          {op.getStrides()[0], op.getStrides()[1]},
          {op.getDilations()[0], op.getDilations()[1]}};
}

int64_t ProductView::columnsTogether() const {
  int64_t columns = 1;
  if (epilogue)
    for (const std::optional<PackedOutput> &output : epilogue->packed)
      if (output)
        columns = std::max(columns, PackOp(output->pack).getCodesPerWord());
  return columns;
}

int64_t ProductView::lhsPlanes() const {
  return transposed ? lhsType().getDimSize(1) : lhsType().getShape().back();
}

int64_t ProductView::rhsPlanes() const {
  return rhsType().getDimSize(isConv ? 4 : 1);
}

static int64_t multiply(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      return size;
    product *= size;
  }
  return product;
}

int64_t ProductView::staticRows() const {
  return multiply(sumsType().getShape().take_front(isConv ? 3 : 1));
}

int64_t ProductView::staticPositions() const {
  return isConv ? multiply(sumsType().getShape().slice(1, 2)) : 1;
}

int64_t ProductView::staticDepth() const {
  return isConv ? multiply(rhsType().getShape().slice(1, 3))
                : rhsType().getDimSize(0);
}

/// The largest of 4, 2, 1 that divides each stride but those of the last
/// `inner` axes, the offset and `run`, the elements that these axes have one
/// behind the other.
static int64_t getVector(MemRefType type, unsigned inner, int64_t run) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      strides.back() != 1 || ShapedType::isDynamic(run) ||
      ShapedType::isDynamic(offset))
    return 1;
  int64_t vector = std::gcd(std::gcd(run, offset), int64_t(4));
  for (int64_t stride : ArrayRef(strides).drop_back(inner))
    vector = ShapedType::isDynamic(stride) ? 1 : std::gcd(vector, stride);
  return vector;
}

int64_t ProductView::lhsVector() const {
  MemRefType type = lhsType();
  if (transposed)
    return getVector(type, 1, type.getShape().back());
  // Words and planes run together where nothing is between the words.
  SmallVector<int64_t> strides;
  int64_t offset;
  int64_t planes = lhsPlanes();
  unsigned words = type.getRank() - 2;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      (strides[words] != planes && type.getDimSize(words) != 1))
    return 1;
  return getVector(type, 2, multiply({type.getDimSize(words), planes}));
}

int64_t ProductView::rhsVector() const {
  return getVector(rhsType(), 1, rhsType().getShape().back());
}

static Value getDim(const Numbers &n, Value memref, int64_t axis) {
  return n.fromIndex(n.b.createOrFold<memref::DimOp>(memref, axis));
}

ProductSizes::ProductSizes(const Numbers &n, const ProductView &view) {
  auto sum = [&](int64_t axis) { return getDim(n, view.sums, axis); };
  if (!view.isConv) {
    height = width = kernelWidth = groups = n.constant(1);
    rows = sum(0);
    columns = sum(1);
    depth = words = getDim(n, view.rhs, 0);
    return;
  }
  height = sum(1);
  width = sum(2);
  groups = sum(3);
  columns = sum(4);
  rows = n.mul(n.mul(sum(0), height), width);
  kernelWidth = getDim(n, view.rhs, 2);
  words = getDim(n, view.rhs, 3);
  depth = n.mul(n.mul(getDim(n, view.rhs, 1), kernelWidth), words);
}

RowPosition ProductIndices::row(Value number) const {
  Value zero = n.constant(0);
  if (!view.isConv)
    return {number, zero, zero};
  Value rest = n.div(number, sizes.width);
  return {n.div(rest, sizes.height), n.rem(rest, sizes.height),
          n.rem(number, sizes.width)};
}

DepthPosition ProductIndices::depth(Value number) const {
  Value zero = n.constant(0);
  if (!view.isConv)
    return {zero, zero, number};
  Value tap = n.div(number, sizes.words);
  return {n.div(tap, sizes.kernelWidth), n.rem(tap, sizes.kernelWidth),
          n.rem(number, sizes.words)};
}

SmallVector<Value> ProductIndices::lhs(const RowPosition &row,
                                       const DepthPosition &depth,
                                       Value plane) const {
  if (view.transposed)
    return n.toIndices({depth.word, plane, row.sample});
  if (!view.isConv)
    return n.toIndices({row.sample, depth.word, plane});
  Value y =
      n.add(n.mul(row.y, view.strides[0]), n.mul(depth.i, view.dilations[0]));
  Value x =
      n.add(n.mul(row.x, view.strides[1]), n.mul(depth.j, view.dilations[1]));
  return n.toIndices({row.sample, y, x, group, depth.word, plane});
}

SmallVector<Value> ProductIndices::rhs(const DepthPosition &depth, Value plane,
                                       Value column) const {
  if (!view.isConv)
    return n.toIndices({depth.word, plane, column});
  return n.toIndices({group, depth.i, depth.j, depth.word, plane, column});
}

SmallVector<Value> ProductIndices::sums(const RowPosition &row,
                                        Value column) const {
  if (!view.isConv)
    return n.toIndices({row.sample, column});
  return n.toIndices({row.sample, row.y, row.x, group, column});
}
