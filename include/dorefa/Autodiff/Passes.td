//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that differentiate.

#ifndef DOREFA_AUTODIFF_PASSES_TD
#define DOREFA_AUTODIFF_PASSES_TD

include "mlir/Pass/PassBase.td"

def AutodiffPass : Pass<"dorefa-autodiff", "::mlir::ModuleOp"> {
  let summary = "write the gradient of a function next to it";
  let description = [{
    For a function `@f`, by default every one that carries `dorefa.differentiate`,
    the pass adds `@f_grad`. Its arguments are those of `@f`, then

    - a cotangent (`dorefa.cotangent`) for each result that is differentiated:
      those marked `dorefa.output`, or else every one of floats or codes that is
      not a `dorefa.state`. A function with a result marked `dorefa.loss`, or
      whose first result is a scalar float, takes no cotangent: that result is
      differentiated, with cotangent 1;
    - `%seed` and `%step` (`dorefa.seed`, `dorefa.step`) where the gradient
      quantizer or a dropout draws random numbers. These ops are numbered in
      program order where they have no id.

    Its results are those of `@f`, then the gradient (`dorefa.gradient = "name"`)
    of each argument marked `dorefa.parameter`, or if there is none of each
    argument of floats or codes. Calls are inlined. Ops on a path from such an
    argument to the result are differentiated by `DifferentiableOpInterface`; an
    op without a rule there is an error. An argument that the result does not
    depend on gets a zero.

    Before:

    ```mlir
    func.func @f(%x: tensor<4xf32>, %w: tensor<4xf32> {dorefa.parameter = "w"})
        -> tensor<4xf32> attributes {dorefa.differentiate} {
      %0 = arith.mulf %x, %w : tensor<4xf32>
      return %0 : tensor<4xf32>
    }
    ```

    After, besides `@f`:

    ```mlir
    func.func @f_grad(%x: tensor<4xf32>, %w: tensor<4xf32> {dorefa.parameter = "w"},
                      %g: tensor<4xf32> {dorefa.cotangent = "result0"})
        -> (tensor<4xf32>, tensor<4xf32> {dorefa.gradient = "w"}) {
      %0 = arith.mulf %x, %w : tensor<4xf32>
      %1 = arith.mulf %g, %x : tensor<4xf32>
      return %0, %1 : tensor<4xf32>, tensor<4xf32>
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"\"\"",
           "the function to differentiate (default: those that carry "
           "dorefa.differentiate)">,
    Option<"printResiduals", "print-residuals", "bool", /*default=*/"false",
           "print what stays alive between forward and backward, in bytes a "
           "sample">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::mlir::dorefa::DorefaDialect"
  ];
}

#endif // DOREFA_AUTODIFF_PASSES_TD
