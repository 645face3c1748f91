//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Products by lookup whose lhs has fewer bits than their rhs. A table holds
// sums of the side that has more of them, as what a lookup costs depends on the
// planes of the other one: the filter becomes rows of tables, and the words of
// each position's window, one beside the other, become a column of a panel.

#include "TiledConvolution.h"

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::bitserial;

static Value buildEmpty(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                        Type element) {
  return tensor::EmptyOp::create(b, shape, element);
}

static Value buildTransposed(ImplicitLocOpBuilder &b, Value from, Value into,
                             ArrayRef<int64_t> permutation) {
  return linalg::TransposeOp::create(b, from, into, permutation)->getResult(0);
}

namespace {
/// A part of a tensor: all of most axes.
struct Part {
  SmallVector<OpFoldResult> offsets, sizes, ones;

  Part(OpBuilder &b, Value whole)
      : offsets(getTensorType(whole).getRank(), b.getIndexAttr(0)),
        sizes(getAsIndexOpFoldResult(
            b.getContext(),
            SmallVector<int64_t>(getTensorType(whole).getShape()))),
        ones(offsets.size(), b.getIndexAttr(1)) {}
  Part &at(unsigned axis, OpFoldResult offset, OpFoldResult size) {
    offsets[axis] = offset, sizes[axis] = size;
    return *this;
  }
  Value extract(ImplicitLocOpBuilder &b, Value whole) const {
    return tensor::ExtractSliceOp::create(b, whole, offsets, sizes, ones);
  }
};

class SwappedProduct {
public:
  SwappedProduct(MLIRContext *context, const Convolution &conv,
                 int64_t vectorBits)
      : conv(conv), groups(conv.size(conv.filter, 0)),
        depth(conv.size(conv.filter, 1) * conv.size(conv.filter, 2)),
        planes(conv.size(conv.image, 5)), filters(conv.size(conv.filter, 4)),
        outW(conv.size(conv.init, 2)) {
    choosePiece();
    plan = planTiles(
        context, Kernel::lookup,
        {conv.rhsBits, conv.lhsBits, /*segments=*/1, depth, columns()},
        vectorBits);
  }

  Value build(ImplicitLocOpBuilder &b, Value out) const {
    Value tables = buildTables(b);
    OpFoldResult zero = b.getIndexAttr(0);
    OpFoldResult all = tensor::getMixedSize(b, b.getLoc(), conv.image, 0);
    OpFoldResult lower[] = {zero, zero};
    OpFoldResult upper[] = {all, b.getIndexAttr(conv.outRows())};
    OpFoldResult steps[] = {b.getIndexAttr(images), b.getIndexAttr(rows)};
    auto forall = scf::ForallOp::create(
        b, lower, upper, steps, ValueRange{out}, std::nullopt,
        [&](OpBuilder &nested, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, nested);
          OpFoldResult count = inner.getIndexAttr(1);
          if (images > 1)
            count = affine::makeComposedFoldedAffineMin(
                inner, loc,
                AffineMap::get(
                    2, 0,
                    {inner.getAffineConstantExpr(images),
                     inner.getAffineDimExpr(1) - inner.getAffineDimExpr(0)},
                    inner.getContext()),
                {args[0], all});
          Part part(inner, args[2]);
          part.at(0, args[0], count).at(1, args[1], inner.getIndexAttr(rows));
          Value words = buildWindows(inner, args[0], args[1], count);
          Value made =
              buildTransposed(inner, buildSums(inner, tables, words, count),
                              part.extract(inner, args[2]), {2, 3, 4, 1, 0});
          auto done = scf::InParallelOp::create(inner);
          inner.setInsertionPointToStart(done.getBody());
          tensor::ParallelInsertSliceOp::create(
              inner, made, args[2], part.offsets, part.sizes, part.ones);
        });
    return forall.getResult(0);
  }

private:
  int64_t columns() const { return images * rows * outW; }

  /// Positions whose panels stay in a cache: a few images, or rows of one.
  void choosePiece() {
    constexpr int64_t fewest = 128, most = 512;
    rows = std::max<int64_t>(conv.outRows(), 1);
    while (rows > 1 && (rows * outW > most || conv.outRows() % rows != 0))
      --rows;
    images = 1;
    if (rows == conv.outRows())
      images = std::max<int64_t>(fewest / std::max<int64_t>(rows * outW, 1), 1);
    int64_t all = conv.size(conv.image, 0);
    if (!ShapedType::isDynamic(all))
      images = std::min(images, all);
  }

