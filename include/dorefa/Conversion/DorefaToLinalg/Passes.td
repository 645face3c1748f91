//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of the dorefa dialect to plain linalg.

#ifndef DOREFA_CONVERSION_DOREFATOLINALG_PASSES_TD
#define DOREFA_CONVERSION_DOREFATOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertDorefaToLinalg : Pass<"convert-dorefa-to-linalg", "::mlir::ModuleOp"> {
  let summary = "lower the dorefa dialect to obviously right linalg: the reference";
  let description = [{
    Codes become i8 tensors, quantizers become elementwise linalg.generic, and
    products of codes become 64-bit integer loops over the numerators of their
    values. This is the oracle that every faster lowering is checked against;
    it is never fast.

    ```mlir
    %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>)
        : tensor<1x4x4x2x!dorefa.code<2, unipolar>>, tensor<3x3x3x2x!dorefa.code<1, bipolar>>
        -> tensor<1x2x2x3xf32>
    ```
    becomes

    ```mlir
    // numerators as i64, then
    %sums = linalg.generic {...} ins(%image, %filter : tensor<1x4x4x1x2xi64>, tensor<1x3x3x2x3xi64>)
        outs(%zero : tensor<1x2x2x1x3xi64>) { muli, addi }
    // f32(sum) * (scale / f32(n_A * n_W))
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // DOREFA_CONVERSION_DOREFATOLINALG_PASSES_TD
