//===- IterationSpace.cpp - Loops and strides of a linalg op --------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IterationSpace.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::dorefa;

/// Dynamic extents are mostly batch sizes.
static constexpr int64_t guessedExtent = 64;

/// The coefficients of an affine expression of loops; fails on anything that
/// is not a sum of constant multiples.
static LogicalResult addCoefficients(AffineExpr expr, int64_t factor,
                                     SmallVectorImpl<int64_t> &coefficients,
                                     int64_t &constant) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    coefficients[dim.getPosition()] += factor;
    return success();
  }
  if (auto value = dyn_cast<AffineConstantExpr>(expr)) {
    constant += factor * value.getValue();
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (binary.getKind() == AffineExprKind::Add)
    return success(succeeded(addCoefficients(binary.getLHS(), factor,
                                             coefficients, constant)) &&
                   succeeded(addCoefficients(binary.getRHS(), factor,
                                             coefficients, constant)));
  if (binary.getKind() == AffineExprKind::Mul)
    if (auto value = dyn_cast<AffineConstantExpr>(binary.getRHS()))
      return addCoefficients(binary.getLHS(), factor * value.getValue(),
                             coefficients, constant);
  return failure();
}

/// Views `memref` as a flat buffer; `strides` gets one stride per dimension of
/// its type.
static FailureOr<Value> flatten(OpBuilder &b, Location loc, Value memref,
                                SmallVectorImpl<OpFoldResult> &strides) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> staticStrides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(staticStrides, offset)))
    return failure();

  Value buffer = memref;
  // Elements from the first to the last; only the view's shape depends on it.
  OpFoldResult length = b.getIndexAttr(1);
  OpFoldResult start = b.getIndexAttr(0);
  SmallVector<OpFoldResult> sizes(type.getRank());
  if (type.getLayout().isIdentity()) {
    OpFoldResult stride = b.getIndexAttr(1);
    strides.resize(type.getRank());
    for (int64_t i = type.getRank() - 1; i >= 0; --i) {
      sizes[i] = type.isDynamicDim(i)
                     ? OpFoldResult(
                           memref::DimOp::create(b, loc, memref, i).getResult())
                     : OpFoldResult(b.getIndexAttr(type.getDimSize(i)));
      strides[i] = stride;
      stride = mulIndex(b, loc, stride, sizes[i]);
    }
    length = stride;
    if (type.getRank() == 1)
      return memref;
  } else {
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, memref);
    buffer = metadata.getBaseBuffer();
    start = offset == ShapedType::kDynamic
                ? OpFoldResult(metadata.getOffset())
                : OpFoldResult(b.getIndexAttr(offset));
    for (int64_t i = 0; i < type.getRank(); ++i) {
      sizes[i] = type.isDynamicDim(i)
                     ? OpFoldResult(metadata.getSizes()[i])
                     : OpFoldResult(b.getIndexAttr(type.getDimSize(i)));
      strides.push_back(staticStrides[i] == ShapedType::kDynamic
                            ? OpFoldResult(metadata.getStrides()[i])
                            : OpFoldResult(b.getIndexAttr(staticStrides[i])));
      OpFoldResult steps = subIndex(b, loc, sizes[i], b.getIndexAttr(1));
      OpFoldResult distance = strides[i];
      if (auto stride = getStatic(distance))
        distance = b.getIndexAttr(std::abs(*stride));
      length = addIndex(b, loc, length, mulIndex(b, loc, steps, distance));
    }
  }

  int64_t staticOffset = getStatic(start).value_or(ShapedType::kDynamic);
  auto layout = staticOffset == 0
                    ? MemRefLayoutAttrInterface()
                    : MemRefLayoutAttrInterface(StridedLayoutAttr::get(
                          b.getContext(), staticOffset, {1}));
  auto flat =
      MemRefType::get({getStatic(length).value_or(ShapedType::kDynamic)},
                      type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(
             b, loc, flat, buffer, start, ArrayRef<OpFoldResult>(length),
             ArrayRef<OpFoldResult>(b.getIndexAttr(1)))
      .getResult();
}

bool IterationSpace::isCarried(const Access &output) const {
  for (auto [i, dim] : llvm::enumerate(dims))
    if (!dim.parallel && output.dependsOn(i))
      return false;
  return hasReduction();
}

bool IterationSpace::hasReduction() const {
  return llvm::any_of(dims, [](const Dimension &d) { return !d.parallel; });
}

int64_t IterationSpace::estimateIterations() const {
  int64_t iterations = 1;
  for (unsigned i = 0; i < dims.size(); ++i)
    iterations *= estimateExtent(i);
  return iterations;
}

void IterationSpace::dropUnitLoops() {
  SmallVector<std::optional<unsigned>> newDim(dims.size());
  SmallVector<Dimension> keptDims;
  for (auto [i, dim] : llvm::enumerate(dims))
    if (!isStatic(dim.extent, 1)) {
      newDim[i] = keptDims.size();
      keptDims.push_back(dim);
    }
  for (Access &access : accesses) {
    SmallVector<OpFoldResult> kept;
    if (!access.scalar)
      for (auto [i, stride] : llvm::enumerate(access.strides))
        if (newDim[i])
          kept.push_back(stride);
    access.strides = kept;
  }
  for (std::optional<unsigned> &dim : dimOfLoop)
    if (dim)
      dim = newDim[*dim];
  dims = keptDims;
}

