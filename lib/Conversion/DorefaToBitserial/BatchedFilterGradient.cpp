//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter for GPUs: the matrix products of all samples at once,
//
//   S[n] = [K, P] x [P, F],  K = taps x input channels, P output positions,
//
// as one convolution of K positions with a 1x1 window whose groups are the
// samples' groups, so that the kernels of convolutions serve. Its integer sums
// are scaled by each sample's own M and added in the samples' order by a
// second op. A loop over blocks of samples bounds the memory of these sums.
//
// One position, as in every linear layer, is left to FilterGradient.cpp unless
// it comes as words of planes.

#include "BitserialBuilders.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

namespace {

struct BatchedFilterGradient {
  ImplicitLocOpBuilder &b;
  ConvWindow window;
  CodeType cotangentCode, inputCode;
  int64_t kernelH, kernelW, channels, filters; // the last two of a group
  int64_t outH, outW;
  bool packed; // else integers
  bool bytes;  // of packed words

  int64_t rows() const { return kernelH * kernelW * channels; }
  int64_t positions() const { return outH * outW; }
  WordLayout leftLayout() const { return {inputCode.getBits(), bytes}; }
  WordLayout rightLayout() const { return {cotangentCode.getBits(), bytes}; }

  /// Samples whose sums take 64 MiB at most; a grid has 65535 groups at most.
  int64_t getBlock() const {
    int64_t bytesOfSample =
        std::max<int64_t>(1, 4 * window.groups * rows() * filters);
    int64_t most = std::clamp<int64_t>(32768 / window.groups, 1, 256);
    return std::clamp<int64_t>((int64_t(1) << 26) / bytesOfSample, 1, most);
  }

  static SmallVector<ReassociationIndices> merge(ArrayRef<int64_t> counts) {
    SmallVector<ReassociationIndices> groups;
    int64_t axis = 0;
    for (int64_t count : counts) {
      groups.emplace_back();
      for (int64_t i = 0; i < count; ++i)
        groups.back().push_back(axis++);
    }
    return groups;
  }

  /// Two axes of one element around the first, [A,B,C] as [1,A,1,B,C], or
  /// behind it, [A,B,C] as [A,1,1,B,C].
  Value addUnitAxes(Value tensor, bool around) const {
    SmallVector<OpFoldResult> sizes = getSizes(b, tensor);
    OpFoldResult one = b.getIndexAttr(1);
    sizes.insert(sizes.begin() + 1, one);
    sizes.insert(sizes.begin() + (around ? 0 : 1), one);
    auto type = cast<RankedTensorType>(tensor.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape.insert(shape.begin() + 1, 1);
    shape.insert(shape.begin() + (around ? 0 : 1), 1);
    return tensor::ExpandShapeOp::create(
        b, RankedTensorType::get(shape, type.getElementType()), tensor,
        merge({3, 1, 1}), sizes);
  }

  /// The window of each output position, [K,N G,P] codes of packed words
  /// [N,Hp,Wp,G,words,planes].
  Value buildColumns(Value words) const {
    Value codes = buildUnpack(b, words, 4, channels);
    MLIRContext *context = b.getContext();
    AffineExpr i, j, c, n, g, y, x;
    bindDims(context, i, j, c, n, g, y, x);
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(
        context, {kernelH, kernelW, channels, 1, window.groups, outH, outW});
    sizes[3] = getSize(b, words, 0);
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
    return tensor::CollapseShapeOp::create(b, columns, merge({3, 2, 2}));
  }

  /// The cotangent's codes [N,OH,OW,F] as [N G,P,Fg].
  Value buildRight(Value codes) const {
    MLIRContext *context = b.getContext();
    AffineExpr n, g, y, x, f;
    bindDims(context, n, g, y, x, f);
    SmallVector<OpFoldResult> sizes = getAsIndexOpFoldResult(
        context, {1, window.groups, outH, outW, filters});
    sizes[0] = getSize(b, codes, 0);
    Value sorted = buildElementwise(
        b, codes, AffineMap::get(5, 0, {n, y, x, g * filters + f}, context),
        sizes, b.getI8Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {args[0]};
        })[0];
    return tensor::CollapseShapeOp::create(b, sorted, merge({2, 2, 1}));
  }

