//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::dorefa;

OpFoldResult mlir::dorefa::getSize(ImplicitLocOpBuilder &b, Value tensor,
                                   int64_t axis) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(axis))
    return b.getIndexAttr(type.getDimSize(axis));
  return tensor::DimOp::create(b, tensor, axis).getResult();
}

SmallVector<OpFoldResult> mlir::dorefa::getSizes(ImplicitLocOpBuilder &b,
                                                 Value tensor) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis :
       llvm::seq(cast<RankedTensorType>(tensor.getType()).getRank()))
    sizes.push_back(getSize(b, tensor, axis));
  return sizes;
}

Value mlir::dorefa::buildScalar(ImplicitLocOpBuilder &b, Type type,
                                double value) {
  if (auto floatType = dyn_cast<FloatType>(type))
    return arith::ConstantOp::create(b, b.getFloatAttr(floatType, value));
  return arith::ConstantOp::create(
      b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}

Value mlir::dorefa::buildEmpty(ImplicitLocOpBuilder &b,
                               ArrayRef<OpFoldResult> sizes, Type elementType) {
  return tensor::EmptyOp::create(b, sizes, elementType);
}

Value mlir::dorefa::buildFilled(ImplicitLocOpBuilder &b,
                                ArrayRef<OpFoldResult> sizes, Type elementType,
                                double value) {
  Value empty = buildEmpty(b, sizes, elementType);
  return linalg::FillOp::create(b, buildScalar(b, elementType, value), empty)
      .getResult(0);
}

SmallVector<Value>
mlir::dorefa::buildGeneric(ImplicitLocOpBuilder &b, ValueRange inputs,
                           ValueRange outputs, ArrayRef<AffineMap> maps,
                           ArrayRef<utils::IteratorType> iterators,
                           ScalarBody body) {
  auto generic = linalg::GenericOp::create(
      b, TypeRange(outputs), inputs, outputs, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        ImplicitLocOpBuilder inner(loc, nested);
        linalg::YieldOp::create(inner, body(inner, args));
      });
  return llvm::to_vector_of<Value>(generic.getResults());
}

SmallVector<Value> mlir::dorefa::buildElementwise(ImplicitLocOpBuilder &b,
                                                  ValueRange inputs,
                                                  ArrayRef<AffineMap> inputMaps,
                                                  ArrayRef<OpFoldResult> sizes,
                                                  TypeRange resultElementTypes,
                                                  ScalarBody body) {
  SmallVector<AffineMap> maps(inputMaps);
  SmallVector<Value> outputs;
  for (Type elementType : resultElementTypes) {
    outputs.push_back(buildEmpty(b, sizes, elementType));
    maps.push_back(b.getMultiDimIdentityMap(sizes.size()));
  }
  SmallVector<utils::IteratorType> iterators(sizes.size(),
                                             utils::IteratorType::parallel);
  return buildGeneric(b, inputs, outputs, maps, iterators, body);
}

Value mlir::dorefa::buildPointwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                                   Type resultElementType, ScalarBody body) {
  SmallVector<OpFoldResult> sizes = getSizes(b, inputs.front());
  SmallVector<AffineMap> maps(inputs.size(),
                              b.getMultiDimIdentityMap(sizes.size()));
  return buildElementwise(b, inputs, maps, sizes, resultElementType, body)[0];
}

AffineMap mlir::dorefa::getScalarMap(MLIRContext *context, unsigned rank) {
  return AffineMap::get(rank, 0, context);
}

AffineMap mlir::dorefa::getLeadingMap(MLIRContext *context, unsigned rank) {
  return AffineMap::get(rank, 0, getAffineDimExpr(0, context), context);
}

AffineMap mlir::dorefa::getChannelMap(MLIRContext *context, unsigned rank) {
  return AffineMap::get(rank, 0, getAffineDimExpr(rank - 1, context), context);
}

AffineMap mlir::dorefa::getScaleMap(Value scale, unsigned rank) {
  return cast<RankedTensorType>(scale.getType()).getRank() == 0
             ? getScalarMap(scale.getContext(), rank)
             : getLeadingMap(scale.getContext(), rank);
}
