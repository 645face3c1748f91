//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products of words, cut into pieces of the lhs and panels of the rhs.

#include "TiledConvolution.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::bitserial {
#define GEN_PASS_DEF_TILEPRODUCTS
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h.inc"
} // namespace mlir::bitserial

using namespace mlir;
using namespace mlir::bitserial;

/// Of a piece: rows or tables, and sums. Half of a second-level cache.
static constexpr int64_t pieceBytes = 512 * 1024;

namespace {
/// Output rows of a piece, and how many images it has at most: a multiple of
/// `tile` of them.
struct Piece {
  int64_t rows, images, tile = 1;
};
} // namespace

/// Rows that divide all rows: strips small enough to share a single image among
/// threads and to keep its tables in the cache, yet not thin. `even` strips
/// have a row to pair with each.
static Piece choosePiece(const Convolution &conv, const TilePlan &plan) {
  int64_t all = conv.outRows();
  auto getBytes = [&](int64_t rows) {
    return conv.rowsOf(rows) * conv.rowBytes(plan) + rows * conv.sumsBytes();
  };
  bool pairs = plan.form.getKernel() == Kernel::pairs;
  Piece piece{all, 1};
  // A matrix unit's tile has many pixels, and a strip's last one few of its
  // own.
  int64_t fewest =
      plan.form.getKernel() == Kernel::matrix ? 8 * plan.form.getColumns() : 0;
  auto isGood = [&](int64_t rows) {
    return getBytes(rows) <= pieceBytes &&
           rows <= std::max({int64_t(8), int64_t(llvm::divideCeil(all, 4)),
                             int64_t(llvm::divideCeil(
                                 fewest, conv.size(conv.init, 2)))});
  };
  for (int64_t rows = all; rows >= 1; --rows)
    if (all % rows == 0 && !(pairs && all % 2 == 0 && rows % 2 != 0)) {
      piece.rows = rows;
      if (isGood(rows))
        break;
    }
  int64_t imageBytes = std::max<int64_t>(getBytes(piece.rows), 1);
  if (piece.rows == all)
    piece.images = std::max<int64_t>(pieceBytes / imageBytes, 1);
  int64_t tile = plan.form.getColumns() * (pairs ? 2 : 1);
  if (piece.images > tile || all * conv.size(conv.init, 2) == 1) {
    piece.tile = tile;
    piece.images = std::max(piece.images - piece.images % tile, tile);
  }
  return piece;
}

/// Images of each piece. Threads share the pieces, one as many as another: of a
/// few pieces there is an even number, of many a multiple of four.
static OpFoldResult buildImagesOfPiece(ImplicitLocOpBuilder b,
                                       OpFoldResult images,
                                       const Piece &piece) {
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, value);
  };
  auto align = [&](Value value, Value to) -> Value {
    return b.createOrFold<arith::MulIOp>(
        b.createOrFold<arith::CeilDivUIOp>(value, to), to);
  };
  Value all = getValueOrCreateConstantIndexOp(b, b.getLoc(), images);
  Value fewest = b.createOrFold<arith::CeilDivUIOp>(all, index(piece.images));
  Value isFew = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ule, fewest,
                                              index(2));
  Value pieces =
      align(fewest, b.createOrFold<arith::SelectOp>(isFew, index(2), index(4)));
  // Of no images there is no piece, but steps are of one at least.
  pieces = b.createOrFold<arith::MaxUIOp>(pieces, index(1));
  Value each = b.createOrFold<arith::CeilDivUIOp>(all, pieces);
  return getAsOpFoldResult(
      align(b.createOrFold<arith::MaxUIOp>(each, index(1)), index(piece.tile)));
}

static Value buildEmpty(OpBuilder &b, Location loc,
                        ArrayRef<OpFoldResult> sizes, Type element) {
  return tensor::EmptyOp::create(b, loc, sizes, element);
}

