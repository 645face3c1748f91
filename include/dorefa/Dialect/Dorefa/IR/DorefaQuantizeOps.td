//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Quantizers, their inverses and gradients, and the straight-through estimator.

#ifndef DOREFA_DIALECT_DOREFA_IR_DOREFAQUANTIZEOPS_TD
#define DOREFA_DIALECT_DOREFA_IR_DOREFAQUANTIZEOPS_TD

include "dorefa/Dialect/Dorefa/IR/DorefaOpBase.td"

def Dorefa_QuantizeActivationOp
    : Dorefa_Op<"quantize_activation", [Dorefa_Differentiable]> {
  let summary = "bound activations to [0, 1] and quantize them";
  let description = [{
    With h = `bound` and n = 2^k - 1 (DoReFa-Net, section 2.4):

        code = round_half_even(n * h(x)),   value = code / n

    The argument of round is the single f32 product n * h(x). `bound` is `clip`
    (clip(x, 0, 1)), `abs_clip` (min(1, |x|)) or `tanh` ((tanh(x) + 1) / 2).
    With an f32 result there is no quantizer: the value is h(x), and `bound`
    may also be `relu`, the meaning of 32 bits.

    Gradient: straight through the rounding, then h': clip passes it where
    0 <= x <= 1, both ends included; abs_clip multiplies by sign(x) where
    |x| <= 1 (0 at x = 0); tanh by (1 - tanh(x)^2) / 2; relu passes it where
    x > 0.

    `open` on an op with an f32 result says that `bound` follows the bits that
    the model leaves open: `--dorefa-set-bits` with 32-bit activations makes
    it `relu`.

    Constraints:
    - (C1) shapes of input and result are equal.
    - (C2) a result of codes needs `bound` clip, abs_clip or tanh.
    - (C3) `open` needs an f32 result.

    ```mlir
    %c = dorefa.quantize_activation %x
        : tensor<?x14x14x32xf32> -> tensor<?x14x14x32x!dorefa.code<2, unipolar>>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input,
                       DefaultValuedAttr<Dorefa_BoundAttr, "::mlir::dorefa::Bound::clip">:$bound,
                       UnitAttr:$open);
  let results = (outs Dorefa_UnipolarOrF32Tensor:$result);
  let assemblyFormat = [{
    $input (`bound` `` $bound^)? (`open` $open^)? attr-dict `:` type($input) `->` type($result)
  }];
}

def Dorefa_ClipMaskOp
    : Dorefa_Op<"clip_mask"> {
  let summary = "where a bounding function passes the gradient";
  let description = [{
    A 1-bit code for each element: 1 where 0 <= x <= 1 (`bound` clip) or where
    x > 0 (relu). It is the residual of `quantize_activation`; the codes cannot
    serve, since codes 0 and n occur both inside and outside of the interval.

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) shapes of input and result are equal.
    - (C2) `bound` is clip or relu.
    - (C3) the result has 1-bit codes.

    ```mlir
    %m = dorefa.clip_mask %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<1, unipolar>>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input,
                       DefaultValuedAttr<Dorefa_BoundAttr, "::mlir::dorefa::Bound::clip">:$bound);
  let results = (outs RankedTensorOf<[Dorefa_UnipolarCode]>:$result);
  let assemblyFormat = [{
    $input (`bound` `` $bound^)? attr-dict `:` type($input) `->` type($result)
  }];
}

def Dorefa_MaskOp : Dorefa_Op<"mask", [
    AllTypesMatch<["input", "result"]>]> {
  let summary = "keep the elements whose 1-bit code is 1, zero the others";
  let description = [{
        result = mask == 1 ? input : 0

    A selection, not a product: a NaN behind a 0 does not come through.

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) shapes are equal.
    - (C2) the mask has 1-bit unipolar codes.

    ```mlir
    %r = dorefa.mask %g, %m : tensor<?x8xf32>, tensor<?x8x!dorefa.code<1, unipolar>>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input,
                       RankedTensorOf<[Dorefa_UnipolarCode]>:$mask);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = "$input `,` $mask attr-dict `:` type($input) `,` type($mask)";
}

def Dorefa_QuantizeActivationGradOp : Dorefa_Op<"quantize_activation_grad", [
    SameOperandsAndResultType]> {
  let summary = "the gradient of quantize_activation where a mask does not do";
  let description = [{
        result = cotangent * h'(input)

    with h' as in `quantize_activation`; used for abs_clip and tanh, whose
    derivative is not a mask.

    Gradient: none; an op of backward passes.

    Constraints: (C1) all types are equal.

    ```mlir
    %d = dorefa.quantize_activation_grad %g, %x bound<tanh> : tensor<?x8xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$cotangent, Dorefa_F32Tensor:$input,
                       DefaultValuedAttr<Dorefa_BoundAttr, "::mlir::dorefa::Bound::clip">:$bound);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $cotangent `,` $input (`bound` `` $bound^)? attr-dict `:` type($result)
  }];
}

