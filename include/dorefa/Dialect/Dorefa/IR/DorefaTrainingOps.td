//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What training needs and upstream dialects lack: batch norm with running
// statistics, max-pool with its winner, softmax cross-entropy, dropout.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFATRAININGOPS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFATRAININGOPS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaOpBase.td"

def Dorefa_BatchStatsOp : Dorefa_Op<"batch_stats", [
    AllTypesMatch<["mean", "variance"]>]> {
  let summary = "mean and biased variance of each channel over the batch";
  let description = [{
    Over all axes but the last (channels), count = number of elements of a channel:

        mean = sum(x) / count,   variance = sum((x - mean)^2) / count

    Gradient: none; `batch_norm` is the op to differentiate.

    Constraints: (C1) both results are [C], C the last axis of the input.

    ```mlir
    %mean, %variance = dorefa.batch_stats %x : tensor<?x14x14x64xf32> -> tensor<64xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input);
  let results = (outs Dorefa_F32Vector:$mean, Dorefa_F32Vector:$variance);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($mean)
  }];
}

def Dorefa_BatchNormOp : Dorefa_Op<"batch_norm", [
    Dorefa_DifferentiableWithMask, AllTypesMatch<["input", "result"]>,
    AllTypesMatch<["gamma", "beta", "running_mean", "running_variance",
                   "new_mean", "new_variance"]>]> {
  let summary = "batch normalization over the channels (last axis)";
  let description = [{
        result = ((x - mean) * (1 / sqrt(variance + epsilon))) * gamma + beta

    with the statistics of the batch (`dorefa.batch_stats`), or with
    `inference` the running ones. The new running statistics are

        new_mean = (1 - momentum) running_mean + momentum mean
        new_variance = (1 - momentum) running_variance + momentum variance count / (count - 1)

    (count / (count - 1) is 1 where count is 1), the convention of PyTorch with
    momentum 0.1; in inference they are the running statistics unchanged.

    Gradient: into x, gamma and beta, by `dorefa.batch_norm_grad`.

    Constraints:
    - (C1) input and result have one type; gamma, beta and all statistics are
      [C], C the static last axis of the input.
    - (C2) epsilon is positive, momentum in [0, 1].

    ```mlir
    %y, %m, %v = dorefa.batch_norm %x, %gamma, %beta, %mean, %variance
        : tensor<?x14x14x64xf32>, tensor<64xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input, Dorefa_F32Vector:$gamma,
                       Dorefa_F32Vector:$beta, Dorefa_F32Vector:$running_mean,
                       Dorefa_F32Vector:$running_variance,
                       DefaultValuedAttr<F32Attr, "1e-4f">:$epsilon,
                       DefaultValuedAttr<F32Attr, "0.1f">:$momentum,
                       UnitAttr:$inference);
  let results = (outs Dorefa_F32Tensor:$result, Dorefa_F32Vector:$new_mean,
                      Dorefa_F32Vector:$new_variance);
  let assemblyFormat = [{
    $input `,` $gamma `,` $beta `,` $running_mean `,` $running_variance
    (`inference` $inference^)? attr-dict `:` type($input) `,` type($gamma)
  }];
  let hasCanonicalizer = 1;
}

def Dorefa_BatchNormGradOp : Dorefa_Op<"batch_norm_grad", [
    AllTypesMatch<["cotangent", "input", "result"]>,
    AllTypesMatch<["gamma", "mean", "variance", "gamma_grad", "beta_grad"]>]> {
  let summary = "gradient of batch_norm with the batch's statistics";
  let description = [{
    With r = 1 / sqrt(variance + epsilon), xhat = (x - mean) r, count the number
    of elements of a channel:

        beta_grad  = sum g,   gamma_grad = sum g xhat
        result = (gamma r) * (g - (beta_grad + xhat gamma_grad) / count)

    Gradient: none; an op of backward passes.

    Constraints: (C1) and (C2) as in `batch_norm`, without a momentum.

    ```mlir
    %dx, %dgamma, %dbeta = dorefa.batch_norm_grad %g, %x, %gamma, %mean, %variance
        : tensor<?x14x14x64xf32>, tensor<64xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$cotangent, Dorefa_F32Tensor:$input,
                       Dorefa_F32Vector:$gamma, Dorefa_F32Vector:$mean,
                       Dorefa_F32Vector:$variance,
                       DefaultValuedAttr<F32Attr, "1e-4f">:$epsilon);
  let results = (outs Dorefa_F32Tensor:$result, Dorefa_F32Vector:$gamma_grad,
                      Dorefa_F32Vector:$beta_grad);
  let assemblyFormat = [{
    $cotangent `,` $input `,` $gamma `,` $mean `,` $variance attr-dict
    `:` type($input) `,` type($gamma)
  }];
}

defvar PoolArguments = (ins DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads);

def Dorefa_MaxPoolOp : Dorefa_Op<"max_pool", [Dorefa_Differentiable, InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "2-D max-pool over NHWC floats or codes, with the winner";
  let description = [{
        result[b,y,x,c] = max_{i,j} in[b, y*sh + i - top, x*sw + j - left, c]
        winner[b,y,x,c] = i * kw + j of the first maximum in row-major order

    Padding never wins. Pooling unipolar codes pools their values.

    Gradient: into the winners, by `dorefa.max_pool_grad`; the winners (one
    byte each) are its residual.

    Constraints:
    - (C1) the input has rank 4 with static height, width and channels, floats
      or unipolar codes; result and winner are [batch, outH, outW, C], the
      result with the element type of the input, the winner i8.
    - (C2) kernel and strides are 2 positive numbers, pads 4 numbers from 0 to
      below the kernel; kernel height times width is at most 127.

    ```mlir
    %p, %w = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x28x28x32xf32> -> tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8>
    ```
  }];
  let arguments = !con((ins Dorefa_UnipolarOrF32Tensor:$input), PoolArguments);
  let results = (outs Dorefa_UnipolarOrF32Tensor:$result,
                      RankedTensorOf<[I8]>:$winner);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($result) `,` type($winner)
  }];
  let hasCanonicalizer = 1;
}

def Dorefa_MaxPoolGradOp : Dorefa_Op<"max_pool_grad"> {
  let summary = "send a cotangent to the winners of a max-pool";
  let description = [{
        result[b,h,w,c] = sum over the windows (y, x) whose winner is (h, w) of cotangent[b,y,x,c]

    added in the order of the window's taps.

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) cotangent and winner have one shape, the result that of the pooled
      input, consistent with the window.
    - (C2) as in `max_pool`.

    ```mlir
    %dx = dorefa.max_pool_grad %g, %w {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x14x14x32xf32>, tensor<?x14x14x32xi8> -> tensor<?x28x28x32xf32>
    ```
  }];
  let arguments = !con((ins Dorefa_F32Tensor:$cotangent, RankedTensorOf<[I8]>:$winner),
                       PoolArguments);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $cotangent `,` $winner attr-dict `:` type($cotangent) `,` type($winner) `->` type($result)
  }];
}

def Dorefa_SoftmaxCrossEntropyOp : Dorefa_Op<"softmax_cross_entropy", [
    Dorefa_DifferentiableWithMask, InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "mean cross-entropy of softmax over the batch";
  let description = [{
    With m = max_k x[b,k]:

        loss = mean_b ( log(sum_k exp(x[b,k] - m)) + m - x[b, label_b] )

    Gradient: `dorefa.softmax_cross_entropy_grad`.

    Constraints:
    - (C1) logits are [batch, classes] with static classes, labels [batch], the
      loss a tensor<f32>.

    ```mlir
    %loss = dorefa.softmax_cross_entropy %logits, %labels : tensor<?x10xf32>, tensor<?xi32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$logits, RankedTensorOf<[I32]>:$labels);
  let results = (outs Dorefa_ScalarF32Tensor:$loss);
  let assemblyFormat = "$logits `,` $labels attr-dict `:` type($logits) `,` type($labels)";
}

def Dorefa_SoftmaxCrossEntropyGradOp : Dorefa_Op<"softmax_cross_entropy_grad", [
    AllTypesMatch<["logits", "result"]>]> {
  let summary = "gradient of softmax_cross_entropy";
  let description = [{
        result[b,k] = (softmax(x[b])_k - [k = label_b]) * (cotangent / batch)

    Gradient: none; an op of backward passes.

    Constraints: (C1) as in `softmax_cross_entropy`; the cotangent is a tensor<f32>.

    ```mlir
    %d = dorefa.softmax_cross_entropy_grad %g, %logits, %labels
        : tensor<f32>, tensor<?x10xf32>, tensor<?xi32>
    ```
  }];
  let arguments = (ins Dorefa_ScalarF32Tensor:$cotangent, Dorefa_F32Tensor:$logits,
                       RankedTensorOf<[I32]>:$labels);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $cotangent `,` $logits `,` $labels attr-dict
    `:` type($cotangent) `,` type($logits) `,` type($labels)
  }];
}

def Dorefa_DropoutOp : Dorefa_Op<"dropout", [
    AttrSizedOperandSegments, Dorefa_Differentiable, InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "drop elements at random, and say by what to scale the rest";
  let description = [{
    Element e (row-major in the whole batch) is kept where

        ((word >> 9) + 0.5) * 2^-23 >= rate

    with the word of the counter-based generator of `encode_gradient` for this
    op's `id`. Dropped elements are 0 (code 0), kept ones unchanged; `scale` is
    1 / (1 - rate), to be handed to the consumer, so that codes stay codes: a
    product takes it as its `input_scale`. Without `seed` and `step`
    (inference) the result is the input and the scale 1.

    Gradient: the cotangent where the element was kept, 0 elsewhere; the
    consumer has applied the scale. The mask is drawn again, not stored.

    Constraints:
    - (C1) input and result have one type: f32 or unipolar codes.
    - (C2) rate is at least 0 and below 1.
    - (C3) `seed` and `step` come together.

    ```mlir
    %y, %s = dorefa.dropout %x rate(0.5) : tensor<?x5x5x128x!dorefa.code<2, unipolar>>
    ```
  }];
  let arguments = (ins Dorefa_UnipolarOrF32Tensor:$input, Optional<I64>:$seed,
                       Optional<I64>:$step, F32Attr:$rate, OptionalAttr<I32Attr>:$id);
  let results = (outs Dorefa_UnipolarOrF32Tensor:$result,
                      Dorefa_ScalarF32Tensor:$scale);
  let assemblyFormat = [{
    $input `rate` `(` $rate `)` (`noise` `(` $seed^ `,` $step `)`)? (`id` `(` $id^ `)`)?
    attr-dict `:` type($input)
  }];
  let hasFolder = 1;
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFATRAININGOPS_TD
