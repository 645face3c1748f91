//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Float arithmetic in tosa, for rules.

#ifndef DOREFA_LIB_AUTODIFF_TOSABUILDER_H
#define DOREFA_LIB_AUTODIFF_TOSABUILDER_H

#include "dorefa/Autodiff/Rule.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"

namespace mlir::dorefa {

/// Builds tosa ops on float tensors of one rank; axes of size 1 broadcast.
struct TosaBuilder {
  OpBuilder &builder;
  Location loc;

  /// A constant of `like`'s rank, all axes of size 1.
  Value constant(Value like, double value);
  Value mul(Value a, Value b);
  Value add(Value a, Value b) { return binary<tosa::AddOp>(a, b); }
  /// a * factor and a + term
  Value scale(Value a, double factor) { return mul(a, constant(a, factor)); }
  Value shift(Value a, double term) { return add(a, constant(a, term)); }
  Value select(Value condition, Value a, Value b);
  /// a >= b and a > b
  Value atLeast(Value a, Value b);
  Value above(Value a, Value b);

  template <typename OpTy>
  Value unary(Value a) {
    return OpTy::create(builder, loc, a.getType(), a);
  }
  template <typename OpTy>
  Value binary(Value a, Value b) {
    return OpTy::create(builder, loc, broadcast({a, b}), a, b);
  }

  /// `gradients` summed over the axes that the op broadcast in each operand;
  /// null for operands that need none, and for those behind the last one given.
  SmallVector<Value> sumToOperands(Operation *op, ArrayRef<Value> gradients,
                                   const BackwardContext &context);
  /// `value` summed over the axes that have size 1 in `like`.
  Value sumTo(Value value, Value like);

  /// The type of an elementwise op on `values`, of the first one's elements.
  RankedTensorType broadcast(ValueRange values, Type element = {});
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_AUTODIFF_TOSABUILDER_H
