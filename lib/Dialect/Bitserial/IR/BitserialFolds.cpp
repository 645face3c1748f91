//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What folds away: packed constants and sums of constants.

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::bitserial;

namespace {
/// A static shape seen as [outer, axis, inner].
struct Split {
  int64_t outer = 1, size = 0, inner = 1;
  Split(ArrayRef<int64_t> shape, int64_t axis)
      : outer(ShapedType::getNumElements(shape.take_front(axis))),
        size(shape[axis]),
        inner(ShapedType::getNumElements(shape.drop_front(axis + 1))) {}
};
} // namespace

/// The value of a fold's result: a tensor constant of static shape.
static DenseElementsAttr getConstant(Attribute attribute, ShapedType result) {
  if (!isa<RankedTensorType>(result) || !result.hasStaticShape())
    return {};
  return dyn_cast_or_null<DenseElementsAttr>(attribute);
}

static LogicalResult foldCasts(Operation *op) {
  return memref::foldMemRefCast(op);
}

LogicalResult PackOp::fold(FoldAdaptor adaptor,
                           SmallVectorImpl<OpFoldResult> &results) {
  if (getNumResults() == 0)
    return foldCasts(*this);
  // pack(unpack(x)) is x where no bit of x is beyond the codes.
  if (auto unpack = getCodes().getDefiningOp<UnpackOp>()) {
    auto codes = cast<ShapedType>(getCodes().getType());
    if (!getBytes() && unpack.getAxis() == getAxis() &&
        !codes.isDynamicDim(getAxis()) &&
        codes.getDimSize(getAxis()) % wordBits == 0 &&
        unpack.getPacked().getType() == getResultTypes()[0]) {
      results.push_back(unpack.getPacked());
      return success();
    }
  }
  DenseElementsAttr codes = getConstant(adaptor.getCodes(), getInitType());
  if (!codes)
    return failure();
  Split split(codes.getType().getShape(), getAxis());
  int64_t perWord = getCodesPerWord(), planes = getNumPlanes();
  int64_t words = getNumWords(split.size, perWord);
  SmallVector<int32_t> packed(split.outer * words * planes * split.inner);
  SmallVector<int8_t> values(codes.getValues<int8_t>());
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t c = 0; c < split.size; ++c)
      for (int64_t p = 0; p < planes; ++p)
        for (int64_t i = 0; i < split.inner; ++i) {
          uint32_t code =
              uint8_t(values[(o * split.size + c) * split.inner + i]);
          int64_t word = (o * words + c / perWord) * planes + p;
          uint32_t part =
              getBytes() ? code & ((1u << getBits()) - 1) : (code >> p) & 1;
          packed[word * split.inner + i] |=
              part << (c % perWord * (wordBits / perWord));
        }
  results.push_back(
      DenseElementsAttr::get(getInitType(), ArrayRef<int32_t>(packed)));
  return success();
}

LogicalResult UnpackOp::fold(FoldAdaptor adaptor,
                             SmallVectorImpl<OpFoldResult> &results) {
  if (getNumResults() == 0)
    return foldCasts(*this);
  // unpack(pack(x)) stays: who packs x and unpacks it later wants the words,
  // not x, to live in between.
  return failure();
}

LogicalResult PopSumOp::fold(FoldAdaptor adaptor,
                             SmallVectorImpl<OpFoldResult> &results) {
  if (getNumResults() == 0)
    return foldCasts(*this);
  DenseElementsAttr packed = getConstant(adaptor.getPacked(), getInitType());
  if (!packed)
    return failure();
  Split split(packed.getType().getShape(), getAxis() + 1); // outer holds words
  int64_t words = packed.getType().getDimSize(getAxis());
  SmallVector<int32_t> sums(getInitType().getNumElements());
  SmallVector<int32_t> values(packed.getValues<int32_t>());
  for (int64_t o = 0; o < split.outer; ++o)
    for (int64_t p = 0; p < split.size; ++p)
      for (int64_t i = 0; i < split.inner; ++i) {
        uint32_t word = values[(o * split.size + p) * split.inner + i];
        int32_t &sum = sums[o / words * split.inner + i];
        if (!getByteBits())
          sum += llvm::popcount(word) << p;
        for (; getByteBits() && word != 0; word >>= 8)
          sum += word & 255;
      }
  results.push_back(
      DenseElementsAttr::get(getInitType(), ArrayRef<int32_t>(sums)));
  return success();
}
