//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Verifiers of the ops, and how tiles of their loops use their operands.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/InterleavedRange.h"

using namespace mlir;
using namespace mlir::bitserial;

#define GET_OP_CLASSES
#include "dorefa/Dialect/Bitserial/IR/BitserialOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Shared constraints
//===----------------------------------------------------------------------===//

static bool mayBeEqual(int64_t a, int64_t b) {
  return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
}

static std::string describe(int64_t size) {
  return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
}

static LogicalResult verifyForm(Operation *op, StringRef constraint) {
  bool tensors = llvm::all_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
  bool memrefs =
      llvm::all_of(op->getOperandTypes(), llvm::IsaPred<BaseMemRefType>);
  if ((tensors && op->getNumResults() == 1) ||
      (memrefs && op->getNumResults() == 0))
    return success();
  return op->emitOpError() << constraint
                           << " expects tensors and one result, or memrefs and "
                              "no result";
}

static LogicalResult verifyPlanes(Operation *op, StringRef constraint,
                                  StringRef what, int64_t planes) {
  if (planes >= 1 && planes <= 8)
    return success();
  return op->emitOpError() << constraint << " expects 1 to 8 planes in the "
                           << what << ", but got " << describe(planes);
}

static LogicalResult verifySameSize(Operation *op, StringRef constraint,
                                    StringRef what, int64_t a, int64_t b) {
  if (mayBeEqual(a, b))
    return success();
  return op->emitOpError() << constraint << " expects the same " << what
                           << " everywhere, but got " << a << " and " << b;
}

static LogicalResult verifyRanks(Operation *op, StringRef constraint,
                                 ArrayRef<int64_t> ranks) {
  for (auto [number, expected] : llvm::enumerate(ranks)) {
    int64_t rank = cast<ShapedType>(op->getOperand(number).getType()).getRank();
    if (rank != expected)
      return op->emitOpError()
             << constraint << " expects rank " << expected << " of operand "
             << number << ", but got " << rank;
  }
  return success();
}

/// The largest sum over words (the product of `words`) of codes of these bits
/// is below 2^31; unknown sizes pass.
static LogicalResult verifySum(Operation *op, StringRef constraint,
                               ArrayRef<int64_t> words, ArrayRef<int64_t> bits,
                               int64_t codesPerWord = wordBits) {
  if (llvm::is_contained(words, 0) ||
      llvm::any_of(words, ShapedType::isDynamic))
    return success();
  APInt sum(64, codesPerWord);
  for (int64_t count : bits)
    sum *= (uint64_t(1) << count) - 1;
  for (int64_t count : words)
    sum = sum.umul_sat(APInt(64, count));
  if (sum.ult(uint64_t(1) << 31))
    return success();
  return op->emitOpError() << constraint << " expects sums below 2^31, but "
                           << llvm::interleaved(words, " x ") << " words of "
                           << llvm::interleaved(bits, " by ")
                           << (codesPerWord == wordBits ? " planes" : " bits")
                           << " may reach " << sum.getZExtValue();
}

/// `byteBits` of words of bytes, one number for each of the `planes`, which are
/// all 1.
static LogicalResult verifyByteBits(Operation *op, StringRef constraint,
                                    ArrayRef<int64_t> byteBits,
                                    ArrayRef<int64_t> planes) {
  auto isWidth = [](int64_t bits) { return bits >= 1 && bits <= 8; };
  if (byteBits.size() != planes.size() || !llvm::all_of(byteBits, isWidth))
    return op->emitOpError() << constraint << " expects " << planes.size()
                             << (planes.size() == 1 ? " number" : " numbers")
                             << " of bits from 1 to 8, but got ["
                             << llvm::interleaved(byteBits) << "]";
  for (int64_t count : planes)
    if (count != 1)
      return op->emitOpError() << constraint
                               << " expects one plane of words of bytes, but "
                                  "got "
                               << count;
  return success();
}

