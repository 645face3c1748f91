//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A detector's anchors, and their matching as reductions in linalg: equal
// overlaps are told apart by their index, so no result depends on the order of
// a loop.

#include "DetectionLoops.h"

#include "dorefa/Conversion/DorefaToLinalg/Patterns.h"
#include "dorefa/Dialect/Dorefa/IR/DorefaDetection.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;
using namespace mlir::dorefa::loops;

//===----------------------------------------------------------------------===//
// Anchors
//===----------------------------------------------------------------------===//

namespace {

struct LowerAnchorBoxes : OpConversionPattern<AnchorBoxesOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(AnchorBoxesOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> grids = op.getGrids();
    ArrayRef<float> sizes = op.getSizes();
    const size_t levels = grids.size() / 2, perLevel = sizes.size() / levels;
    SmallVector<float> boxes;
    for (size_t level = 0; level < levels; ++level) {
      const int64_t rows = grids[2 * level], columns = grids[2 * level + 1];
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column)
          for (size_t i = 0; i < perLevel; i += 2) {
            const float x = (column + 0.5f) / columns, y = (row + 0.5f) / rows;
            const float width = sizes[level * perLevel + i] * 0.5f;
            const float height = sizes[level * perLevel + i + 1] * 0.5f;
            boxes.append({x - width, y - height, x + width, y + height});
          }
    }
    auto type = cast<RankedTensorType>(op.getResult().getType());
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseElementsAttr::get(type, ArrayRef<float>(boxes)));
    return success();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// iou[b, n, k], -1 where there is no object k.
static Value buildOverlaps(Nest &nest, Value anchors, Value boxes,
                           Value labels) {
  ImplicitLocOpBuilder &b = nest.b;
  Values inputs;
  SmallVector<AffineMap> maps;
  for (int64_t i = 0; i < 4; ++i) {
    inputs.push_back(anchors);
    maps.push_back(nest.map(3, {nest.d1, nest.constant(i)}));
  }
  for (int64_t i = 0; i < 4; ++i) {
    inputs.push_back(boxes);
    maps.push_back(nest.map(3, {nest.d0, nest.d2, nest.constant(i)}));
  }
  inputs.push_back(labels);
  maps.push_back(nest.map(3, {nest.d0, nest.d2}));
  return buildElementwise(
      b, inputs, maps,
      {getSize(b, labels, 0), getSize(b, anchors, 0), getSize(b, labels, 1)},
      b.getF32Type(), [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
        Value zero = f32(b, 0);
        // The lengths along axis 0 or 1 of anchor, box and what they share.
        auto lengths = [&](int axis) {
          Value first = args[axis], last = args[axis + 2];
          Value boxFirst = args[4 + axis], boxLast = args[4 + axis + 2];
          Value from = arith::MaximumFOp::create(b, first, boxFirst);
          Value to = arith::MinimumFOp::create(b, last, boxLast);
          Value shared = arith::MaximumFOp::create(
              b, arith::SubFOp::create(b, to, from), zero);
          return Values{arith::SubFOp::create(b, last, first),
                        arith::SubFOp::create(b, boxLast, boxFirst), shared};
        };
        Values across = lengths(0), down = lengths(1), areas;
        for (auto [width, height] : llvm::zip_equal(across, down))
          areas.push_back(arith::MulFOp::create(b, width, height));
        Value both = arith::SubFOp::create(
            b, arith::AddFOp::create(b, areas[0], areas[1]), areas[2]);
        Value overlap = arith::DivFOp::create(b, areas[2], both);
        return {arith::SelectOp::create(b, isObject(b, args[8]), overlap,
                                        f32(b, -1))};
      })[0];
}

