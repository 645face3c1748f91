//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Convolutions and linear layers over codes, and their two gradient products.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFAPRODUCTOPS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFAPRODUCTOPS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaOpBase.td"

/// The window of a convolution, shared by all three products.
defvar WindowArguments = (ins
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$pads,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
    DefaultValuedAttr<I64Attr, "1">:$groups);

class Dorefa_ConvOp<string mnemonic, list<Trait> traits = []>
    : Dorefa_Op<mnemonic, !listconcat([AttrSizedOperandSegments], traits)> {
  code windowAccessors = [{
    ::mlir::dorefa::ConvWindow getWindow() {
      return {getStrides(), getPads(), getDilations(),
              static_cast<int64_t>(getGroups())};
    }
  }];
  let extraClassDeclaration = windowAccessors;
}

def Dorefa_Conv2DOp : Dorefa_ConvOp<"conv2d", [Dorefa_Differentiable, InferTypeOpAdaptor]> {
  let extraClassDeclaration = !strconcat(windowAccessors, LeaveResultTypesToVerifier);
  let summary = "2-D convolution of codes or floats";
  let description = [{
        out[b,y,x,f] = sum_{i,j,c} in[b, y*sh + i*dh - top, x*sw + j*dw - left, c] * w[f,i,j,c]

    on the values that the codes stand for; a tap outside of the image counts
    nothing. Activations are NHWC, filters OHWI; with `groups` g the filter's
    last axis is C / g, and group k of the outputs sees group k of the inputs.

    For codes the sum runs in integers, exactly. With unipolar activations
    c_a / n_A and bipolar weights (2 c_w - n_W) / n_W,

        I = sum (2 c_w - n_W) c_a,   out = f32(I) * (scale / f32(n_A n_W)).

    With pow2 weights q / 2^(m-1), q = 0 or +-2^i and i < m = 2^(k-2),

        I = sum q c_a,   out = f32(I) * (scale / f32(n_A 2^(m-1))).

    An operand of f32 makes the product a float product on dequantized values.

    Gradient: `conv2d_grad_input` and `conv2d_grad_filter`; if the cotangent is
    a dequantized gradient code (behind `quantize_gradient`) they run on codes.

    Constraints:
    - (C1) input and filter have rank 4, the filter's shape is static, its
      height and width positive, and the input's height, width and channels are
      static.
    - (C2) strides and dilations are 2 positive numbers, pads 4 numbers (top,
      left, bottom, right) not below 0.
    - (C3) `groups` divides input and output channels; the filter's last axis
      is C / groups.
    - (C4) the result is [batch, outH, outW, F] with outH, outW from the window
      and positive.
    - (C5) `input_scale` is a scalar (with an f32 input too: it is the scale of
      `dropout`); `filter_scale` is a scalar or has one element for each
      filter, and needs codes in the filter.
    - (C6) the integer sum fits into 32 bits with its intermediates:
      2 * taps * (C / groups) * n_A * w < 2^31, with w = n_W for bipolar weights
      and w = 2^(min(m,4)-1) for pow2 weights, which are added in parts of four
      powers; the whole sum of such parts may have 64 bits.

    ```mlir
    %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>) {pads = array<i64: 1, 1, 1, 1>}
        : tensor<?x14x14x32x!dorefa.code<2, unipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>
        -> tensor<?x14x14x64xf32>
    ```
  }];
  let arguments = !con((ins Dorefa_UnipolarOrF32Tensor:$input,
                            Dorefa_WeightTensor:$filter,
                            Optional<Dorefa_ScaleTensor>:$input_scale,
                            Optional<Dorefa_ScaleTensor>:$filter_scale),
                       WindowArguments);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $input `,` $filter (`input_scale` `(` $input_scale^ `:` type($input_scale) `)`)?
    (`filter_scale` `(` $filter_scale^ `:` type($filter_scale) `)`)? attr-dict
    `:` type($input) `,` type($filter) `->` type($result)
  }];
}

