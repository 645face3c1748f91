//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Lowering of the bitserial ops to linalg.

#ifndef DOREFA_CONVERSION_BITSERIALTOLINALG_PASSES_TD
#define DOREFA_CONVERSION_BITSERIALTOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertBitserialToLinalg : Pass<"convert-bitserial-to-linalg"> {
  let summary = "Lower bitserial products and sums to linalg by counting bits";
  let description = [{
    `matmul`, `conv2d` and `popsum`, on tensors or memrefs, become a
    `linalg.generic` over words: AND, count bits, shift by the planes, add. The
    two axes of planes are reduction loops and the shift is the sum of their
    indices, so the op tiles like any other, and unrolling these short loops
    makes the shifts constants. The last parallel loop is that of the output
    channels, along which filter and sums are contiguous.

    Before:
    ```mlir
    %sums = bitserial.matmul ins(%a, %b : tensor<?x4x2xi32>, tensor<4x1x10xi32>)
        outs(%zero : tensor<?x10xi32>) -> tensor<?x10xi32>
    ```
    After:
    ```mlir
    %sums = linalg.generic {
        indexing_maps = [affine_map<(m, n, w, p, q) -> (m, w, p)>,
                         affine_map<(m, n, w, p, q) -> (w, q, n)>,
                         affine_map<(m, n, w, p, q) -> (m, n)>],
        iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]}
        ins(%a, %b : tensor<?x4x2xi32>, tensor<4x1x10xi32>) outs(%zero : tensor<?x10xi32>) {
    ^bb0(%x: i32, %y: i32, %sum: i32):
      %both = arith.andi %x, %y : i32
      %count = math.ctpop %both : i32
      %p = linalg.index 3 : index
      %q = linalg.index 4 : index
      %shift = arith.addi %p, %q : index
      %shift32 = arith.index_cast %shift : index to i32
      %weighted = arith.shli %count, %shift32 : i32
      %next = arith.addi %sum, %weighted : i32
      linalg.yield %next : i32
    } -> tensor<?x10xi32>
    ```

    A product whose `strategy` is `lookup` or `integer` stays. With `reference`
    it does not, and `pack` and `unpack` are lowered too, one word or code at a
    time by their defining equations.
  }];
  let options = [
    Option<"reference", "reference", "bool", /*default=*/"false",
           "Lower every op, whatever its strategy, pack and unpack included">,
    Option<"keepProducts", "keep-products", "bool", /*default=*/"false",
           "Leave matmul and conv2d to kernels of their own, and pack to the "
           "kernels of what it packs">,
  ];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // DOREFA_CONVERSION_BITSERIALTOLINALG_PASSES_TD
