//===- Passes.td - Linalg on buffers to vector loops -------*- tablegen -*-===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_TD
#define DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertLinalgToVectorLoops : Pass<"convert-linalg-to-vector-loops"> {
  let summary = "Lower linalg ops on buffers to parallel loops over vectors";
  let description = [{
    Every linalg op with buffer semantics, and every `memref.copy`, becomes
    `scf.parallel` and `scf.for` loops over `vector` operations. Nothing of
    linalg is left.

    Before:
    ```mlir
    linalg.generic {
        indexing_maps = [affine_map<(m, n, k) -> (m, k)>,
                         affine_map<(m, n, k) -> (k, n)>,
                         affine_map<(m, n, k) -> (m, n)>],
        iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%a, %b : memref<12x64xf32>, memref<64x16xf32>)
        outs(%c : memref<12x16xf32>) {
    ^bb0(%x: f32, %y: f32, %sum: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %sum, %p : f32
      linalg.yield %s : f32
    }
    ```
    After (`vector-bits=256`), in outline:
    ```mlir
    scf.for %m = %c0 to %c12 step %c6 {
      // 6 x 2 accumulators are loaded from %c
      %sums:12 = scf.for %k = %c0 to %c64 step %c1 iter_args(...) {
        // 2 vector.load of %b, 6 memref.load of %a, 12 math.fma
      }
      // and stored
    }
    ```

    How a loop nest is chosen:
    1. Loops of one iteration go; neighbouring loops that every operand walks
       through as if they were one become one. Each operand is then a flat
       buffer, a start, and a stride per loop.
    2. The vector loop is the one with the least estimated cost: vectors where
       the stride is one, a scalar and a broadcast where it is zero, single
       elements (or a register transpose) elsewhere. It is a parallel loop or a
       reduction whose combiner is known (then lanes are summed in a tree).
    3. Reductions keep a tile of accumulators in registers: some iterations of
       another parallel loop times some vectors. An operand panel too large for
       the first-level cache is blocked, and packed where its rows are apart;
       where few tiles use a packed panel, they have the next one fetched.
       Sums of `ctpop` are counted apart for each shift and, below 512 bits,
       in bytes that are added up before one overflows.
    4. A reduction's accumulators start from the value of a fill before it, and
       go to the elementwise op behind it, if that alone reads the sums and its
       result cannot overlap with an operand: neither the zeros nor the sums are
       ever in memory. Not so if the reduction is blocked or split.
    5. Remainders that are static use shorter vectors; dynamic ones run element
       by element. Nothing outside an operand is read or written.
    6. The outermost parallel loops become one `scf.parallel`, if there is
       enough work, and the op has no attribute `one_thread`. A large reduction with little parallelism is split in a
       fixed number of partial results, so the outcome never depends on the
       number of threads, nor on the option `parallel`.

    `explain` prints each choice: the vector loop, then all loops as
    dimension/step, in the order in which they nest.

    Arithmetic: `acc + a * b` of a reduction is contracted to a fused
    multiply-add, and a vectorized reduction loop adds in another order (which
    depends on `vector-bits`). Everything else is evaluated as written.
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"256",
           "Vector register width: 128, 256 or 512">,
    Option<"parallel", "parallel", "bool", /*default=*/"true",
           "Emit scf.parallel for the outermost loops that are worth it">,
    Option<"warnScalar", "warn-scalar", "bool", /*default=*/"false",
           "Warn about each op that ends as scalar loops">,
    Option<"explain", "explain", "bool", /*default=*/"false",
           "Remark on each op which loop nest was chosen">,
  ];
  let dependentDialects = [
    "arith::ArithDialect", "linalg::LinalgDialect", "math::MathDialect",
    "memref::MemRefDialect", "scf::SCFDialect", "vector::VectorDialect"
  ];
}

#endif // DOREFA_CONVERSION_LINALGTOVECTORLOOPS_PASSES_TD
