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
// depends on the number of threads. With tables rows are filters,
//
//   [F, P] x [P, K].

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
  /// Of results [G,K,Fg], or [G,Fg,K] if they are transposed.
  explicit FilterGradientLoops(const FilterGradientShape &shape,
                               bool isTransposed = false)
      : FilterGradientShape(shape), isTransposed(isTransposed) {}
  virtual ~FilterGradientLoops() = default;

  /// dW = sum_n f32(I_n) * factor[n] of the packed images `words`
  /// [N,Hp,Wp,G,words,planes] and what `right` was made of the cotangent, each
  /// [N,...]: one block of samples after the other, so that what is made of a
  /// block is still in the cache when it is used.
  Value build(ImplicitLocOpBuilder &b, Value words, ValueRange right,
              Value factor);

protected:
  /// Of one sample: `row` is the first of a tile of rows of the result.
  struct Place {
    Value sample, group, row;
  };

  /// Samples of a block, whose matrices stay in a second-level cache.
  virtual int64_t getBlock() const = 0;
  /// A part of the result's rows.
  virtual int64_t getRowTile() const = 0;
  /// Makes the matrices of a block's samples.
  virtual void beginBlock(ImplicitLocOpBuilder &b, Value words,
                          ValueRange right) = 0;
  /// Called for each tile of rows, ahead of the loop over the samples.
  virtual void beginTile(ImplicitLocOpBuilder &b, Value sums) {}
  /// sums [tile, columns] + f32(I_n) * scale.
  virtual Value buildSample(ImplicitLocOpBuilder &b, Value scale,
                            const Place &place, Value sums) = 0;

  /// sum + f32(numerator) * scale, rounded as the reference does.
  static Value buildScaledSum(ImplicitLocOpBuilder &b, Value sum,
                              Value numerator, Value scale);
  /// Samples [N,...] of `init`, one after the other, each in a slice that
  /// `make` fills of the sample's image [1,Hp,Wp,G,words,planes]. The last axes
  /// of the slices may be shorter than those of `init`.
  static Value buildEachSample(
      ImplicitLocOpBuilder &b, Value words, Value init,
      ArrayRef<int64_t> sliceShape,
      function_ref<Value(ImplicitLocOpBuilder &, Value image, Value into)>
          make);

private:
  int64_t resultRows() const { return isTransposed ? filters : rows(); }
  int64_t resultColumns() const { return isTransposed ? rows() : filters; }
  Value buildBlock(ImplicitLocOpBuilder &b, Value batch, Value factor,
                   Value sums);

  bool isTransposed;
};

/// Those over the positions of padded rows: the positions of a sample that a
/// tap reads are one run of the image's pixels, and where a position is none,
/// as a window would leave its row, the cotangent has zeros, and so it has
/// behind the last position.
class PaddedRowsGradient : public FilterGradientLoops {
protected:
  PaddedRowsGradient(const FilterGradientShape &shape,
                     const PositionProduct &product, int64_t vectorBits,
                     bool isTransposed)
      : FilterGradientLoops(shape, isTransposed),
        form(getForm(product, vectorBits)), depth(product.depth) {}

  /// The first pixel that a tap reads.
  int64_t tapOffset(int64_t i, int64_t j) const {
    return i * window.dilations[0] * imageW() + j * window.dilations[1];
  }
  /// Samples whose matrices, so many bytes each, stay in a cache.
  static int64_t countSamplesOfBlock(int64_t bytesOfSample);
  int64_t lastTapOffset() const { return tapOffset(kernelH - 1, kernelW - 1); }
  Value buildTapOffset(ImplicitLocOpBuilder &b, Value tap) const;
  /// Codes [N,OH,OW,G,Fg] of positions as words of bytes [N,W,1,G,Fg].
  Value buildPositionWords(ImplicitLocOpBuilder &b, Value codes,
                           WordLayout layout) const;

  bitserial::FormAttr form;
  int64_t depth;
};

Value buildOuterProducts(ImplicitLocOpBuilder &b,
                         const FilterGradientShape &shape, Value codes,
                         Value numerators, Value factor, int64_t lanes);
/// dW [G,K,Fg], each sample's product over the positions of padded rows.
Value buildMatrixFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value cotangent, Value factor);
/// The same of tables: dW [F,kh,kw,C].
Value buildLookupFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value cotangent, Value factor);
/// The same of the turned product, whose tables are of the image's codes:
/// `indexWords` is the padded cotangent.
Value buildTurnedFilterGradient(
    ImplicitLocOpBuilder &b, const FilterGradientShape &shape,
    const FilterGradientShape::PositionProduct &product, int64_t vectorBits,
    Value words, Value codes, Value indexWords, Value factor);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTLOOPS_H
