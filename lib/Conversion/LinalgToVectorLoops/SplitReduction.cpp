//===- SplitReduction.cpp - Large reductions in a fixed number of parts ---===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitReduction.h"

#include "LoopEmitter.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::dorefa;

/// A constant, never the number of threads: the result must not depend on it.
static constexpr int64_t numParts = 16;
static constexpr int64_t splitWork = 1 << 17;
static constexpr int64_t maxPartialBytes = 8 << 20;
/// Of fewer pieces threads get unequal shares: of three, two and one.
static constexpr int64_t fewestPieces = 8;

static int64_t estimatePieces(const IterationSpace &space, Loop loop) {
  return space.getExtent(loop.dim)
             ? llvm::divideCeil(space.estimateExtent(loop.dim), loop.step)
             : numParts;
}

/// Whether threads share few pieces, as all other parallel loops are inside of
/// one that sums up.
static bool hasFewPieces(const IterationSpace &space,
                         const Schedule &schedule) {
  ArrayRef<Loop> outer = schedule.outer;
  if (schedule.grid == outer.size() ||
      space.dims[outer[schedule.grid].dim].parallel)
    return false;
  int64_t pieces = 1;
  for (Loop loop : outer.take_front(schedule.grid))
    pieces *= estimatePieces(space, loop);
  return pieces < fewestPieces;
}

std::optional<unsigned> mlir::dorefa::chooseSplit(IterationSpace &space,
                                                  Payload &payload,
                                                  const Schedule &schedule) {
  if (!payload.hasAllCombiners() ||
      space.estimateIterations() * (payload.getCost() + 1) < splitWork)
    return std::nullopt;
  int64_t bytes = 0;
  for (const Access &output : space.getOutputs()) {
    if (!space.isCarried(output))
      return std::nullopt;
    int64_t size = numParts * output.getElementBytes();
    for (unsigned i = 0; i < space.dims.size(); ++i)
      if (output.dependsOn(i))
        size *= space.estimateExtent(i);
    bytes += size;
  }
  if (bytes > maxPartialBytes)
    return std::nullopt;
  int64_t trips = 1;
  for (auto [i, loop] : llvm::enumerate(schedule.outer))
    if (space.dims[loop.dim].parallel && schedule.isLast(i))
      trips *= estimatePieces(space, loop);
  if (trips >= numParts && !hasFewPieces(space, schedule))
    return std::nullopt;
  for (auto [i, dim] : llvm::enumerate(space.dims)) {
    if (dim.parallel)
      continue;
    int64_t least = numParts;
    if (schedule.vectorDim == i)
      least *= 4 * schedule.lanes;
    if (space.getExtent(i).value_or(least) >= least)
      return i;
  }
  return std::nullopt;
}

/// A buffer that starts at `start` of the flat `base`, with the given shape.
static Value viewFlat(OpBuilder &b, Location loc, Value base,
                      OpFoldResult start, ArrayRef<OpFoldResult> sizes,
                      ArrayRef<OpFoldResult> strides) {
  auto type = cast<MemRefType>(base.getType());
  if (!type.getLayout().isIdentity()) {
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, base);
    start = addIndex(b, loc, metadata.getOffset(), start);
    base = metadata.getBaseBuffer();
  }
  auto staticOrDynamic = [](OpFoldResult value) {
    return getStatic(value).value_or(ShapedType::kDynamic);
  };
  auto layout =
      StridedLayoutAttr::get(b.getContext(), staticOrDynamic(start),
                             llvm::map_to_vector(strides, staticOrDynamic));
  auto view =
      MemRefType::get(llvm::map_to_vector(sizes, staticOrDynamic),
                      type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(b, loc, view, base, start, sizes,
                                           strides);
}

