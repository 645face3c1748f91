//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Float arithmetic in tosa.

#include "TosaBuilder.h"

using namespace mlir;
using namespace mlir::dorefa;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

RankedTensorType TosaBuilder::broadcast(ValueRange values, Type element) {
  if (!element)
    element = typeOf(values.front()).getElementType();
  SmallVector<int64_t> shape(typeOf(values.front()).getRank(), 1);
  for (Value value : values)
    for (auto [axis, size] : llvm::enumerate(typeOf(value).getShape()))
      if (shape[axis] == 1 || (ShapedType::isDynamic(shape[axis]) && size != 1))
        shape[axis] = size;
  return RankedTensorType::get(shape, element);
}

Value TosaBuilder::constant(Value like, double value) {
  RankedTensorType type = typeOf(like);
  SmallVector<int64_t> ones(type.getRank(), 1);
  auto single = RankedTensorType::get(ones, type.getElementType());
  return tosa::ConstOp::create(
      builder, loc, single,
      DenseElementsAttr::get(
          single, Attribute(FloatAttr::get(type.getElementType(), value))));
}

Value TosaBuilder::mul(Value a, Value b) {
  auto byte = RankedTensorType::get({1}, builder.getI8Type());
  Value noShift = tosa::ConstOp::create(
      builder, loc, byte, DenseElementsAttr::get(byte, int8_t(0)));
  return tosa::MulOp::create(builder, loc, broadcast({a, b}), a, b, noShift);
}

Value TosaBuilder::select(Value condition, Value a, Value b) {
  Type element = typeOf(a).getElementType();
  return tosa::SelectOp::create(
      builder, loc, broadcast({condition, a, b}, element), condition, a, b);
}

Value TosaBuilder::atLeast(Value a, Value b) {
  return tosa::GreaterEqualOp::create(
      builder, loc, broadcast({a, b}, builder.getI1Type()), a, b);
}

Value TosaBuilder::above(Value a, Value b) {
  return tosa::GreaterOp::create(builder, loc,
                                 broadcast({a, b}, builder.getI1Type()), a, b);
}

Value TosaBuilder::sumTo(Value value, Value like) {
  RankedTensorType target = typeOf(like);
  for (int64_t axis = 0; axis < target.getRank(); ++axis) {
    RankedTensorType type = typeOf(value);
    if (target.getDimSize(axis) != 1 || type.getDimSize(axis) == 1)
      continue;
    SmallVector<int64_t> shape(type.getShape());
    shape[axis] = 1;
    value = tosa::ReduceSumOp::create(
        builder, loc, RankedTensorType::get(shape, type.getElementType()),
        value, builder.getI32IntegerAttr(axis));
  }
  return value;
}

SmallVector<Value> TosaBuilder::sumToOperands(Operation *op,
                                              ArrayRef<Value> gradients,
                                              const BackwardContext &context) {
  SmallVector<Value> sums(op->getNumOperands());
  for (auto [index, gradient] : llvm::enumerate(gradients))
    if (gradient && context.needed(index))
      sums[index] = sumTo(gradient, op->getOperand(index));
  return sums;
}