/// `packed` has two axes, words and planes, in the place of axis `axis`.
static LogicalResult verifyPacked(Operation *op, ShapedType codes,
                                  ShapedType packed, int64_t axis,
                                  int64_t codesPerWord = wordBits) {
  if (packed.getRank() != codes.getRank() + 1)
    return op->emitOpError()
           << "(C3) expects one axis of codes in the place of one of words and "
              "one of planes, but got ranks "
           << codes.getRank() << " and " << packed.getRank();
  for (int64_t i = 0; i < codes.getRank(); ++i) {
    if (i == axis)
      continue;
    int64_t other = i < axis ? i : i + 1;
    if (!mayBeEqual(codes.getDimSize(i), packed.getDimSize(other)))
      return op->emitOpError()
             << "(C3) expects axis " << i << " of the codes and axis " << other
             << " of the words to have one size, but got "
             << codes.getDimSize(i) << " and " << packed.getDimSize(other);
  }
  int64_t size = codes.getDimSize(axis), words = packed.getDimSize(axis);
  if (!mayBeEqual(getNumWords(size, codesPerWord), words))
    return op->emitOpError()
           << "(C3) expects " << getNumWords(size, codesPerWord)
           << " words for " << size << " codes, but got " << words;
  return success();
}

/// `axis` and `axis + 1` of `packed` are words and planes.
static LogicalResult verifyPackedAxis(Operation *op, ShapedType packed,
                                      int64_t axis) {
  if (axis < 0 || axis + 1 >= packed.getRank())
    return op->emitOpError() << "(C1) expects axis and axis + 1 below rank "
                             << packed.getRank() << ", but axis is " << axis;
  return verifyPlanes(op, "(C2)", "packed words", packed.getDimSize(axis + 1));
}

//===----------------------------------------------------------------------===//
// Pack, unpack, popsum
//===----------------------------------------------------------------------===//

using utils::IteratorType;

int64_t PackOp::getCodesPerWord() { return getBytes() ? wordBytes : wordBits; }

LogicalResult PackOp::verify() {
  ShapedType codes = getCodes().getType();
  int64_t axis = getAxis(), bits = getBits();
  if (axis < 0 || axis >= codes.getRank())
    return emitOpError() << "(C1) expects an axis below rank "
                         << codes.getRank() << ", but got " << axis;
  if (bits < 1 || bits > 8)
    return emitOpError() << "(C2) expects 1 to 8 bits, but got " << bits;
  if (failed(
          verifyPacked(*this, codes, getInitType(), axis, getCodesPerWord())))
    return failure();
  if (getInitType().getDimSize(axis + 1) != getNumPlanes())
    return emitOpError() << "(C3) expects " << getNumPlanes()
                         << " planes, but got "
                         << describe(getInitType().getDimSize(axis + 1));
  return verifyForm(*this, "(C4)");
}

void ViewWordsOp::build(OpBuilder &builder, OperationState &state,
                        Value codes) {
  auto type = cast<RankedTensorType>(codes.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.back() = getNumWords(shape.back(), wordBytes);
  shape.push_back(1);
  build(builder, state, RankedTensorType::get(shape, builder.getI32Type()),
        codes);
}

LogicalResult ViewWordsOp::verify() {
  RankedTensorType codes = getCodes().getType(), words = getWords().getType();
  int64_t rank = codes.getRank();
  if (rank == 0 || words.getRank() != rank + 1 ||
      codes.getShape().drop_back() != words.getShape().drop_back(2) ||
      codes.isDynamicDim(rank - 1) ||
      codes.getDimSize(rank - 1) != wordBytes * words.getDimSize(rank - 1) ||
      words.getDimSize(rank) != 1)
    return emitOpError() << "(C1) expects four codes for each word of the last "
                            "axis and one plane, but got "
                         << codes << " and " << words;
  return success();
}

LogicalResult
ViewWordsOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, getLoc(), getCodes());
  sizes.back() =
      builder.getIndexAttr(getWords().getType().getShape().end()[-2]);
  sizes.push_back(builder.getIndexAttr(1));
  shapes = {sizes};
  return success();
}

/// The axes of codes, one loop each.
static SmallVector<AxisMap> getCodeAxes(int64_t rank, int64_t axis,
                                        int64_t perWord = wordBits) {
  SmallVector<AxisMap> axes;
  for (int64_t i = 0; i < rank; ++i)
    axes.push_back(i == axis ? AxisMap::codesOf(i, perWord) : AxisMap::loop(i));
  return axes;
}

/// The same loops on packed words: the plane axis has none.
static SmallVector<AxisMap> getWordAxes(int64_t rank, int64_t axis) {
  SmallVector<AxisMap> axes;
  for (int64_t i = 0; i < rank; ++i)
    axes.push_back(AxisMap::loop(i));
  axes.insert(axes.begin() + axis + 1, AxisMap::all());
  return axes;
}

TileMap PackOp::getTileMap() {
  int64_t rank = getCodes().getType().getRank();
  return {SmallVector<IteratorType>(rank, IteratorType::parallel),
          {getCodeAxes(rank, getAxis(), getCodesPerWord()),
           getWordAxes(rank, getAxis())}};
}

