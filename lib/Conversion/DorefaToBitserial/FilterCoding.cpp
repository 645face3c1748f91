//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FilterCoding.h"
#include "dorefa/Conversion/DorefaToLinalg/CodeValues.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

int64_t FilterCoding::denominator() const { return getDenominator(code); }

FilterCoding FilterCoding::inSignedCodes(int64_t powers, int64_t terms,
                                         int64_t largest) const {
  if (!isPow2() || powers == 0)
    return *this;
  FilterCoding coding(*this);
  coding.levels = powers;
  coding.hasSign = true;
  int64_t beyond = int64_t(1) << coding.bits(); // four times what a code may be
  return terms <= llvm::maxIntN(32) / (beyond * largest) ? coding : *this;
}

int64_t FilterCoding::parts() const {
  return isPow2() ? llvm::divideCeil(code.getPow2Levels(), levels) : 1;
}

int64_t FilterCoding::base(int64_t part) const {
  if (!isPow2())
    return 0;
  return std::max<int64_t>(code.getPow2Levels() - (parts() - part) * levels, 0);
}

/// u of the code `c`, which is zero but for powers from `begin` to `end`. Code
/// 2t + 1 is 2^(m-1-t) and 2t + 2 its negative.
Value FilterCoding::buildInteger(ImplicitLocOpBuilder &b, Value c, Value begin,
                                 Value end) const {
  Type i32 = b.getI32Type();
  auto constant = [&](int64_t value) { return buildScalar(b, i32, value); };
  Value zero = constant(0), one = constant(1);
  Value index =
      arith::SubIOp::create(b, arith::ExtUIOp::create(b, i32, c), one);
  // Code 0 has the index -1 and no exponent in any part.
  Value exponent = arith::SubIOp::create(b, constant(code.getPow2Levels() - 1),
                                         arith::ShRUIOp::create(b, index, one));
  exponent = arith::SubIOp::create(b, exponent, begin);
  Value inside = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, exponent,
                                       arith::SubIOp::create(b, end, begin));
  Value shift = arith::SelectOp::create(b, inside, exponent, zero);
  Value magnitude = arith::ShLIOp::create(b, one, shift);
  Value negative = arith::CmpIOp::create(
      b, arith::CmpIPredicate::ne, arith::AndIOp::create(b, index, one), zero);
  Value integer = arith::SelectOp::create(
      b, negative, arith::SubIOp::create(b, zero, magnitude), magnitude);
  integer = arith::SelectOp::create(b, inside, integer, zero);
  if (offset() != 0)
    integer = arith::AddIOp::create(b, integer, constant(offset()));
  return arith::TruncIOp::create(b, b.getI8Type(), integer);
}

Value FilterCoding::buildPart(ImplicitLocOpBuilder &b, Value codes,
                              int64_t part) const {
  if (!isPow2())
    return codes;
  int64_t end = part + 1 < parts() ? base(part + 1) : code.getPow2Levels();
  return buildPointwise(
      b, codes, b.getI8Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Type i32 = b.getI32Type();
        return {buildInteger(b, args[0], buildScalar(b, i32, base(part)),
                             buildScalar(b, i32, end))};
      });
}

/// The parts one behind the other along the last axis.
Value FilterCoding::buildAllParts(ImplicitLocOpBuilder &b, Value codes) const {
  MLIRContext *context = b.getContext();
  unsigned rank = cast<RankedTensorType>(codes.getType()).getRank();
  SmallVector<OpFoldResult> sizes = getSizes(b, codes);
  sizes.insert(sizes.end() - 1, b.getIndexAttr(parts()));
  AffineMap map =
      AffineMap::getMultiDimIdentityMap(rank + 1, context).dropResult(rank - 1);
  Value all = buildElementwise(
      b, {codes}, {map}, sizes, {b.getI8Type()},
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Type i32 = b.getI32Type();
        auto constant = [&](int64_t value) {
          return buildScalar(b, i32, value);
        };
        Value part = arith::IndexCastOp::create(
            b, i32, linalg::IndexOp::create(b, rank - 1));
        Value begin = arith::AddIOp::create(
            b, arith::MulIOp::create(b, part, constant(levels)),
            constant(code.getPow2Levels() - parts() * levels));
        Value end = arith::AddIOp::create(b, begin, constant(levels));
        begin = arith::MaxSIOp::create(b, begin, constant(0));
        return {buildInteger(b, args[0], begin, end)};
      })[0];
  SmallVector<ReassociationIndices> groups;
  for (unsigned axis = 0; axis + 1 < rank; ++axis)
    groups.push_back({axis});
  groups.push_back({rank - 1, rank});
  return tensor::CollapseShapeOp::create(b, all, groups);
}

SmallVector<Value>
FilterCoding::buildProducts(ImplicitLocOpBuilder &b, Value codes,
                            function_ref<Value(Value filter)> product) const {
  SmallVector<Value> sums;
  if (!isSigned() || parts() == 1) {
    for (int64_t part : llvm::seq(parts()))
      sums.push_back(product(buildPart(b, codes, part)));
    return sums;
  }
  Value all = product(buildAllParts(b, codes));
  int64_t filters = cast<RankedTensorType>(codes.getType()).getShape().back();
  SmallVector<OpFoldResult> sizes = getSizes(b, all);
  SmallVector<OpFoldResult> offsets(sizes.size(), b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(sizes.size(), b.getIndexAttr(1));
  sizes.back() = b.getIndexAttr(filters);
  for (int64_t part : llvm::seq(parts())) {
    offsets.back() = b.getIndexAttr(part * filters);
    sums.push_back(
        tensor::ExtractSliceOp::create(b, all, offsets, sizes, strides));
  }
  return sums;
}

IntegerType FilterCoding::getSumType(int64_t terms, int64_t largest) const {
  // Bipolar sums fit by the verifiers' constraint.
  bool isShort = !isPow2() || fits(terms, largest, 32);
  return IntegerType::get(code.getContext(), isShort ? 32 : 64);
}

bool FilterCoding::fits(int64_t terms, int64_t largest, unsigned width) const {
  return terms <= llvm::maxIntN(width) / (largest * getDenominator(code));
}

Value FilterCoding::buildSum(ImplicitLocOpBuilder &b, ValueRange parts,
                             IntegerType type) const {
  Value sum;
  for (auto [number, part] : llvm::enumerate(parts)) {
    if (type.getWidth() > 32)
      part = arith::ExtSIOp::create(b, type, part);
    if (base(number) != 0)
      part = arith::ShLIOp::create(b, part, buildScalar(b, type, base(number)));
    sum = sum ? arith::AddIOp::create(b, sum, part).getResult() : part;
  }
  return sum;
}
