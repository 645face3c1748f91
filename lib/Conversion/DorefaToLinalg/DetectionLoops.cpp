//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DetectionLoops.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::dorefa;
using namespace mlir::dorefa::loops;

using utils::IteratorType;

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Value mlir::dorefa::loops::f32(ImplicitLocOpBuilder &b, double value) {
  return buildScalar(b, b.getF32Type(), value);
}

Value mlir::dorefa::loops::i32(ImplicitLocOpBuilder &b, int64_t value) {
  return buildScalar(b, b.getI32Type(), value);
}

Value mlir::dorefa::loops::compare(ImplicitLocOpBuilder &b,
                                   arith::CmpIPredicate predicate, Value left,
                                   Value right) {
  return arith::CmpIOp::create(b, predicate, left, right);
}

Value mlir::dorefa::loops::isEqual(ImplicitLocOpBuilder &b, Value left,
                                   Value right) {
  if (isa<FloatType>(left.getType()))
    return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, left, right);
  return compare(b, arith::CmpIPredicate::eq, left, right);
}

Value mlir::dorefa::loops::isObject(ImplicitLocOpBuilder &b,
                                    Value indexOrLabel) {
  return compare(b, arith::CmpIPredicate::sge, indexOrLabel, i32(b, 0));
}

Value mlir::dorefa::loops::index32(ImplicitLocOpBuilder &b, int64_t loop) {
  Value index = linalg::IndexOp::create(b, loop);
  return arith::IndexCastOp::create(b, b.getI32Type(), index);
}

//===----------------------------------------------------------------------===//
// Loop nests
//===----------------------------------------------------------------------===//

Nest::Nest(ImplicitLocOpBuilder &b) : b(b), context(b.getContext()) {
  bindDims(context, d0, d1, d2);
}

AffineMap Nest::map(unsigned loops, ArrayRef<AffineExpr> results) {
  return AffineMap::get(loops, 0, results, context);
}

AffineExpr Nest::constant(int64_t value) {
  return getAffineConstantExpr(value, context);
}

Values Nest::reduce(ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                    ValueRange starts, ScalarBody body) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.append(starts.size(), map(3, {d0, d1}));
  const IteratorType kinds[] = {IteratorType::parallel, IteratorType::parallel,
                                IteratorType::reduction};
  return buildGeneric(b, inputs, starts, maps, kinds, body);
}

Value Nest::sum(ValueRange inputs, ArrayRef<AffineMap> inputMaps, Type type,
                function_ref<Value(ImplicitLocOpBuilder &, ValueRange)> term) {
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(map(inputMaps.front().getNumDims(), {}));
  SmallVector<IteratorType> kinds(inputMaps.front().getNumDims(),
                                  IteratorType::reduction);
  return buildGeneric(b, inputs, buildFilled(b, {}, type, 0), maps, kinds,
                      [&](ImplicitLocOpBuilder &b, ValueRange args) -> Values {
                        Value value = term(b, args);
                        if (isa<FloatType>(type))
                          return {arith::AddFOp::create(b, args.back(), value)};
                        return {arith::AddIOp::create(b, args.back(), value)};
                      })[0];
}
