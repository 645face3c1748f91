//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How to write the differentiation rule of an op of another dialect.
//
//   static Gradients differentiateFoo(FooOp op, OpBuilder &builder,
//                                     ArrayRef<Value> cotangents,
//                                     const BackwardContext &context);
//   ...
//   attachRule<FooOp, differentiateFoo>(context);

#ifndef DOREFA_AUTODIFF_RULE_H
#define DOREFA_AUTODIFF_RULE_H

#include "dorefa/Interfaces/DifferentiableOpInterface.h"
#include "mlir/IR/Builders.h"

namespace mlir::dorefa {

/// One value for each operand, null where no gradient flows.
using Gradients = FailureOr<SmallVector<Value>>;

/// The signature of `buildVectorJacobianProduct`, with the op in front.
template <typename OpTy>
using RuleFunction = Gradients (*)(OpTy op, OpBuilder &builder,
                                   ArrayRef<Value> cotangents,
                                   const BackwardContext &context);

/// The interface by way of a function.
template <typename OpTy, RuleFunction<OpTy> rule>
struct RuleModel
    : DifferentiableOpInterface::ExternalModel<RuleModel<OpTy, rule>, OpTy> {
  FailureOr<SmallVector<Value>>
  buildVectorJacobianProduct(Operation *op, OpBuilder &builder,
                             ArrayRef<Value> cotangents,
                             const BackwardContext &context) const {
    return rule(cast<OpTy>(op), builder, cotangents, context);
  }
};

/// Makes `rule` the differentiation rule of `OpTy`.
template <typename OpTy, RuleFunction<OpTy> rule>
void attachRule(MLIRContext *context) {
  OpTy::template attachInterface<RuleModel<OpTy, rule>>(*context);
}

/// A float constant of the type of `like`: a scalar, or a tensor of `like`'s
/// sizes.
Value buildConstantLike(OpBuilder &builder, Location loc, Value like,
                        double value);

/// The same as the result of a linalg.fill, to add to or to write into.
Value buildFilledLike(OpBuilder &builder, Location loc, Value like,
                      double value);

/// The sum of all elements of a tensor, as a scalar.
Value buildTotal(OpBuilder &builder, Location loc, Value tensor);

/// The sum of a tensor over `axes`, which it loses. Axes in ascending order.
Value buildSum(OpBuilder &builder, Location loc, Value tensor,
               ArrayRef<int64_t> axes);

} // namespace mlir::dorefa

#endif // DOREFA_AUTODIFF_RULE_H
