//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The geometry of a convolution, shared by its three products.

#ifndef DOREFA_DIALECT_DOREFA_IR_CONVWINDOW_H
#define DOREFA_DIALECT_DOREFA_IR_CONVWINDOW_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace mlir::dorefa {

/// Strides, pads and dilations of a 2-D window, and the number of groups.
struct ConvWindow {
  llvm::ArrayRef<int64_t> strides;   // height, width
  llvm::ArrayRef<int64_t> pads;      // top, left, bottom, right
  llvm::ArrayRef<int64_t> dilations; // height, width
  int64_t groups = 1;

  /// The output size along axis `axis` (0 height, 1 width) for an input and a
  /// kernel of these sizes; 0 or less where the window does not fit.
  int64_t outputSize(unsigned axis, int64_t input, int64_t kernel) const {
    int64_t padded = input + pads[axis] + pads[axis + 2];
    int64_t reach = dilations[axis] * (kernel - 1) + 1;
    return padded < reach ? 0 : (padded - reach) / strides[axis] + 1;
  }

  /// How often a pixel of an image is multiplied, on average, by so many filters
  /// of a group. Of single pixels those that a stride leaves out do not count.
  int64_t countUses(int64_t filters, int64_t kernelH, int64_t kernelW) const {
    int64_t taps = kernelH * kernelW;
    if (taps == 1)
      return filters;
    int64_t uses = filters * taps / (strides[0] * strides[1]);
    return uses < 1 ? 1 : uses;
  }
};

} // namespace mlir::dorefa

#endif // DOREFA_DIALECT_DOREFA_IR_CONVWINDOW_H
