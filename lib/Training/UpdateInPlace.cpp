//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Training/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_UPDATEINPLACE
#include "dorefa/Training/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Whether a result is the new value of the argument.
static bool hasNewValue(func::FuncOp function, unsigned argument) {
  for (StringRef role :
       {"dorefa.parameter", "dorefa.state", "dorefa.optimizer"}) {
    Attribute name = function.getArgAttr(argument, role);
    for (unsigned i = 0; name && i < function.getNumResults(); ++i)
      if (function.getResultAttr(i, role) == name &&
          function.getResultTypes()[i] == function.getArgumentTypes()[argument])
        return true;
  }
  return false;
}

static bool returnsParameters(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    if (function.getResultAttr(i, "dorefa.parameter"))
      return true;
  return false;
}

namespace {
struct UpdateInPlace : dorefa::impl::UpdateInPlaceBase<UpdateInPlace> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function.isPublic() || !returnsParameters(function))
        continue;
      for (unsigned i = 0; i < function.getNumArguments(); ++i)
        if (isa<TensorType>(function.getArgumentTypes()[i]) &&
            hasNewValue(function, i))
          function.setArgAttr(i, "dorefa.in_place",
                              UnitAttr::get(&getContext()));
    }
  }
};
} // namespace
