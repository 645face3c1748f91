//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// matmul and conv2d as one matrix product, and where its elements are.

#ifndef DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PRODUCTVIEW_H
#define DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PRODUCTVIEW_H

#include "Epilogue.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/IR/BuiltinTypes.h"

#include <array>

namespace mlir::bitserial {

/// An output position: a row of the left matrix.
struct RowPosition {
  Value sample, y, x;
};

/// A tap and a word of the channels: a place in the depth.
struct DepthPosition {
  Value i, j, word;
};

/// sums[rows, columns] += left[rows, depth] right[depth, columns] for each
/// group. Depth counts words; each has all planes of its side. The rows of a
/// matmul are its samples, and it has one position, one tap and one group.
struct ProductView {
  Value lhs, rhs, sums;
  bool isConv, transposed;
  std::optional<std::array<int64_t, 2>> byteBits;
  std::array<int64_t, 2> strides = {1, 1}, dilations = {1, 1};
  /// What takes the sums in place of memory.
  std::optional<Epilogue> epilogue;

  /// How many columns behind one another a warp must have together: as many
  /// as are packed into a word, or a fragment of tensor cores'.
  int64_t columnsTogether() const;

  static ProductView get(MatmulOp op);
  static ProductView get(Conv2DOp op);

  MemRefType lhsType() const { return cast<MemRefType>(lhs.getType()); }
  MemRefType rhsType() const { return cast<MemRefType>(rhs.getType()); }
  MemRefType sumsType() const { return cast<MemRefType>(sums.getType()); }
  int64_t lhsPlanes() const;
  int64_t rhsPlanes() const;

  /// Static sizes, dynamic if one that they consist of is.
  int64_t staticRows() const;
  int64_t staticPositions() const; // rows of one sample
  int64_t staticColumns() const { return sumsType().getShape().back(); }
  int64_t staticDepth() const;
  int64_t staticGroups() const { return isConv ? sumsType().getDimSize(3) : 1; }

  /// Words that one copy takes at once, 1, 2 or 4: there are as many one behind
  /// the other in every place that starts at a multiple of it. `depthInside`
  /// says that they run along the depth, and not along rows or columns.
  int64_t lhsVector() const;
  int64_t rhsVector() const;
  bool lhsDepthInside() const { return !transposed; }
};

/// The sizes of a product as numbers, where a builder stands.
struct ProductSizes {
  Value height, width, kernelWidth, words; // of positions, taps, channels
  Value rows, columns, depth, groups;

  ProductSizes(const Numbers &n, const ProductView &view);
};

/// Indices of operands, for numbers inside of a kernel.
class ProductIndices {
public:
  ProductIndices(const Numbers &n, const ProductView &view,
                 const ProductSizes &sizes, Value group)
      : n(n), view(view), sizes(sizes), group(group) {}

  RowPosition row(Value number) const;
  DepthPosition depth(Value number) const;
  SmallVector<Value> lhs(const RowPosition &row, const DepthPosition &depth,
                         Value plane) const;
  SmallVector<Value> rhs(const DepthPosition &depth, Value plane,
                         Value column) const;
  SmallVector<Value> sums(const RowPosition &row, Value column) const;

private:
  const Numbers &n;
  const ProductView &view;
  const ProductSizes &sizes;
  Value group;
};

} // namespace mlir::bitserial

#endif // DOREFA_LIB_CONVERSION_BITSERIALTOGPU_PRODUCTVIEW_H
