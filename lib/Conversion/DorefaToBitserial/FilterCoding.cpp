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
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::dorefa;

int64_t FilterCoding::denominator() const { return getDenominator(code); }

/// Code 2t + 1 is 2^(m-1-t) and 2t + 2 its negative.
Value FilterCoding::buildPart(ImplicitLocOpBuilder &b, Value codes,
                              int64_t part) const {
  if (!isPow2())
    return codes;
  int64_t m = code.getPow2Levels();
  return buildPointwise(
      b, codes, b.getI8Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> SmallVector<Value> {
        Type i32 = b.getI32Type();
        auto constant = [&](int64_t value) {
          return buildScalar(b, i32, value);
        };
        Value zero = constant(0), one = constant(1);
        Value index = arith::SubIOp::create(
            b, arith::ExtUIOp::create(b, i32, args[0]), one);
        // Code 0 has the index -1 and no exponent in any part.
        Value exponent = arith::SubIOp::create(
            b, constant(m - 1 - part * CodeType::kPartLevels),
            arith::ShRUIOp::create(b, index, one));
        Value inside =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ult, exponent,
                                  constant(CodeType::kPartLevels));
        Value shift = arith::SelectOp::create(b, inside, exponent, zero);
        Value magnitude = arith::ShLIOp::create(b, one, shift);
        Value negative =
            arith::CmpIOp::create(b, arith::CmpIPredicate::ne,
                                  arith::AndIOp::create(b, index, one), zero);
        Value integer = arith::SelectOp::create(
            b, negative, arith::SubIOp::create(b, zero, magnitude), magnitude);
        integer = arith::SelectOp::create(b, inside, integer, zero);
        Value u = arith::AddIOp::create(b, integer, constant(offset()));
        return {arith::TruncIOp::create(b, b.getI8Type(), u)};
      });
}

IntegerType FilterCoding::getSumType(int64_t terms, int64_t largest) const {
  // Bipolar sums fit by the verifiers' constraint.
  bool fits = !isPow2() ||
              terms <= llvm::maxIntN(32) / (largest * getDenominator(code));
  return IntegerType::get(code.getContext(), fits ? 32 : 64);
}

Value FilterCoding::buildSum(ImplicitLocOpBuilder &b, ValueRange parts,
                             IntegerType type) {
  Value sum;
  for (auto [number, part] : llvm::enumerate(parts)) {
    if (type.getWidth() > 32)
      part = arith::ExtSIOp::create(b, type, part);
    if (number != 0)
      part = arith::ShLIOp::create(
          b, part, buildScalar(b, type, number * CodeType::kPartLevels));
    sum = sum ? arith::AddIOp::create(b, sum, part).getResult() : part;
  }
  return sum;
}
