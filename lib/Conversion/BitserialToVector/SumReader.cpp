//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SumReader.h"

#include "dorefa/Conversion/LinalgToVectorLoops/Overlap.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Payload.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::bitserial;
using namespace mlir::dorefa;

// Axes of the sums.
static constexpr int64_t pixelAxis = 2, columnAxis = 4;

/// The use by which a `linalg.generic` reads what `product` writes, if no other
/// op does; reshapes are between.
static OpOperand *findOnlyUse(TileProductOp product) {
  Value root = product.getInit();
  while (isa_and_present<memref::ExpandShapeOp, memref::CollapseShapeOp>(
      root.getDefiningOp()))
    root = root.getDefiningOp()->getOperand(0);
  auto alloc = root.getDefiningOp<memref::AllocOp>();
  if (!alloc || alloc->getBlock() != product->getBlock())
    return nullptr;
  OpOperand *only = nullptr;
  SmallVector<Value> views = {root};
  while (!views.empty())
    for (OpOperand &use : views.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (isa<memref::ExpandShapeOp, memref::CollapseShapeOp>(user))
        views.push_back(user->getResult(0));
      else if (isa<linalg::GenericOp>(user) && !only)
        only = &use;
      else if (user != product && !isa<memref::DimOp, memref::DeallocOp>(user))
        return nullptr;
    }
  return only;
}

/// Each element of the results is made of the sum at its place, and of elements
/// of other operands that a part has a window of.
static bool isElementwise(linalg::GenericOp op, OpOperand *sums) {
  if (!op.hasPureBufferSemantics() || op.getNumReductionLoops() != 0 ||
      !op.isDpsInput(sums) || !op.getMatchingIndexingMap(sums).isIdentity() ||
      !op.getBody()->getOps<linalg::IndexOp>().empty())
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (op.isDpsInit(&operand)
            ? !map.isPermutation() || op.payloadUsesValueFromOperand(&operand)
            : !map.isProjectedPermutation())
      return false;
  }
  return true;
}

/// The axes of the sums that the loops over their reshape are.
static std::optional<SmallVector<int64_t>> findAxes(TileProductOp product,
                                                    OpOperand *sums) {
  ArrayRef<int64_t> shape = product.getInitType().getShape();
  SmallVector<int64_t> axes;
  int64_t axis = 0;
  for (int64_t size : cast<MemRefType>(sums->get().getType()).getShape()) {
    if (size == 1) {
      axes.push_back(-1);
      continue;
    }
    while (axis < int64_t(shape.size()) && shape[axis] == 1)
      ++axis;
    if (axis == int64_t(shape.size()) || shape[axis] != size)
      return std::nullopt;
    axes.push_back(axis++);
  }
  if (!llvm::is_contained(axes, pixelAxis) ||
      !llvm::is_contained(axes, columnAxis))
    return std::nullopt;
  return axes;
}

std::optional<SumReader> SumReader::find(TileProductOp product) {
  OpOperand *sums = findOnlyUse(product);
  auto op = sums ? cast<linalg::GenericOp>(sums->getOwner()) : nullptr;
  if (!op || op->getBlock() != product->getBlock() ||
      !product->isBeforeInBlock(op) || !isElementwise(op, sums))
    return std::nullopt;
  std::optional<SmallVector<int64_t>> axes = findAxes(product, sums);
  if (!axes)
    return std::nullopt;
  SumReader reader(op, sums);
  reader.axes = *axes;

  // What is written while the product runs is nothing that is read.
  SmallVector<Value> read(product->getOperands().drop_back());
  for (Value input : op.getInputs())
    if (isa<MemRefType>(input.getType()) && input != sums->get())
      read.push_back(input);
  for (Value written : op.getOutputs())
    for (Value input : read)
      if (mayOverlap(written, input))
        return std::nullopt;
  for (Operation *between = product->getNextNode(); between != op;
       between = between->getNextNode()) {
    auto free = dyn_cast<memref::DeallocOp>(between);
    if (!free && !isMemoryEffectFree(between) && !isa<memref::AllocOp>(between))
      return std::nullopt;
    if (free && llvm::any_of(product->getOperands(), [&](Value operand) {
          return getRoot(operand) == getRoot(free.getMemref());
        }))
      reader.frees.push_back(free);
  }
  return reader;
}

void SumReader::replace(ImplicitLocOpBuilder &b, TileProductOp product,
                        function_ref<void()> build) {
  product->moveBefore(op);
  for (memref::DeallocOp free : frees)
    free->moveAfter(op);
  b.setInsertionPoint(product);
  build();
  op.erase();
}