def Dorefa_Conv2DGradInputOp : Dorefa_ConvOp<"conv2d_grad_input"> {
  let summary = "gradient of conv2d with respect to its input";
  let description = [{
        out[b,y,x,c] = sum over the taps (i, j, f) with an output position behind them
                       of cotangent[b, (y + top - i*dh) / sh, (x + left - j*dw) / sw, f] * w[f,i,j,c]

    For codes, with bipolar gradients of scale M for each sample and bipolar
    weights, over the valid taps only (padding has no zero code here):

        I = sum (2 c_g - n_G) (2 c_w - n_W),   out = f32(I) * ((M scale) / f32(n_G n_W)).

    With pow2 weights, written as in `conv2d`,

        I = sum (2 c_g - n_G) q,   out = f32(I) * ((M scale) / f32(n_G 2^(m-1))).

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) to (C3) as in `conv2d`, read with the result as its input.
    - (C4) the cotangent has the shape of that convolution's result.
    - (C5) `cotangent_scale` has one element for each sample and needs codes in
      the cotangent; `filter_scale` is a scalar (one for each filter does not
      factor out of the sum over filters) and needs codes in the filter.
    - (C6) 4 * taps * (F / groups) * n_G * w < 2^31, w as in `conv2d`.

    ```mlir
    %da = dorefa.conv2d_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>) filter_scale(%s : tensor<f32>)
        {pads = array<i64: 1, 1, 1, 1>}
        : tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<64x3x3x32x!dorefa.code<1, bipolar>>
        -> tensor<?x14x14x32xf32>
    ```
  }];
  let arguments = !con((ins Dorefa_GradientTensor:$cotangent,
                            Dorefa_WeightTensor:$filter,
                            Optional<Dorefa_F32Vector>:$cotangent_scale,
                            Optional<Dorefa_ScaleTensor>:$filter_scale),
                       WindowArguments);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $cotangent `,` $filter (`cotangent_scale` `(` $cotangent_scale^ `:` type($cotangent_scale) `)`)?
    (`filter_scale` `(` $filter_scale^ `:` type($filter_scale) `)`)? attr-dict
    `:` type($cotangent) `,` type($filter) `->` type($result)
  }];
}

def Dorefa_Conv2DGradFilterOp : Dorefa_ConvOp<"conv2d_grad_filter"> {
  let summary = "gradient of conv2d with respect to its filter";
  let description = [{
        out[f,i,j,c] = sum_{b,y,x} cotangent[b,y,x,f] * in[b, y*sh + i*dh - top, x*sw + j*dw - left, c]

    For codes the integers are summed within one sample only, as the scale M
    differs between samples, and the scaled sums are added in the samples'
    order:

        I_b = sum_{y,x} (2 c_g - n_G) c_a,   out = sum_b f32(I_b) * (M_b / f32(n_G n_A)).

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) to (C3) as in `conv2d`, read with the result as its filter.
    - (C4) the cotangent has the shape of that convolution's result.
    - (C5) `cotangent_scale` has one element for each sample and needs codes in
      the cotangent; `input_scale` is a scalar.
    - (C6) 2 * outH * outW * n_G * n_A < 2^31.

    ```mlir
    %dw = dorefa.conv2d_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>)
        {pads = array<i64: 1, 1, 1, 1>}
        : tensor<?x14x14x64x!dorefa.code<6, bipolar>>, tensor<?x14x14x32x!dorefa.code<2, unipolar>>
        -> tensor<64x3x3x32xf32>
    ```
  }];
  let arguments = !con((ins Dorefa_GradientTensor:$cotangent,
                            Dorefa_UnipolarOrF32Tensor:$input,
                            Optional<Dorefa_F32Vector>:$cotangent_scale,
                            Optional<Dorefa_ScaleTensor>:$input_scale),
                       WindowArguments);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $cotangent `,` $input (`cotangent_scale` `(` $cotangent_scale^ `:` type($cotangent_scale) `)`)?
    (`input_scale` `(` $input_scale^ `:` type($input_scale) `)`)? attr-dict
    `:` type($cotangent) `,` type($input) `->` type($result)
  }];
}

class Dorefa_LinearLikeOp<string mnemonic, list<Trait> traits = []>
    : Dorefa_Op<mnemonic, !listconcat([AttrSizedOperandSegments], traits)>;

