//===- IndexMath.h - Index arithmetic that folds ----------------*- C++ -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Sums and products of indices that may be constants. Strides and extents are
// mostly static, so folding here keeps the loops readable without relying on
// canonicalization.

#ifndef DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_INDEXMATH_H
#define DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_INDEXMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"

#include <optional>

namespace mlir::dorefa {

/// The constant behind `value`, if it is an attribute.
inline std::optional<int64_t> getStatic(OpFoldResult value) {
  if (auto attr = dyn_cast_if_present<Attribute>(value))
    return cast<IntegerAttr>(attr).getInt();
  return std::nullopt;
}

inline bool isStatic(OpFoldResult value, int64_t expected) {
  return getStatic(value) == std::optional<int64_t>(expected);
}

inline Value toValue(OpBuilder &b, Location loc, OpFoldResult value) {
  if (auto constant = getStatic(value))
    return arith::ConstantIndexOp::create(b, loc, *constant);
  return cast<Value>(value);
}

inline OpFoldResult addIndex(OpBuilder &b, Location loc, OpFoldResult x,
                             OpFoldResult y) {
  auto cx = getStatic(x), cy = getStatic(y);
  if (cx && cy)
    return b.getIndexAttr(*cx + *cy);
  if (cx == std::optional<int64_t>(0))
    return y;
  if (cy == std::optional<int64_t>(0))
    return x;
  return arith::AddIOp::create(b, loc, toValue(b, loc, x), toValue(b, loc, y))
      .getResult();
}

inline OpFoldResult mulIndex(OpBuilder &b, Location loc, OpFoldResult x,
                             OpFoldResult y) {
  auto cx = getStatic(x), cy = getStatic(y);
  if (cx && cy)
    return b.getIndexAttr(*cx * *cy);
  if (cx == std::optional<int64_t>(0) || cy == std::optional<int64_t>(0))
    return b.getIndexAttr(0);
  if (cx == std::optional<int64_t>(1))
    return y;
  if (cy == std::optional<int64_t>(1))
    return x;
  return arith::MulIOp::create(b, loc, toValue(b, loc, x), toValue(b, loc, y))
      .getResult();
}

inline OpFoldResult subIndex(OpBuilder &b, Location loc, OpFoldResult x,
                             OpFoldResult y) {
  auto cx = getStatic(x), cy = getStatic(y);
  if (cx && cy)
    return b.getIndexAttr(*cx - *cy);
  if (cy == std::optional<int64_t>(0))
    return x;
  return arith::SubIOp::create(b, loc, toValue(b, loc, x), toValue(b, loc, y))
      .getResult();
}

inline OpFoldResult minIndex(OpBuilder &b, Location loc, OpFoldResult x,
                             OpFoldResult y) {
  auto cx = getStatic(x), cy = getStatic(y);
  if (cx && cy)
    return b.getIndexAttr(std::min(*cx, *cy));
  return arith::MinSIOp::create(b, loc, toValue(b, loc, x), toValue(b, loc, y))
      .getResult();
}

} // namespace mlir::dorefa

#endif // DOREFA_LIB_CONVERSION_LINALGTOVECTORLOOPS_INDEXMATH_H
