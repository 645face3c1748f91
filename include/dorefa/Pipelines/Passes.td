//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The passes that exist only as steps of the pipelines.

#ifndef DOREFA_PIPELINES_PASSES_TD
#define DOREFA_PIPELINES_PASSES_TD

include "mlir/Pass/PassBase.td"

def BufferizeTensors : Pass<"dorefa-bufferize", "::mlir::ModuleOp"> {
  let summary = "one-shot bufferization with this project's conventions";
  let description = [{
    Function arguments are never written to, results are new buffers that the
    caller owns, layouts at function boundaries are identities, and a copy is a
    linalg.copy, which the loop generator vectorizes, instead of a call into a
    run-time library.

    ```mlir
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32>
    ```
    becomes

    ```mlir
    func.func @f(%x: memref<4xf32>) -> memref<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect"
  ];
}

#endif // DOREFA_PIPELINES_PASSES_TD
