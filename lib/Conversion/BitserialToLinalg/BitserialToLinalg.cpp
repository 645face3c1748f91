//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Bitserial products and sums as linalg.generic over words.

#include "dorefa/Conversion/BitserialToLinalg/Passes.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Bitserial/Transforms/ScalarForm.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALTOLINALG
#include "dorefa/Conversion/BitserialToLinalg/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;
using utils::IteratorType;

/// sum + (popcount(words) << the sum of the indices of `planes`); minus, where
/// the last of these is `negative`.
static Value addWeightedCount(OpBuilder &builder, Location loc, Value words,
                              Value sum, ArrayRef<int64_t> planes,
                              std::optional<int64_t> negative) {
  Value count = math::CtPopOp::create(builder, loc, words);
  Value shift;
  for (int64_t plane : planes) {
    Value index = linalg::IndexOp::create(builder, loc, plane);
    shift = shift
                ? arith::AddIOp::create(builder, loc, shift, index).getResult()
                : index;
  }
  shift = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), shift);
  Value weighted = arith::ShLIOp::create(builder, loc, count, shift);
  Value added = arith::AddIOp::create(builder, loc, sum, weighted);
  if (!negative)
    return added;
  Value isNegative = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq,
      linalg::IndexOp::create(builder, loc, planes.back()),
      arith::ConstantIndexOp::create(builder, loc, *negative));
  Value less = arith::SubIOp::create(builder, loc, sum, weighted);
  return arith::SelectOp::create(builder, loc, isNegative, less, added);
}

/// The bits of the bytes of both sides, of one if the other is all ones, or
/// nothing where words are of bit planes.
using ByteBits = std::optional<SmallVector<int64_t>>;

/// sum + dot(lhs, rhs); the sum of the bytes of lhs without rhs.
static Value addDot(OpBuilder &builder, Location loc, Value lhs, Value rhs,
                    Value sum, ArrayRef<int64_t> bits, bool rhsSigned) {
  if (!rhs)
    rhs = arith::ConstantIntOp::create(builder, loc, 0x01010101, 32);
  Value dot = DotOp::create(builder, loc, lhs, rhs, bits[0],
                            bits.size() == 2 ? bits[1] : 1, rhsSigned);
  return arith::AddIOp::create(builder, loc, sum, dot);
}

/// The last `reductions` loops of the op are reductions; its last `planes`
/// are planes.
static linalg::GenericOp createSum(OpBuilder &builder, Operation *op,
                                   Value init, ArrayRef<AffineMap> maps,
                                   unsigned reductions, unsigned planes,
                                   const ByteBits &bytes,
                                   bool rhsSigned = false,
                                   int64_t rhsPlanes = 0) {
  unsigned loops = maps.front().getNumDims();
  SmallVector<IteratorType> iterators(loops, IteratorType::parallel);
  std::fill(iterators.end() - reductions, iterators.end(),
            IteratorType::reduction);
  return linalg::GenericOp::create(
      builder, op->getLoc(), op->getResultTypes(),
      op->getOperands().drop_back(), init, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        Value words = args[0];
        if (bytes) {
          Value other = args.size() == 3 ? args[1] : Value();
          linalg::YieldOp::create(nested, loc,
                                  addDot(nested, loc, words, other, args.back(),
                                         *bytes, rhsSigned));
          return;
        }
        if (args.size() == 3)
          words = arith::AndIOp::create(nested, loc, words, args[1]);
        auto positions = llvm::to_vector(
            llvm::seq<int64_t>(loops - planes, static_cast<int64_t>(loops)));
        std::optional<int64_t> negative;
        if (rhsSigned)
          negative = rhsPlanes - 1;
        linalg::YieldOp::create(nested, loc,
                                addWeightedCount(nested, loc, words,
                                                 args.back(), positions,
                                                 negative));
      });
}

template <typename OpTy>
static ByteBits getBytes(OpTy op) {
  if (auto bits = op.getByteBits())
    return SmallVector<int64_t>(*bits);
  return std::nullopt;
}

static void lower(RewriterBase &rewriter, MatmulOp op) {
  AffineExpr m, n, w, p, q;
  bindDims(rewriter.getContext(), m, n, w, p, q);
  SmallVector<AffineExpr, 4> lhs(3);
  lhs[op.getLhsRowAxis()] = m;
  lhs[op.getLhsWordAxis()] = w;
  lhs[op.getLhsPlaneAxis()] = p;
  auto maps = AffineMap::inferFromExprList(
      ArrayRef<SmallVector<AffineExpr, 4>>{lhs, {w, q, n}, {m, n}},
      rewriter.getContext());
  rewriter.replaceOp(
      op, createSum(rewriter, op, op.getInit(), maps, 3, 2, getBytes(op)));
}

