//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter on packed words. In each sample it is a matrix product
// whose depth is the output positions P:
//
//   [K, P] x [P, F],  K = taps x input channels,
//
// summed in integers, then scaled by the sample's own M and added in floats, in
// the samples' order. Samples come in blocks; a tile of rows of the result
// belongs to one thread, which runs through all samples of the block: nothing
// depends on the number of threads.
//
// The depth is packed into words, of bit planes or of bytes. Of fewer positions
// than a word of bytes has the integers are multiplied as they are; of a single
// one, as in a linear layer, that is one sum over the samples.

#include "BitserialBuilders.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

static constexpr int64_t kLargestRowTile = 16;

/// The largest divisor of `rows` up to kLargestRowTile.
static int64_t getRowTile(int64_t rows) {
  for (int64_t tile = std::min(rows, kLargestRowTile); tile > 1; --tile)
    if (rows % tile == 0)
      return tile;
  return 1;
}

namespace {

/// A slice that takes index `position` of some axes and all of the others.
struct Slice {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  Slice(ImplicitLocOpBuilder &b, Value tensor)
      : offsets(cast<RankedTensorType>(tensor.getType()).getRank(),
                b.getIndexAttr(0)),
        sizes(getSizes(b, tensor)), strides(offsets.size(), b.getIndexAttr(1)) {
  }
  Slice &at(ImplicitLocOpBuilder &b, int64_t axis, OpFoldResult position,
            int64_t size = 1) {
    offsets[axis] = position;
    sizes[axis] = b.getIndexAttr(size);
    return *this;
  }
  /// The slice without its first `dropped` axes, which have one element.
  Value extract(ImplicitLocOpBuilder &b, Value tensor,
                int64_t dropped = 0) const {
    SmallVector<int64_t> shape;
    for (OpFoldResult size : ArrayRef(sizes).drop_front(dropped))
      shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
    return tensor::ExtractSliceOp::create(b,
                                          RankedTensorType::get(shape, element),
                                          tensor, offsets, sizes, strides);
  }
  /// The slice of one sample and one group, without these two axes. They merge
  /// into the axes behind them: of a slice that drops inner axes itself,
  /// canonicalization could not tell which ones of several with one element.
  Value extractOfGroup(ImplicitLocOpBuilder &b, Value tensor,
                       int64_t groupAxis) const {
    SmallVector<ReassociationIndices> merge = {{0, 1}};
    for (int64_t axis = 2; axis < static_cast<int64_t>(sizes.size()); ++axis)
      if (axis == groupAxis + 1)
        merge.back().push_back(axis);
      else
        merge.push_back({axis});
    return tensor::CollapseShapeOp::create(b, extract(b, tensor), merge);
  }
};

/// The product of one convolution, and what all its steps need to know.
struct FilterGradient {
  ImplicitLocOpBuilder &b;
  ConvWindow window;
  CodeType cotangentCode, inputCode;
  int64_t kernelH, kernelW, channels; // channels of a group
  int64_t outH, outW;
  bool packed; // else integers
  bool bytes;  // of packed words
  /// For a GPU: one of all samples at once.
  bool inBatch;

  int64_t rows() const { return kernelH * kernelW * channels; }
  int64_t positions() const { return outH * outW; }
  WordLayout leftLayout() const { return {inputCode.getBits(), bytes}; }
  WordLayout rightLayout() const { return {cotangentCode.getBits(), bytes}; }

  /// [N,OH,OW,...] as [N,P,...].
  Value mergePositions(Value tensor) const {
    return buildMergedAxes(b, tensor, 1);
  }