/// Stores the neutral element from `start` on: sums of a part that is run in
/// blocks go on from memory.
static void fillPart(OpBuilder &b, Location loc, Value buffer,
                     OpFoldResult start, OpFoldResult size,
                     const Combiner &combiner) {
  Value first = toValue(b, loc, start);
  Value end = toValue(b, loc, addIndex(b, loc, start, size));
  scf::ForOp::create(b, loc, first, end,
                     arith::ConstantIndexOp::create(b, loc, 1), ValueRange(),
                     [&](OpBuilder &b, Location, Value i, ValueRange) {
                       memref::StoreOp::create(
                           b, loc, makeNeutral(b, loc, combiner, 1), buffer, i);
                       scf::YieldOp::create(b, loc);
                     });
}

/// output = combiner(output, partial) over partial's outermost dimension.
static linalg::GenericOp createFinish(OpBuilder &b, Location loc,
                                      const Combiner &combiner, Value partial,
                                      Value output) {
  MLIRContext *context = b.getContext();
  unsigned rank = cast<MemRefType>(partial.getType()).getRank();
  // Loops: the output's in their order, then the parts.
  SmallVector<AffineExpr> outputExprs, partialExprs;
  partialExprs.push_back(getAffineDimExpr(rank - 1, context));
  for (unsigned i = 0; i + 1 < rank; ++i) {
    outputExprs.push_back(getAffineDimExpr(i, context));
    partialExprs.push_back(getAffineDimExpr(i, context));
  }
  SmallVector<utils::IteratorType> kinds(rank, utils::IteratorType::parallel);
  kinds.back() = utils::IteratorType::reduction;
  return linalg::GenericOp::create(
      b, loc, partial, output,
      ArrayRef<AffineMap>{AffineMap::get(rank, 0, partialExprs, context),
                          AffineMap::get(rank, 0, outputExprs, context)},
      kinds, [&](OpBuilder &b, Location loc, ValueRange arguments) {
        linalg::YieldOp::create(
            b, loc, combine(b, combiner, arguments[1], arguments[0]));
      });
}

