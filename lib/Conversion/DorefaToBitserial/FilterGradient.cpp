//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// conv2d_grad_filter on packed words, of bit planes or of bytes. Of fewer
// positions than a word of bytes has the integers are multiplied as they are;
// of a single one, as in a linear layer, that is one sum over the samples.

#include "FilterGradientLoops.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "dorefa/Conversion/DorefaToLinalg/ProductBuilders.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::dorefa;

using utils::IteratorType;

static constexpr int64_t kLargestRowTile = 16;

namespace {

/// The product of one convolution, and what all its steps need to know.
class PackedFilterGradient : public FilterGradientLoops {
public:
  /// For a GPU `inBatch` is one of all samples at once.
  PackedFilterGradient(const FilterGradientShape &shape, bool bytes,
                       bool inBatch)
      : FilterGradientLoops(shape),
        packed(!bytes || shape.positions() >= bitserial::wordBytes),
        bytes(bytes), inBatch(inBatch) {}

  bool isOfOnePosition() const { return !packed && positions() == 1; }

  /// The cotangent's codes as the right matrix: words [N,words,planes,G,Fg],
  /// or numerators 2c - n in i32, [N,P,G,Fg].
  Value buildRight(ImplicitLocOpBuilder &b, Value codes) const {
    Value split =
        buildMergedAxes(b, buildSplitAxis(b, codes, 3, window.groups), 1);
    if (packed)
      return buildPack(b, split, 1, rightLayout());
    return buildPointwise(
        b, split, b.getI32Type(),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
          return {buildNumerator(b, args[0], cotangentCode, b.getI32Type())};
        });
  }

  /// The left matrix of each sample of a block: words [N,words,planes,G,K]
  /// packed along the positions, or codes [N,P,G,K]; one sample at a time, so
  /// that its columns stay in the cache.
  Value buildLeft(ImplicitLocOpBuilder &b, Value words) const {
    if (inBatch)
      return buildColumns(b, words);
    SmallVector<int64_t> shape = {positions(), window.groups, rows()};
    if (packed) {
      shape[0] = countWords();
      shape.insert(shape.begin() + 1, leftLayout().planes());
    }
    SmallVector<OpFoldResult> sizes =
        getAsIndexOpFoldResult(b.getContext(), shape);
    sizes.insert(sizes.begin(), getSize(b, words, 0));
    Value init = buildEmpty(b, sizes, packed ? b.getI32Type() : b.getI8Type());
    return buildEachSample(
        b, words, init, shape,
        [&](ImplicitLocOpBuilder &b, Value image, Value into) -> Value {
          Value columns = buildColumns(b, image);
          if (!packed)
            return columns;
          return bitserial::PackOp::create(b, into.getType(), columns, into, 1,
                                           inputCode.getBits(), bytes)
              ->getResult(0);
        });
  }

private:
  WordLayout leftLayout() const { return {inputCode.getBits(), bytes}; }
  WordLayout rightLayout() const { return {cotangentCode.getBits(), bytes}; }
  int64_t countWords() const {
    return llvm::divideCeil(positions(), leftLayout().codesPerWord());
  }

  /// As many as have left matrices that fit the cache, but enough of them for
  /// some threads.
  int64_t getBlock() const override {
    constexpr int64_t bytesOfBlock = int64_t(1) << 21, fewest = 16, most = 32;
    int64_t bytesOfSample =
        rows() *
        (packed ? 4 * leftLayout().planes() * countWords() : positions());
    return std::clamp<int64_t>(
        llvm::bit_floor<uint64_t>(bytesOfBlock /
                                  std::max<int64_t>(1, bytesOfSample)),
        fewest, most);
  }

  /// The largest divisor of the rows up to kLargestRowTile.
  int64_t getRowTile() const override {
    for (int64_t tile = std::min(rows(), kLargestRowTile); tile > 1; --tile)
      if (rows() % tile == 0)
        return tile;
    return 1;
  }

  void beginBlock(ImplicitLocOpBuilder &b, Value words,
                  ValueRange rightOfBlock) override {
    left = buildLeft(b, words);
    right = rightOfBlock[0];
    leftSums = packed ? buildPopSum(b, left, 1, leftLayout()) : Value();
  }

