//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/LinalgToVectorLoops/Overlap.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

Value dorefa::getRoot(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

static bool isAllocation(Value root) {
  return static_cast<bool>(root.getDefiningOp<memref::AllocOp>());
}

/// What cannot be an allocation of the function under another name, as the
/// result of a branch or an argument of a loop might be.
static bool isFromOutside(Value root) {
  auto argument = dyn_cast<BlockArgument>(root);
  return (argument &&
          isa<FunctionOpInterface>(argument.getOwner()->getParentOp())) ||
         root.getDefiningOp<memref::GetGlobalOp>();
}

bool dorefa::mayOverlap(Value a, Value b) {
  a = getRoot(a);
  b = getRoot(b);
  if (a == b)
    return true;
  if (isAllocation(a))
    return !isAllocation(b) && !isFromOutside(b);
  return !isAllocation(b) || !isFromOutside(a);
}
