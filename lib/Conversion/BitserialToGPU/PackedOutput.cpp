//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedOutput.h"

#include "Views.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::bitserial;

std::optional<PackedOutput> PackedOutput::find(Value output,
                                               Operation *writer) {
  auto codes = output.getDefiningOp<memref::AllocOp>();
  if (!codes)
    return std::nullopt;
  PackedOutput packed{{}, codes, {}};
  for (int64_t axis = 0; axis < codes.getType().getRank(); ++axis)
    packed.axes.push_back(axis);
  Value read = output;
  while (true) {
    Operation *reader = nullptr;
    for (OpOperand &use : read.getUses()) {
      Operation *user = use.getOwner();
      if (user == writer || isa<memref::DeallocOp>(user))
        continue;
      if (reader)
        return std::nullopt;
      reader = user;
    }
    if (!reader)
      return std::nullopt;
    if ((packed.pack = dyn_cast<PackOp>(reader)))
      break;
    std::optional<SmallVector<int64_t>> axes = getAxes(reader);
    if (!axes)
      return std::nullopt;
    for (int64_t &axis : *axes)
      if (axis >= 0)
        axis = packed.axes[axis];
    packed.axes = *axes;
    read = reader->getResult(0);
  }
  return packed;
}

SmallVector<Value> PackedOutput::getIndices(const Numbers &n, ValueRange codes,
                                            Value word, int64_t plane) const {
  SmallVector<Value> indices;
  for (auto [number, axis] : llvm::enumerate(axes)) {
    if (number == PackOp(pack).getAxis()) {
      indices.push_back(n.toIndex(word));
      indices.push_back(arith::ConstantIndexOp::create(n.b, plane));
    } else if (axis < 0) {
      indices.push_back(arith::ConstantIndexOp::create(n.b, 0));
    } else {
      indices.push_back(codes[axis]);
    }
  }
  return indices;
}

void PackedOutput::erase() const {
  Value read = PackOp(pack).getCodes();
  pack->erase();
  while (Operation *op = read.getDefiningOp()) {
    for (Operation *user : llvm::make_early_inc_range(read.getUsers()))
      user->erase();
    if (op == codes)
      break;
    read = op->getOperand(0);
    op->erase();
  }
  memref::AllocOp memory = codes;
  memory.erase();
}
