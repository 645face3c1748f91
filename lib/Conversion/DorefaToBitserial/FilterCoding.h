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
///     2^(4p) (step u_p - offset),
///
/// u_p unsigned codes of few bits. A bipolar weight is one part, u = c. A pow2
/// weight 2^i is in the part i / 4 alone and zero in the others: each part has
/// a product in 32 bits, and none overflows where their sum would.
class FilterCoding {
public:
  explicit FilterCoding(CodeType code) : code(code) {}

  int64_t parts() const { return code.getProductParts(); }
  int64_t step() const { return isPow2() ? 1 : 2; }
  int64_t offset() const {
    return isPow2() ? code.getLargestOfPart() : code.getMaxCode();
  }
  /// Bits of u, which is at most twice the offset for pow2.
  int64_t bits() const { return code.getProductBits(); }
  /// What q is divided by.
  int64_t denominator() const;

  /// u_p of a tensor of codes.
  Value buildPart(ImplicitLocOpBuilder &b, Value codes, int64_t part) const;
  /// A type for sums of q times `terms` integers of up to `largest`: i32, or
  /// i64 where they might not fit.
  IntegerType getSumType(int64_t terms, int64_t largest) const;
  /// The sum over the parts of 2^(4p) parts[p], in `type`.
  static Value buildSum(ImplicitLocOpBuilder &b, ValueRange parts,
                        IntegerType type);

private:
  bool isPow2() const { return code.getKind() == CodeKind::pow2; }
  CodeType code;
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_DOREFATOBITSERIAL_FILTERCODING_H