/// Rows or tables of a piece of the image, or of its codes, and their product.
static Value buildPiece(OpBuilder &b, Location loc, const Convolution &conv,
                        const TilePlan &plan, Value image, Value panels,
                        Value kept, Value init) {
  bool pairs = plan.form.getKernel() == Kernel::pairs;
  OpFoldResult images = tensor::getMixedSize(b, loc, image, 0);
  int64_t rows = getTensorType(image).getDimSize(1);
  IntegerAttr distance, pairRows;
  int64_t outRows = getTensorType(init).getDimSize(1);
  if (pairs && outRows > 1) {
    int64_t half = llvm::divideCeil(outRows, 2);
    pairRows = b.getI64IntegerAttr(half);
    distance = b.getI64IntegerAttr(half * conv.strides[0]);
    rows = conv.rowsOf(half);
  } else if (pairs) {
    images = affine::makeComposedFoldedAffineApply(
        b, loc, b.getAffineDimExpr(0).ceilDiv(2), images);
  }
  Value tables = image;
  if (!conv.hasRows(plan)) {
    tables = buildEmpty(
        b, loc,
        {images, b.getIndexAttr(rows), b.getIndexAttr(conv.rowBytes(plan))},
        b.getI8Type());
    tables = PackRowsOp::create(b, loc, tables.getType(), image, tables,
                                plan.form, distance)
                 ->getResult(0);
  }
  return TileProductOp::create(
             b, loc, init.getType(), tables, panels, kept, init, plan.form,
             b.getI64IntegerAttr(conv.pixelBytes(plan.form)),
             b.getI64IntegerAttr(conv.rowTaps), b.getI64IntegerAttr(plan.chunk),
             b.getDenseI64ArrayAttr(conv.strides),
             b.getDenseI64ArrayAttr(conv.dilations), pairRows)
      ->getResult(0);
}

static Value buildPanels(OpBuilder &b, Location loc, const Convolution &conv,
                         const TilePlan &plan) {
  int64_t panels =
      llvm::divideCeil(conv.size(conv.filter, 4), plan.form.getPanelColumns());
  Value init =
      buildEmpty(b, loc,
                 getAsIndexOpFoldResult(b.getContext(),
                                        {conv.size(conv.filter, 0), panels,
                                         conv.size(conv.filter, 1), plan.steps,
                                         plan.form.getPanelBytesPerStep()}),
                 b.getI8Type());
  return PackPanelsOp::create(b, loc, init.getType(), conv.filter, init,
                              plan.form)
      ->getResult(0);
}

/// The blocks of panels to multiply, where zeros are left out.
static Value buildLists(OpBuilder &b, Location loc, const Convolution &conv,
                        const TilePlan &plan, Value panels) {
  if (plan.block == 0)
    return {};
  ArrayRef<int64_t> shape = getTensorType(panels).getShape();
  Value init = buildEmpty(
      b, loc,
      getAsIndexOpFoldResult(b.getContext(), {shape[0], shape[1],
                                              shape[2] * shape[3] / plan.chunk,
                                              1 + plan.chunk / plan.block}),
      b.getI32Type());
  return ListBlocksOp::create(b, loc, init.getType(), panels, init, plan.form,
                              plan.chunk)
      ->getResult(0);
}