/// What a part reads or writes of `operand`, and which of the part's loops run
/// over it: where neither does, it is an element.
static std::pair<Value, SmallVector<AffineExpr>>
takeWindow(ImplicitLocOpBuilder &b, Value operand, AffineMap map,
           ArrayRef<int64_t> axes, const SumPart &part) {
  auto type = dyn_cast<MemRefType>(operand.getType());
  if (!type)
    return {operand, {}};
  AffineExpr pixel, column;
  bindDims(b.getContext(), pixel, column);
  OpFoldResult begins[] = {part.image, part.row, part.pixel, part.group,
                           part.column};
  SmallVector<OpFoldResult> offsets, sizes;
  SmallVector<AffineExpr> loops;
  SmallVector<int64_t> shape;
  for (AffineExpr expr : map.getResults()) {
    int64_t axis = axes[cast<AffineDimExpr>(expr).getPosition()];
    offsets.push_back(axis < 0 ? b.getIndexAttr(0) : begins[axis]);
    sizes.push_back(b.getIndexAttr(1));
    if (axis != pixelAxis && axis != columnAxis)
      continue;
    bool isPixel = axis == pixelAxis;
    sizes.back() = isPixel ? getAsOpFoldResult(part.pixels)
                           : OpFoldResult(b.getIndexAttr(part.columns));
    loops.push_back(isPixel ? pixel : column);
    shape.push_back(
        getConstantIntValue(sizes.back()).value_or(ShapedType::kDynamic));
  }
  if (loops.empty())
    return {memref::LoadOp::create(
                b, operand,
                getValueOrCreateConstantIndexOp(b, b.getLoc(), offsets)),
            loops};
  SmallVector<OpFoldResult> ones(offsets.size(), b.getIndexAttr(1));
  MemRefType window = memref::SubViewOp::inferRankReducedResultType(
      shape, type, offsets, sizes, ones);
  return {memref::SubViewOp::create(b, window, operand, offsets, sizes, ones),
          loops};
}

void SumReader::build(ImplicitLocOpBuilder &b, const SumPart &part,
                      Value partSums) {
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (OpOperand &operand : op->getOpOperands()) {
    if (&operand == sums) {
      operands.push_back(partSums);
      maps.push_back(b.getMultiDimIdentityMap(2));
      continue;
    }
    auto [window, loops] = takeWindow(
        b, operand.get(), op.getMatchingIndexingMap(&operand), axes, part);
    operands.push_back(window);
    maps.push_back(AffineMap::get(2, 0, loops, b.getContext()));
  }
  unsigned numInputs = op.getNumDpsInputs();
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  auto done = linalg::GenericOp::create(
      b, ArrayRef(operands).take_front(numInputs),
      ArrayRef(operands).drop_front(numInputs), maps, iterators);
  IRMapping mapping;
  op.getRegion().cloneInto(&done.getRegion(), mapping);
  // Each tile is one thread's, if there is but one piece.
  done->setAttr(oneThreadAttrName, b.getUnitAttr());
}

/// Whether `columnAxis` runs along an operand, which is contiguous there then.
static std::optional<bool> runsAlongColumns(OpOperand &operand, AffineMap map,
                                            ArrayRef<int64_t> axes) {
  for (auto [position, expr] : llvm::enumerate(map.getResults())) {
    if (axes[cast<AffineDimExpr>(expr).getPosition()] != columnAxis)
      continue;
    if (position + 1 != map.getNumResults() ||
        !cast<MemRefType>(operand.get().getType()).isLastDimUnitStride())
      return std::nullopt;
    return true;
  }
  return false;
}

bool SumReader::takesVectors() {
  return Payload(op).isVectorizable() &&
         llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
           std::optional<bool> along = runsAlongColumns(
               operand, op.getMatchingIndexingMap(&operand), axes);
           return along && (*along || !op.isDpsInit(&operand));
         });
}

void SumReader::build(ImplicitLocOpBuilder &b, const SumPart &part,
                      ArrayRef<Value> partSums) {
  int64_t lanes = cast<VectorType>(partSums[0].getType()).getNumElements();
  Payload payload(op);
  /// Where the columns of the vector `number` are in an operand.
  auto locate = [&](OpOperand &operand, int64_t number) {
    Value begins[] = {
        part.image, part.row, part.pixel, part.group,
        b.createOrFold<arith::AddIOp>(
            part.column, arith::ConstantIndexOp::create(b, number * lanes))};
    SmallVector<Value> at;
    for (AffineExpr expr : op.getMatchingIndexingMap(&operand).getResults()) {
      int64_t axis = axes[cast<AffineDimExpr>(expr).getPosition()];
      at.push_back(axis < 0 ? arith::ConstantIndexOp::create(b, 0)
                            : begins[axis]);
    }
    return at;
  };
  auto getVectorType = [&](OpOperand &operand) {
    return VectorType::get({lanes}, getElementTypeOrSelf(operand.get()));
  };
  auto load = [&](OpOperand &operand, int64_t number) -> Value {
    if (!isa<MemRefType>(operand.get().getType()))
      return operand.get();
    SmallVector<Value> at = locate(operand, number);
    if (*runsAlongColumns(operand, op.getMatchingIndexingMap(&operand), axes))
      return vector::LoadOp::create(b, getVectorType(operand), operand.get(),
                                    at);
    return memref::LoadOp::create(b, operand.get(), at);
  };
  // All loads are before all stores: those of all columns are one then.
  SmallVector<SmallVector<Value>> results;
  for (auto [number, vector] : llvm::enumerate(partSums)) {
    SmallVector<Value> arguments;
    for (OpOperand &operand : op->getOpOperands())
      if (&operand == sums || op.isDpsInit(&operand)) // these are not read
        arguments.push_back(vector);
      else
        arguments.push_back(load(operand, number));
    results.push_back(payload.emit(b, arguments, lanes, /*contract=*/false,
                                   [](unsigned) { return LoopIndex(); }));
  }
  for (auto [number, values] : llvm::enumerate(results))
    for (auto [value, operand] :
         llvm::zip_equal(values, op.getDpsInitsMutable()))
      vector::StoreOp::create(b, broadcast(b, b.getLoc(), value, lanes),
                              operand.get(), locate(operand, number));
}