LogicalResult UnpackOp::verify() {
  ShapedType packed = getPacked().getType();
  if (failed(verifyPackedAxis(*this, packed, getAxis())) ||
      failed(verifyPacked(*this, getInitType(), packed, getAxis())))
    return failure();
  return verifyForm(*this, "(C4)");
}

TileMap UnpackOp::getTileMap() {
  int64_t rank = getInitType().getRank();
  return {SmallVector<IteratorType>(rank, IteratorType::parallel),
          {getWordAxes(rank, getAxis()), getCodeAxes(rank, getAxis())}};
}

LogicalResult PopSumOp::verify() {
  ShapedType packed = getPacked().getType();
  int64_t axis = getAxis();
  if (failed(verifyPackedAxis(*this, packed, axis)))
    return failure();
  SmallVector<int64_t> shape(packed.getShape());
  shape.erase(shape.begin() + axis, shape.begin() + axis + 2);
  if (static_cast<int64_t>(shape.size()) != getInitType().getRank() ||
      !llvm::all_of(llvm::zip(shape, getInitType().getShape()), [](auto sizes) {
        return mayBeEqual(std::get<0>(sizes), std::get<1>(sizes));
      }))
    return emitOpError() << "(C3) expects sums of shape ["
                         << llvm::interleaved(llvm::map_range(shape, describe))
                         << "], but got " << getInitType();
  if (failed(verifyForm(*this, "(C4)")))
    return failure();
  int64_t words = packed.getDimSize(axis);
  int64_t planes = packed.getDimSize(axis + 1);
  if (!getByteBits())
    return verifySum(*this, "(C5)", words, planes);
  int64_t bits = *getByteBits();
  if (failed(verifyByteBits(*this, "(C6)", bits, planes)))
    return failure();
  return verifySum(*this, "(C5)", words, bits, wordBytes);
}