/// The whole product: panels, then pieces in parallel.
static Value buildProduct(OpBuilder &b, Location loc, const Convolution &conv,
                          const TilePlan &plan, Value out) {
  Value panels = buildPanels(b, loc, conv, plan);
  Value kept = buildLists(b, loc, conv, plan, panels);
  Value input = conv.hasRows(plan) ? conv.codes : conv.image;
  if (out.getParentRegion()->getParentOfType<scf::ForallOp>())
    return buildPiece(b, loc, conv, plan, input, panels, kept, out);
  Piece piece = choosePiece(conv, plan);
  auto zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  OpFoldResult images = tensor::getMixedSize(b, loc, conv.image, 0);
  SmallVector<OpFoldResult> lower = {zero, zero};
  SmallVector<OpFoldResult> upper = {images, b.getIndexAttr(conv.outRows())};
  OpFoldResult imagesOfPiece = one;
  if (piece.images > 1)
    imagesOfPiece =
        buildImagesOfPiece(ImplicitLocOpBuilder(loc, b), images, piece);
  SmallVector<OpFoldResult> steps = {imagesOfPiece, b.getIndexAttr(piece.rows)};
  auto forall = scf::ForallOp::create(
      b, loc, lower, upper, steps, ValueRange{out}, std::nullopt,
      [&](OpBuilder &nested, Location loc, ValueRange args) {
        OpFoldResult count = affine::makeComposedFoldedAffineMin(
            nested, loc,
            AffineMap::get(
                3, 0,
                {nested.getAffineDimExpr(2),
                 nested.getAffineDimExpr(1) - nested.getAffineDimExpr(0)},
                nested.getContext()),
            {args[0], images, imagesOfPiece});
        if (piece.images == 1)
          count = one;
        OpFoldResult row = affine::makeComposedFoldedAffineApply(
            nested, loc, nested.getAffineDimExpr(0) * conv.strides[0],
            OpFoldResult(args[1]));
        auto slice = [&](Value whole, OpFoldResult first, int64_t rows,
                         SmallVector<OpFoldResult> &offsets,
                         SmallVector<OpFoldResult> &sizes,
                         SmallVector<OpFoldResult> &ones) {
          ArrayRef<int64_t> shape = getTensorType(whole).getShape();
          offsets.assign(shape.size(), zero);
          ones.assign(shape.size(), one);
          sizes = getAsIndexOpFoldResult(nested.getContext(),
                                         SmallVector<int64_t>(shape));
          offsets[0] = args[0], sizes[0] = count;
          offsets[1] = first, sizes[1] = nested.getIndexAttr(rows);
        };
        SmallVector<OpFoldResult> offsets, sizes, ones;
        // The codes of whole images follow each other without a gap.
        int64_t rows = conv.rowsOf(piece.rows);
        if (conv.hasRows(plan) && piece.rows == conv.outRows())
          rows = conv.size(input, 1);
        slice(input, row, rows, offsets, sizes, ones);
        Value image = tensor::ExtractSliceOp::create(nested, loc, input,
                                                     offsets, sizes, ones);
        slice(conv.init, args[1], piece.rows, offsets, sizes, ones);
        Value place = tensor::ExtractSliceOp::create(nested, loc, args[2],
                                                     offsets, sizes, ones);
        Value sums =
            buildPiece(nested, loc, conv, plan, image, panels, kept, place);
        auto done = scf::InParallelOp::create(nested, loc);
        nested.setInsertionPointToStart(done.getBody());
        tensor::ParallelInsertSliceOp::create(nested, loc, sums, args[2],
                                              offsets, sizes, ones);
      });
  return forall.getResult(0);
}

/// `value` with the axes of `groups` expanded to `shape`.
static Value expand(OpBuilder &b, Location loc, Value value,
                    ArrayRef<int64_t> shape,
                    ArrayRef<ReassociationIndices> groups) {
  SmallVector<OpFoldResult> sizes =
      getAsIndexOpFoldResult(b.getContext(), SmallVector<int64_t>(shape));
  if (ShapedType::isDynamic(shape[0]))
    sizes[0] = tensor::getMixedSize(b, loc, value, 0);
  auto type =
      RankedTensorType::get(shape, getTensorType(value).getElementType());
  return tensor::ExpandShapeOp::create(b, loc, type, value, groups, sizes);
}

/// The codes that `words` is a view of, each row of an image on one axis.
static Value getCodeRows(OpBuilder &b, Location loc, Value words) {
  auto view = words.getDefiningOp<ViewWordsOp>();
  if (!view)
    return {};
  Value codes = view.getCodes();
  if (getTensorType(codes).getRank() == 2)
    return expand(b, loc, codes,
                  {getTensorType(codes).getDimSize(0), 1,
                   getTensorType(codes).getDimSize(1)},
                  {{0, 1}, {2}});
  return tensor::CollapseShapeOp::create(
      b, loc, codes, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}});
}

