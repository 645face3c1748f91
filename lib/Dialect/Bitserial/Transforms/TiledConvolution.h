//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What a tiled product is of, and how it is cut when its sides change places.

#ifndef DOREFA_LIB_DIALECT_BITSERIAL_TRANSFORMS_TILEDCONVOLUTION_H
#define DOREFA_LIB_DIALECT_BITSERIAL_TRANSFORMS_TILEDCONVOLUTION_H

#include "dorefa/Dialect/Bitserial/Transforms/TilePlan.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::bitserial {

inline RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// A convolution, or a matrix product as one of images of one pixel.
struct Convolution {
  int64_t lhsBits, rhsBits;
  Value image;  // [N,H,W,G,C,P]
  Value codes;  // [N,H,bytes], whose words the image is, or null
  Value filter; // [G,S,words,Q,F]
  Value init;   // [N,OH,OW,G,F]
  int64_t rowTaps;
  bool isSigned = false; // the filter
  SmallVector<int64_t> strides = {1, 1}, dilations = {1, 1};

  /// Whether the codes are what `pack_rows` would make of the image.
  bool hasRows(const TilePlan &plan) const {
    return codes && plan.form.usesBytes() &&
           plan.form.getKernel() != Kernel::words &&
           size(codes, 2) == rowBytes(plan);
  }

  int64_t size(Value value, unsigned axis) const {
    return getTensorType(value).getDimSize(axis);
  }
  int64_t outRows() const { return size(init, 1); }
  TileShape getShape() const {
    return {lhsBits,         rhsBits,         size(filter, 1),
            size(filter, 2), size(filter, 4), isSigned};
  }
  /// Rows of the image that so many output rows read.
  int64_t rowsOf(int64_t outRows) const {
    return (outRows - 1) * strides[0] +
           (size(filter, 1) / rowTaps - 1) * dilations[0] + 1;
  }
  int64_t pixelBytes(FormAttr form) const {
    return size(image, 3) * size(image, 4) * form.getRowBytesPerWord();
  }
  /// The sums of an output row.
  int64_t sumsBytes() const {
    return size(init, 2) * size(init, 3) * size(init, 4) * 4;
  }
  /// The pixels of a row, and as many zeros as padded segments reach beyond.
  int64_t rowBytes(const TilePlan &plan) const {
    int64_t words = size(filter, 2) * plan.form.getRowBytesPerWord();
    int64_t beyond = std::max<int64_t>(plan.segmentBytes() - words, 0);
    return llvm::alignTo(size(image, 2) * pixelBytes(plan.form) + beyond,
                         tableBytes);
  }
};

/// The sums of a convolution of planes, with tables of the filter's codes and
/// indices of the image's, which have fewer bits: the positions of a piece are
/// the columns of a product. Into `out`, in a parallel loop.
Value buildSwappedProduct(OpBuilder &b, Location loc, const Convolution &conv,
                          int64_t vectorBits, Value out);

} // namespace mlir::bitserial

#endif // DOREFA_LIB_DIALECT_BITSERIAL_TRANSFORMS_TILEDCONVOLUTION_H
