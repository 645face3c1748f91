//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Epilogue.h"

#include "Views.h"

#include "dorefa/Conversion/LinalgToVectorLoops/Overlap.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

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
           return isa<arith::ArithDialect>(inner.getDialect()) ||
                  isa<math::RoundEvenOp>(inner);
         });
}

/// Whether the op writes to what the product reads: other blocks of a kernel
/// would read what one has written.
static bool overwrites(linalg::GenericOp op, Operation *product) {
  return llvm::any_of(op.getDpsInits(), [&](Value output) {
    return llvm::any_of(product->getOperands(), [&](Value operand) {
      return dorefa::getRoot(output) == dorefa::getRoot(operand);
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

/// Whether no other value that is so, too, is the same memory.
static bool isOwn(Value memory) {
  if (auto argument = dyn_cast<BlockArgument>(memory))
    return isa<FunctionOpInterface>(argument.getOwner()->getParentOp());
  return isa<memref::AllocOp, memref::GetGlobalOp, bufferization::ToBufferOp>(
      memory.getDefiningOp());
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

void Epilogue::findPacks(Operation *product) {
  packed.resize(op.getNumDpsInits());
  SmallVector<Value> memories;
  for (Operation *part : {product, op.getOperation()})
    for (Value operand : part->getOperands())
      if (isa<MemRefType>(operand.getType()))
        memories.push_back(dorefa::getRoot(operand));
  if (!llvm::all_of(memories, isOwn))
    return;
  auto isFree = [&](Value memref) {
    Value memory = dorefa::getRoot(memref);
    return isOwn(memory) && !llvm::is_contained(memories, memory);
  };
  // Codes of a word are those of columns.
  int64_t columns =
      cast<ShapedType>(product->getOperands().back().getType()).getRank() - 1;
  SmallVector<std::optional<PackedOutput>> found;
  for (OpOperand &output : op.getDpsInitsMutable()) {
    found.push_back(PackedOutput::find(output.get(), op));
    if (!found.back())
      continue;
    int64_t axis = found.back()->axes[found.back()->pack.getAxis()];
    AffineMap map = op.getMatchingIndexingMap(&output);
    if (axis < 0 || axes[map.getDimPosition(axis)] != columns ||
        llvm::count(memories, output.get()) != 1)
      found.back() = std::nullopt;
  }
  SmallVector<Operation *> freedSince;
  for (Operation *next = op->getNextNode(); next; next = next->getNextNode()) {
    if (isa<PackOp>(next)) {
      auto isNext = [&](const std::optional<PackedOutput> &output) {
        return output && output->pack == next;
      };
      auto *output = llvm::find_if(found, isNext);
      if (output == found.end() || !isFree(cast<PackOp>(next).getInit()))
        return;
      memories.push_back(dorefa::getRoot(cast<PackOp>(next).getInit()));
      packed[output - found.begin()] = *output;
      freed.append(freedSince);
      freedSince.clear();
    } else if (auto dealloc = dyn_cast<memref::DeallocOp>(next)) {
      auto isOf = [&](const std::optional<PackedOutput> &output) {
        return output && output->codes == dealloc.getMemref().getDefiningOp();
      };
      if (llvm::none_of(packed, isOf))
        freedSince.push_back(next);
    } else if (auto fill = dyn_cast<linalg::FillOp>(next)) {
      if (!isFree(fill.getOutputs()[0]))
        return;
    } else if (!isa<memref::AllocOp>(next) && !isMemoryEffectFree(next)) {
      return;
    }
  }
}

void Epilogue::dropPacks() {
  auto isBehind = [&](Operation *dealloc) {
    return op->isBeforeInBlock(dealloc);
  };
  llvm::erase_if(freed, isBehind);
  packed.assign(packed.size(), std::nullopt);
}

Operation *Epilogue::getPlace() const {
  Operation *place = op;
  for (const std::optional<PackedOutput> &output : packed)
    if (output && place->isBeforeInBlock(output->pack))
      place = output->pack;
  return place;
}

SmallVector<Value> Epilogue::getIndices(OpOperand &operand,
                                        ValueRange indices) const {
  linalg::GenericOp generic = op;
  SmallVector<Value> at;
  for (AffineExpr expr : generic.getMatchingIndexingMap(&operand).getResults())
    at.push_back(indices[axes[cast<AffineDimExpr>(expr).getPosition()]]);
  return at;
}

SmallVector<Value> Epilogue::compute(const Numbers &n, ValueRange indices,
                                     Value sum) const {
  linalg::GenericOp generic = op;
  IRMapping mapping;
  for (OpOperand *operand : generic.getDpsInputOperands()) {
    Value value = operand->get();
    if (operand == sums)
      value = sum;
    else if (isa<MemRefType>(value.getType()))
      value = memref::LoadOp::create(n.b, value, getIndices(*operand, indices));
    mapping.map(generic.getMatchingBlockArgument(operand), value);
  }
  for (Operation &inner : generic.getBlock()->without_terminator())
    n.b.clone(inner, mapping);
  return llvm::map_to_vector(
      generic.getBlock()->getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookupOrDefault(value); });
}

void Epilogue::store(const Numbers &n, ValueRange indices,
                     ValueRange results) const {
  linalg::GenericOp generic = op;
  for (auto [number, result] : llvm::enumerate(results))
    if (number >= packed.size() || !packed[number])
      memref::StoreOp::create(
          n.b, result, generic.getDpsInits()[number],
          getIndices(*generic.getDpsInitOperand(number), indices));
}

void Epilogue::erase() const {
  Operation *place = getPlace();
  for (Operation *dealloc : llvm::reverse(freed))
    dealloc->moveAfter(place);
  linalg::GenericOp generic = op;
  generic.erase();
  for (const std::optional<PackedOutput> &output : packed)
    if (output)
      output->erase();
  for (Operation *leftover : leftovers)
    leftover->erase();
}
