//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that make a forward function trainable.

#ifndef DOREFA_TRAINING_PASSES_TD
#define DOREFA_TRAINING_PASSES_TD

include "mlir/Pass/PassBase.td"

def TrainingStepPass : Pass<"dorefa-training-step", "::mlir::ModuleOp"> {
  let summary = "write init, train_step, evaluate and predict for a forward function";
  let description = [{
    The forward function's arguments are marked `dorefa.input` (one), and
    `dorefa.parameter = "name"` or `dorefa.state = "name"`, both with
    `dorefa.init = "initialiser"`; its results `dorefa.output` (the logits) and
    `dorefa.state = "name"`, the new value of each state. A function with a loss
    of its own marks it `dorefa.loss` (a scalar, the mean over the batch), and
    the argument that it takes the labels from `dorefa.labels`; otherwise the
    loss is softmax cross-entropy over the logits.

    The pass keeps the forward function and adds four others, whose arguments and
    results are marked in the same way, so that no tool depends on their order:

    - `@init(seed) -> (parameters, states, optimizer state)`;
    - `@train_step(input, labels, parameters, states, optimizer state, learning
      rate, seed, step) -> (loss, gradient scales, parameters, states, optimizer
      state)`: one step of training, the updated values last. A gradient scale
      (`dorefa.gradient_scale = "layer"`) is the largest scale of the samples in
      a gradient quantizer: one that is not finite says where training broke;
    - `@evaluate(input, labels, parameters, states) -> (sum of the losses, number
      of correct samples)`. The batch norms use the running statistics, dropout is
      gone. A sample is correct if its label is the index of the first maximum of
      its logits. A sample of label -1 counts nowhere (the padding of a last
      batch). With a loss of the function's own, the sum is that loss times the
      batch size, padding included;
    - `@predict(input, parameters, states) -> logits`.

    Without `dorefa.output` there is no predict and no number of correct samples.

    A detector has a loss of its own (`dorefa.multibox_loss`); its labels
    [batch, K] come with `dorefa.boxes` [batch, K, 4]. Its `dorefa.output` are
    logits [batch, N, classes + 1], and beside them it returns `dorefa.offsets`
    [batch, N, 4] and `dorefa.anchors` [N, 4]. evaluate and predict return these
    three, evaluate in the place of the number of correct samples: what is
    detected, and how well, follows from all images together.

    Initialisers: `zeros`, `ones`, `constant(x)`, `uniform(a)` (from -a to a),
    `normal(s)`, `he_normal`, `he_uniform`, `glorot_normal`, `glorot_uniform`
    and `lecun_uniform` (from -sqrt(1/fan_in) to sqrt(1/fan_in)), the fans of a
    filter in OHWI or [outputs, inputs]; the last eight are for parameters. Random
    numbers come from the generator of `dorefa.encode_gradient`, under op id
    0x40000000 + the parameter's number and step 0. Uniform values take one word
    for each element, normal ones words 2e and 2e + 1 of element e (Box-Muller).

    Optimizers, w a parameter, g its gradient + weight_decay w, in f32:

    - sgd: v = momentum v + g; w = w - lr v (state `momentum/name`, none if
      momentum is 0);
    - adam, t = step + 1: m = beta1 m + (1 - beta1) g;
      v = beta2 v + (1 - beta2) g g;
      w = w - (lr / (1 - beta1^t)) (m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon))
      (states `adam.m/name` and `adam.v/name`).

    Before:

    ```mlir
    func.func @forward(
        %x: tensor<?x8xf32> {dorefa.input},
        %w: tensor<10x8xf32> {dorefa.parameter = "fc.weight", dorefa.init = "he_normal"})
        -> (tensor<?x10xf32> {dorefa.output}) {
      %z = dorefa.linear %x, %w : tensor<?x8xf32>, tensor<10x8xf32> -> tensor<?x10xf32>
      return %z : tensor<?x10xf32>
    }
    ```

    After, besides `@forward`, with `optimizer=sgd momentum=0` (the update and
    the other functions left out):

    ```
    func.func @train_step(
        %x: tensor<?x8xf32> {dorefa.input}, %labels: tensor<?xi32> {dorefa.labels},
        %w: tensor<10x8xf32> {dorefa.parameter = "fc.weight"},
        %lr: f32 {dorefa.learning_rate}, %seed: i64 {dorefa.seed}, %step: i64 {dorefa.step})
        -> (tensor<f32> {dorefa.loss}, tensor<10x8xf32> {dorefa.parameter = "fc.weight"}) {
      %z = dorefa.linear %x, %w : tensor<?x8xf32>, tensor<10x8xf32> -> tensor<?x10xf32>
      %loss = dorefa.softmax_cross_entropy %z, %labels : tensor<?x10xf32>, tensor<?xi32>
      %one = arith.constant dense<1.0> : tensor<f32>
      %dz = dorefa.softmax_cross_entropy_grad %one, %z, %labels
          : tensor<f32>, tensor<?x10xf32>, tensor<?xi32>
      %dw = dorefa.linear_grad_filter %dz, %x
          : tensor<?x10xf32>, tensor<?x8xf32> -> tensor<10x8xf32>
      ...
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", /*default=*/"\"forward\"",
           "the forward function">,
    Option<"loss", "loss", "::mlir::dorefa::LossKind",
           /*default=*/"::mlir::dorefa::LossKind::softmaxCrossEntropy",
           "the loss of a function that has none of its own",
           [{::llvm::cl::values(
             clEnumValN(::mlir::dorefa::LossKind::softmaxCrossEntropy,
                        "softmax-cross-entropy",
                        "mean cross-entropy of softmax over the logits"))}]>,
    Option<"optimizer", "optimizer", "::mlir::dorefa::OptimizerKind",
           /*default=*/"::mlir::dorefa::OptimizerKind::sgd",
           "how the parameters follow their gradients",
           [{::llvm::cl::values(
             clEnumValN(::mlir::dorefa::OptimizerKind::sgd, "sgd",
                        "stochastic gradient descent with momentum"),
             clEnumValN(::mlir::dorefa::OptimizerKind::adam, "adam",
                        "Adam (arXiv 1412.6980)"))}]>,
    Option<"momentum", "momentum", "double", /*default=*/"0.9",
           "momentum of sgd">,
    Option<"beta1", "beta1", "double", /*default=*/"0.9",
           "decay of adam's first moment">,
    Option<"beta2", "beta2", "double", /*default=*/"0.999",
           "decay of adam's second moment">,
    Option<"epsilon", "epsilon", "double", /*default=*/"1e-8",
           "what adam adds to the root of the second moment">,
    Option<"weightDecay", "weight-decay", "double", /*default=*/"0.0",
           "multiple of the parameter that is added to its gradient">
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlir::dorefa::DorefaDialect"
  ];
}

def UpdateInPlace : Pass<"dorefa-update-in-place", "::mlir::ModuleOp"> {
  let summary = "let training steps write new values over the old ones";
  let description = [{
    In a public function that returns parameters, marks each argument that is a
    parameter, a state or an optimizer's state, and has a result of the same role
    and name, with `dorefa.in_place`: who calls hands its memory over. The function may write
    there, and results may lie there instead of in memory of their own, that of
    the result of the same name as a rule. Twice the parameters and moments are
    then not alive at once.

    ```mlir
    func.func @train_step(%w: tensor<10x8xf32> {dorefa.parameter = "fc.weight"}, ...)
        -> (tensor<f32> {dorefa.loss}, tensor<10x8xf32> {dorefa.parameter = "fc.weight"})
    ```
    becomes

    ```mlir
    func.func @train_step(
        %w: tensor<10x8xf32> {dorefa.in_place, dorefa.parameter = "fc.weight"}, ...)
        -> (tensor<f32> {dorefa.loss}, tensor<10x8xf32> {dorefa.parameter = "fc.weight"})
    ```
  }];
}

#endif // DOREFA_TRAINING_PASSES_TD
