//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// bitserial.matrix_product in vectors: the sums of a tile are in registers,
// each word of a row is multiplied by vectors of the words of as many columns.

#include "Loops.h"
#include "TileKernel.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {

class VectorProduct {
public:
  explicit VectorProduct(MatrixProductOp op)
      : rows(op.getRows()), words(op.getWords()), sums(op.getInit()),
        form(op.getForm()), kernel(TileKernel::get(form)) {}

  void build(ImplicitLocOpBuilder &b) const {
    auto type = cast<MemRefType>(sums.getType());
    LoopRange ranges[] = {
        {b.getIndexAttr(0), b.getIndexAttr(type.getDimSize(0)),
         form.getColumns()},
        {b.getIndexAttr(0), b.getIndexAttr(type.getDimSize(1)),
         form.getPanelColumns()}};
    buildLoops(b, b.getLoc(), ranges, /*parallel=*/false,
               [&](OpBuilder &nested, Location loc, ValueRange tile) {
                 ImplicitLocOpBuilder inner(loc, nested);
                 buildTile(inner, tile[0], tile[1]);
               });
  }

private:
  using Carrying = function_ref<SmallVector<Value>(ImplicitLocOpBuilder &,
                                                   Value, ValueRange)>;

  void buildTile(ImplicitLocOpBuilder &b, Value row, Value column) const {
    int64_t steps = cast<MemRefType>(words.getType()).getDimSize(0);
    SmallVector<Value> totals =
        carry(b, steps, form.getDrain(), kernel->startTotals(b),
              [&](ImplicitLocOpBuilder &b, Value first, ValueRange totals) {
                SmallVector<Value> ofDrain = carry(
                    b, form.getDrain(), form.getUnroll(), kernel->start(b),
                    [&](ImplicitLocOpBuilder &b, Value step, ValueRange sums) {
                      SmallVector<Value> next(sums);
                      Value at = arith::AddIOp::create(b, first, step);
                      for (int64_t ahead = 0; ahead < form.getUnroll(); ++ahead)
                        next = buildStep(b, row, column, at, ahead, next);
                      return next;
                    });
                return kernel->drain(b, ofDrain, totals);
              });
    for (int64_t r = 0; r < form.getColumns(); ++r)
      for (int64_t v = 0; v < form.getVectors(); ++v)
        vector::StoreOp::create(
            b, kernel->finish(b, totals, r, v), sums,
            ValueRange{plus(b, row, r), plus(b, column, v * form.getLanes())});
  }

  SmallVector<Value> buildStep(ImplicitLocOpBuilder &b, Value row, Value column,
                               Value step, int64_t ahead,
                               ValueRange carried) const {
    auto loadPanel = [&](int64_t v, int64_t) -> Value {
      Value loaded = vector::LoadOp::create(
          b, VectorType::get({form.getLanes()}, b.getI32Type()), words,
          ValueRange{plus(b, step, ahead),
                     plus(b, column, v * form.getLanes())});
      return vector::BitCastOp::create(b, getBytes(b, form.getVectorBytes()),
                                       loaded);
    };
    auto loadRow = [&](int64_t r, int64_t) -> Value {
      Value code = scale(b, b.getLoc(), step, wordBytes, ahead * wordBytes);
      Value codes = vector::LoadOp::create(b, getBytes(b, wordBytes), rows,
                                           ValueRange{plus(b, row, r), code});
      Value word = vector::BitCastOp::create(
          b, VectorType::get({1}, b.getI32Type()), codes);
      Value everywhere = vector::BroadcastOp::create(
          b, VectorType::get({form.getLanes()}, b.getI32Type()),
          vector::ExtractOp::create(b, word, int64_t(0)).getResult());
      return vector::BitCastOp::create(b, getBytes(b, form.getVectorBytes()),
                                       everywhere);
    };
    return kernel->step(b, carried, {loadPanel, loadRow});
  }

  static SmallVector<Value> carry(ImplicitLocOpBuilder &b, int64_t end,
                                  int64_t step, ValueRange values,
                                  Carrying body) {
    auto index = [&](int64_t value) {
      return arith::ConstantIndexOp::create(b, value);
    };
    auto loop = scf::ForOp::create(
        b, index(0), index(end), index(step), values,
        [&](OpBuilder &nested, Location loc, Value iv, ValueRange carried) {
          ImplicitLocOpBuilder inner(loc, nested);
          scf::YieldOp::create(inner, body(inner, iv, carried));
        });
    return SmallVector<Value>(loop.getResults());
  }

  static Value plus(ImplicitLocOpBuilder &b, Value x, int64_t y) {
    return arith::AddIOp::create(b, x, arith::ConstantIndexOp::create(b, y));
  }

  static VectorType getBytes(OpBuilder &b, int64_t size) {
    return VectorType::get({size}, b.getI8Type());
  }

  Value rows, words, sums;
  FormAttr form;
  std::unique_ptr<TileKernel> kernel;
};

} // namespace

void bitserial::buildVectorProduct(ImplicitLocOpBuilder &b,
                                   MatrixProductOp op) {
  VectorProduct(op).build(b);
}
