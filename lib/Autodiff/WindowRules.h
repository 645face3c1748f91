//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Float convolutions and pools of other dialects, differentiated by dorefa's
// gradient products.

#ifndef DOREFA_LIB_AUTODIFF_WINDOWRULES_H
#define DOREFA_LIB_AUTODIFF_WINDOWRULES_H

#include "dorefa/Autodiff/Rule.h"
#include "dorefa/Dialect/Dorefa/IR/ConvWindow.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::dorefa {

/// How a convolution arranges its axes, against NHWC images and OHWI filters:
/// first a transposition, then neighbouring axes merged, then axes of size 1
/// added (a filter without an axis of input channels).
struct AxisOrder {
  /// Axis i of the transposed value is axis permutation[i] of the op's.
  SmallVector<int64_t> permutation;
  /// The transposed axes that each of the four axes merges; an empty group is
  /// an axis of size 1. All axes in groups of one if it is empty.
  SmallVector<ReassociationIndices> groups;
};

struct ConvLayout {
  AxisOrder image;
  AxisOrder filter;
  AxisOrder result;
};

/// A value of the op's axes as NHWC or OHWI; and back, to `type`.
Value toCanonical(OpBuilder &builder, Location loc, Value value,
                  const AxisOrder &order);
Value fromCanonical(OpBuilder &builder, Location loc, Value value,
                    const AxisOrder &order, Value like);

/// The gradients of a float convolution in its image and its filter, those that
/// `context` needs of operands 0 and 1. Fails, with an error at `op`, where
/// sizes other than the batch are not known.
FailureOr<std::pair<Value, Value>>
differentiateConvolution(Operation *op, OpBuilder &builder, Value cotangent,
                         Value image, Value filter, const ConvLayout &layout,
                         const ConvWindow &window,
                         const BackwardContext &context);

/// The gradient of a max-pool over `image` (in axes `order`): the winners are
/// found again.
FailureOr<Value> differentiateMaxPool(Operation *op, OpBuilder &builder,
                                      Value cotangent, Value image,
                                      const AxisOrder &order,
                                      ArrayRef<int64_t> kernel,
                                      const ConvWindow &window);

/// The gradient of the sum over each window of `image`.
FailureOr<Value> differentiateSumPool(Operation *op, OpBuilder &builder,
                                      Value cotangent, Value image,
                                      const AxisOrder &order,
                                      ArrayRef<int64_t> kernel,
                                      const ConvWindow &window);

} // namespace mlir::dorefa

#endif // DOREFA_LIB_AUTODIFF_WINDOWRULES_H
