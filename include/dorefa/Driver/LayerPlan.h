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

/// What one way to compute a product takes, or how long it took.
struct StrategyCost {
  std::string strategy;
  double predictedSeconds = 0;
  std::optional<double> measuredSeconds;
};

/// One convolution, linear layer or matrix product, or a gradient of one. All
/// numbers are for one image.
struct LayerPlan {
  std::string name;
  ProductKind kind = ProductKind::forward;
  mlir::Operation *op = nullptr;
  /// How a product of two codes is looked up among tuned choices.
  std::optional<mlir::bitserial::ProductShape> shape;
  /// Bits of the two factors, 32 for floats: weights and activations, weights
  /// and gradients, activations and gradients.
  int leftBits = 32, rightBits = 32;
  /// The one that is chosen, and by what: "forced" by --strategy, "tuned" by a
  /// table of measurements, "model", or "only" where there is no other.
  std::string strategy, chosenBy;
  int64_t macs = 0;
  /// The factors at their bits, and as floats.
  int64_t packedBytes = 0, floatBytes = 0;
  double predictedSeconds = 0;
  std::optional<double> measuredSeconds;
  /// All strategies that there are for the product, the chosen one among them.
  std::vector<StrategyCost> strategies;

  /// Null if there is none of this name.
  const StrategyCost *findStrategy(llvm::StringRef name) const;
  /// The one that was measured as the fastest; null if none was measured.
  const StrategyCost *getFastest() const;
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
