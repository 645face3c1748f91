//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Which layer an op of a training function belongs to.

#ifndef DOREFA_DRIVER_LAYERNAMES_H
#define DOREFA_DRIVER_LAYERNAMES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <string>

namespace dorefa::driver {

/// The three products of a layer.
enum class ProductKind { forward, backwardInput, backwardFilter };

/// Follows the values of a function to and from its parameters, which have
/// names, as marked layers do: nothing is told by position, nor by the names of
/// values.
class LayerNames {
public:
  explicit LayerNames(mlir::func::FuncOp function);

  struct Role {
    std::string layer;
    ProductKind kind;
  };
  /// The role of an op that multiplies `left` and `right`. One with a factor
  /// made of parameters alone is the forward product of their layer, or if the
  /// loss does not depend on it the gradient of the layer's input; any other is
  /// the gradient of the parameter whose new value depends on it by the fewest
  /// ops. The layer is that of the mark `dorefa.layer` on the op, else of the
  /// parameter; it is empty where there is neither.
  Role roleOf(mlir::Operation *op, mlir::Value left, mlir::Value right);

private:
  /// The parameter that a value is made of; nothing if it is made of anything
  /// else too.
  std::optional<llvm::StringRef> parameterOf(mlir::Value value);
  std::optional<llvm::StringRef> nearestUpdated(mlir::Operation *op);

  mlir::func::FuncOp function;
  llvm::DenseSet<mlir::Operation *> forwardOps;
  llvm::DenseMap<mlir::Value, std::optional<llvm::StringRef>> parameters;
};

} // namespace dorefa::driver

#endif // DOREFA_DRIVER_LAYERNAMES_H