  /// I[k, n g, f] = 2 S - n_G sum(c_a) of words.
  SmallVector<Value> buildPackedSums(Value left, Value right) const {
    Value image =
        buildPack(b, addUnitAxes(left, /*around=*/true), 4, leftLayout());
    Value filter =
        buildPack(b, addUnitAxes(right, /*around=*/false), 3, rightLayout());
    Value sums = buildBitConv(b, image, leftLayout(), filter, rightLayout(),
                              rows(), 1, {1, 1}, {1, 1},
                              bytes ? bitserial::Strategy::integer
                                    : bitserial::Strategy::popcount);
    Value codeSums = buildPopSum(b, image, 4, leftLayout());
    return {tensor::CollapseShapeOp::create(b, sums, merge({3, 1, 1})),
            tensor::CollapseShapeOp::create(b, codeSums, merge({3, 1}))};
  }

  /// I[k, n g, f] = sum_p c_a numerator(c_g) of codes.
  Value buildMultiplied(Value left, Value right) const {
    MLIRContext *context = b.getContext();
    AffineExpr k, s, f, p;
    bindDims(context, k, s, f, p);
    SmallVector<OpFoldResult> sizes = {getSize(b, left, 0), getSize(b, left, 1),
                                       getSize(b, right, 2)};
    Type i32 = b.getI32Type();
    return buildGeneric(
        b, {left, right}, buildFilled(b, sizes, i32, 0),
        {AffineMap::get(4, 0, {k, s, p}, context),
         AffineMap::get(4, 0, {s, p, f}, context),
         AffineMap::get(4, 0, {k, s, f}, context)},
        {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
         IteratorType::reduction},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value code = arith::ExtUIOp::create(b, i32, args[0]);
          Value numerator = buildNumerator(b, args[1], cotangentCode, i32);
          Value product = arith::MulIOp::create(b, code, numerator);
          return {arith::AddIOp::create(b, args[2], product)};
        })[0];
  }

  /// [.., N G, ..] as [.., N, G, ..] for the second axis.
  Value splitSamples(Value tensor, OpFoldResult count) const {
    SmallVector<OpFoldResult> sizes = getSizes(b, tensor);
    auto type = cast<RankedTensorType>(tensor.getType());
    SmallVector<int64_t> shape(type.getShape());
    sizes[1] = count;
    sizes.insert(sizes.begin() + 2, b.getIndexAttr(window.groups));
    shape[1] = getConstantIntValue(count).value_or(ShapedType::kDynamic);
    shape.insert(shape.begin() + 2, window.groups);
    SmallVector<int64_t> counts(type.getRank(), 1);
    counts[1] = 2;
    return tensor::ExpandShapeOp::create(
        b, RankedTensorType::get(shape, type.getElementType()), tensor,
        merge(counts), sizes);
  }

