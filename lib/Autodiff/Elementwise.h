//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Elementwise arithmetic for rules, on scalars and tensors alike.

#ifndef DOREFA_LIB_AUTODIFF_ELEMENTWISE_H
#define DOREFA_LIB_AUTODIFF_ELEMENTWISE_H

#include "dorefa/Autodiff/Rule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::dorefa {

/// Builds arith and math ops; all values of one call have one type.
struct Elementwise {
  OpBuilder &builder;
  Location loc;

  template <typename OpTy>
  Value unary(Value a) {
    return OpTy::create(builder, loc, a);
  }
  Value constant(Value like, double value) {
    return buildConstantLike(builder, loc, like, value);
  }
  Value add(Value a, Value b) {
    return arith::AddFOp::create(builder, loc, a, b);
  }
  Value sub(Value a, Value b) {
    return arith::SubFOp::create(builder, loc, a, b);
  }
  Value mul(Value a, Value b) {
    return arith::MulFOp::create(builder, loc, a, b);
  }
  Value mul(Value a, double b) { return mul(a, constant(a, b)); }
  Value div(Value a, Value b) {
    return arith::DivFOp::create(builder, loc, a, b);
  }
  Value neg(Value a) { return arith::NegFOp::create(builder, loc, a); }
  /// 1 - a^2 and 1 + a^2
  Value oneMinusSquare(Value a) { return sub(constant(a, 1), mul(a, a)); }
  Value onePlusSquare(Value a) { return add(constant(a, 1), mul(a, a)); }

  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }
  /// a where the condition holds, 0 elsewhere; and the other way round.
  Value keepWhere(Value condition, Value a) {
    return select(condition, a, constant(a, 0));
  }
  Value dropWhere(Value condition, Value a) {
    return select(condition, constant(a, 0), a);
  }
};

} // namespace mlir::dorefa

#endif // DOREFA_LIB_AUTODIFF_ELEMENTWISE_H