static Convolution getConvolution(OpBuilder &b, MatmulOp op) {
  Location loc = op.getLoc();
  Value lhs = op.getLhs(), rhs = op.getRhs();
  if (op.getTransposeLhs()) {
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, lhs);
    std::rotate(sizes.begin(), sizes.begin() + 2, sizes.end());
    Value init = buildEmpty(b, loc, sizes, b.getI32Type());
    lhs = linalg::TransposeOp::create(b, loc, lhs, init,
                                      ArrayRef<int64_t>{2, 0, 1})
              ->getResult(0);
  }
  ArrayRef<int64_t> left = getTensorType(lhs).getShape();
  ArrayRef<int64_t> right = getTensorType(rhs).getShape();
  Convolution conv;
  conv.codes = getCodeRows(b, loc, lhs);
  conv.image = expand(b, loc, lhs, {left[0], 1, 1, 1, left[1], left[2]},
                      {{0, 1, 2, 3}, {4}, {5}});
  conv.filter = expand(b, loc, rhs, {1, 1, right[0], right[1], right[2]},
                       {{0, 1, 2}, {3}, {4}});
  conv.init = expand(b, loc, op.getInit(), {left[0], 1, 1, 1, right[2]},
                     {{0, 1, 2, 3}, {4}});
  conv.rowTaps = 1;
  return conv;
}

static Convolution getConvolution(OpBuilder &b, Conv2DOp op) {
  Convolution conv;
  conv.image = op.getInput();
  conv.codes = getCodeRows(b, op.getLoc(), op.getInput());
  conv.init = op.getInit();
  conv.strides = SmallVector<int64_t>(op.getStrides());
  conv.dilations = SmallVector<int64_t>(op.getDilations());
  // Taps side by side are one segment where their pixels are.
  ArrayRef<int64_t> shape = getTensorType(op.getFilter()).getShape();
  bool merged = shape[2] == 1 || (shape[0] == 1 && conv.dilations[1] == 1);
  SmallVector<ReassociationIndices> groups = {{0}, {1, 2}, {3}, {4}, {5}};
  if (merged)
    groups = {{0}, {1}, {2, 3}, {4}, {5}};
  conv.rowTaps = merged ? 1 : shape[2];
  conv.filter =
      tensor::CollapseShapeOp::create(b, op.getLoc(), op.getFilter(), groups);
  return conv;
}

/// All sizes but that of axis `rowAxis` of the lhs, and of the first axis of
/// the init, are known.
static bool isStatic(Operation *op, unsigned rowAxis = 0) {
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    ArrayRef<int64_t> shape = getTensorType(operand).getShape();
    for (auto [axis, size] : llvm::enumerate(shape)) {
      bool mayBeDynamic =
          number == 0 ? axis == rowAxis : number == 2 && axis == 0;
      if (ShapedType::isDynamic(size) && !mayBeDynamic)
        return false;
    }
  }
  return true;
}

/// Bits of the codes of both sides.
template <typename OpTy>
static std::pair<int64_t, int64_t> getBits(OpTy op, int64_t lhsPlanes,
                                           int64_t rhsPlanes) {
  if (std::optional<ArrayRef<int64_t>> bits = op.getByteBits())
    return {(*bits)[0], (*bits)[1]};
  return {lhsPlanes, rhsPlanes};
}
static std::pair<int64_t, int64_t> getBits(MatmulOp op) {
  return getBits(op,
                 getTensorType(op.getLhs()).getDimSize(op.getLhsPlaneAxis()),
                 getTensorType(op.getRhs()).getDimSize(1));
}
static std::pair<int64_t, int64_t> getBits(Conv2DOp op) {
  return getBits(op, getTensorType(op.getInput()).getDimSize(5),
                 getTensorType(op.getFilter()).getDimSize(4));
}

/// The sums of images without groups, [.., F].
static ShapedType getSumsOfImages(MatmulOp op) {
  return getTensorType(op.getInit());
}
static ShapedType getSumsOfImages(Conv2DOp op) {
  RankedTensorType type = getTensorType(op.getInit());
  return type.clone(type.getShape().drop_back());
}

static bool hasSignedRhs(MatmulOp) { return false; }
static bool hasSignedRhs(Conv2DOp op) { return op.getRhsSigned(); }

