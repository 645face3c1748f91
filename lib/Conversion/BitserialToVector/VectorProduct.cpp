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
    int64_t chunk = getChunk(steps);
    if (chunk == steps)
      return buildChunk(b, row, column, index(b, 0), steps, Value());
    carry(b, steps, chunk, {},
          [&](ImplicitLocOpBuilder &b, Value first, ValueRange) {
            Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq,
                                                  first, index(b, 0));
            buildChunk(b, row, column, first, chunk, isFirst);
            return SmallVector<Value>();
          });
  }

  /// As many steps as totals hold.
  int64_t getChunk(int64_t steps) const {
    int64_t chunk = std::min(steps, form.getLargestChunk());
    chunk -= chunk % form.getDrain();
    while (steps % chunk != 0)
      chunk -= form.getDrain();
    return chunk;
  }

  /// Chunks behind the first one add to its sums.
  void buildChunk(ImplicitLocOpBuilder &b, Value row, Value column, Value begin,
                  int64_t steps, Value isFirst) const {
    SmallVector<Value> totals =
        carry(b, steps, form.getDrain(), kernel->startTotals(b),
              [&](ImplicitLocOpBuilder &b, Value ahead, ValueRange totals) {
                Value first = arith::AddIOp::create(b, begin, ahead);
                return buildDrain(b, row, column, first, totals);
              });
    for (int64_t r = 0; r < form.getColumns(); ++r)
      for (int64_t v = 0; v < form.getVectors(); ++v) {
        Value made = kernel->finish(b, totals, r, v);
        Value at[] = {plus(b, row, r), plus(b, column, v * form.getLanes())};
        vector::StoreOp::create(b, addToEarlier(b, made, at, isFirst), sums,
                                at);
      }
  }

  Value addToEarlier(ImplicitLocOpBuilder &b, Value made, ValueRange at,
                     Value isFirst) const {
    if (!isFirst)
      return made;
    auto added = scf::IfOp::create(
        b, isFirst,
        [&](OpBuilder &nested, Location loc) {
          scf::YieldOp::create(nested, loc, made);
        },
        [&](OpBuilder &nested, Location loc) {
          Value earlier = vector::LoadOp::create(
              nested, loc, cast<VectorType>(made.getType()), sums, at);
          Value both = arith::AddIOp::create(nested, loc, made, earlier);
          scf::YieldOp::create(nested, loc, both);
        });
    return added.getResult(0);
  }

  SmallVector<Value> buildDrain(ImplicitLocOpBuilder &b, Value row,
                                Value column, Value first,
                                ValueRange totals) const {
    // As in VectorTiles: 16 registers do not hold sums beside totals.
    if (form.getDrain() == 1 && form.getVectorBytes() == 32) {
      SmallVector<Value> next;
      withOperands(b, row, column, first, 0, [&](const StepOperands &step) {
        next = kernel->drainStep(b, totals, step);
      });
      return next;
    }
    SmallVector<Value> ofDrain =
        carry(b, form.getDrain(), form.getUnroll(), kernel->start(b),
              [&](ImplicitLocOpBuilder &b, Value step, ValueRange sums) {
                SmallVector<Value> next(sums);
                Value at = arith::AddIOp::create(b, first, step);
                for (int64_t ahead = 0; ahead < form.getUnroll(); ++ahead)
                  withOperands(b, row, column, at, ahead,
                               [&](const StepOperands &operands) {
                                 next = kernel->step(b, next, operands);
                               });
                return next;
              });
    return kernel->drain(b, ofDrain, totals);
  }

  /// Those of the `ahead`-th step from `step` on.
  void withOperands(ImplicitLocOpBuilder &b, Value row, Value column,
                    Value step, int64_t ahead,
                    function_ref<void(const StepOperands &)> use) const {
    Type word = cast<MemRefType>(words.getType()).getElementType();
    auto loadPanel = [&](int64_t v, int64_t) -> Value {
      Value loaded = vector::LoadOp::create(
          b, VectorType::get({form.getLanes()}, word), words,
          ValueRange{plus(b, step, ahead),
                     plus(b, column, v * form.getLanes())});
      return vector::BitCastOp::create(
          b, VectorType::get({form.getVectorBytes()}, b.getI8Type()), loaded);
    };
    int64_t stepBytes = form.getRowBytesPerStep();
    auto loadRow = [&](int64_t r, int64_t) -> Value {
      Value byte = scale(b, b.getLoc(), step, stepBytes, ahead * stepBytes);
      return broadcastUnit(b, form, rows, {plus(b, row, r), byte});
    };
    use({loadPanel, loadRow});
  }

  static SmallVector<Value> carry(ImplicitLocOpBuilder &b, int64_t end,
                                  int64_t step, ValueRange values,
                                  Carrying body) {
    auto loop = scf::ForOp::create(
        b, index(b, 0), index(b, end), index(b, step), values,
        [&](OpBuilder &nested, Location loc, Value iv, ValueRange carried) {
          ImplicitLocOpBuilder inner(loc, nested);
          scf::YieldOp::create(inner, body(inner, iv, carried));
        });
    return SmallVector<Value>(loop.getResults());
  }

  static Value index(ImplicitLocOpBuilder &b, int64_t value) {
    return arith::ConstantIndexOp::create(b, value);
  }
  static Value plus(ImplicitLocOpBuilder &b, Value x, int64_t y) {
    return arith::AddIOp::create(b, x, index(b, y));
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
