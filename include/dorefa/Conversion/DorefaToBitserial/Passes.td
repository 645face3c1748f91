//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of the dorefa dialect to packed words and linalg.

#ifndef DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_TD
#define DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertDorefaToBitserial
    : Pass<"convert-dorefa-to-bitserial", "::mlir::ModuleOp"> {
  let summary = "lower products of codes to packed words, the rest to linalg";
  let description = [{
    The three products of a convolution or linear layer whose operands are both
    codes become bitserial ops on packed words, with the affine, padding and
    per-sample corrections that turn unsigned code products into products of
    values (spec 2):

    - forward: 2 S - n_W sum(c_a);
    - input gradient, a stride-1 convolution of the dilated cotangent with the
      reversed filter: 4 S - 2 n_W sum(c_g) - 2 n_G sum(c_w) + n_G n_W T, the
      last two over the valid taps of each position; without `chip`, one for each
      phase of a stride, of the taps that its pixels see;
    - filter gradient, in each sample a product over its output positions:
      2 S - n_G sum(c_a), scaled and added in the samples' order.

    pow2 weights are unsigned codes with an offset, too: q = u - 2^(m'-1) with m'
    of at most four magnitudes; with more of them (5 and 6 bits) the product is
    the sum of two or four such products, 16^p times part p, in 64 bits where it
    might not fit into 32. Strategy shift adds `x << i` instead, on unpacked
    integers; what has no pow2 weights is then chosen as by `auto`.

    Words hold bit planes (strategy popcount) or bytes (integer); `auto` asks the
    cost model of the bitserial dialect for each product. A filter gradient of
    fewer than four positions multiplies unpacked integers; of a single one, with
    codes of one or two bits, it is a `bitserial.select_sum`. Where
    there are products of bytes (a matrix unit, VNNI, SSSE3, AVX2, AVX-512BW), at
    stride 1 and with channels and filters in sixteens, a sample's filter gradient
    is a `bitserial.matrix_product` of whole rows of positions. With strategy
    lookup, for inputs of one or two bits, cotangents of up to six, whole vectors
    of channels and filters in eights, so it is with tables of the cotangent; where
    the cotangent has fewer bits than the input, with tables of the input, and all
    of this the other way round.

    With `chip`, the products of all samples that a filter gradient consists of
    are one convolution over the rows, whose groups are the samples' groups, and
    whose sums a reduction over the samples scales and adds, in their order:

    ```mlir
    %s = bitserial.conv2d ins(%columns, %cotangent : tensor<1x18x1x?x1x2xi32>, tensor<?x1x1x1x4x3xi32>) ...
    ```

    Activations are packed where they are made, and their packed form is what
    stays alive for the backward pass; so are the masks of the clip. Everything
    else is lowered as by `--convert-dorefa-to-linalg`.

    ```mlir
    %z = dorefa.conv2d %a, %w filter_scale(%s : tensor<f32>)
        : tensor<?x4x4x2x!dorefa.code<2, unipolar>>, tensor<3x3x3x2x!dorefa.code<1, bipolar>>
        -> tensor<?x2x2x3xf32>
    ```
    becomes

    ```mlir
    %words = bitserial.pack ins(%codes : tensor<?x4x4x1x2xi8>) ... {axis = 4 : i64, bits = 2 : i64}
    %filter = bitserial.pack ins(%weights : tensor<1x3x3x2x3xi8>) ... {axis = 3 : i64, bits = 1 : i64}
    %s = bitserial.conv2d ins(%words, %filter : tensor<?x4x4x1x1x2xi32>, tensor<1x3x3x1x1x3xi32>) ...
    // f32(2 s - n_W sum(c_a)) * (scale / f32(n_A n_W))
    ```
  }];
  let options = [
    Option<"strategy", "strategy", "std::string", /*default=*/"\"auto\"",
           "how products of codes run: auto, popcount, lookup, integer, shift or "
           "float">,
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"256",
           "width of a vector register; auto asks for it">,
    ListOption<"features", "features", "std::string",
               "features of the CPU, by LLVM's names; auto asks for them">,
    ListOption<"tuned", "tuned", "std::string",
               "choices that were measured, which auto follows: 2x1x64:popcount "
               "for an image of 2 bits, a filter of 1 and 64 codes along the "
               "packed axis">,
    Option<"chip", "chip", "std::string", /*default=*/"\"\"",
           "a GPU, by LLVM's name, that is chosen for instead of a CPU">,
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bitserial::BitserialDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // DOREFA_CONVERSION_DOREFATOBITSERIAL_PASSES_TD
