//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// One word or one code at a time: the defining equations of pack and unpack.

#include "dorefa/Dialect/Bitserial/Transforms/ScalarForm.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value load(OpBuilder &builder, Location loc, Value from,
                  ValueRange indices) {
  if (isa<TensorType>(from.getType()))
    return tensor::ExtractOp::create(builder, loc, from, indices);
  return memref::LoadOp::create(builder, loc, from, indices);
}

/// ((value >> from) & 1) << to on i32.
static Value moveBit(OpBuilder &builder, Location loc, Value value, Value from,
                     Value to) {
  Value one = arith::ConstantIntOp::create(builder, loc, 1, 32);
  Value bit = arith::ShRUIOp::create(builder, loc, value, from);
  bit = arith::AndIOp::create(builder, loc, bit, one);
  return arith::ShLIOp::create(builder, loc, bit, to);
}

static Value toI32(OpBuilder &builder, Location loc, Value index) {
  return arith::IndexCastOp::create(builder, loc, builder.getI32Type(), index);
}

/// The union of what `body` gives for 0 to `end`, an i32.
static Value unite(OpBuilder &builder, Location loc, Value end,
                   function_ref<Value(OpBuilder &, Location, Value)> body) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value none = arith::ConstantIntOp::create(builder, loc, 0, 32);
  auto loop = scf::ForOp::create(
      builder, loc, zero, end, one, none,
      [&](OpBuilder &nested, Location loc, Value index, ValueRange united) {
        Value bit = body(nested, loc, index);
        Value next = arith::OrIOp::create(nested, loc, united[0], bit);
        scf::YieldOp::create(nested, loc, next);
      });
  return loop.getResult(0);
}

Value bitserial::buildWord(OpBuilder &builder, Location loc, Value codes,
                           ValueRange indices, int64_t axis,
                           std::optional<int64_t> byteBits) {
  int64_t perWord = byteBits ? wordBytes : wordBits;
  AffineExpr word, size;
  bindDims(builder.getContext(), word, size);
  OpFoldResult all = isa<TensorType>(codes.getType())
                         ? tensor::getMixedSize(builder, loc, codes, axis)
                         : memref::getMixedSize(builder, loc, codes, axis);
  OpFoldResult count = affine::makeComposedFoldedAffineMin(
      builder, loc,
      AffineMap::get(
          2, 0, {builder.getAffineConstantExpr(perWord), size - word * perWord},
          builder.getContext()),
      {indices[axis], all});
  SmallVector<Value> codeIndices(indices);
  codeIndices.erase(codeIndices.begin() + axis + 1);
  Value plane = toI32(builder, loc, indices[axis + 1]);
  return unite(
      builder, loc, getValueOrCreateConstantIndexOp(builder, loc, count),
      [&](OpBuilder &nested, Location loc, Value bit) {
        AffineExpr word, bitExpr;
        bindDims(nested.getContext(), word, bitExpr);
        codeIndices[axis] = affine::makeComposedAffineApply(
            nested, loc, word * perWord + bitExpr,
            ArrayRef<OpFoldResult>{indices[axis], bit});
        Value code = load(nested, loc, codes, codeIndices);
        code = arith::ExtUIOp::create(nested, loc, nested.getI32Type(), code);
        Value position = toI32(nested, loc, bit);
        if (!byteBits)
          return moveBit(nested, loc, code, plane, position);
        auto constant = [&](int64_t value) {
          return arith::ConstantIntOp::create(nested, loc, value, 32);
        };
        code = arith::AndIOp::create(nested, loc, code,
                                     constant((1 << *byteBits) - 1));
        position = arith::MulIOp::create(nested, loc, position, constant(8));
        return arith::ShLIOp::create(nested, loc, code, position).getResult();
      });
}

Value bitserial::buildCode(OpBuilder &builder, Location loc, Value packed,
                           ValueRange indices, int64_t axis) {
  AffineExpr code = builder.getAffineDimExpr(0);
  OpFoldResult position = indices[axis];
  SmallVector<Value> wordIndices(indices);
  wordIndices[axis] = affine::makeComposedAffineApply(
      builder, loc, code.floorDiv(wordBits), position);
  wordIndices.insert(wordIndices.begin() + axis + 1, Value());
  Value bit = toI32(
      builder, loc,
      affine::makeComposedAffineApply(builder, loc, code % wordBits, position));
  int64_t planes = cast<ShapedType>(packed.getType()).getDimSize(axis + 1);
  Value united =
      unite(builder, loc, arith::ConstantIndexOp::create(builder, loc, planes),
            [&](OpBuilder &nested, Location loc, Value plane) {
              wordIndices[axis + 1] = plane;
              Value word = load(nested, loc, packed, wordIndices);
              return moveBit(nested, loc, word, bit, toI32(nested, loc, plane));
            });
  return arith::TruncIOp::create(builder, loc, builder.getI8Type(), united);
}