  /// The cotangent's codes as the right matrix: words [N,words,planes,G,Fg],
  /// or numerators 2c - n in i32, [N,P,G,Fg].
  Value buildRight(Value codes) const {
    Value split = mergePositions(buildSplitAxis(b, codes, 3, window.groups));
    if (packed)
      return buildPack(b, split, 1, rightLayout());
    return buildPointwise(
        b, split, b.getI32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildNumerator(b, args[0], cotangentCode, b.getI32Type())};
        });
  }

  /// The window of each output position, [N,P,G,K] codes of packed words
  /// [N,Hp,Wp,G,words,planes].
  Value buildColumns(Value words) const {
    Value codes = buildUnpack(b, words, 4, channels);
    MLIRContext *context = b.getContext();
    AffineExpr n, y, x, g, i, j, c;
    bindDims(context, n, y, x, g, i, j, c);
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(
        context, {1, outH, outW, window.groups, kernelH, kernelW, channels});
    sizes[0] = getSize(b, words, 0);
    Value columns = buildElementwise(
        b, codes,
        AffineMap::get(7, 0,
                       {n, y * window.strides[0] + i * window.dilations[0],
                        x * window.strides[1] + j * window.dilations[1], g, c},
                       context),
        sizes, b.getI8Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {args[0]};
        })[0];
    SmallVector<ReassociationIndices> merge = {{0}, {1, 2}, {3}, {4, 5, 6}};
    return tensor::CollapseShapeOp::create(b, columns, merge);
  }

  /// The left matrix of each sample of a block: words [N,words,planes,G,K]
  /// packed along the positions, or codes [N,P,G,K]; one sample at a time, so
  /// that its columns stay in the cache.
  Value buildLeft(Value words) const {
    if (inBatch)
      return buildColumns(words);
    Value batch =
        getValueOrCreateConstantIndexOp(b, b.getLoc(), getSize(b, words, 0));
    SmallVector<OpFoldResult> sizes = {
        getSize(b, words, 0), b.getIndexAttr(positions()),
        b.getIndexAttr(window.groups), b.getIndexAttr(rows())};
    if (packed) {
      sizes[1] = b.getIndexAttr(
          llvm::divideCeil(positions(), leftLayout().codesPerWord()));
      sizes.insert(sizes.begin() + 2, b.getIndexAttr(leftLayout().planes()));
    }
    Type element = packed ? b.getI32Type() : b.getI8Type();
    Value init = buildEmpty(b, sizes, element);
    auto forall = scf::ForallOp::create(
        b, ArrayRef<OpFoldResult>{batch}, ValueRange{init}, std::nullopt,
        [&](OpBuilder &nested, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, nested);
          FilterGradient self{inner,   window,  cotangentCode, inputCode,
                              kernelH, kernelW, channels,      outH,
                              outW,    packed,  bytes,         inBatch};
          Value sample = args[0], out = args[1];
          Value image =
              Slice(inner, words).at(inner, 0, sample).extract(inner, words);
          Value columns = self.buildColumns(image);
          Slice place = Slice(inner, out).at(inner, 0, sample);
          if (packed) {
            Value into = place.extract(inner, out);
            columns =
                bitserial::PackOp::create(inner, into.getType(), columns, into,
                                          1, inputCode.getBits(), bytes)
                    ->getResult(0);
          }
          auto done = scf::InParallelOp::create(inner);
          inner.setInsertionPointToStart(done.getBody());
          tensor::ParallelInsertSliceOp::create(
              inner, columns, out, place.offsets, place.sizes, place.strides);
        });
    return forall.getResult(0);
  }

  /// dW [G,Fg,K] = sum_n f32(a[n,k] g[n,f]) * factor[n], of a single position.
  Value buildOuterProducts(Value left, Value right, Value factor) const {
    MLIRContext *context = b.getContext();
    AffineExpr g, f, k, n, zero = b.getAffineConstantExpr(0);
    bindDims(context, g, f, k, n);
    bool perSample = cast<RankedTensorType>(factor.getType()).getRank() == 1;
    int64_t filters = cast<RankedTensorType>(right.getType()).getShape().back();
    Value negated = buildPointwise(
        b, factor, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::NegFOp::create(b, args[0])};
        });
    // Products of codes are exact in f32, too, and take fewer operations.
    auto toFloat = [&](Value integers, bool isSigned) {
      return buildPointwise(
          b, integers, b.getF32Type(),
          [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
            if (isSigned)
              return {arith::SIToFPOp::create(b, b.getF32Type(), args[0])};
            return {arith::UIToFPOp::create(b, b.getF32Type(), args[0])};
          });
    };
    left = toFloat(left, /*isSigned=*/false);
    right = toFloat(right, /*isSigned=*/true);
    Value init = buildFilled(
        b, getAsIndexOpFoldResult(context, {window.groups, filters, rows()}),
        b.getF32Type(), 0);
    // The samples' order and the rounding of each term are part of the result:
    // as a difference from the negated term nothing makes it a sum in parts, or
    // a fused multiply-add.
    return buildGeneric(
        b, {left, right, negated}, init,
        {AffineMap::get(4, 0, {n, zero, g, k}, context),
         AffineMap::get(4, 0, {n, zero, g, f}, context),
         perSample ? AffineMap::get(4, 0, {n}, context)
                   : AffineMap::get(4, 0, context),
         AffineMap::get(4, 0, {g, f, k}, context)},
        {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
         IteratorType::reduction},
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value product = arith::MulFOp::create(b, args[0], args[1]);
          Value term = arith::MulFOp::create(b, product, args[2]);
          return {arith::SubFOp::create(b, args[3], term)};
        })[0];
  }

  /// As many samples as have left matrices that fit a second-level cache, but
  /// enough of them for some threads.
  int64_t getBlock() const {
    constexpr int64_t bytesOfBlock = int64_t(1) << 21, fewest = 16, most = 32;
    int64_t depth = positions();
    if (packed)
      depth = 4 * leftLayout().planes() *
              llvm::divideCeil(positions(), leftLayout().codesPerWord());
    int64_t bytesOfSample = std::max<int64_t>(1, rows() * depth);
    return std::clamp<int64_t>(
        llvm::bit_floor<uint64_t>(bytesOfBlock / bytesOfSample), fewest, most);
  }

  /// dW [G,K,Fg] = sum_n f32(I_n) * factor[n], one block of samples after the
  /// other: what is made of a block is still in the cache when it is used, and
  /// no buffer holds the left matrices of the whole batch.
  Value buildBlocks(Value words, Value right, Value factor) const {
    int64_t filters = cast<RankedTensorType>(right.getType()).getShape().back();
    Value zeros =
        buildFilled(b,
                    getAsIndexOpFoldResult(b.getContext(),
                                           {window.groups, rows(), filters}),
                    b.getF32Type(), 0);
    Value none = arith::ConstantIndexOp::create(b, 0);
    Value batch =
        getValueOrCreateConstantIndexOp(b, b.getLoc(), getSize(b, words, 0));
    Value block = arith::ConstantIndexOp::create(b, getBlock());
    auto blocks = scf::ForOp::create(
        b, none, batch, block, zeros,
        [&](OpBuilder &nested, Location loc, Value first, ValueRange sums) {
          ImplicitLocOpBuilder inner(loc, nested);
          FilterGradient self{inner,   window,  cotangentCode, inputCode,
                              kernelH, kernelW, channels,      outH,
                              outW,    packed,  bytes,         inBatch};
          Value rest = arith::SubIOp::create(inner, batch, first);
          Value count = arith::MinSIOp::create(inner, block, rest);
          auto take = [&](Value tensor) {
            Slice slice(inner, tensor);
            slice.offsets[0] = first;
            slice.sizes[0] = count;
            return slice.extract(inner, tensor);
          };
          bool perSample =
              cast<RankedTensorType>(factor.getType()).getRank() == 1;
          Value left = self.buildLeft(take(words));
          Value next = self.buildProduct(
              left, take(right), perSample ? take(factor) : factor, sums[0]);
          scf::YieldOp::create(inner, next);
        });
    return blocks.getResult(0);
  }

  /// sums [G,K,Fg] + sum_n f32(I_n) * factor[n].
  Value buildProduct(Value left, Value right, Value factor, Value sums) const {
    int64_t tile = getRowTile(rows());
    Value leftSums = packed ? buildPopSum(b, left, 1, leftLayout()) : Value();
    Value batch =
        getValueOrCreateConstantIndexOp(b, b.getLoc(), getSize(b, left, 0));
    SmallVector<OpFoldResult> lower = {b.getIndexAttr(0), b.getIndexAttr(0)};
    SmallVector<OpFoldResult> upper = {b.getIndexAttr(window.groups),
                                       b.getIndexAttr(rows())};
    SmallVector<OpFoldResult> steps = {b.getIndexAttr(1), b.getIndexAttr(tile)};
    auto forall = scf::ForallOp::create(
        b, lower, upper, steps, ValueRange{sums}, std::nullopt,
        [&](OpBuilder &nested, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, nested);
          Value group = args[0], row = args[1], out = args[2];
          Slice place =
              Slice(inner, out).at(inner, 0, group).at(inner, 1, row, tile);
          Value start = place.extract(inner, out, 1);
          Value none = arith::ConstantIndexOp::create(inner, 0);
          Value one = arith::ConstantIndexOp::create(inner, 1);
          auto samples = scf::ForOp::create(
              inner, none, batch, one, start,
              [&](OpBuilder &nested, Location loc, Value sample,
                  ValueRange sums) {
                ImplicitLocOpBuilder body(loc, nested);
                Value next = buildSample(body, left, right, leftSums, factor,
                                         sample, group, row, tile, sums[0]);
                scf::YieldOp::create(body, next);
              });
          auto done = scf::InParallelOp::create(inner);
          inner.setInsertionPointToStart(done.getBody());
          tensor::ParallelInsertSliceOp::create(inner, samples.getResult(0),
                                                out, place.offsets, place.sizes,
                                                place.strides);
        });
    return forall.getResult(0);
  }

  /// sums [tile, Fg] + f32(I_n) * factor[n] for one sample.
  Value buildSample(ImplicitLocOpBuilder &b, Value left, Value right,
                    Value leftSums, Value factor, Value sample, Value group,
                    Value row, int64_t tile, Value sums) const {
    int64_t groupAxis = packed ? 3 : 2;
    Value lhs = Slice(b, left)
                    .at(b, 0, sample)
                    .at(b, groupAxis, group)
                    .at(b, groupAxis + 1, row, tile)
                    .extractOfGroup(b, left, groupAxis);
    Value rhs = Slice(b, right)
                    .at(b, 0, sample)
                    .at(b, groupAxis, group)
                    .extractOfGroup(b, right, groupAxis);
    Value zeros = buildFilled(b, getSizes(b, sums), b.getI32Type(), 0);
    Value products = packed ? buildPackedProduct(b, lhs, rhs, zeros)
                            : buildMultiplied(b, lhs, rhs, zeros);
    bool perSample = cast<RankedTensorType>(factor.getType()).getRank() == 1;
    Value scale = tensor::ExtractOp::create(
        b, factor, perSample ? ValueRange(sample) : ValueRange());

    SmallVector<Value> inputs = {products};
    SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(2)};
    if (packed) {
      inputs.push_back(Slice(b, leftSums)
                           .at(b, 0, sample)
                           .at(b, 1, group)
                           .at(b, 2, row, tile)
                           .extract(b, leftSums, 2));
      maps.push_back(getLeadingMap(b.getContext(), 2));
    }
    maps.push_back(b.getMultiDimIdentityMap(2));
    SmallVector<IteratorType> iterators(2, IteratorType::parallel);
    return buildGeneric(
        b, inputs, sums, maps, iterators,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value numerator = args[0];
          if (packed) // 2 S - n_G sum(c_a)
            numerator = arith::SubIOp::create(
                b, buildTimes(b, 2, numerator),
                buildTimes(b, cotangentCode.getMaxCode(), args[1]));
          Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
          Value scaled = arith::MulFOp::create(b, value, scale);
          return {arith::AddFOp::create(b, args.back(), scaled)};
        })[0];
  }

  /// S[k,f] from words [W,pA,K] and [W,pG,F].
  Value buildPackedProduct(ImplicitLocOpBuilder &b, Value lhs, Value rhs,
                           Value zeros) const {
    DenseI64ArrayAttr byteBits;
    if (bytes)
      byteBits =
          b.getDenseI64ArrayAttr({leftLayout().bits, rightLayout().bits});
    return bitserial::MatmulOp::create(b, zeros.getType(), lhs, rhs, zeros,
                                       /*transpose_lhs=*/true, byteBits)
        ->getResult(0);
  }

  /// I[k,f] = sum_p c_a[p,k] numerator[p,f].
  static Value buildMultiplied(ImplicitLocOpBuilder &b, Value lhs, Value rhs,
                               Value zeros) {
    MLIRContext *context = b.getContext();
    AffineExpr k, f, p;
    bindDims(context, k, f, p);
    return buildGeneric(
        b, {lhs, rhs}, zeros,
        {AffineMap::get(3, 0, {p, k}, context),
         AffineMap::get(3, 0, {p, f}, context),
         AffineMap::get(3, 0, {k, f}, context)},
        {IteratorType::parallel, IteratorType::parallel,
         IteratorType::reduction},
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value code = arith::ExtUIOp::create(b, b.getI32Type(), args[0]);
          Value product = arith::MulIOp::create(b, code, args[1]);
          return {arith::AddIOp::create(b, args[2], product)};
        })[0];
  }
};

