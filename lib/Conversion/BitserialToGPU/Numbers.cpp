//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Numbers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::bitserial;

/// Numbers are sizes, and sums and products of them are below 2^31. Known to be
/// so, constant parts of addresses become offsets of loads instead of
/// registers.
static constexpr auto kNoOverflow =
    arith::IntegerOverflowFlags::nuw | arith::IntegerOverflowFlags::nsw;

Value Numbers::constant(int64_t value) const {
  return arith::ConstantIntOp::create(b, value, 32);
}

Value Numbers::add(Value x, Value y) const {
  return b.createOrFold<arith::AddIOp>(x, y, kNoOverflow);
}

Value Numbers::sub(Value x, Value y) const {
  return b.createOrFold<arith::SubIOp>(x, y, kNoOverflow);
}

Value Numbers::mul(Value x, Value y) const {
  return b.createOrFold<arith::MulIOp>(x, y, kNoOverflow);
}

Value Numbers::div(Value x, Value y) const {
  return b.createOrFold<arith::DivUIOp>(x, y);
}

Value Numbers::rem(Value x, Value y) const {
  return b.createOrFold<arith::RemUIOp>(x, y);
}

Value Numbers::min(Value x, Value y) const {
  return b.createOrFold<arith::MinUIOp>(x, y);
}

Value Numbers::max(Value x, Value y) const {
  return b.createOrFold<arith::MaxUIOp>(x, y);
}

Value Numbers::isLess(Value x, Value y) const {
  return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ult, x, y);
}

Value Numbers::both(Value x, Value y) const {
  return b.createOrFold<arith::AndIOp>(x, y);
}

Value Numbers::select(Value condition, Value x, Value y) const {
  return b.createOrFold<arith::SelectOp>(condition, x, y);
}

Value Numbers::fromIndex(Value index) const {
  return b.createOrFold<arith::IndexCastUIOp>(b.getI32Type(), index);
}

Value Numbers::toIndex(Value number) const {
  return b.createOrFold<arith::IndexCastUIOp>(b.getIndexType(), number);
}

SmallVector<Value> Numbers::toIndices(ValueRange numbers) const {
  return llvm::map_to_vector(numbers,
                             [&](Value number) { return toIndex(number); });
}
