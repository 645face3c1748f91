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
};

} // namespace mlir::dorefa

#endif // DOREFA_DIALECT_DOREFA_IR_CONVWINDOW_H