def Dorefa_QuantizeWeightOp
    : Dorefa_Op<"quantize_weight", [Dorefa_Differentiable]> {
  let summary = "quantize the weights of a layer";
  let description = [{
    By the code of the result (DoReFa-Net, sections 2.3 and 2.4):

    - 1 bit: code = (w >= 0), scale = mean |w| (summed in f64, rounded once);
      sign(0) and sign(-0.0) are +1.
      Value scale * (2 code - 1). With `per_channel` a mean for each output
      channel (axis 0).
    - k > 1 bits: m = max |tanh(w)|, r = tanh(w) / (2m) + 1/2 in f32,
      code = round_half_even(n * r), scale = 1. tanh is the correctly rounded
      f32 value. m = 0: r = 1/2 everywhere.
    - pow2 (LBW-Net), scale = 2^s: the integer s and the nearest of the levels 0,
      +-2^(s-t) for each weight, ties upward, that give the least squared error;
      among equals the largest s. With `scheme<threshold>` the paper's thresholds
      instead, for 3 and more bits. All-zero weights: s = 0. s is at most 127. With
      a weight that is not finite the scale is NaN and all codes are 0. With
      `per_channel` an s for each output channel.
    - f32 result: the weight itself, scale 1.

    Gradient, for an incoming g at the quantized value: identity for 1 bit,
    pow2 and f32, the scale being a constant and g not multiplied by it; for k > 1
    through 2 r - 1, the maximum included unless `detach_scale`; maxima that
    are equal share their term evenly.

    Constraints:
    - (C1) shapes of input and codes are equal.
    - (C2) the scale is a tensor<f32>, or with `per_channel` a tensor<Fxf32>,
      F the size of axis 0.
    - (C3) `per_channel` needs 1-bit bipolar codes, or pow2 codes.
    - (C4) `detach_scale` needs bipolar codes of more than 1 bit.
    - (C5) `scheme<threshold>` needs pow2 codes.

    Codes may be open; `--dorefa-set-bits` sets them before this op is lowered.
    Constant weights are quantized at compile time.

    ```mlir
    %c, %scale = dorefa.quantize_weight %w
        : tensor<64x3x3x32xf32> -> tensor<64x3x3x32x!dorefa.code<1, bipolar>>, tensor<f32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input, UnitAttr:$per_channel,
                       UnitAttr:$detach_scale,
                       DefaultValuedAttr<Dorefa_Pow2SchemeAttr, "::mlir::dorefa::Pow2Scheme::exact">:$scheme);
  let results = (outs Dorefa_WeightTensor:$codes, Dorefa_ScaleTensor:$scale);
  let assemblyFormat = [{
    $input (`per_channel` $per_channel^)? (`detach_scale` $detach_scale^)?
    (`scheme` `` $scheme^)? attr-dict
    `:` type($input) `->` type($codes) `,` type($scale)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dorefa_QuantizeWeightGradOp
    : Dorefa_Op<"quantize_weight_grad", [SameOperandsAndResultType]> {
  let summary = "the gradient of quantize_weight for more than one bit";
  let description = [{
    With t = tanh(w), m = max |t|, J the set of its maxima and g the cotangent:

        dw_i = (1 - t_i^2) (g_i / m - [i in J] sign(t_i) (sum_j g_j t_j) / (|J| m^2))

    With `detach_scale` the second term is left out. m = 0: the result is 0.

    Gradient: none; an op of backward passes.

    Constraints: (C1) all types are equal.

    ```mlir
    %dw = dorefa.quantize_weight_grad %g, %w : tensor<64x3x3x32xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$cotangent, Dorefa_F32Tensor:$input,
                       UnitAttr:$detach_scale);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $cotangent `,` $input (`detach_scale` $detach_scale^)? attr-dict `:` type($result)
  }];
}

