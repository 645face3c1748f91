//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// How an op takes part in reverse-mode differentiation: which operands carry
// gradient and how its vector-Jacobian product is built.

#ifndef DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_TD
#define DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let description = [{
    The cotangent of a value is an f32 tensor (or scalar) of the value's shape:
    the gradient of the differentiated result with respect to the *value*. For
    a tensor of codes that is the value the codes stand for, run-time scale
    included, so a quantizer's scale result never carries gradient.

    A rule reads forward values directly: backward ops are built in the same
    function, after the forward ops, so any forward value dominates them. What
    a rule reads is what stays alive between the passes (the residuals): read
    codes and masks rather than floats.
  }];
  let cppNamespace = "::mlir::dorefa";
  let methods = [
    InterfaceMethod<[{
        True if a gradient may flow into operand `operand`. The default says
        yes for every float or code operand, scalar or tensor.
      }],
      "bool", "carriesGradient", (ins "unsigned":$operand), [{}], [{
        return ::mlir::dorefa::isDifferentiable(
            $_op->getOperand(operand).getType());
      }]>,
    InterfaceMethod<[{
        Builds the vector-Jacobian product at `builder`'s insertion point.
        `cotangents` holds one value for each result, null where no gradient
        arrives (at least one is not null). Returns one value for each operand,
        null where none flows; operands for which `needed` is false may be
        null. Failure means that an error was emitted at this op.
      }],
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>",
      "buildVectorJacobianProduct",
      (ins "::mlir::OpBuilder &":$builder,
           "::llvm::ArrayRef<::mlir::Value>":$cotangents,
           "const ::mlir::dorefa::BackwardContext &":$context)>,
  ];
}

#endif // DOREFA_INTERFACES_DIFFERENTIABLEOPINTERFACE_TD
