//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Sizes of conv2d_grad_filter.

#ifndef DOREFA_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTSHAPE_H
#define DOREFA_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTSHAPE_H

#include "dorefa/Dialect/Bitserial/Transforms/TilePlan.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"

namespace mlir::dorefa {

/// What a convolution's gradient with respect to its filter is made of.
struct FilterGradientShape {
  ConvWindow window;
  CodeType cotangentCode, inputCode;
  int64_t kernelH, kernelW, channels, filters; // the last two of a group
  int64_t outH, outW;

  /// Of products of codes: of others a type is missing.
  explicit FilterGradientShape(Conv2DGradFilterOp op);

  int64_t rows() const { return kernelH * kernelW * channels; }
  int64_t positions() const { return outH * outW; }
  /// Columns of the padded image, where the stride is 1.
  int64_t imageW() const { return outW + (kernelW - 1) * window.dilations[1]; }

  /// A sample's product of codes that stay where they are, over the positions
  /// of padded rows, one behind the other.
  struct PositionProduct {
    bitserial::Kernel kernel;
    int64_t depth;
    bool isTurned = false; // it is the turned shape's
  };
  /// Nothing where the machine has no such product of bytes, or too much of the
  /// depth would be zeros.
  std::optional<PositionProduct>
  planPositions(const bitserial::Machine &machine) const;
  /// The same with tables of the cotangent's codes, which the image's index;
  /// where the cotangent has fewer bits, with each in the other's place.
  std::optional<PositionProduct>
  planLookups(const bitserial::Machine &machine) const;
  /// The shape with image and cotangent in each other's place: the sums are
  /// over the image's pixels, the cotangent is padded, and taps come in reverse
  /// order. Nothing where there is a stride, or pads beyond the kernel's reach.
  std::optional<FilterGradientShape> getTurned() const;
  /// What the cotangent is padded by then: top, left, bottom, right.
  SmallVector<int64_t, 4> getCotangentPads() const;
  /// What strategies are chosen by; both codes have types.
  bitserial::ProductShape getProduct(const bitserial::Machine &machine) const;
  /// How it runs in registers of `vectorBits` bits.
  bitserial::FormAttr getForm(const PositionProduct &product,
                              int64_t vectorBits) const;

  /// Filters of a tile of a product of tables.
  static constexpr int64_t tableRows = 8;

private:
  /// Positions of padded rows, from the first to the last of a sample.
  int64_t spannedPositions() const { return (outH - 1) * imageW() + outW; }
  /// Whether a tap moves all positions by the same distance.
  bool hasOneDistance() const;
  /// Nothing if too much of so many steps would be zeros, or they are too many.
  std::optional<PositionProduct> limitZeros(bitserial::Kernel kernel,
                                            int64_t steps) const;
  bitserial::FormAttr getLookupForm(int64_t steps, int64_t vectorBits) const;
  /// Of a numerator 2c - n, with its sign.
  int64_t getNumeratorBits() const { return cotangentCode.getBits() + 1; }
};

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOBITSERIAL_FILTERGRADIENTSHAPE_H