static bool isZero(Value value) {
  auto fill = value.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_Zero());
}

/// All sizes but the number of rows or images are known.
static bool isStatic(MatmulOp op) { return isStatic(op, op.getLhsRowAxis()); }

template <typename OpTy>
static LogicalResult tile(RewriterBase &rewriter, OpTy op,
                          const Machine &machine) {
  auto [lhsBits, rhsBits] = getBits(op);
  bool forced = op.getStrategy() == Strategy::lookup && !op.getByteBits();
  bool isSigned = hasSignedRhs(op);
  bool isInLoop = bool(op->template getParentOfType<scf::ForallOp>());
  auto getKernel = [&](int64_t lhsBits, int64_t rhsBits) {
    return chooseKernel(op.getStrategy(), bool(op.getByteBits()), lhsBits,
                        rhsBits, isSigned, machine);
  };
  ProductShape shape{lhsBits, rhsBits, ShapedType::kDynamic};
  shape.setPositions(getSumsOfImages(op));
  bool isSwapped = shape.isLookedUpByLhs() && !op.getByteBits() && !isSigned &&
                   !isInLoop && getKernel(rhsBits, lhsBits) == Kernel::lookup;
  std::optional<Kernel> kernel =
      isSwapped ? Kernel::lookup : getKernel(lhsBits, rhsBits);
  if (!kernel && forced)
    return op.emitOpError("has no lookup kernel for ")
           << lhsBits << " by " << rhsBits
           << " bits: one side may have 1 or 2, the other 1 to 6"
           << (isInLoop ? "; in a loop the rhs is the former" : "");
  // In a loop of its own a product's panels would be packed again and again.
  if (!kernel || (!forced && isInLoop))
    return success();
  bool isKnown = isStatic(op);
  if (!isKnown && forced)
    return op.emitOpError("has no lookup kernel for sizes that are not known");
  if (!isKnown)
    return success();
  Location loc = op.getLoc();
  Value init = op.getInit();
  for (Value operand : op->getOperands())
    if (llvm::is_contained(getTensorType(operand).getShape(), 0)) {
      rewriter.replaceOp(op, init); // sums of nothing
      return success();
    }
  Convolution conv = getConvolution(rewriter, op);
  std::tie(conv.lhsBits, conv.rhsBits) = std::tie(lhsBits, rhsBits);
  conv.isSigned = isSigned;
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, conv.init);
  Value out = buildEmpty(rewriter, loc, sizes, rewriter.getI32Type());
  Value sums =
      isSwapped
          ? buildSwappedProduct(rewriter, loc, conv, machine.vectorBits, out)
          : buildProduct(rewriter, loc, conv,
                         planTiles(op.getContext(), *kernel, conv.getShape(),
                                   machine.vectorBits),
                         out);
  if (getTensorType(sums) != getTensorType(init))
    sums = tensor::CollapseShapeOp::create(
        rewriter, loc, sums,
        SmallVector<ReassociationIndices>{{0, 1, 2, 3}, {4}});
  if (!isZero(init))
    sums = linalg::AddOp::create(rewriter, loc, ValueRange{sums, init}, init)
               ->getResult(0);
  rewriter.replaceOp(op, sums);
  return success();
}

namespace {
struct TileProducts : bitserial::impl::TileProductsBase<TileProducts> {
  using TileProductsBase::TileProductsBase;

  void runOnOperation() override {
    SmallVector<Operation *> products;
    getOperation()->walk([&](Operation *op) {
      if (isa<MatmulOp, Conv2DOp>(op) && op->getNumResults() == 1)
        products.push_back(op);
    });
    Machine machine = Machine::get(
        vectorBits, SmallVector<std::string>(features.begin(), features.end()));
    IRRewriter rewriter(&getContext());
    for (Operation *op : products) {
      rewriter.setInsertionPoint(op);
      auto matmul = dyn_cast<MatmulOp>(op);
      if (failed(matmul ? tile(rewriter, matmul, machine)
                        : tile(rewriter, cast<Conv2DOp>(op), machine)))
        return signalPassFailure();
    }
  }
};
} // namespace
