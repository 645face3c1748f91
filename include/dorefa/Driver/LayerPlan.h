//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How each product of a network is computed, and what that costs.

#ifndef DOREFA_DRIVER_LAYERPLAN_H
#define DOREFA_DRIVER_LAYERPLAN_H

#include "dorefa/Driver/CompileOptions.h"
#include "dorefa/Driver/LayerNames.h"

namespace dorefa::driver {

/// One convolution, linear layer or matrix product, or a gradient of one. All
/// numbers are for one image.
struct LayerPlan {
  std::string name;
  ProductKind kind = ProductKind::forward;
  mlir::Operation *op = nullptr;
  /// Bits of the two factors, 32 for floats: weights and activations, weights
  /// and gradients, activations and gradients.
  int leftBits = 32, rightBits = 32;
  /// popcount, integer or float.
  std::string strategy;
  int64_t macs = 0;
  /// The factors at their bits, and as floats.
  int64_t packedBytes = 0, floatBytes = 0;
  double predictedSeconds = 0;
  std::optional<double> measuredSeconds;

  llvm::StringRef productName() const;
  /// "W1 x A2"
  std::string bits() const;
};

/// All products of a tensor-level function, in its order, as the target's
/// pipeline will compute them.
std::vector<LayerPlan> planLayers(mlir::func::FuncOp function,
                                  const CompileOptions &options);

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LAYERPLAN_H