def Dorefa_LinearOp : Dorefa_LinearLikeOp<"linear", [Dorefa_Differentiable, InferTypeOpAdaptor]> {
  let extraClassDeclaration = LeaveResultTypesToVerifier;
  let summary = "fully connected layer of codes or floats";
  let description = [{
        out[b,o] = sum_k in[b,k] * w[o,k]

    with the integer form, scales and gradient of `conv2d`.

    Constraints:
    - (C1) input and filter have rank 2, the filter's shape and the input's
      second axis are static.
    - (C2) the second axes are equal; the result is [batch, O].
    - (C3) scales as in `conv2d` (C5).
    - (C4) 2 * K * n_A * w < 2^31, w as in `conv2d` (C6).

    ```mlir
    %z = dorefa.linear %a, %w filter_scale(%s : tensor<f32>)
        : tensor<?x256x!dorefa.code<2, unipolar>>, tensor<10x256x!dorefa.code<1, bipolar>> -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins Dorefa_UnipolarOrF32Tensor:$input, Dorefa_WeightTensor:$filter,
                       Optional<Dorefa_ScaleTensor>:$input_scale,
                       Optional<Dorefa_ScaleTensor>:$filter_scale);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $input `,` $filter (`input_scale` `(` $input_scale^ `:` type($input_scale) `)`)?
    (`filter_scale` `(` $filter_scale^ `:` type($filter_scale) `)`)? attr-dict
    `:` type($input) `,` type($filter) `->` type($result)
  }];
}

def Dorefa_LinearGradInputOp : Dorefa_LinearLikeOp<"linear_grad_input"> {
  let summary = "gradient of linear with respect to its input";
  let description = [{
        out[b,k] = sum_o cotangent[b,o] * w[o,k]

    with the integer form and scales of `conv2d_grad_input`.

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) ranks are 2, the filter's shape is static.
    - (C2) the cotangent is [batch, O], the result [batch, K].
    - (C3) scales as in `conv2d_grad_input` (C5).
    - (C4) 4 * O * n_G * w < 2^31, w as in `conv2d` (C6).

    ```mlir
    %da = dorefa.linear_grad_input %g, %w cotangent_scale(%m : tensor<?xf32>)
        : tensor<?x10x!dorefa.code<6, bipolar>>, tensor<10x256x!dorefa.code<2, bipolar>> -> tensor<?x256xf32>
    ```
  }];
  let arguments = (ins Dorefa_GradientTensor:$cotangent, Dorefa_WeightTensor:$filter,
                       Optional<Dorefa_F32Vector>:$cotangent_scale,
                       Optional<Dorefa_ScaleTensor>:$filter_scale);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $cotangent `,` $filter (`cotangent_scale` `(` $cotangent_scale^ `:` type($cotangent_scale) `)`)?
    (`filter_scale` `(` $filter_scale^ `:` type($filter_scale) `)`)? attr-dict
    `:` type($cotangent) `,` type($filter) `->` type($result)
  }];
}

def Dorefa_LinearGradFilterOp : Dorefa_LinearLikeOp<"linear_grad_filter"> {
  let summary = "gradient of linear with respect to its filter";
  let description = [{
        out[o,k] = sum_b cotangent[b,o] * in[b,k]

    with the integer form (depth 1 in each sample) and scales of
    `conv2d_grad_filter`.

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) ranks are 2, the result's shape is static.
    - (C2) the cotangent is [batch, O], the input [batch, K], the result [O, K].
    - (C3) scales as in `conv2d_grad_filter` (C5).

    ```mlir
    %dw = dorefa.linear_grad_filter %g, %a cotangent_scale(%m : tensor<?xf32>)
        : tensor<?x10x!dorefa.code<6, bipolar>>, tensor<?x256x!dorefa.code<2, unipolar>> -> tensor<10x256xf32>
    ```
  }];
  let arguments = (ins Dorefa_GradientTensor:$cotangent, Dorefa_UnipolarOrF32Tensor:$input,
                       Optional<Dorefa_F32Vector>:$cotangent_scale,
                       Optional<Dorefa_ScaleTensor>:$input_scale);
  let results = (outs Dorefa_F32Tensor:$result);
  let hasCanonicalizer = 1;
  let assemblyFormat = [{
    $cotangent `,` $input (`cotangent_scale` `(` $cotangent_scale^ `:` type($cotangent_scale) `)`)?
    (`input_scale` `(` $input_scale^ `:` type($input_scale) `)`)? attr-dict
    `:` type($cotangent) `,` type($input) `->` type($result)
  }];
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFAPRODUCTOPS_TD
