//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Loops over samples, anchors and objects, and what their bodies compute with.

#ifndef DOREFA_LIB_CONVERSION_DOREFATOLINALG_DETECTIONLOOPS_H
#define DOREFA_LIB_CONVERSION_DOREFATOLINALG_DETECTIONLOOPS_H

#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

namespace mlir::dorefa::loops {

using Values = SmallVector<Value>;

/// An index that nothing has: the start of a search for the first.
constexpr int32_t kNone = std::numeric_limits<int32_t>::max();

// Scalars of a body.
Value f32(ImplicitLocOpBuilder &b, double value);
Value i32(ImplicitLocOpBuilder &b, int64_t value);
Value compare(ImplicitLocOpBuilder &b, arith::CmpIPredicate predicate,
              Value left, Value right);
/// Of integers or floats; a NaN is equal to nothing.
Value isEqual(ImplicitLocOpBuilder &b, Value left, Value right);
/// True for an index or a label that is not negative.
Value isObject(ImplicitLocOpBuilder &b, Value indexOrLabel);
/// The loop's index as i32.
Value index32(ImplicitLocOpBuilder &b, int64_t loop);

/// Reductions over the last of three loops (sample, anchor or object, and what
/// is searched), and elementwise ops over the first two.
class Nest {
public:
  Nest(ImplicitLocOpBuilder &b);

  AffineMap map(unsigned loops, ArrayRef<AffineExpr> results);
  AffineExpr constant(int64_t value);

  /// For each (d0, d1) the fold over d2, from `starts`.
  Values reduce(ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                ValueRange starts, ScalarBody body);

  /// The sum of `term` over all loops, in `type`.
  Value sum(ValueRange inputs, ArrayRef<AffineMap> inputMaps, Type type,
            function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> term);

  ImplicitLocOpBuilder &b;
  MLIRContext *context;
  AffineExpr d0, d1, d2;
};

} // namespace mlir::dorefa::loops

#endif // DOREFA_LIB_CONVERSION_DOREFATOLINALG_DETECTIONLOOPS_H