/// Merges loop i+1 into loop i where every operand's stride of the outer loop
/// is that of the inner one times its extent. A dynamic loop stays apart from
/// a long innermost one, whose static extent is worth more.
void IterationSpace::collapse(OpBuilder &b) {
  constexpr int64_t longLoop = 512;
  for (unsigned i = dims.size(); i-- > 0;) {
    if (i + 1 >= dims.size())
      continue;
    Dimension &outer = dims[i], &inner = dims[i + 1];
    std::optional<int64_t> extent = getStatic(inner.extent);
    bool mergeable = extent && outer.parallel == inner.parallel &&
                     !outer.indexed && !inner.indexed;
    if (mergeable && !getStatic(outer.extent) && i + 2 == dims.size() &&
        *extent >= longLoop && *extent % 16 == 0)
      mergeable = false;
    for (Access &access : accesses) {
      if (access.scalar || !mergeable)
        continue;
      auto outerStride = getStatic(access.strides[i]);
      auto innerStride = getStatic(access.strides[i + 1]);
      mergeable =
          outerStride && innerStride && *outerStride == *innerStride * *extent;
    }
    if (!mergeable)
      continue;
    outer.extent = mulIndex(b, op.getLoc(), outer.extent, inner.extent);
    outer.estimate *= inner.estimate;
    dims.erase(dims.begin() + i + 1);
    for (Access &access : accesses)
      if (!access.scalar)
        access.strides.erase(access.strides.begin() + i);
    for (std::optional<unsigned> &dim : dimOfLoop)
      if (dim && *dim > i)
        --*dim;
  }
}

FailureOr<IterationSpace> IterationSpace::get(OpBuilder &b,
                                              linalg::GenericOp op) {
  Location loc = op.getLoc();
  IterationSpace space;
  space.op = op;
  unsigned numLoops = op.getNumLoops();
  SmallVector<OpFoldResult> extents(numLoops);

  for (OpOperand &operand : op->getOpOperands()) {
    Access access;
    access.elementType = getElementTypeOrSelf(operand.get().getType());
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type) {
      if (isa<ShapedType>(operand.get().getType()))
        return failure();
      access.scalar = operand.get();
      space.accesses.push_back(access);
      continue;
    }
    AffineMap map = op.getMatchingIndexingMap(&operand);
    SmallVector<OpFoldResult> typeStrides;
    FailureOr<Value> flat = flatten(b, loc, operand.get(), typeStrides);
    if (failed(flat))
      return failure();
    access.base = *flat;
    access.start = b.getIndexAttr(0);
    access.strides.assign(numLoops, b.getIndexAttr(0));
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      SmallVector<int64_t> coefficients(numLoops, 0);
      int64_t constant = 0;
      if (failed(addCoefficients(expr, 1, coefficients, constant)))
        return failure();
      access.start =
          addIndex(b, loc, access.start,
                   mulIndex(b, loc, b.getIndexAttr(constant), typeStrides[i]));
      // The only index of an extent of one is zero.
      if (!type.isDynamicDim(i) && type.getDimSize(i) == 1)
        coefficients.assign(numLoops, 0);
      for (unsigned loop = 0; loop < numLoops; ++loop)
        access.strides[loop] =
            addIndex(b, loc, access.strides[loop],
                     mulIndex(b, loc, b.getIndexAttr(coefficients[loop]),
                              typeStrides[i]));
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim ||
          (extents[dim.getPosition()] &&
           (getStatic(extents[dim.getPosition()]) || type.isDynamicDim(i))))
        continue;
      extents[dim.getPosition()] =
          type.isDynamicDim(i)
              ? OpFoldResult(
                    memref::DimOp::create(b, loc, operand.get(), i).getResult())
              : OpFoldResult(b.getIndexAttr(type.getDimSize(i)));
    }
    space.accesses.push_back(access);
  }

  for (auto [i, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (!extents[i])
      return failure();
    space.dims.push_back({kind == utils::IteratorType::parallel, extents[i],
                          getStatic(extents[i]).value_or(guessedExtent),
                          b.getIndexAttr(0), false});
    space.dimOfLoop.push_back(i);
  }
  // A loop is parallel only if it alone chooses the element of each output.
  for (OpOperand &operand : op.getDpsInitsMutable()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    SmallVector<bool> pure(numLoops, false);
    for (AffineExpr expr : map.getResults())
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        pure[dim.getPosition()] = true;
    for (AffineExpr expr : map.getResults())
      if (!isa<AffineDimExpr>(expr))
        for (unsigned i = 0; i < numLoops; ++i)
          if (expr.isFunctionOfDim(i))
            pure[i] = false;
    for (unsigned i = 0; i < numLoops; ++i)
      space.dims[i].parallel &= pure[i];
  }
  op.getRegion().walk([&](linalg::IndexOp index) {
    space.dims[index.getDim()].indexed = true;
  });
  space.dropUnitLoops();
  space.collapse(b);
  return space;
}
