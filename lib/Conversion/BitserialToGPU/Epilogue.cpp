//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace mlir::bitserial;

/// A thread computes as many as it has sums, one after the other in its code.
constexpr size_t bodyLimit = 32;

/// Whether the body is arithmetic on what the op reads at one place each.
static bool isElementwise(linalg::GenericOp op) {
  auto isSimple = [](AffineMap map) { return map.isProjectedPermutation(); };
  if (!op.hasPureBufferSemantics() || op.getNumReductionLoops() != 0 ||
      !llvm::all_of(op.getIndexingMapsArray(), isSimple))
    return false;
  for (BlockArgument output : op.getRegionOutputArgs())
    if (!output.use_empty())
      return false;
  Block *body = op.getBlock();
  return body->getOperations().size() <= bodyLimit &&
         llvm::all_of(body->without_terminator(), [](Operation &inner) {
           return isa<arith::ArithDialect>(inner.getDialect());
         });
}

/// The axis of the sums that each axis of a view of them is; nothing where an
/// axis of the view is more than one.
static std::optional<SmallVector<int64_t>> getAxes(memref::CollapseShapeOp op) {
  SmallVector<int64_t> axes;
  ArrayRef<int64_t> shape = op.getSrcType().getShape();
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    int64_t axis = group.front();
    for (int64_t each : group)
      if (shape[each] != 1) {
        if (shape[axis] != 1 && axis != each)
          return std::nullopt;
        axis = each;
      }
    axes.push_back(axis);
  }
  return axes;
}

/// The memory that a view is of.
static Value getMemory(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// Whether the op writes to what the product reads: other blocks of a kernel
/// would read what one has written.
static bool overwrites(linalg::GenericOp op, Operation *product) {
  return llvm::any_of(op.getDpsInits(), [&](Value output) {
    return llvm::any_of(product->getOperands(), [&](Value operand) {
      return getMemory(output) == getMemory(operand);
    });
  });
}

/// Whether the product may as well be computed where `op` stands: nothing
/// between the two touches memory, but for memory that is freed, which may be
/// done behind `op`, too.
static bool areNeighbours(Operation *product, Operation *op,
                          SmallVectorImpl<Operation *> &freed) {
  if (product->getBlock() != op->getBlock() || !product->isBeforeInBlock(op))
    return false;
  for (Operation *between = product->getNextNode(); between != op;
       between = between->getNextNode()) {
    if (isa<memref::DeallocOp>(between))
      freed.push_back(between);
    else if (!isa<memref::AllocOp>(between) && !isMemoryEffectFree(between))
      return false;
  }
  return true;
}

std::optional<Epilogue> Epilogue::find(Operation *product, Value sums) {
  auto alloc = sums.getDefiningOp<memref::AllocOp>();
  if (!alloc)
    return std::nullopt;
  Epilogue epilogue;
  linalg::FillOp fill;
  Value read = sums;
  for (int64_t i = 0; i < alloc.getType().getRank(); ++i)
    epilogue.axes.push_back(i);
  for (Operation *user : alloc->getUsers()) {
    if (user == product)
      continue;
    if (auto found = dyn_cast<linalg::FillOp>(user); found && !fill) {
      fill = found;
    } else if (auto view = dyn_cast<memref::CollapseShapeOp>(user);
               view && read == sums) {
      std::optional<SmallVector<int64_t>> axes = getAxes(view);
      if (!axes)
        return std::nullopt;
      epilogue.axes = *axes;
      read = view.getResult();
    } else if (auto op = dyn_cast<linalg::GenericOp>(user);
               op && !epilogue.op) {
      epilogue.op = op;
    } else if (!isa<memref::DeallocOp>(user)) {
      return std::nullopt;
    }
    if (user != epilogue.op)
      epilogue.leftovers.push_back(user);
  }
  if (read != sums) {
    if (epilogue.op || !read.hasOneUse())
      return std::nullopt;
    epilogue.op = dyn_cast<linalg::GenericOp>(*read.user_begin());
  }
  if (!fill || fill->getBlock() != product->getBlock() ||
      !fill->isBeforeInBlock(product) || !matchPattern(fill.value(), m_Zero()))
    return std::nullopt;
  if (!epilogue.op || !isElementwise(epilogue.op) ||
      overwrites(epilogue.op, product) ||
      !areNeighbours(product, epilogue.op, epilogue.freed))
    return std::nullopt;
  epilogue.sums = nullptr;
  for (OpOperand &operand : epilogue.op->getOpOperands()) {
    if (operand.get() != read)
      continue;
    if (epilogue.sums || epilogue.op.isDpsInit(&operand) ||
        !epilogue.op.getMatchingIndexingMap(&operand).isIdentity())
      return std::nullopt;
    epilogue.sums = &operand;
  }
  // What reads the memory goes before the memory does.
  epilogue.leftovers.push_back(alloc);
  return epilogue;
}

void Epilogue::build(const Numbers &n, ValueRange indices, Value sum) const {
  linalg::GenericOp generic = op;
  auto place = [&](OpOperand *operand) {
    SmallVector<Value> at;
    for (AffineExpr expr : generic.getMatchingIndexingMap(operand).getResults())
      at.push_back(indices[axes[cast<AffineDimExpr>(expr).getPosition()]]);
    return at;
  };
  IRMapping mapping;
  for (OpOperand *operand : generic.getDpsInputOperands()) {
    Value value = sum;
    if (operand != sums)
      value = isa<MemRefType>(operand->get().getType())
                  ? memref::LoadOp::create(n.b, operand->get(), place(operand))
                        .getResult()
                  : operand->get();
    mapping.map(generic.getMatchingBlockArgument(operand), value);
  }
  for (Operation &inner : generic.getBlock()->without_terminator())
    n.b.clone(inner, mapping);
  Operation *yield = generic.getBlock()->getTerminator();
  for (auto [output, value] :
       llvm::zip_equal(generic.getDpsInitsMutable(), yield->getOperands()))
    memref::StoreOp::create(n.b, mapping.lookupOrDefault(value), output.get(),
                            place(&output));
}

void Epilogue::erase() const {
  for (Operation *dealloc : llvm::reverse(freed))
    dealloc->moveAfter(op);
  linalg::GenericOp generic = op;
  generic.erase();
  for (Operation *leftover : leftovers)
    leftover->erase();
}
