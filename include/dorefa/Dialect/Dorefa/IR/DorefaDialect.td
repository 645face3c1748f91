//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The dorefa dialect: pure tensor values, what a low-bit network means.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFADIALECT_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFADIALECT_TD

include "mlir/IR/OpBase.td"

def Dorefa_Dialect : Dialect {
  let name = "dorefa";
  let cppNamespace = "::mlir::dorefa";
  let summary = "Low-bit networks: quantizers, straight-through estimators and "
                "convolutions over codes";
  let description = [{
    Quantizers, convolutions and linear layers over low-bit codes, with their
    gradients (DoReFa-Net, arXiv 1606.06160; LBW-Net, arXiv 1612.06052), and
    the training ops that upstream dialects lack. Every op is a pure function
    of tensors. A k-bit quantizer's result is a tensor of `!dorefa.code`, so a
    low-bit value can never silently stay float.

    Function arguments and results of a model carry these attributes:

    - `dorefa.input`, `dorefa.labels`: a batch of samples, their labels;
    - `dorefa.parameter = "name"`: a trainable parameter;
    - `dorefa.state = "name"`: state that the forward pass updates (running
      statistics); the result that holds the new value has the same attribute;
    - `dorefa.init = "..."`: the initialiser of a parameter or a state;
    - `dorefa.output`: the logits;
    - `dorefa.loss`: the loss;
    - of a detector also `dorefa.boxes`, the objects of each image, and the
      results `dorefa.offsets` and `dorefa.anchors`, which with the logits are
      what it found.

    `--dorefa-training-step` writes functions that carry these too:

    - `dorefa.optimizer = "name"`: state of the optimizer;
    - `dorefa.learning_rate`, `dorefa.seed`, `dorefa.step`: scalars of a step;
    - `dorefa.gradient_scale = "layer"`: the largest scale of a gradient
      quantizer; `dorefa.correct`: the number of correct samples.

    `--dorefa-autodiff` takes functions marked `dorefa.differentiate`, and marks
    arguments `dorefa.cotangent` and results `dorefa.gradient`. Ops are marked
    with their layer, `dorefa.layer = "conv1"`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFADIALECT_TD
