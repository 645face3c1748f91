//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Views.h"

using namespace mlir;
using namespace mlir::bitserial;

/// The one axis of a group that is not of size 1, the first where there is
/// none; nothing where there are two.
static std::optional<int64_t> getOnlyAxis(ArrayRef<int64_t> shape,
                                          ArrayRef<int64_t> group) {
  int64_t axis = group.front();
  for (int64_t each : group)
    if (shape[each] != 1) {
      if (shape[axis] != 1 && axis != each)
        return std::nullopt;
      axis = each;
    }
  return axis;
}

std::optional<SmallVector<int64_t>> bitserial::getAxes(Operation *op) {
  SmallVector<int64_t> axes;
  if (auto collapse = dyn_cast<memref::CollapseShapeOp>(op)) {
    for (ArrayRef<int64_t> group : collapse.getReassociationIndices()) {
      auto axis = getOnlyAxis(collapse.getSrcType().getShape(), group);
      if (!axis)
        return std::nullopt;
      axes.push_back(*axis);
    }
    return axes;
  }
  auto expand = dyn_cast<memref::ExpandShapeOp>(op);
  if (!expand)
    return std::nullopt;
  axes.assign(expand.getResultType().getRank(), -1);
  for (auto [source, group] :
       llvm::enumerate(expand.getReassociationIndices())) {
    auto axis = getOnlyAxis(expand.getResultType().getShape(), group);
    if (!axis)
      return std::nullopt;
    axes[*axis] = source;
  }
  return axes;
}
