//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How the weights of a product become unsigned codes of bit-serial products.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERCODING_H
#define DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERCODING_H

#include "BitserialBuilders.h"

namespace mlir::dorefa {

/// The integer q that a weight stands for is the sum over the parts p of
///
///     2^(base p) (step u_p - offset),
///
/// u_p codes of few bits. A bipolar weight is one part, u = c. A pow2 weight
/// 2^i is in one part alone and zero in the others: each part has a product in
/// 32 bits, and none overflows where their sum would.
///
/// Unsigned codes have up to four powers a part and an offset. Signed ones have
/// none: zero is zero, and blocks of zeros are skipped.
class FilterCoding {
public:
  explicit FilterCoding(CodeType code)
      : code(code), levels(CodeType::kPartLevels) {}

  /// Signed codes of up to `powers` powers of two a part, the last part the
  /// last ones: of a pow2 code, unless there are to be no powers, where sums of
  /// `terms` products with integers of up to `largest`, and what corrects them,
  /// fit 32 bits.
  FilterCoding inSignedCodes(int64_t powers, int64_t terms,
                             int64_t largest) const;

  bool isSigned() const { return hasSign; }
  int64_t parts() const;
  int64_t step() const { return isPow2() ? 1 : 2; }
  int64_t offset() const {
    if (isSigned())
      return 0;
    return isPow2() ? code.getLargestOfPart() : code.getMaxCode();
  }
  /// Bits of u: from minus to plus the largest power, less than half of them.
  int64_t bits() const {
    return isPow2() ? std::min(code.getPow2Levels(), levels) + 1
                    : code.getBits();
  }
  /// What q is divided by.
  int64_t denominator() const;

  /// u_p of a tensor of codes.
  Value buildPart(ImplicitLocOpBuilder &b, Value codes, int64_t part) const;
  /// The products of the parts, each [..., F], of a filter of codes [..., F].
  /// Of signed codes one product gives them all, of a filter [..., parts F].
  SmallVector<Value>
  buildProducts(ImplicitLocOpBuilder &b, Value codes,
                function_ref<Value(Value filter)> product) const;
  /// A type for sums of q times `terms` integers of up to `largest`: i32, or
  /// i64 where they might not fit.
  IntegerType getSumType(int64_t terms, int64_t largest) const;
  /// Whether such sums fit signed integers of `width` bits.
  bool fits(int64_t terms, int64_t largest, unsigned width) const;
  /// The sum over the parts of 2^(base p) parts[p], in `type`.
  Value buildSum(ImplicitLocOpBuilder &b, ValueRange parts,
                 IntegerType type) const;

private:
  bool isPow2() const { return code.getKind() == CodeKind::pow2; }
  /// The smallest power of a part.
  int64_t base(int64_t part) const;
  Value buildInteger(ImplicitLocOpBuilder &b, Value c, Value begin,
                     Value end) const;
  Value buildAllParts(ImplicitLocOpBuilder &b, Value codes) const;

  CodeType code;
  int64_t levels; // powers of a part
  bool hasSign = false;
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERCODING_H