SmallVector<linalg::GenericOp>
mlir::dorefa::emitSplit(OpBuilder &b, IterationSpace space, Payload &payload,
                        unsigned dim, unsigned vectorBits, bool parallel) {
  Location loc = space.op.getLoc();
  unsigned numInputs = space.getNumInputs();
  OpFoldResult extent = space.dims[dim].extent;

  // Parts of equal size; long ones in whole vectors.
  constexpr int64_t unit = 64;
  OpFoldResult partSize;
  if (std::optional<int64_t> size = getStatic(extent)) {
    int64_t part = llvm::divideCeil(*size, numParts);
    if (part >= 4 * unit)
      part = llvm::divideCeil(part, unit) * unit;
    partSize = b.getIndexAttr(part);
  } else {
    OpFoldResult rounded =
        addIndex(b, loc, extent, b.getIndexAttr(numParts - 1));
    Value divisor = arith::ConstantIndexOp::create(b, loc, numParts);
    partSize = arith::DivSIOp::create(b, loc, toValue(b, loc, rounded), divisor)
                   .getResult();
  }

  // Each output gets a buffer with one row-major array for each part.
  SmallVector<OpFoldResult> shape = {b.getIndexAttr(numParts)};
  SmallVector<OpFoldResult> strides(space.dims.size(), b.getIndexAttr(0));
  OpFoldResult partStride = b.getIndexAttr(1);
  for (unsigned i = space.dims.size(); i-- > 0;) {
    if (!space.dims[i].parallel)
      continue;
    strides[i] = partStride;
    partStride = mulIndex(b, loc, partStride, space.dims[i].extent);
  }
  SmallVector<OpFoldResult> viewStrides = {partStride}, outputShape;
  for (auto [i, d] : llvm::enumerate(space.dims))
    if (d.parallel) {
      shape.push_back(d.extent);
      outputShape.push_back(d.extent);
      viewStrides.push_back(strides[i]);
    }
  OpFoldResult total = mulIndex(b, loc, partStride, b.getIndexAttr(numParts));
  SmallVector<Value> buffers, partialViews, outputViews;
  for (const Access &output : space.getOutputs()) {
    auto type = MemRefType::get(
        {getStatic(total).value_or(ShapedType::kDynamic)}, output.elementType);
    SmallVector<Value> size;
    if (!getStatic(total))
      size.push_back(toValue(b, loc, total));
    Value buffer =
        memref::AllocOp::create(b, loc, type, size, b.getI64IntegerAttr(64));
    buffers.push_back(buffer);
    partialViews.push_back(
        viewFlat(b, loc, buffer, b.getIndexAttr(0), shape, viewStrides));
    SmallVector<OpFoldResult> outputStrides;
    for (auto [i, d] : llvm::enumerate(space.dims))
      if (d.parallel)
        outputStrides.push_back(output.strides[i]);
    outputViews.push_back(viewFlat(b, loc, output.base, output.start,
                                   outputShape, outputStrides));
  }

  auto emitPart = [&](OpBuilder &b, Value number) {
    IterationSpace part = space;
    OpFoldResult first = mulIndex(b, loc, number, partSize);
    auto staticSize = getStatic(extent), staticPart = getStatic(partSize);
    if (staticSize && *staticSize == *staticPart * numParts) {
      part.dims[dim].extent = partSize;
    } else {
      // The last parts may be short or empty.
      OpFoldResult size =
          minIndex(b, loc, partSize, subIndex(b, loc, extent, first));
      part.dims[dim].extent =
          arith::MaxSIOp::create(b, loc, toValue(b, loc, size),
                                 arith::ConstantIndexOp::create(b, loc, 0))
              .getResult();
    }
    part.dims[dim].estimate =
        std::max<int64_t>(1, part.dims[dim].estimate / numParts);
    part.dims[dim].first = addIndex(b, loc, part.dims[dim].first, first);
    for (auto [i, access] : llvm::enumerate(part.accesses)) {
      if (i >= numInputs) {
        access.base = buffers[i - numInputs];
        access.start = mulIndex(b, loc, number, partStride);
        access.strides = strides;
      } else if (access.dependsOn(dim)) {
        access.start = addIndex(b, loc, access.start,
                                mulIndex(b, loc, first, access.strides[dim]));
      }
    }
    Schedule schedule = chooseSchedule(part, payload, vectorBits);
    bool isBlocked = llvm::any_of(schedule.outer, [&](Loop loop) {
      return !part.dims[loop.dim].parallel;
    });
    if (isBlocked) {
      for (auto [i, buffer] : llvm::enumerate(buffers))
        fillPart(b, loc, buffer, mulIndex(b, loc, number, partStride),
                 partStride, payload.getCombiner(i));
    } else {
      part.startNeutral = true;
      schedule = chooseSchedule(part, payload, vectorBits);
    }
    schedule.grid = 0;
    LoopEmitter(part, payload, schedule, parallel).emit(b);
  };
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Value parts = arith::ConstantIndexOp::create(b, loc, numParts);
  if (parallel)
    scf::ParallelOp::create(
        b, loc, zero, parts, one,
        [&](OpBuilder &b, Location, ValueRange ivs) { emitPart(b, ivs[0]); });
  else
    scf::ForOp::create(b, loc, zero, parts, one, ValueRange(),
                       [&](OpBuilder &b, Location, Value iv, ValueRange) {
                         emitPart(b, iv);
                         scf::YieldOp::create(b, loc);
                       });

  SmallVector<linalg::GenericOp> finishes;
  for (unsigned i = 0; i < buffers.size(); ++i)
    finishes.push_back(createFinish(b, loc, payload.getCombiner(i),
                                    partialViews[i], outputViews[i]));
  for (Value buffer : buffers)
    memref::DeallocOp::create(b, loc, buffer);
  return finishes;
}
