//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatBits.h"
#include "dorefa/Conversion/DorefaToLinalg/TensorBuilders.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <limits>

using namespace mlir;
using namespace mlir::dorefa;

Value mlir::dorefa::buildWideMagnitude(ImplicitLocOpBuilder &b, Value x) {
  Value magnitude = math::AbsFOp::create(b, x);
  return arith::ExtFOp::create(b, b.getF64Type(), magnitude);
}

Value mlir::dorefa::buildPower(ImplicitLocOpBuilder &b, Value exponent) {
  Type i64 = b.getI64Type();
  Value biased = arith::AddIOp::create(
      b, arith::ExtSIOp::create(b, i64, exponent), buildScalar(b, i64, 1023));
  Value bits = arith::ShLIOp::create(b, biased, buildScalar(b, i64, 52));
  return arith::BitcastOp::create(b, b.getF64Type(), bits);
}

/// Exponents are above mantissas, so a borrow of the mantissas is the floor.
Value mlir::dorefa::buildFloorLog2Ratio(ImplicitLocOpBuilder &b, Value a,
                                        Value c) {
  Type i64 = b.getI64Type();
  Value difference =
      arith::SubIOp::create(b, arith::BitcastOp::create(b, i64, a),
                            arith::BitcastOp::create(b, i64, c));
  Value exponent =
      arith::ShRSIOp::create(b, difference, buildScalar(b, i64, 52));
  return arith::TruncIOp::create(b, b.getI32Type(), exponent);
}

Value mlir::dorefa::buildScaled(ImplicitLocOpBuilder &b, Value x,
                                double factor) {
  return arith::MulFOp::create(b, x, buildScalar(b, x.getType(), factor));
}

Value mlir::dorefa::buildLargerOf(ImplicitLocOpBuilder &b, Value x, Value y) {
  Value isLarger = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, y);
  return arith::SelectOp::create(b, isLarger, x, y);
}

Value mlir::dorefa::buildSmallerOf(ImplicitLocOpBuilder &b, Value x, Value y) {
  Value isSmaller = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, y);
  return arith::SelectOp::create(b, isSmaller, x, y);
}

Value mlir::dorefa::buildIsZero(ImplicitLocOpBuilder &b, Value x) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x,
                               buildScalar(b, x.getType(), 0));
}

Value mlir::dorefa::buildIsFinite(ImplicitLocOpBuilder &b, Value largest) {
  Value infinity = buildScalar(b, largest.getType(),
                               std::numeric_limits<double>::infinity());
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, largest, infinity);
}