def Dorefa_QuantizeGradientOp
    : Dorefa_Op<"quantize_gradient", [SameOperandsAndResultType,
                                      Dorefa_Differentiable]> {
  let summary = "identity forward; quantizes the gradient on its way back";
  let description = [{
        result = input

    The gradient that comes back is quantized to `bits` for each sample (axis
    0) by `dorefa.encode_gradient` (DoReFa-Net, section 2.5). `bits` 32 leaves
    it as it is; no `bits` leaves them open for `--dorefa-set-bits`. `id` is
    the op's number in the noise generator's counter; differentiation numbers
    the ops that draw random numbers in their order where it is absent.
    `deterministic` leaves the noise out.

    Constraints:
    - (C1) `bits` is 1 to 8 or 32.
    - (C2) the tensor has a batch axis (rank at least 1).

    ```mlir
    %z1 = dorefa.quantize_gradient %z bits(6) : tensor<?x14x14x64xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input, OptionalAttr<I32Attr>:$bits,
                       OptionalAttr<I32Attr>:$id, UnitAttr:$deterministic);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $input (`bits` `(` $bits^ `)`)? (`id` `(` $id^ `)`)? (`deterministic` $deterministic^)?
    attr-dict `:` type($input)
  }];
  let hasFolder = 1;
}

def Dorefa_EncodeGradientOp
    : Dorefa_Op<"encode_gradient", [AttrSizedOperandSegments]> {
  let summary = "quantize a gradient, each sample with its own scale";
  let description = [{
    For each sample (index of axis 0), M = max |dr| over all other axes, and

        code = round_half_even(n * clip((dr / M) * 0.5 + 0.5 + sigma / n, 0, 1))
        value = M * ((2 code - n) / n)

    sigma is uniform in (-0.5, 0.5): Philox 4x32-10 with key (seed low, seed
    high) and counter (e / 4, id, step low, step high), word e mod 4, e the
    element's row-major index in the whole batch;
    sigma = ((word >> 9) + 0.5) * 2^-23 - 0.5. Without `seed` and `step` there
    is no noise. M = 0 gives scale 0; an M that is not finite is returned as it
    is. (DoReFa-Net, section 2.5, equation 12.)

    Gradient: none; an op of backward passes.

    Constraints:
    - (C1) shapes of input and codes are equal, rank at least 1.
    - (C2) the codes are bipolar.
    - (C3) the scale is a tensor of one f32 for each sample.
    - (C4) `seed` and `step` come together.

    ```mlir
    %c, %m = dorefa.encode_gradient %dz noise(%seed, %step) id(0)
        : tensor<?x7x7x128xf32> -> tensor<?x7x7x128x!dorefa.code<6, bipolar>>, tensor<?xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$input, Optional<I64>:$seed,
                       Optional<I64>:$step, DefaultValuedAttr<I32Attr, "0">:$id);
  let results = (outs RankedTensorOf<[Dorefa_BipolarCode]>:$codes,
                      Dorefa_F32Vector:$scale);
  let assemblyFormat = [{
    $input (`noise` `(` $seed^ `,` $step `)`)? (`id` `(` $id^ `)`)? attr-dict
    `:` type($input) `->` type($codes) `,` type($scale)
  }];
  let extraClassDeclaration = [{
    bool hasNoise() { return static_cast<bool>(getSeed()); }
  }];
}

def Dorefa_DequantizeOp
    : Dorefa_Op<"dequantize", [Dorefa_Differentiable]> {
  let summary = "the values that codes stand for";
  let description = [{
        unipolar: scale * (c / n)
        bipolar:  scale * ((2c - n) / n)
        pow2:     scale * (0 or +-2^-t)

    with one correctly rounded f32 division and one product. The scale is 1 if
    absent, one for the tensor, or one for each index of axis 0 (samples of a
    gradient, output channels of a filter).

    Gradient: identity into the codes, as the cotangent of codes is that of
    their value; none into the scale.

    Constraints:
    - (C1) shapes of codes and result are equal.
    - (C2) a scale of rank 1 has the size of axis 0.

    ```mlir
    %w = dorefa.dequantize %c scale(%s : tensor<f32>)
        : tensor<64x3x3x32x!dorefa.code<1, bipolar>> -> tensor<64x3x3x32xf32>
    ```
  }];
  let arguments = (ins Dorefa_CodeTensor:$codes,
                       Optional<Dorefa_ScaleTensor>:$scale);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = [{
    $codes (`scale` `(` $scale^ `:` type($scale) `)`)? attr-dict
    `:` type($codes) `->` type($result)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Dorefa_CodeConstantOp : Dorefa_Op<"code_constant", [ConstantLike]> {
  let summary = "a constant tensor of codes";
  let description = [{
        result = value, each byte read as an unsigned code

    The quantized weights of a network whose parameters are constants.

    Gradient: none, it has no operands.

    Constraints:
    - (C1) shapes of value and result are equal.
    - (C2) the codes of the result are not open.
    - (C3) each value is a code: at most n = 2^k - 1, for pow2 at most 2^(k-1).

    ```mlir
    %c = dorefa.code_constant dense<[0, 1, 3]> : tensor<3xi8> -> tensor<3x!dorefa.code<2, bipolar>>
    ```
  }];
  let arguments = (ins SignlessIntElementsAttr<8>:$value);
  let results = (outs Dorefa_CodeTensor:$result);
  let assemblyFormat = "$value attr-dict `->` type($result)";
  let hasFolder = 1;
}

def Dorefa_SteOp : Dorefa_Op<"ste", [
    SameOperandsAndResultType, Dorefa_DifferentiableWithMask]> {
  let summary = "straight-through estimator: one value forward, another's gradient";
  let description = [{
        result = value

    The gradient of the result flows into `surrogate` alone, unchanged. With it
    a user's own quantizer needs no C++: compute the quantized value with
    upstream ops, and name what the gradient should see. So it stays until
    differentiation has run, even though it computes nothing.

    Constraints: (C1) all types are equal.

    ```mlir
    // round() with the gradient of a clip
    %q = dorefa.ste %rounded, %clipped : tensor<?x8xf32>
    ```
  }];
  let arguments = (ins Dorefa_F32Tensor:$value, Dorefa_F32Tensor:$surrogate);
  let results = (outs Dorefa_F32Tensor:$result);
  let assemblyFormat = "$value `,` $surrogate attr-dict `:` type($result)";
  let hasFolder = 1;
}

#endif // DOREFA_DIALECT_DOREFA_IR_DOREFAQUANTIZEOPS_TD
