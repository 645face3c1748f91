//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lists of the blocks of panels that are not zeros alone. Every block's number
// is stored behind the last one that was kept, and counts if it is kept, too:
// no branches.

#include "Loops.h"
#include "Tiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value index(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

/// Whether any of `size` bytes from `begin` on of a panel is not zero.
static Value buildIsKept(ImplicitLocOpBuilder &b, Value panels,
                         ValueRange panel, Value begin, int64_t size,
                         int64_t vectorBytes) {
  auto type = VectorType::get({vectorBytes}, b.getI8Type());
  Value zeros = arith::ConstantOp::create(b, b.getZeroAttr(type));
  auto loop = scf::ForOp::create(
      b, index(b, 0), index(b, size), index(b, vectorBytes), zeros,
      [&](OpBuilder &nested, Location loc, Value offset, ValueRange carried) {
        ImplicitLocOpBuilder inner(loc, nested);
        SmallVector<Value> at(panel);
        at.push_back(arith::AddIOp::create(inner, begin, offset));
        Value bytes = vector::LoadOp::create(inner, type, panels, at);
        Value any = arith::OrIOp::create(inner, carried[0], bytes);
        scf::YieldOp::create(inner, any);
      });
  Value isNot = arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                      loop.getResult(0), zeros);
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, isNot);
}

void bitserial::buildListedBlocks(ImplicitLocOpBuilder &b, ListBlocksOp op) {
  FormAttr form = op.getForm();
  Value panels = collapseFrom(b, op.getPanels(), 2), lists = op.getInit();
  int64_t blocks = op.getInitType().getDimSize(3) - 1;
  int64_t blockBytes = op.getChunk() / blocks * form.getPanelBytesPerStep();
  SmallVector<LoopRange> ranges = getAxisRanges(b, b.getLoc(), lists, 0, 3);
  buildLoops(
      b, b.getLoc(), ranges, /*parallel=*/false,
      [&](OpBuilder &nested, Location loc, ValueRange ivs) {
        ImplicitLocOpBuilder b(loc, nested);
        auto store = [&](ImplicitLocOpBuilder &b, Value number, Value at) {
          Value word = arith::IndexCastOp::create(b, b.getI32Type(), number);
          SmallVector<Value> indices(ivs);
          indices.push_back(at);
          memref::StoreOp::create(b, word, lists, indices);
        };
        Value zero = index(b, 0), one = index(b, 1);
        Value first =
            arith::MulIOp::create(b, ivs[2], index(b, blocks * blockBytes));
        auto count = scf::ForOp::create(
            b, zero, index(b, blocks), one, zero,
            [&](OpBuilder &nested, Location loc, Value block,
                ValueRange carried) {
              ImplicitLocOpBuilder b(loc, nested);
              Value next = arith::AddIOp::create(b, carried[0], one);
              store(b, block, next);
              Value begin = arith::AddIOp::create(
                  b, first,
                  arith::MulIOp::create(b, block, index(b, blockBytes)));
              Value isKept = buildIsKept(b, panels, ivs.take_front(2), begin,
                                         blockBytes, form.getVectorBytes());
              Value kept = arith::SelectOp::create(b, isKept, next, carried[0]);
              scf::YieldOp::create(b, kept);
            });
        store(b, count.getResult(0), zero);
      });
}
