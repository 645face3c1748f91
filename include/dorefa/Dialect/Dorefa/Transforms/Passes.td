//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that stay within the dorefa dialect.

#ifndef DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_TD
#define DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def SetBits : Pass<"dorefa-set-bits", "::mlir::ModuleOp"> {
  let summary = "fill in the bits that a model leaves open";
  let description = [{
    A model file may leave bits open: `!dorefa.code<?, unipolar>` gets `a`,
    `!dorefa.code<?, bipolar>` and `!dorefa.code<?, pow2>` get `w`, everywhere
    in the module; `dorefa.quantize_gradient` without `bits` gets `g`. Bits
    that the model fixes itself stay.

    32 means float: the codes become f32, an open `quantize_activation` becomes
    `bound<relu>`, `quantize_weight` goes together with the scales that it
    gave, `quantize_gradient` goes. `open` on a `quantize_activation` with an
    f32 result follows `a` in the same way. An option for nothing that is open
    has no effect; something open without its option is an error. Run it on the
    forward graph, before `--dorefa-autodiff`.

    `weights` sets the kind of the open weights, too, whatever the file says:
    `bipolar` (DoReFa-Net), `pow2` (LBW-Net) or `pow2-threshold`, the latter with
    `scheme<threshold>`.

    With `w=1 a=2 g=6`

    ```mlir
    %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<?, unipolar>>
    %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<?, bipolar>>, tensor<f32>
    %z = dorefa.linear %a, %c filter_scale(%s : tensor<f32>)
        : tensor<?x8x!dorefa.code<?, unipolar>>, tensor<4x8x!dorefa.code<?, bipolar>> -> tensor<?x4xf32>
    %r = dorefa.quantize_gradient %z : tensor<?x4xf32>
    ```
    becomes

    ```mlir
    %a = dorefa.quantize_activation %x : tensor<?x8xf32> -> tensor<?x8x!dorefa.code<2, unipolar>>
    %c, %s = dorefa.quantize_weight %w : tensor<4x8xf32> -> tensor<4x8x!dorefa.code<1, bipolar>>, tensor<f32>
    %z = dorefa.linear %a, %c filter_scale(%s : tensor<f32>)
        : tensor<?x8x!dorefa.code<2, unipolar>>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
    %r = dorefa.quantize_gradient %z bits(6) : tensor<?x4xf32>
    ```
    and with `w=32 a=32 g=32`

    ```mlir
    %a = dorefa.quantize_activation %x bound<relu> : tensor<?x8xf32> -> tensor<?x8xf32>
    %z = dorefa.linear %a, %w : tensor<?x8xf32>, tensor<4x8xf32> -> tensor<?x4xf32>
    ```
  }];
  let options = [
    Option<"weights", "w", "int", /*default=*/"-1",
           "Bits of open weights, 1 to 8 (pow2: 2 to 6), or 32 for float">,
    Option<"activations", "a", "int", /*default=*/"-1",
           "Bits of open activations, 1 to 8, or 32 for float">,
    Option<"gradients", "g", "int", /*default=*/"-1",
           "Bits of open gradients, 1 to 8, or 32 for float">,
    Option<"weightKind", "weights", "std::string", /*default=*/"",
           "Kind of open weights: bipolar, pow2 or pow2-threshold; as in the "
           "file without it">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

def CheckLowered : Pass<"dorefa-check-lowered", "::mlir::ModuleOp"> {
  let summary = "fail if a layer that was quantized would run in float";
  let description = [{
    A product runs on packed words if both of its operands are codes. This pass
    fails, and names the layer (`dorefa.layer`), where an f32 operand of a
    product is computed from codes: a convolution of dequantized values, or a
    cotangent that was quantized and then summed with another in float. A
    product with an operand that never was codes (32 bits) is what the user
    asked for; `report` lists such products of otherwise quantized layers.

    Run it on the training step, before lowering.

    ```mlir
    %v = dorefa.dequantize %codes : tensor<?x8x!dorefa.code<2, unipolar>> -> tensor<?x8xf32>
    // error: layer 'fc' is quantized but would run in float
    %z = dorefa.linear %v, %w {dorefa.layer = "fc"}
        : tensor<?x8xf32>, tensor<4x8x!dorefa.code<1, bipolar>> -> tensor<?x4xf32>
    ```
  }];
  let options = [
    Option<"report", "report", "bool", /*default=*/"false",
           "Remark on products of one operand of codes and one of 32 bits">,
    Option<"strategy", "strategy", "std::string", /*default=*/"\"auto\"",
           "How products of codes will run; float fails for each of them">,
  ];
}

def PoolCodes : Pass<"dorefa-pool-codes"> {
  let summary = "quantize before a max-pool in place of behind it";
  let description = [{
    Where only a quantizer reads a max-pool, and nobody its winners, as in
    inference, the pool runs on codes: q(max(a, b)) = max(q(a), q(b)) for every
    bound that does not fall, that is, all but abs_clip. The quantizer then
    stands behind the product, whose sums it can be fused with, and the pool
    moves a quarter of the memory. (A NaN, which a pool of floats keeps and the
    quantizer makes code 0 of, becomes code 0 before the pool.)

    ```mlir
    %p, %w = dorefa.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x8x8x4xf32> -> tensor<?x4x4x4xf32>, tensor<?x4x4x4xi8>
    %a = dorefa.quantize_activation %p : tensor<?x4x4x4xf32> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>
    ```
    becomes

    ```mlir
    %c = dorefa.quantize_activation %x : tensor<?x8x8x4xf32> -> tensor<?x8x8x4x!dorefa.code<2, unipolar>>
    %a, %w = dorefa.max_pool %c {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
        : tensor<?x8x8x4x!dorefa.code<2, unipolar>> -> tensor<?x4x4x4x!dorefa.code<2, unipolar>>, tensor<?x4x4x4xi8>
    ```
  }];
}

#endif // DOREFA_DIALECT_DOREFA_TRANSFORMS_PASSES_TD