  /// Tables [F,1,bytes] of the filter [G,S,words,Q,F].
  Value buildTables(ImplicitLocOpBuilder &b) const {
    Value filter = tensor::CollapseShapeOp::create(
        b, conv.filter, ArrayRef<ReassociationIndices>{{0}, {1, 2}, {3}, {4}});
    int64_t filterPlanes = conv.size(conv.filter, 3);
    Value init =
        buildEmpty(b, {filters, groups, depth, filterPlanes}, b.getI32Type());
    Value pixels = buildTransposed(b, filter, init, {3, 0, 1, 2});
    Value image = tensor::ExpandShapeOp::create(
        b,
        RankedTensorType::get({filters, 1, 1, groups, depth, filterPlanes},
                              b.getI32Type()),
        pixels, ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}, {5}});
    int64_t bytes = depth * plan.form.getRowBytesPerWord();
    int64_t beyond = std::max<int64_t>(plan.segmentBytes() - bytes, 0);
    int64_t ofRow = llvm::alignTo(groups * bytes + beyond, tableBytes);
    Value rows = buildEmpty(b, {filters, 1, ofRow}, b.getI8Type());
    return PackRowsOp::create(b, rows.getType(), image, rows, plan.form,
                              /*pair_distance=*/IntegerAttr())
        ->getResult(0);
  }

  /// The words of each position's window, [G,1,depth,P,columns].
  Value buildWindows(ImplicitLocOpBuilder &b, Value firstImage, Value firstRow,
                     OpFoldResult count) const {
    Part part(b, conv.image);
    OpFoldResult imageRow = affine::makeComposedFoldedAffineApply(
        b, b.getLoc(), b.getAffineDimExpr(0) * conv.strides[0],
        OpFoldResult(firstRow));
    part.at(0, firstImage, count)
        .at(1, imageRow, b.getIndexAttr(conv.rowsOf(rows)));
    int64_t words = conv.size(conv.image, 4);
    int64_t kernelH = conv.size(conv.filter, 1) / conv.rowTaps;
    // Taps side by side may be one segment.
    int64_t kernelW = depth / kernelH / words;
    Value all = buildEmpty(
        b, {groups, kernelH, kernelW, words, planes, images, rows, outW},
        b.getI32Type());
    constexpr unsigned imageAxis = 5;
    Part filled(b, all);
    filled.at(imageAxis, b.getIndexAttr(0), count);
    AffineExpr g, i, j, c, p, n, y, x;
    bindDims(b.getContext(), g, i, j, c, p, n, y, x);
    AffineMap read =
        AffineMap::get(8, 0,
                       {n, y * conv.strides[0] + i * conv.dilations[0],
                        x * conv.strides[1] + j * conv.dilations[1], g, c, p},
                       b.getContext());
    SmallVector<utils::IteratorType> iterators(8,
                                               utils::IteratorType::parallel);
    Value into = filled.extract(b, all);
    Value made =
        linalg::GenericOp::create(
            b, TypeRange(into.getType()),
            ValueRange(part.extract(b, conv.image)), ValueRange(into),
            ArrayRef<AffineMap>{read, b.getMultiDimIdentityMap(8)}, iterators,
            [](OpBuilder &nested, Location loc, ValueRange args) {
              linalg::YieldOp::create(nested, loc, args[0]);
            })
            .getResult(0);
    all = tensor::InsertSliceOp::create(b, made, all, filled.offsets,
                                        filled.sizes, filled.ones);
    Value merged = tensor::CollapseShapeOp::create(
        b, all, ArrayRef<ReassociationIndices>{{0}, {1, 2, 3}, {4}, {5, 6, 7}});
    return tensor::ExpandShapeOp::create(
        b,
        RankedTensorType::get({groups, 1, depth, planes, columns()},
                              b.getI32Type()),
        merged, ArrayRef<ReassociationIndices>{{0, 1}, {2}, {3}, {4}});
  }

  /// Sums [F,G,count,rows,outW].
  Value buildSums(ImplicitLocOpBuilder &b, Value tables, Value words,
                  OpFoldResult imagesHere) const {
    FormAttr form = plan.form;
    int64_t count = llvm::divideCeil(columns(), form.getPanelColumns());
    Value panels = buildEmpty(
        b, {groups, count, 1, plan.steps, form.getPanelBytesPerStep()},
        b.getI8Type());
    panels = PackPanelsOp::create(b, panels.getType(), words, panels, form)
                 ->getResult(0);
    Value init =
        buildEmpty(b, {filters, 1, 1, groups, columns()}, b.getI32Type());
    DenseI64ArrayAttr ones = b.getDenseI64ArrayAttr({1, 1});
    Value sums =
        TileProductOp::create(
            b, init.getType(), tables, panels, /*kept=*/Value(), init, form,
            b.getI64IntegerAttr(groups * depth * form.getRowBytesPerWord()),
            /*row_taps=*/b.getI64IntegerAttr(1),
            b.getI64IntegerAttr(plan.chunk), ones, ones,
            /*pair_rows=*/IntegerAttr())
            ->getResult(0);
    Value merged = tensor::CollapseShapeOp::create(
        b, sums, ArrayRef<ReassociationIndices>{{0, 1, 2}, {3}, {4}});
    Value split = tensor::ExpandShapeOp::create(
        b,
        RankedTensorType::get({filters, groups, images, rows, outW},
                              b.getI32Type()),
        merged, ArrayRef<ReassociationIndices>{{0}, {1}, {2, 3, 4}});
    constexpr unsigned imageAxis = 2;
    Part part(b, split);
    part.at(imageAxis, b.getIndexAttr(0), imagesHere);
    return part.extract(b, split);
  }

  const Convolution &conv;
  int64_t groups, depth, planes, filters, outW;
  int64_t images, rows; // of a piece
  TilePlan plan;
};
} // namespace

Value bitserial::buildSwappedProduct(OpBuilder &b, Location loc,
                                     const Convolution &conv,
                                     int64_t vectorBits, Value out) {
  ImplicitLocOpBuilder builder(loc, b);
  return SwappedProduct(b.getContext(), conv, vectorBits).build(builder, out);
}
