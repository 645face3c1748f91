//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Small pieces that rules share.

#include "dorefa/Autodiff/Rule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

Value mlir::dorefa::buildConstantLike(OpBuilder &builder, Location loc,
                                      Value like, double value) {
  Type type = getCotangentType(like.getType());
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && !tensor.hasStaticShape())
    return buildFilledLike(builder, loc, like, value);
  TypedAttr attr = FloatAttr::get(getElementTypeOrSelf(type), value);
  if (tensor)
    attr = DenseElementsAttr::get(tensor, Attribute(attr));
  return arith::ConstantOp::create(builder, loc, attr);
}

Value mlir::dorefa::buildFilledLike(OpBuilder &builder, Location loc,
                                    Value like, double value) {
  Type element = getElementTypeOrSelf(getCotangentType(like.getType()));
  Value scalar =
      arith::ConstantOp::create(builder, loc, FloatAttr::get(element, value));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, like);
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  return linalg::FillOp::create(builder, loc, scalar, empty).getResult(0);
}

Value mlir::dorefa::buildTotal(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
  return tensor::ExtractOp::create(builder, loc,
                                   buildSum(builder, loc, tensor, axes));
}

Value mlir::dorefa::buildSum(OpBuilder &builder, Location loc, Value tensor,
                             ArrayRef<int64_t> axes) {
  if (axes.empty())
    return tensor;
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<OpFoldResult> sizes;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    if (!llvm::is_contained(axes, axis))
      sizes.push_back(tensor::getMixedSize(builder, loc, tensor, axis));
  Type element = type.getElementType();
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  Value zero = arith::ConstantOp::create(builder, loc, element,
                                         builder.getZeroAttr(element));
  Value start = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  auto add = [](OpBuilder &nested, Location at, ValueRange values) {
    Value sum = arith::AddFOp::create(nested, at, values[0], values[1]);
    linalg::YieldOp::create(nested, at, sum);
  };
  return linalg::ReduceOp::create(builder, loc, tensor, start, axes, add)
      .getResult(0);
}