TileMap PopSumOp::getTileMap() {
  int64_t rank = getInitType().getRank();
  SmallVector<AxisMap> sums;
  for (int64_t i = 0; i < rank; ++i)
    sums.push_back(AxisMap::loop(i));
  SmallVector<AxisMap> packed = sums;
  packed.insert(packed.begin() + getAxis(), 2, AxisMap::all());
  return {SmallVector<IteratorType>(rank, IteratorType::parallel),
          {packed, sums}};
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

LogicalResult DotOp::verify() {
  int64_t lhs = getLhsBits(), rhs = getRhsBits();
  if (lhs >= 1 && lhs <= 8 && rhs >= 1 && rhs <= 8)
    return success();
  return emitOpError() << "(C1) expects 1 to 8 bits on both sides, but got "
                       << lhs << " and " << rhs;
}

/// The sum of a product of `words` words, by planes or by bytes.
static LogicalResult verifyProduct(Operation *op, StringRef sumConstraint,
                                   StringRef bytesConstraint,
                                   ArrayRef<int64_t> words,
                                   ArrayRef<int64_t> planes,
                                   std::optional<ArrayRef<int64_t>> byteBits) {
  if (!byteBits)
    return verifySum(op, sumConstraint, words, planes);
  if (failed(verifyByteBits(op, bytesConstraint, *byteBits, planes)))
    return failure();
  return verifySum(op, sumConstraint, words, *byteBits, wordBytes);
}

LogicalResult MatmulOp::verify() {
  if (failed(verifyRanks(*this, "(C1)", {3, 3, 2})))
    return failure();
  ShapedType lhs = getLhs().getType();
  ShapedType rhs = getRhs().getType();
  int64_t words = lhs.getDimSize(getLhsWordAxis());
  int64_t lhsPlanes = lhs.getDimSize(getLhsPlaneAxis());
  int64_t rhsPlanes = rhs.getDimSize(1);
  if (failed(verifySameSize(*this, "(C1)", "number of rows M",
                            lhs.getDimSize(getLhsRowAxis()),
                            getInitType().getDimSize(0))) ||
      failed(verifySameSize(*this, "(C1)", "number of words W", words,
                            rhs.getDimSize(0))) ||
      failed(verifySameSize(*this, "(C1)", "number of columns N",
                            rhs.getDimSize(2), getInitType().getDimSize(1))) ||
      failed(verifyPlanes(*this, "(C2)", "lhs", lhsPlanes)) ||
      failed(verifyPlanes(*this, "(C2)", "rhs", rhsPlanes)))
    return failure();
  if (ShapedType::isDynamic(words))
    words = rhs.getDimSize(0);
  if (failed(verifyProduct(*this, "(C3)", "(C5)", words, {lhsPlanes, rhsPlanes},
                           getByteBits())))
    return failure();
  return verifyForm(*this, "(C4)");
}

TileMap MatmulOp::getTileMap() {
  SmallVector<AxisMap> lhs(3);
  lhs[getLhsRowAxis()] = AxisMap::loop(0);
  lhs[getLhsWordAxis()] = AxisMap::loop(2);
  return {
      {IteratorType::parallel, IteratorType::parallel, IteratorType::reduction},
      {lhs,
       {AxisMap::loop(2), AxisMap::all(), AxisMap::loop(1)},
       {AxisMap::loop(0), AxisMap::loop(1)}}};
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyRanks(*this, "(C1)", {6, 6, 5})))
    return failure();
  ShapedType input = getInput().getType();
  ShapedType filter = getFilter().getType();
  ShapedType sums = getInitType();
  int64_t words = input.getDimSize(4);
  if (failed(verifySameSize(*this, "(C1)", "batch N", input.getDimSize(0),
                            sums.getDimSize(0))) ||
      failed(verifySameSize(*this, "(C1)", "number of groups G",
                            input.getDimSize(3), filter.getDimSize(0))) ||
      failed(verifySameSize(*this, "(C1)", "number of groups G",
                            filter.getDimSize(0), sums.getDimSize(3))) ||
      failed(verifySameSize(*this, "(C1)", "number of words C", words,
                            filter.getDimSize(3))) ||
      failed(verifySameSize(*this, "(C1)", "number of filters F",
                            filter.getDimSize(5), sums.getDimSize(4))) ||
      failed(verifyPlanes(*this, "(C2)", "input", input.getDimSize(5))) ||
      failed(verifyPlanes(*this, "(C2)", "filter", filter.getDimSize(4))))
    return failure();
  auto isPositive = [](int64_t value) { return value > 0; };
  if (getStrides().size() != 2 || getDilations().size() != 2 ||
      !llvm::all_of(getStrides(), isPositive) ||
      !llvm::all_of(getDilations(), isPositive))
    return emitOpError()
           << "(C3) expects two positive strides and dilations, but got ["
           << llvm::interleaved(getStrides()) << "] and ["
           << llvm::interleaved(getDilations()) << "]";
  for (int64_t axis : {0, 1}) {
    int64_t size = input.getDimSize(axis + 1);
    int64_t kernel = filter.getDimSize(axis + 1);
    int64_t output = sums.getDimSize(axis + 1);
    if (ShapedType::isDynamic(size) || ShapedType::isDynamic(kernel))
      continue;
    int64_t last = size - getDilations()[axis] * (kernel - 1) - 1;
    if (last < 0)
      return emitOpError() << "(C4) expects a window that fits, but " << kernel
                           << " taps with dilation " << getDilations()[axis]
                           << " need more than " << size;
    int64_t expected = last / getStrides()[axis] + 1;
    if (!mayBeEqual(expected, output))
      return emitOpError() << "(C4) expects output size " << expected
                           << " on axis " << axis + 1 << ", but got " << output;
  }
  if (ShapedType::isDynamic(words))
    words = filter.getDimSize(3);
  if (failed(verifyProduct(*this, "(C5)", "(C7)",
                           {words, filter.getDimSize(1), filter.getDimSize(2)},
                           {input.getDimSize(5), filter.getDimSize(4)},
                           getByteBits())))
    return failure();
  return verifyForm(*this, "(C6)");
}

TileMap Conv2DOp::getTileMap() {
  enum Loop { n, y, x, g, f, i, j, c };
  SmallVector<IteratorType> iterators(8, IteratorType::parallel);
  iterators[i] = iterators[j] = iterators[c] = IteratorType::reduction;
  return {iterators,
          {{AxisMap::loop(n),
            AxisMap::window(y, getStrides()[0], i, getDilations()[0]),
            AxisMap::window(x, getStrides()[1], j, getDilations()[1]),
            AxisMap::loop(g), AxisMap::loop(c), AxisMap::all()},
           {AxisMap::loop(g), AxisMap::loop(i), AxisMap::loop(j),
            AxisMap::loop(c), AxisMap::all(), AxisMap::loop(f)},
           {AxisMap::loop(n), AxisMap::loop(y), AxisMap::loop(x),
            AxisMap::loop(g), AxisMap::loop(f)}}};
}
