//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Padding, group splitting and filter layouts of 2-D windows.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_WINDOWBUILDERS_H
#define DOREFA_CONVERSION_DOREFATOLINALG_WINDOWBUILDERS_H

#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/ConvWindow.h"

namespace mlir::dorefa {

/// Where the rows (or columns) of a cotangent land in the padded grid over
/// which the input gradient is a plain convolution with the reversed filter.
struct DilatedAxis {
  int64_t size;   // of the grid: input + reach of the filter
  int64_t first;  // first cotangent row that lands inside
  int64_t count;  // how many do
  int64_t offset; // where the first lands
  int64_t stride;
};
DilatedAxis getDilatedAxis(const ConvWindow &window, unsigned axis,
                           int64_t input, int64_t kernel, int64_t output);

/// `image` [N,H,W,...] with `pads` (top, left, bottom, right) of `value`.
Value buildPadded(ImplicitLocOpBuilder &b, Value image, ArrayRef<int64_t> pads,
                  double value);

/// Places a cotangent [N,outH,outW,...] into a grid of zeros.
Value buildDilated(ImplicitLocOpBuilder &b, Value cotangent,
                   const DilatedAxis &height, const DilatedAxis &width);
/// The same for any destination: the slice parameters of grid and cotangent.
struct DilatedSlice {
  SmallVector<OpFoldResult> offsets, sizes, strides;
};
DilatedSlice getGridSlice(ImplicitLocOpBuilder &b, Value cotangent,
                          const DilatedAxis &height, const DilatedAxis &width);
DilatedSlice getCotangentSlice(ImplicitLocOpBuilder &b, Value cotangent,
                               const DilatedAxis &height,
                               const DilatedAxis &width);

/// Splits axis `axis` of size groups * c into [groups, c]; merges it again.
Value buildSplitAxis(ImplicitLocOpBuilder &b, Value tensor, int64_t axis,
                     int64_t groups);
Value buildMergedAxes(ImplicitLocOpBuilder &b, Value tensor, int64_t axis);

/// Filters from [F,KH,KW,Cg] to the layout whose last axis is the one that a
/// product's result is vectorized over, each element through `convert`:
/// [G,KH,KW,Cg,Fg] (forward), or reversed [G,KH,KW,Fg,Cg] (input gradient).
using Convert = llvm::function_ref<Value(ImplicitLocOpBuilder &, Value)>;
Value buildForwardFilter(ImplicitLocOpBuilder &b, Value filter, int64_t groups,
                         Type element, Convert convert);
Value buildReversedFilter(ImplicitLocOpBuilder &b, Value filter, int64_t groups,
                          Type element, Convert convert);

/// result[F,KH,KW,Cg] from sums [G,KH,KW,Cg,Fg].
Value buildFilterGradLayout(ImplicitLocOpBuilder &b, Value sums);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_WINDOWBUILDERS_H