static void lower(RewriterBase &rewriter, Conv2DOp op) {
  AffineExpr n, y, x, g, f, i, j, c, p, q;
  bindDims(rewriter.getContext(), n, y, x, g, f, i, j, c, p, q);
  ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations();
  auto maps = AffineMap::inferFromExprList(
      ArrayRef<SmallVector<AffineExpr, 4>>{
          {n, y * strides[0] + i * dilations[0],
           x * strides[1] + j * dilations[1], g, c, p},
          {g, i, j, c, q, f},
          {n, y, x, g, f}},
      rewriter.getContext());
  rewriter.replaceOp(op, createSum(rewriter, op, op.getInit(), maps, 5, 2,
                                   getBytes(op), op.getRhsSigned(),
                                   op.getFilter().getType().getDimSize(4)));
}

static void lower(RewriterBase &rewriter, PopSumOp op) {
  MLIRContext *context = rewriter.getContext();
  unsigned rank = op.getInitType().getRank(), axis = op.getAxis();
  SmallVector<AffineExpr> sums;
  for (unsigned i = 0; i < rank; ++i)
    sums.push_back(getAffineDimExpr(i, context));
  SmallVector<AffineExpr> packed = sums;
  packed.insert(packed.begin() + axis, {getAffineDimExpr(rank, context),
                                        getAffineDimExpr(rank + 1, context)});
  Value zero = arith::ConstantIntOp::create(rewriter, op.getLoc(), 0, 32);
  auto fill = linalg::FillOp::create(rewriter, op.getLoc(), zero, op.getInit());
  Value init = fill.getNumResults() ? fill.getResult(0) : op.getInit();
  auto maps = {AffineMap::get(rank + 2, 0, packed, context),
               AffineMap::get(rank + 2, 0, sums, context)};
  ByteBits bytes;
  if (op.getByteBits())
    bytes = {static_cast<int64_t>(*op.getByteBits())};
  rewriter.replaceOp(op, createSum(rewriter, op, init, maps, 2, 1, bytes));
}

/// Every element of the init by `element`, which gets its indices.
template <typename OpTy>
static void
lowerByElement(RewriterBase &rewriter, OpTy op,
               function_ref<Value(OpBuilder &, Location, ValueRange)> element) {
  unsigned rank = op.getInitType().getRank();
  auto generic = linalg::GenericOp::create(
      rewriter, op.getLoc(), op->getResultTypes(), ValueRange(), op.getInit(),
      rewriter.getMultiDimIdentityMap(rank),
      SmallVector<IteratorType>(rank, IteratorType::parallel),
      [&](OpBuilder &nested, Location loc, ValueRange) {
        SmallVector<Value> indices;
        for (unsigned i = 0; i < rank; ++i)
          indices.push_back(linalg::IndexOp::create(nested, loc, i));
        linalg::YieldOp::create(nested, loc, element(nested, loc, indices));
      });
  rewriter.replaceOp(op, generic);
}

static void lower(RewriterBase &rewriter, PackOp op) {
  lowerByElement(rewriter, op,
                 [&](OpBuilder &builder, Location loc, ValueRange indices) {
                   std::optional<int64_t> byteBits;
                   if (op.getBytes())
                     byteBits = op.getBits();
                   return buildWord(builder, loc, op.getCodes(), indices,
                                    op.getAxis(), byteBits);
                 });
}

static void lower(RewriterBase &rewriter, UnpackOp op) {
  lowerByElement(
      rewriter, op, [&](OpBuilder &builder, Location loc, ValueRange indices) {
        return buildCode(builder, loc, op.getPacked(), indices, op.getAxis());
      });
}

namespace {
struct ConvertBitserialToLinalg
    : dorefa::impl::ConvertBitserialToLinalgBase<ConvertBitserialToLinalg> {
  using ConvertBitserialToLinalgBase::ConvertBitserialToLinalgBase;

  bool isLowered(Strategy strategy) const {
    return reference || strategy == Strategy::automatic ||
           strategy == Strategy::popcount;
  }

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](Operation *op) {
      rewriter.setInsertionPoint(op);
      if (auto matmul = dyn_cast<MatmulOp>(op)) {
        if (!keepProducts &&
            (matmul.getByteBits() || isLowered(matmul.getStrategy())))
          lower(rewriter, matmul);
      } else if (auto conv = dyn_cast<Conv2DOp>(op)) {
        if (!keepProducts &&
            (conv.getByteBits() || isLowered(conv.getStrategy())))
          lower(rewriter, conv);
      } else if (auto sum = dyn_cast<PopSumOp>(op)) {
        lower(rewriter, sum);
      } else if (auto pack = dyn_cast<PackOp>(op)) {
        if (reference && !keepProducts)
          lower(rewriter, pack);
      } else if (auto unpack = dyn_cast<UnpackOp>(op)) {
        if (reference)
          lower(rewriter, unpack);
      }
    });
  }
};
} // namespace