struct LowerConv2DGradFilter : OpConversionPattern<Conv2DGradFilterOp> {
  LowerConv2DGradFilter(const TypeConverter &converter, MLIRContext *context,
                        const StrategyChoice &choice)
      : OpConversionPattern(converter, context), choice(choice) {}

  LogicalResult
  matchAndRewrite(Conv2DGradFilterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
    CodeType cotangentCode = getCodeType(cotangentType);
    CodeType inputCode = getCodeType(op.getInput().getType());
    if (!cotangentCode || !inputCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getResult().getType());
    int64_t outH = cotangentType.getDimSize(1);
    int64_t outW = cotangentType.getDimSize(2);
    bool bytes =
        choice.choose({inputCode.getBits(), cotangentCode.getBits(),
                       outH * outW, type.getDimSize(0) / op.getWindow().groups,
                       /*ofFilterGradient=*/true}) ==
        bitserial::Strategy::integer;
    bool packed = !bytes || outH * outW >= bitserial::wordBytes;
    FilterGradient product{b,
                           op.getWindow(),
                           cotangentCode,
                           inputCode,
                           type.getDimSize(1),
                           type.getDimSize(2),
                           type.getDimSize(3),
                           outH,
                           outW,
                           packed,
                           bytes,
                           choice.gpu.has_value()};
    Value words = buildPackedImage(rewriter, op.getLoc(), adaptor.getInput(),
                                   product.window, {inputCode.getBits()});
    Value right = product.buildRight(adaptor.getCotangent());
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getInputScale(),
                    cotangentCode.getMaxCode() * inputCode.getMaxCode());
    if (!packed && product.positions() == 1) {
      // [G,Fg,K] as [G,Fg,KH,KW,Cg] as [F,KH,KW,Cg].
      Value flat =
          product.buildOuterProducts(product.buildLeft(words), right, factor);
      ArrayRef<int64_t> shape =
          cast<RankedTensorType>(flat.getType()).getShape();
      auto splitType =
          RankedTensorType::get({shape[0], shape[1], product.kernelH,
                                 product.kernelW, product.channels},
                                b.getF32Type());
      SmallVector<ReassociationIndices> split = {{0}, {1}, {2, 3, 4}};
      Value sums = tensor::ExpandShapeOp::create(b, splitType, flat, split);
      rewriter.replaceOp(op, buildMergedAxes(b, sums, 0));
      return success();
    }
    Value flat = product.buildBlocks(words, right, factor);
    rewriter.replaceOp(
        op, buildFilterOfRows(b, flat, product.kernelH, product.kernelW));
    return success();
  }

private:
  StrategyChoice choice;
};

} // namespace

void mlir::dorefa::populateFilterGradientPatterns(
    const TypeConverter &converter, RewritePatternSet &patterns,
    const StrategyChoice &choice) {
  patterns.add<LowerConv2DGradFilter>(converter, patterns.getContext(), choice);
}
