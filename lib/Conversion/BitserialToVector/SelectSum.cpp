//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// bitserial.select_sum: a square of sums, a row for each lane, stays in
// registers through all terms. The codes of a column are scalars, whose vectors
// of terms are loaded and added at once; the square is transposed before it is
// stored.

#include "Loops.h"
#include "Tiles.h"

#include "dorefa/Conversion/LinalgToVectorLoops/Transpose.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value index(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// The sums of some columns, a vector each.
static SmallVector<Value> buildSquare(ImplicitLocOpBuilder &b, SelectSumOp op,
                                      Value group, Value columns) {
  auto terms = cast<MemRefType>(op.getTerms().getType());
  int64_t lanes = terms.getDimSize(3);
  auto type = VectorType::get({lanes}, b.getF32Type());
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  auto loop = scf::ForOp::create(
      b, index(b, 0), memref::DimOp::create(b, op.getCodes(), 1), index(b, 1),
      SmallVector<Value>(lanes, zeros),
      [&](OpBuilder &nested, Location loc, Value n, ValueRange sums) {
        ImplicitLocOpBuilder inner(loc, nested);
        SmallVector<Value> next;
        for (auto [i, sum] : llvm::enumerate(sums)) {
          Value code = memref::LoadOp::create(
              inner, op.getCodes(), ValueRange{columns, n, index(inner, i)});
          Value selected =
              arith::IndexCastUIOp::create(inner, inner.getIndexType(), code);
          Value term = vector::LoadOp::create(
              inner, type, op.getTerms(),
              ValueRange{group, n, selected, index(inner, 0)});
          next.push_back(arith::AddFOp::create(inner, sum, term));
        }
        scf::YieldOp::create(inner, next);
      });
  return SmallVector<Value>(loop.getResults());
}

void bitserial::buildSelectSum(ImplicitLocOpBuilder &b, SelectSumOp op,
                               bool parallel) {
  auto codes = cast<MemRefType>(op.getCodes().getType());
  auto terms = cast<MemRefType>(op.getTerms().getType());
  auto range = [&](int64_t end) {
    return LoopRange{b.getIndexAttr(0), b.getIndexAttr(end)};
  };
  buildLoops(
      b, b.getLoc(), {range(terms.getDimSize(0)), range(codes.getDimSize(0))},
      parallel, [&](OpBuilder &nested, Location loc, ValueRange ivs) {
        ImplicitLocOpBuilder inner(loc, nested);
        SmallVector<Value> square = buildSquare(inner, op, ivs[0], ivs[1]);
        dorefa::transpose(inner, loc, square);
        Value lanes = index(inner, terms.getDimSize(3));
        Value first = arith::MulIOp::create(inner, ivs[0], lanes);
        Value column = arith::MulIOp::create(inner, ivs[1], lanes);
        for (auto [i, sums] : llvm::enumerate(square)) {
          Value row = arith::AddIOp::create(inner, first, index(inner, i));
          vector::StoreOp::create(inner, sums, op.getInit(),
                                  ValueRange{row, column});
        }
      });
}
