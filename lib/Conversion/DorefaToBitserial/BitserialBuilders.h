//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Packing of images and filters, and window sums, shared by the products.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_BITSERIALBUILDERS_H
#define DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_BITSERIALBUILDERS_H

#include "dorefa/Conversion/DorefaToLinalg/WindowBuilders.h"
#include "dorefa/Dialect/Bitserial/Transforms/GPUCostModel.h"
#include "dorefa/Dialect/Bitserial/Transforms/TunedChoices.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::dorefa {

/// How codes of `bits` bits lie in words: a plane for each bit, or bytes.
struct WordLayout {
  int64_t bits;
  bool bytes = false;
  bool isSigned = false; // of a filter

  int64_t planes() const { return bytes ? 1 : bits; }
  /// What is packed of a code: of a byte with a sign all of it.
  int64_t packedBits() const {
    return bytes && isSigned ? bitserial::wordBits / bitserial::wordBytes
                             : bits;
  }
  int64_t codesPerWord() const {
    return bytes ? bitserial::wordBytes : bitserial::wordBits;
  }
};

/// What decides how products of codes run.
struct StrategyChoice {
  std::string forced; // auto, popcount, lookup, integer or shift
  bitserial::Machine machine;
  SmallVector<bitserial::TunedChoice> tuned;
  /// Chosen for, in the place of the machine, if it is there.
  std::optional<bitserial::GPUMachine> gpu;

  bitserial::Strategy choose(const bitserial::ProductShape &shape) const;
  /// Powers of two of a signed code of weights of the type `code`, 0 where they
  /// have an offset.
  int64_t countSignedPowers(bitserial::Strategy strategy, CodeType code) const {
    if (gpu || code.getKind() != CodeKind::pow2)
      return 0;
    return machine.countSignedPowers(strategy, code.getPow2Levels());
  }
};

/// Packs `axis` of an i8 tensor into words.
Value buildPack(ImplicitLocOpBuilder &b, Value codes, int64_t axis,
                WordLayout layout);
/// Packs the last axis `axis` of an image [N,H,W,...] into `place` of a grid of
/// zeros with `height` rows and `width` columns, without a copy.
Value buildPackInto(ImplicitLocOpBuilder &b, Value codes, int64_t axis,
                    WordLayout layout, const DilatedSlice &place,
                    int64_t height, int64_t width);
/// The inverse of a pack into planes; the axis gets `size` codes.
Value buildUnpack(ImplicitLocOpBuilder &b, Value words, int64_t axis,
                  int64_t size);
/// Sums of the codes of a packed axis.
Value buildPopSum(ImplicitLocOpBuilder &b, Value words, int64_t axis,
                  WordLayout layout);

/// An image of codes [N,H,W,C] as padded words [N,Hp,Wp,G,words,planes],
/// packed right after the codes are made: the packed form is what lives on.
Value buildPackedImage(ConversionPatternRewriter &rewriter, Location loc,
                       Value codes, const ConvWindow &window,
                       WordLayout layout);

/// out[n,y,x,g] = sum_{i,j} sums[n, y*sh + i*dh, x*sw + j*dw, g].
Value buildWindowSum(ImplicitLocOpBuilder &b, Value sums, int64_t outH,
                     int64_t outW, int64_t kernelH, int64_t kernelW,
                     ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations);

/// Zero sums [N,outH,outW,G,F] and the bit-serial convolution that fills them.
Value buildBitConv(ImplicitLocOpBuilder &b, Value image, WordLayout imageLayout,
                   Value filter, WordLayout filterLayout, int64_t outH,
                   int64_t outW, ArrayRef<int64_t> strides,
                   ArrayRef<int64_t> dilations, bitserial::Strategy strategy);

/// The i32 constant `value` times `x`, left out where `value` is 1.
Value buildTimes(ImplicitLocOpBuilder &b, int64_t value, Value x);

/// Sums [G,K,Fg] of all rows K = KH x KW x Cg of a filter's gradient as the
/// filter [F,KH,KW,Cg].
Value buildFilterOfRows(ImplicitLocOpBuilder &b, Value sums, int64_t kernelH,
                        int64_t kernelW);

/// Pattern sets of this conversion.
void populateForwardProductPatterns(const TypeConverter &converter,
                                    RewritePatternSet &patterns,
                                    const StrategyChoice &choice);
void populateInputGradientPatterns(const TypeConverter &converter,
                                   RewritePatternSet &patterns,
                                   const StrategyChoice &choice);
void populateFilterGradientPatterns(const TypeConverter &converter,
                                    RewritePatternSet &patterns,
                                    const StrategyChoice &choice);
/// Filter gradients for GPUs, ahead of the others.
void populateBatchedFilterGradientPatterns(const TypeConverter &converter,
                                           RewritePatternSet &patterns,
                                           const StrategyChoice &choice);
/// Products with pow2 weights by shifts, ahead of the others.
void populateShiftProductPatterns(const TypeConverter &converter,
                                  RewritePatternSet &patterns);
/// Convolutions of whole images to such of one pixel, ahead of the conversion.
void populateWholeImagePatterns(RewritePatternSet &patterns);
/// Convolutions of single pixels with strides to such without, for a CPU, ahead
/// of the conversion.
void populatePointwisePatterns(RewritePatternSet &patterns);
/// Input gradients with strides to such without, one for each phase of the
/// stride, for a CPU, ahead of the conversion.
void populatePhasePatterns(RewritePatternSet &patterns);
void populatePackedMaskPatterns(const TypeConverter &converter,
                                RewritePatternSet &patterns);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_BITSERIALBUILDERS_H