  Value buildSample(ImplicitLocOpBuilder &b, Value scale, const Place &place,
                    Value sums) override {
    int64_t groupAxis = packed ? 3 : 2, tile = getRowTile();
    Value lhs = Slice(b, left)
                    .at(b, 0, place.sample)
                    .at(b, groupAxis, place.group)
                    .at(b, groupAxis + 1, place.row, tile)
                    .extractOfGroup(b, left, groupAxis);
    Value rhs = Slice(b, right)
                    .at(b, 0, place.sample)
                    .at(b, groupAxis, place.group)
                    .extractOfGroup(b, right, groupAxis);
    Value zeros = buildFilled(b, getSizes(b, sums), b.getI32Type(), 0);
    Value products = packed ? buildPackedProduct(b, lhs, rhs, zeros)
                            : buildMultiplied(b, lhs, rhs, zeros);
    SmallVector<Value> inputs = {products};
    SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(2)};
    if (packed) {
      inputs.push_back(Slice(b, leftSums)
                           .at(b, 0, place.sample)
                           .at(b, 1, place.group)
                           .at(b, 2, place.row, tile)
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
          return {buildScaledSum(b, args.back(), numerator, scale)};
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

  /// The window of each output position, [N,P,G,K] codes of packed words
  /// [N,Hp,Wp,G,words,planes].
  Value buildColumns(ImplicitLocOpBuilder &b, Value words) const {
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

  bool packed; // else integers
  bool bytes;  // of packed words
  bool inBatch;
  Value left, right, leftSums; // of the block
};

struct LowerConv2DGradFilter : OpConversionPattern<Conv2DGradFilterOp> {
  LowerConv2DGradFilter(const TypeConverter &converter, MLIRContext *context,
                        const StrategyChoice &choice)
      : OpConversionPattern(converter, context), choice(choice) {}

  LogicalResult
  matchAndRewrite(Conv2DGradFilterOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FilterGradientShape shape(op);
    if (!shape.cotangentCode || !shape.inputCode)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    int64_t inputBits = shape.inputCode.getBits();
    bitserial::Strategy strategy =
        choice.choose(shape.getProduct(choice.machine));
    bool bytes = strategy == bitserial::Strategy::integer;
    std::optional<FilterGradientShape::PositionProduct> tiled;
    if (!choice.gpu && bytes)
      tiled = shape.planPositions(choice.machine);
    else if (!choice.gpu && strategy == bitserial::Strategy::lookup)
      tiled = shape.planLookups(choice.machine);
    Value words = buildPackedImage(rewriter, op.getLoc(), adaptor.getInput(),
                                   shape.window, {inputBits});
    Value factor = buildFactor(
        b, adaptor.getCotangentScale(), adaptor.getInputScale(),
        shape.cotangentCode.getMaxCode() * shape.inputCode.getMaxCode());
    if (tiled && tiled->isTurned) {
      ConvWindow window = shape.window;
      SmallVector<int64_t, 4> pads = shape.getCotangentPads();
      window.pads = pads;
      Value indexWords =
          buildPackedImage(rewriter, op.getLoc(), adaptor.getCotangent(),
                           window, {shape.cotangentCode.getBits()});
      rewriter.replaceOp(op,
                         buildTurnedFilterGradient(
                             b, shape, *tiled, choice.machine.vectorBits, words,
                             adaptor.getInput(), indexWords, factor));
      return success();
    }
    if (tiled && !bytes) {
      rewriter.replaceOp(op, buildLookupFilterGradient(
                                 b, shape, *tiled, choice.machine.vectorBits,
                                 words, adaptor.getCotangent(), factor));
      return success();
    }
    if (tiled) {
      Value flat =
          buildMatrixFilterGradient(b, shape, *tiled, choice.machine.vectorBits,
                                    words, adaptor.getCotangent(), factor);
      rewriter.replaceOp(
          op, buildFilterOfRows(b, flat, shape.kernelH, shape.kernelW));
      return success();
    }
    PackedFilterGradient product(shape, bytes, choice.gpu.has_value());
    Value right = product.buildRight(b, adaptor.getCotangent());
    if (product.isOfOnePosition()) {
      int64_t lanes =
          choice.gpu ? 0 : choice.machine.vectorBits / bitserial::wordBits;
      rewriter.replaceOp(op, buildOuterProducts(b, shape,
                                                product.buildLeft(b, words),
                                                right, factor, lanes));
      return success();
    }
    Value flat = product.build(b, words, right, factor);
    rewriter.replaceOp(
        op, buildFilterOfRows(b, flat, shape.kernelH, shape.kernelW));
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
