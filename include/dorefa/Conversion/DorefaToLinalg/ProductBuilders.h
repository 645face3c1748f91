//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The three products of a convolution as linalg.generic over any element type,
// and the scale factors that turn exact integers into floats.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_PRODUCTBUILDERS_H
#define DOREFA_CONVERSION_DOREFATOLINALG_PRODUCTBUILDERS_H

#include "dorefa/Conversion/DorefaToLinalg/WindowBuilders.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaTypes.h"

namespace mlir::dorefa {

/// out[n,y,x,g,f] = sum_{i,j,c} image[n, y*sh + i*dh, x*sw + j*dw, g, c] *
/// filter[g,i,j,c,f] over an already padded image, in the element type of the
/// operands (f32 or an integer).
Value buildConvSums(ImplicitLocOpBuilder &b, Value image, Value filter,
                    ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                    int64_t outH, int64_t outW);
/// The same sums with another body, of the image's element, those of several
/// tensors in the place of the filter, and the sum so far.
Value buildConvSums(ImplicitLocOpBuilder &b, Value image, ValueRange filters,
                    ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                    int64_t outH, int64_t outW, ScalarBody body);

/// out[g,i,j,c,f] = sum_{n,y,x} image[n, y*sh + i*dh, x*sw + j*dw, g, c] *
/// cotangent[n,y,x,g,f]; with `perSample` n stays the leading axis.
Value buildFilterGradSums(ImplicitLocOpBuilder &b, Value image, Value cotangent,
                          ArrayRef<int64_t> strides,
                          ArrayRef<int64_t> dilations, int64_t kernelH,
                          int64_t kernelW, bool perSample);

/// (a * b) / denominator in f32 as a tensor of the shape of the larger scale;
/// null scales are 1. Divided last, as spec 2 writes it:
/// f32(I) * ((scales) / f32(denominator)).
Value buildFactor(ImplicitLocOpBuilder &b, Value scaleA, Value scaleB,
                  int64_t denominator);

/// f32(sums) * factor, the factor a scalar or indexed by axis `axis` of sums.
Value buildScaled(ImplicitLocOpBuilder &b, Value sums, Value factor,
                  unsigned axis);

/// sum_n f32(sums[n, ...]) * factor[n], in the samples' order.
Value buildScaledSampleSum(ImplicitLocOpBuilder &b, Value sums, Value factor);

} // namespace mlir::dorefa

#endif // DOREFA_CONVERSION_DOREFATOLINALG_PRODUCTBUILDERS_H
