//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// bitserial.select_sum: a block of sums, a row for each lane, stays in
// registers through all terms. The offsets of a column are scalars, whose
// vectors of terms are loaded and added at once; squares are transposed before
// they are stored.
//
// A load for each offset would take the place of one of terms, so eight come in
// a word, and they are in bytes, as the processor adds them.

#include "Addresses.h"
#include "Loops.h"
#include "Tiles.h"

#include "dorefa/Conversion/LinalgToVectorLoops/Transpose.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value index(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// The offsets of a row, as indices.
static SmallVector<Value> buildOffsets(ImplicitLocOpBuilder &b, SelectSumOp op,
                                       Value block, Value n) {
  int64_t columns = cast<MemRefType>(op.getOffsets().getType()).getDimSize(2);
  int64_t lanes = cast<MemRefType>(op.getTerms().getType()).getDimSize(3);
  int64_t bytes = columns % 8 == 0 ? 8 : lanes;
  IntegerType wordType = b.getIntegerType(8 * bytes);
  auto integer = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, b.getIntegerAttr(wordType, value));
  };
  SmallVector<Value> offsets;
  for (int64_t first = 0; first < columns; first += bytes) {
    Value row = vector::LoadOp::create(
        b, VectorType::get({bytes}, b.getI8Type()), op.getOffsets(),
        ValueRange{block, n, index(b, first)});
    Value word = vector::ExtractOp::create(
        b, vector::BitCastOp::create(b, VectorType::get({1}, wordType), row),
        0);
    for (int64_t i = 0; i < bytes; ++i) {
      Value byte = arith::AndIOp::create(
          b, arith::ShRUIOp::create(b, word, integer(8 * i)), integer(255));
      offsets.push_back(
          arith::IndexCastUIOp::create(b, b.getIndexType(), byte));
    }
  }
  return offsets;
}

/// The sums of a block of columns, a vector each.
static SmallVector<Value> buildSums(ImplicitLocOpBuilder &b, SelectSumOp op,
                                    Value group, Value block) {
  auto terms = cast<MemRefType>(op.getTerms().getType());
  int64_t lanes = terms.getDimSize(3);
  int64_t columns = cast<MemRefType>(op.getOffsets().getType()).getDimSize(2);
  auto type = VectorType::get({lanes}, b.getF32Type());
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  Value samples = memref::DimOp::create(b, op.getOffsets(), 1);
  Value sampleBytes =
      index(b, terms.getDimSize(2) * lanes * int64_t(sizeof(float)));
  Value first = arith::AddIOp::create(
      b, getByteAddress(b, op.getTerms()),
      arith::MulIOp::create(b, arith::MulIOp::create(b, group, samples),
                            sampleBytes));
  auto loop = scf::ForOp::create(
      b, index(b, 0), samples, index(b, 1), SmallVector<Value>(columns, zeros),
      [&](OpBuilder &nested, Location loc, Value n, ValueRange sums) {
        ImplicitLocOpBuilder inner(loc, nested);
        Value ofSample = arith::AddIOp::create(
            inner, first, arith::MulIOp::create(inner, n, sampleBytes));
        SmallVector<Value> next;
        for (auto [offset, sum] :
             llvm::zip_equal(buildOffsets(inner, op, block, n), sums)) {
          Value address = arith::AddIOp::create(inner, ofSample, offset);
          Value term =
              LLVM::LoadOp::create(inner, type, getPointer(inner, address),
                                   /*alignment=*/sizeof(float));
          next.push_back(arith::AddFOp::create(inner, sum, term));
        }
        scf::YieldOp::create(inner, next);
      });
  return SmallVector<Value>(loop.getResults());
}

void bitserial::buildSelectSum(ImplicitLocOpBuilder &b, SelectSumOp op,
                               bool parallel) {
  auto offsets = cast<MemRefType>(op.getOffsets().getType());
  auto terms = cast<MemRefType>(op.getTerms().getType());
  auto range = [&](int64_t end) {
    return LoopRange{b.getIndexAttr(0), b.getIndexAttr(end)};
  };
  buildLoops(b, b.getLoc(),
             {range(terms.getDimSize(0)), range(offsets.getDimSize(0))},
             parallel, [&](OpBuilder &nested, Location loc, ValueRange ivs) {
               ImplicitLocOpBuilder inner(loc, nested);
               SmallVector<Value> sums = buildSums(inner, op, ivs[0], ivs[1]);
               int64_t lanes = terms.getDimSize(3);
               Value row = scale(inner, loc, ivs[0], lanes);
               for (size_t column = 0; column < sums.size(); column += lanes) {
                 auto square = MutableArrayRef(sums).slice(column, lanes);
                 dorefa::transpose(inner, loc, square);
                 Value at = scale(inner, loc, ivs[1], sums.size(), column);
                 for (auto [i, ofRow] : llvm::enumerate(square))
                   vector::StoreOp::create(
                       inner, ofRow, op.getInit(),
                       ValueRange{scale(inner, loc, row, 1, i), at});
               }
             });
}
