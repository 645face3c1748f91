//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints of what is asked about a GPU.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::bitserial;

LogicalResult ChipOp::verify() {
  if (getChips().empty())
    return emitOpError("(C1) expected at least one chip");
  SmallPtrSet<Attribute, 4> seen;
  for (Attribute chip : getChips())
    if (!seen.insert(chip).second)
      return emitOpError("(C2) names ") << chip << " twice";
  return success();
}
