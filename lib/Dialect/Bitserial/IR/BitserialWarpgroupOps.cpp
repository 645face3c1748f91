//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Constraints of what warpgroups do.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"

using namespace mlir;
using namespace mlir::bitserial;

LogicalResult
WarpgroupMultiplyOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &results) {
  llvm::append_range(results, adaptor.getSums().getTypes());
  return success();
}

LogicalResult WarpgroupMultiplyOp::verify() {
  int64_t columns = getColumns();
  if (columns < 8 || columns > 256 || columns % (columns > 32 ? 16 : 8) != 0)
    return emitOpError("(C1) has ")
           << columns
           << " columns; expected 8, 16, 24 or a multiple of 16 up to 256";
  ArrayRef<int64_t> planes = getPlanes();
  if (planes.size() != 2 || getLhsStrides().size() != 2 ||
      getRhsStrides().size() != 2)
    return emitOpError("(C2) expected planes and strides to be two numbers "
                       "each");
  int64_t most = getBytes() ? 1 : 8;
  for (int64_t count : planes)
    if (count < 1 || count > most)
      return emitOpError("(C2) has ")
             << count << " planes on a side; expected 1"
             << (getBytes() ? " of bytes" : " to 8");
  if (getSteps() < 1)
    return emitOpError("(C3) expected at least one step");
  for (int64_t stride :
       llvm::concat<const int64_t>(getLhsStrides(), getRhsStrides()))
    if (stride < 0 || stride % 16 != 0)
      return emitOpError("(C3) has a stride of ")
             << stride << " bytes; expected a multiple of 16";
  int64_t wanted = (planes[0] + planes[1] - 1) * columns / 2;
  if (static_cast<int64_t>(getSums().size()) != wanted)
    return emitOpError("(C4) has ")
           << getSums().size() << " sums; expected " << wanted;
  return success();
}