  /// sums [G,K,Fg] + sum_n f32(I_n) * factor[n], in the samples' order.
  Value addScaled(ArrayRef<Value> integers, Value factor, Value sums) const {
    MLIRContext *context = b.getContext();
    AffineExpr g, k, f, n;
    bindDims(context, g, k, f, n);
    bool perSample = cast<RankedTensorType>(factor.getType()).getRank() == 1;
    Value negated = buildPointwise(
        b, factor, b.getF32Type(),
        [](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {arith::NegFOp::create(b, args[0])};
        });
    SmallVector<Value> inputs(integers);
    SmallVector<AffineMap> maps = {AffineMap::get(4, 0, {k, n, g, f}, context)};
    if (packed)
      maps.push_back(AffineMap::get(4, 0, {k, n, g}, context));
    inputs.push_back(negated);
    maps.push_back(perSample ? AffineMap::get(4, 0, n, context)
                             : AffineMap::get(4, 0, context));
    maps.push_back(AffineMap::get(4, 0, {g, k, f}, context));
    // The order and the rounding of each term are part of the result: as a
    // difference from the negated term nothing makes it a sum in parts.
    return buildGeneric(
        b, inputs, sums, maps,
        {IteratorType::parallel, IteratorType::parallel, IteratorType::parallel,
         IteratorType::reduction},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          Value numerator = args[0];
          if (packed)
            numerator = arith::SubIOp::create(
                b, buildTimes(b, 2, numerator),
                buildTimes(b, cotangentCode.getMaxCode(), args[1]));
          Value value = arith::SIToFPOp::create(b, b.getF32Type(), numerator);
          Value term = arith::MulFOp::create(b, value, args[packed ? 2 : 1]);
          return {arith::SubFOp::create(b, args.back(), term)};
        })[0];
  }

  /// sums [G,K,Fg] with the samples of these words, codes and factors.
  Value buildBlock(Value words, Value codes, Value factor, Value sums) const {
    OpFoldResult count = getSize(b, words, 0);
    Value left = buildColumns(words), right = buildRight(codes);
    SmallVector<Value> integers;
    if (packed)
      integers = buildPackedSums(left, right);
    else
      integers.push_back(buildMultiplied(left, right));
    for (Value &value : integers)
      value = splitSamples(value, count);
    return addScaled(integers, factor, sums);
  }

  /// dW [G,K,Fg].
  Value build(Value words, Value codes, Value factor) const {
    Value sums =
        buildFilled(b,
                    getAsIndexOpFoldResult(b.getContext(),
                                           {window.groups, rows(), filters}),
                    b.getF32Type(), 0);
    int64_t block = getBlock();
    int64_t batch = cast<RankedTensorType>(words.getType()).getDimSize(0);
    if (!ShapedType::isDynamic(batch) && batch <= block)
      return buildBlock(words, codes, factor, sums);
    Value none = arith::ConstantIndexOp::create(b, 0);
    Value step = arith::ConstantIndexOp::create(b, block);
    Value end =
        getValueOrCreateConstantIndexOp(b, b.getLoc(), getSize(b, words, 0));
    auto blocks = scf::ForOp::create(
        b, none, end, step, sums,
        [&](OpBuilder &nested, Location loc, Value first, ValueRange sums) {
          ImplicitLocOpBuilder inner(loc, nested);
          BatchedFilterGradient self{inner,   window,  cotangentCode, inputCode,
                                     kernelH, kernelW, channels,      filters,
                                     outH,    outW,    packed,        bytes};
          Value rest = arith::SubIOp::create(inner, end, first);
          Value count = arith::MinSIOp::create(inner, step, rest);
          auto take = [&](Value tensor) -> Value {
            SmallVector<OpFoldResult> sizes = getSizes(inner, tensor);
            if (sizes.empty())
              return tensor;
            SmallVector<OpFoldResult> offsets(sizes.size(),
                                              inner.getIndexAttr(0));
            SmallVector<OpFoldResult> strides(sizes.size(),
                                              inner.getIndexAttr(1));
            offsets[0] = first;
            sizes[0] = count;
            return tensor::ExtractSliceOp::create(inner, tensor, offsets, sizes,
                                                  strides);
          };
          scf::YieldOp::create(inner, self.buildBlock(take(words), take(codes),
                                                      take(factor), sums[0]));
        });
    return blocks.getResult(0);
  }
};

struct LowerConv2DGradFilterInBatch : OpConversionPattern<Conv2DGradFilterOp> {
  LowerConv2DGradFilterInBatch(const TypeConverter &converter,
                               MLIRContext *context,
                               const StrategyChoice &choice)
      : OpConversionPattern(converter, context, /*benefit=*/2), choice(choice) {
  }

  LogicalResult
  matchAndRewrite(Conv2DGradFilterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto cotangentType = cast<RankedTensorType>(op.getCotangent().getType());
    CodeType cotangentCode = getCodeType(cotangentType);
    CodeType inputCode = getCodeType(op.getInput().getType());
    if (!cotangentCode || !inputCode)
      return failure();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    ConvWindow window = op.getWindow();
    int64_t outH = cotangentType.getDimSize(1);
    int64_t outW = cotangentType.getDimSize(2);
    bitserial::ProductShape shape{inputCode.getBits(), cotangentCode.getBits(),
                                  outH * outW};
    shape.ofFilterGradient = true;
    bool bytes = choice.choose(shape) == bitserial::Strategy::integer;
    bool packed = !bytes || outH * outW >= bitserial::wordBytes;
    if (!packed && outH * outW == 1)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    BatchedFilterGradient product{b,
                                  window,
                                  cotangentCode,
                                  inputCode,
                                  type.getDimSize(1),
                                  type.getDimSize(2),
                                  type.getDimSize(3),
                                  type.getDimSize(0) / window.groups,
                                  outH,
                                  outW,
                                  packed,
                                  bytes};
    Value words = buildPackedImage(rewriter, op.getLoc(), adaptor.getInput(),
                                   window, {inputCode.getBits()});
    Value factor =
        buildFactor(b, adaptor.getCotangentScale(), adaptor.getInputScale(),
                    cotangentCode.getMaxCode() * inputCode.getMaxCode());
    Value flat = product.build(words, adaptor.getCotangent(), factor);
    rewriter.replaceOp(
        op, buildFilterOfRows(b, flat, product.kernelH, product.kernelW));
    return success();
  }

private:
  StrategyChoice choice;
};

} // namespace

void mlir::dorefa::populateBatchedFilterGradientPatterns(
    const TypeConverter &converter, RewritePatternSet &patterns,
    const StrategyChoice &choice) {
  patterns.add<LowerConv2DGradFilterInBatch>(converter, patterns.getContext(),
                                             choice);
}
