//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The loops of conv2d_grad_filter on a CPU. In each sample it is a matrix
// product whose depth is the output positions P:
//
//   [K, P] x [P, F],  K = taps x input channels,
//
// summed in integers, then scaled by the sample's own M and added in floats, in
// the samples' order. Samples come in blocks; a tile of rows of the result
// belongs to one thread, which runs through all samples of the block: nothing
// depends on the number of threads.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTLOOPS_H
#define DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTLOOPS_H

#include "BitserialBuilders.h"
#include "dorefa/Conversion/DorefaToBitserial/FilterGradientShape.h"

namespace mlir::dorefa {

/// A slice that takes index `position` of some axes and all of the others.
struct Slice {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  Slice(ImplicitLocOpBuilder &b, Value tensor);
  Slice &at(ImplicitLocOpBuilder &b, int64_t axis, OpFoldResult position,
            int64_t size = 1);
  /// The slice without its first `dropped` axes, which have one element.
  Value extract(ImplicitLocOpBuilder &b, Value tensor,
                int64_t dropped = 0) const;
  /// The slice of one sample and one group, without these two axes. They merge
  /// into the axes behind them: of a slice that drops inner axes itself,
  /// canonicalization could not tell which ones of several with one element.
  Value extractOfGroup(ImplicitLocOpBuilder &b, Value tensor,
                       int64_t groupAxis) const;
};

/// Whether there is a factor for each sample, or one for all.
inline bool isPerSample(Value factor) {
  return cast<RankedTensorType>(factor.getType()).getRank() == 1;
}

/// The loops around one sample's product, and what a product has to say.
class FilterGradientLoops : protected FilterGradientShape {
public:
  explicit FilterGradientLoops(const FilterGradientShape &shape)
      : FilterGradientShape(shape) {}
  virtual ~FilterGradientLoops() = default;

  /// dW [G,K,Fg] = sum_n f32(I_n) * factor[n] of the packed images `words`
  /// [N,Hp,Wp,G,words,planes] and what `right` was made of the cotangent: one
  /// block of samples after the other, so that what is made of a block is still
  /// in the cache when it is used.
  Value build(ImplicitLocOpBuilder &b, Value words, Value right, Value factor);

protected:
  /// Of one sample: `row` is the first of a tile of rows of the result.
  struct Place {
    Value sample, group, row;
  };

  /// The left matrices of a block of samples.
  virtual Value buildLeft(ImplicitLocOpBuilder &b, Value words) = 0;
  /// Samples of a block, whose matrices stay in a second-level cache.
  virtual int64_t getBlock() const = 0;
  /// A part of K.
  virtual int64_t getRowTile() const = 0;
  /// Called for each block, ahead of the loops over its samples.
  virtual void beginBlock(ImplicitLocOpBuilder &b, Value left) {}
  /// Called for each tile of rows, ahead of the loop over the samples.
  virtual void beginTile(ImplicitLocOpBuilder &b, Value sums) {}
  /// sums [tile, Fg] + f32(I_n) * scale.
  virtual Value buildSample(ImplicitLocOpBuilder &b, Value left, Value right,
                            Value scale, const Place &place, Value sums) = 0;

  /// Samples [N,...] of `init`, one after the other, each in a slice that
  /// `make` fills of the sample's image [1,Hp,Wp,G,words,planes]. The last axes
  /// of the slices may be shorter than those of `init`.
  static Value buildEachSample(
      ImplicitLocOpBuilder &b, Value words, Value init,
      ArrayRef<int64_t> sliceShape,
      function_ref<Value(ImplicitLocOpBuilder &, Value image, Value into)>
          make);

private:
  Value buildBlock(ImplicitLocOpBuilder &b, Value left, Value right,
                   Value factor, Value sums);
};

/// dW [F,KH,KW,Cg] of a single position: the sum over the samples of outer
/// products of codes [N,1,G,K] and numerators [N,1,G,Fg] in i32. With vectors
/// of `lanes` floats, 0 if there are none, codes of few bits select them.
Value buildOuterProducts(ImplicitLocOpBuilder &b,
                         const FilterGradientShape &shape, Value codes,
                         Value numerators, Value factor, int64_t lanes);
/// dW [G,K,Fg], each sample's product over the positions of padded rows.
Value buildMatrixFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value cotangent, Value factor);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTLOOPS_H
