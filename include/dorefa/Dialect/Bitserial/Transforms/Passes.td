//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Passes that stay within the bitserial dialect.

#ifndef DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_TD
#define DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def TileProducts : Pass<"bitserial-tile-products", "::mlir::func::FuncOp"> {
  let summary = "products of words to products of panels and rows of tables";
  let description = [{
    A `matmul` or `conv2d` of planes whose strategy is `lookup` becomes
    `pack_panels` of its rhs and, in a parallel loop over images and strips of
    rows, `pack_rows` of a piece of its lhs and `tile_product`. The piece's
    tables, 16 bytes for four codes, are made once for each pixel, and they are
    few enough to stay in the second-level cache. Of words that are views of codes
    (--bitserial-view-codes) the codes are the rows of a product of bytes.

    Where both sides have one bit, a table serves two rows: those of the upper
    and of the lower half of a strip, or of the first and last images of a block.

    A lhs that has fewer bits than the rhs indexes tables of that one: the words
    of each position's window become a column of `pack_panels`, the filter's
    `pack_rows`, and the sums are transposed.

    Bits that have no tables, and sizes that are not known, are errors: who
    forces a strategy is not given another one.

    Before:
    ```mlir
    %sums = bitserial.conv2d ins(%a, %w : tensor<?x58x58x1x2x2xi32>, tensor<1x3x3x2x1x128xi32>)
        outs(%zero : tensor<?x56x56x1x128xi32>) {strategy = #bitserial.strategy<lookup>} -> tensor<?x56x56x1x128xi32>
    ```
    After, in outline:
    ```mlir
    %panels = bitserial.pack_panels ins(%w : tensor<1x3x6x1x128xi32>) outs(%p : tensor<1x2x3x48x64xi8>) {form = ...}
    %sums = scf.forall (%n, %y) = (0, 0) to (%N, 56) step (1, 14) shared_outs(%out = %empty) {
      %rows = bitserial.pack_rows ins(%image : tensor<1x16x58x1x2x2xi32>) outs(%r : tensor<1x16x14848xi8>) {form = ...}
      %strip = bitserial.tile_product ins(%rows, %panels) outs(%place : tensor<1x14x56x1x128xi32>) {form = ...}
      ...
    }
    ```
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"256",
           "Vector register width: 128, 256 or 512">,
    ListOption<"features", "features", "std::string",
               "Features of the target, by LLVM's names without a sign">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ViewCodes : Pass<"bitserial-view-codes", "::mlir::func::FuncOp"> {
  let summary = "words of bytes to views of the codes";
  let description = [{
    Codes in range, four or a multiple of four of them behind one another, are words
    of bytes already: `pack` with `bytes` becomes `view_words`. Where the words were
    written into the middle of zeros, as those of a padded image are, the codes are:
    the quantizer writes them where the product reads them.

    Before:
    ```mlir
    %zeros = linalg.fill ins(%c0 : i32) outs(%empty : tensor<?x58x58x1x16x1xi32>) -> tensor<?x58x58x1x16x1xi32>
    %place = tensor.extract_slice %zeros[0, 1, 1, 0, 0, 0] [%n, 56, 56, 1, 16, 1] [1, 1, 1, 1, 1, 1] : ...
    %words = bitserial.pack ins(%codes : tensor<?x56x56x1x64xi8>) outs(%place : tensor<?x56x56x1x16x1xi32>) {axis = 4, bits = 2, bytes, in_range} -> ...
    %image = tensor.insert_slice %words into %zeros[0, 1, 1, 0, 0, 0] [%n, 56, 56, 1, 16, 1] [1, 1, 1, 1, 1, 1] : ...
    ```
    After:
    ```mlir
    %zeros = linalg.fill ins(%c0 : i8) outs(%empty : tensor<?x58x58x64xi8>) -> tensor<?x58x58x64xi8>
    %padded = tensor.insert_slice %codes into %zeros[0, 1, 1, 0] [%n, 56, 56, 64] [1, 1, 1, 1] : ...
    %split = tensor.expand_shape %padded [[0], [1], [2], [3, 4]] ... : ... into tensor<?x58x58x1x64xi8>
    %image = bitserial.view_words %split : tensor<?x58x58x1x64xi8> -> tensor<?x58x58x1x16x1xi32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def SinkProducts : Pass<"bitserial-sink-products", "::mlir::func::FuncOp"> {
  let summary = "products to the op that reads their sums";
  let description = [{
    A `matmul` or `conv2d` on tensors moves to the one elementwise op that reads
    its sums, as they are or without axes of size 1. What that op reads besides
    is then computed before the product, and a kernel can do both
    (--convert-bitserial-to-gpu).

    ```mlir
    %s = bitserial.matmul ins(%a, %w : tensor<?x8x1xi32>, tensor<8x1x64xi32>) outs(%zero : tensor<?x64xi32>) -> tensor<?x64xi32>
    %t = linalg.generic ... // thresholds
    %c = linalg.generic ... ins(%s, %t : tensor<?x64xi32>, tensor<64xi32>) ...
    ```
    becomes

    ```mlir
    %t = linalg.generic ...
    %s = bitserial.matmul ins(%a, %w : tensor<?x8x1xi32>, tensor<8x1x64xi32>) outs(%zero : tensor<?x64xi32>) -> tensor<?x64xi32>
    %c = linalg.generic ... ins(%s, %t : tensor<?x64xi32>, tensor<64xi32>) ...
    ```
  }];
}

#endif // DOREFA_DIALECT_BITSERIAL_TRANSFORMS_PASSES_TD