namespace {

struct LowerMatchAnchors : OpConversionPattern<MatchAnchorsOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult
  matchAndRewrite(MatchAnchorsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Nest nest(b);
    Value anchors = adaptor.getAnchors(), labels = adaptor.getLabels();
    Value overlaps = buildOverlaps(nest, anchors, adaptor.getBoxes(), labels);
    OpFoldResult batch = getSize(b, labels, 0);
    OpFoldResult perAnchor[] = {batch, getSize(b, anchors, 0)};
    OpFoldResult perObject[] = {batch, getSize(b, labels, 1)};
    Type f32Type = b.getF32Type(), i32Type = b.getI32Type();
    // (sample, anchor, object) -> the sample's anchor or object.
    AffineMap all = nest.map(3, {nest.d0, nest.d1, nest.d2});
    AffineMap middle = nest.map(3, {nest.d0, nest.d1});
    AffineMap last = nest.map(3, {nest.d0, nest.d2});
    // Where the loops are (sample, object, anchor).
    AffineMap swapped = nest.map(3, {nest.d0, nest.d2, nest.d1});

    auto largest = [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
      return {arith::MaximumFOp::create(b, args[1], args[0])};
    };
    // The first place at which the overlap is the largest, and above 0.
    auto first = [](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
      Value hit = isEqual(b, args[0], args[1]);
      Value above = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, args[1],
                                          f32(b, 0));
      Value place =
          arith::SelectOp::create(b, arith::AndIOp::create(b, hit, above),
                                  index32(b, 2), i32(b, kNone));
      return {arith::MinSIOp::create(b, args[2], place)};
    };
    auto search = [&](AffineMap overlapMap, ArrayRef<OpFoldResult> sizes) {
      Value best = nest.reduce(overlaps, overlapMap,
                               buildFilled(b, sizes, f32Type, -1), largest)[0];
      Value place =
          nest.reduce({overlaps, best}, {overlapMap, middle},
                      buildFilled(b, sizes, i32Type, kNone), first)[0];
      return std::make_pair(best, place);
    };
    auto [bestOfAnchor, objectOfAnchor] = search(all, perAnchor);
    Value anchorOfObject = search(swapped, perObject).second;

    // Of the objects whose best anchor this is, the largest overlap, then the
    // first with it.
    auto isSeat = [](ImplicitLocOpBuilder &b, Value seat) {
      return isEqual(b, seat, index32(b, 1));
    };
    Value claim =
        nest.reduce({overlaps, anchorOfObject}, {all, last},
                    buildFilled(b, perAnchor, f32Type, -1),
                    [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                      Value term = arith::SelectOp::create(
                          b, isSeat(b, args[1]), args[0], f32(b, -1));
                      return {arith::MaximumFOp::create(b, args[2], term)};
                    })[0];
    Value owner = nest.reduce(
        {overlaps, anchorOfObject, claim}, {all, last, middle},
        buildFilled(b, perAnchor, i32Type, kNone),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          Value hit = arith::AndIOp::create(b, isSeat(b, args[1]),
                                            isEqual(b, args[0], args[2]));
          Value place =
              arith::SelectOp::create(b, hit, index32(b, 2), i32(b, kNone));
          return {arith::MinSIOp::create(b, args[3], place)};
        })[0];
    float threshold = op.getThreshold().convertToFloat();
    Value match = buildPointwise(
        b, {owner, bestOfAnchor, objectOfAnchor}, i32Type,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
          Value enough = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE,
                                               args[1], f32(b, threshold));
          Value other = arith::SelectOp::create(b, enough, args[2], i32(b, -1));
          Value owned =
              compare(b, arith::CmpIPredicate::ne, args[0], i32(b, kNone));
          return {arith::SelectOp::create(b, owned, args[0], other)};
        });
    rewriter.replaceOp(op, match);
    return success();
  }
};

} // namespace

void mlir::dorefa::populateAnchorPatterns(const TypeConverter &converter,
                                          RewritePatternSet &patterns) {
  patterns.add<LowerAnchorBoxes, LowerMatchAnchors>(converter,
                                                    patterns.getContext());
}
