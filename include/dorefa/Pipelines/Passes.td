//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The passes that exist only as steps of the pipelines.

#ifndef DOREFA_PIPELINES_PASSES_TD
#define DOREFA_PIPELINES_PASSES_TD

include "dorefa/Pipelines/GPUPasses.td"
include "mlir/Pass/PassBase.td"

def BufferizeTensors : Pass<"dorefa-bufferize", "::mlir::ModuleOp"> {
  let summary = "one-shot bufferization with this project's conventions";
  let description = [{
    Function arguments are never written to, but for those that are marked
    `dorefa.in_place`; results are new buffers that the caller owns, or lie in
    the memory of such an argument (`--dorefa-own-results`); layouts at function boundaries are identities, and a copy is a
    linalg.copy, which the loop generator vectorizes, instead of a call into a
    run-time library.

    ```mlir
    func.func @f(%x: tensor<4xf32>) -> tensor<4xf32>
    ```
    becomes

    ```mlir
    func.func @f(%x: memref<4xf32>) -> memref<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect"
  ];
}

def OwnResults : Pass<"dorefa-own-results", "::mlir::func::FuncOp"> {
  let summary = "give each result of a function memory of its own";
  let description = [{
    Callers may write to results and free them, each for itself. Two results that
    were one buffer become two. The deallocation of buffers makes a copy of an
    argument that is returned; where it is marked `dorefa.in_place`, its memory is
    the caller's already, and the copy goes.

    ```mlir
    func.func @f(%w: memref<4xf32> {dorefa.in_place}) -> memref<4xf32> {
      %0 = bufferization.clone %w : memref<4xf32> to memref<4xf32>
      return %0 : memref<4xf32>
    }
    ```
    becomes

    ```mlir
    func.func @f(%w: memref<4xf32>) -> memref<4xf32> {
      return %w : memref<4xf32>
    }
    ```
  }];
}

def PlanBuffers : Pass<"dorefa-plan-buffers", "::mlir::ModuleOp"> {
  let summary = "give the buffers of a function places in one allocation";
  let description = [{
    A heap that serves buffers of many sizes has holes. Here all buffers that a
    function allocates and frees lie in one workspace, which is as large as what
    is alive at once and little more: the largest buffer first, each at the place
    where it fits closest beside those that are alive at the same time. Places
    are known when the function is compiled, for every size of the batch: buffers
    of a dynamic size have theirs in multiples of it, behind those of constant
    size. What is returned, allocated in a nested region or of a size that is not
    an argument's is left alone.

    Workspaces are kept from call to call, one for all functions that run one
    after another; calls at the same time have one each. `dorefa_free_workspace`
    frees the one that is kept, as does the unloading of a shared library;
    `dorefa_workspace_bytes` says how large it is, while no function runs.

    ```mlir
    func.func @f(%x: memref<?x16xf32>) {
      %c0 = arith.constant 0 : index
      %n = memref.dim %x, %c0 : memref<?x16xf32>
      %a = memref.alloc(%n) : memref<?x16xf32>
      ...
      memref.dealloc %a : memref<?x16xf32>
      %b = memref.alloc(%n) : memref<?x16xi32>
      ...
      memref.dealloc %b : memref<?x16xi32>
      return
    }
    ```
    becomes (constants and sums folded)

    ```mlir
    func.func @f(%x: memref<?x16xf32>) {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %n = memref.dim %x, %c0 : memref<?x16xf32>
      %bytes = arith.muli %n, %c64 : index
      %i = arith.index_cast %bytes : index to i64
      %address = llvm.call @dorefa_take_workspace(%i) : (i64) -> !llvm.ptr
      %workspace = ... // a descriptor of the address
      %a = memref.view %workspace[%c0][%n] : memref<?xi8> to memref<?x16xf32>
      ...
      %b = memref.view %workspace[%c0][%n] : memref<?xi8> to memref<?x16xi32>
      ...
      llvm.call @dorefa_give_workspace(%address) : (!llvm.ptr) -> ()
      return
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def SeparateInits : Pass<"dorefa-separate-inits"> {
  let summary = "give each op a destination of its own";
  let description = [{
    Equal `tensor.empty` and `linalg.fill` ops, once merged, would become one
    buffer: alive from the first to the last of the ops that start from it, and
    copied for each of them that needs its zeros. Apart, a buffer is filled
    where it is used and freed behind its own last use. A slice that an op
    writes and that is put back where it was taken, as codes are packed into the
    middle of a padded tensor, is one destination with the tensor.

    ```mlir
    %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<8xi32>)
    %x = linalg.generic {...} outs(%zeros : tensor<8xi32>)
    %y = linalg.generic {...} outs(%zeros : tensor<8xi32>)
    ```
    becomes

    ```mlir
    %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<8xi32>)
    %x = linalg.generic {...} outs(%zeros : tensor<8xi32>)
    %f = tensor.empty() : tensor<8xi32>
    %others = linalg.fill ins(%zero : i32) outs(%f : tensor<8xi32>)
    %y = linalg.generic {...} outs(%others : tensor<8xi32>)
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FuseElementwise : Pass<"dorefa-fuse-elementwise"> {
  let summary = "fuse elementwise linalg ops into the one op that reads them";
  let description = [{
    A linalg.generic over parallel loops is fused into its consumer if that is
    its only use and the consumer reads every element exactly once. Whatever
    would be computed again and again (a filter's layout inside of a
    convolution, a per-channel value inside of an image) stays apart.

    ```mlir
    %y = linalg.generic { mulf } ins(%x) outs(%e : tensor<8xf32>)
    %z = linalg.generic { addf } ins(%y) outs(%e : tensor<8xf32>)
    ```
    becomes

    ```mlir
    %z = linalg.generic { mulf, addf } ins(%x) outs(%e : tensor<8xf32>)
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def NarrowSums : Pass<"dorefa-narrow-sums"> {
  let summary = "keep integers of 16 bits where floats made of them were kept";
  let description = [{
    Training reads the result of a product five times: mean, variance,
    normalization, and two passes backward. Where it is an integer that fits 16
    bits (`arith.trunci` to i16 says so) times a scale, the integer is kept, and
    every reader multiplies for itself: half the memory, and half of what each
    pass reads. The values are the same, as the operations are.

    ```mlir
    %z = linalg.generic ins(%sums, %scale : tensor<?x64xi32>, tensor<f32>) outs(%e : tensor<?x64xf32>) {
    ^bb0(%sum: i32, %s: f32, %out: f32):
      %n = arith.trunci %sum : i32 to i16
      %v = arith.sitofp %n : i16 to f32
      %p = arith.mulf %v, %s : f32
      linalg.yield %p : f32
    } -> tensor<?x64xf32>
    %a = linalg.generic {...} ins(%z : tensor<?x64xf32>) ...
    %b = linalg.generic {...} ins(%z : tensor<?x64xf32>) ...
    ```
    becomes

    ```mlir
    %n = linalg.generic ins(%sums : tensor<?x64xi32>) outs(%e : tensor<?x64xi16>) {
    ^bb0(%sum: i32, %out: i16):
      %t = arith.trunci %sum : i32 to i16
      linalg.yield %t : i16
    } -> tensor<?x64xi16>
    %a = linalg.generic {...} ins(%n, %scale : tensor<?x64xi16>, tensor<f32>) ... {
    ^bb0(%in: i16, %s: f32, ...):
      %v = arith.sitofp %in : i16 to f32
      %p = arith.mulf %v, %s : f32
      ...
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def ClipAndRound : Pass<"dorefa-clip-and-round"> {
  let summary = "clip and round by one instruction each";
  let description = [{
    What quantizers do to each element, on vectors or scalars, as LLVM selects one
    instruction for: the lesser one of a value and a constant, and the conversion to
    an integer, which rounds to the nearest one by itself (in the rounding mode that
    all other arithmetic has).

    ```mlir
    %c = arith.cmpf olt, %x, %one : vector<16xf32>
    %y = arith.select %c, %x, %one : vector<16xi1>, vector<16xf32>
    %z = arith.mulf %y, %n : vector<16xf32>
    %r = math.roundeven %z : vector<16xf32>
    %i = arith.fptosi %r : vector<16xf32> to vector<16xi32>
    ```
    becomes

    ```mlir
    %y = arith.minnumf %x, %one : vector<16xf32>
    %z = arith.mulf %y, %n : vector<16xf32>
    %i = llvm.intr.lrint(%z) : (vector<16xf32>) -> vector<16xi32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def FusePieces : Pass<"dorefa-fuse-pieces"> {
  let summary = "compute what is made of a product's sums piece by piece";
  let description = [{
    A product in tiles is computed in pieces that fit the second-level cache. The
    elementwise op that alone reads its sums joins the loop over the pieces: the
    sums of a piece are in memory of their own, and are read while they are near.

    ```mlir
    %sums = scf.forall (%i) in (%n) shared_outs(%o = %e) -> (tensor<?x64xi32>) {
      %place = tensor.extract_slice %o[%i, 0] [1, 64] [1, 1] : tensor<?x64xi32> to tensor<1x64xi32>
      %piece = bitserial.tile_product ... outs(%place : tensor<1x64xi32>)
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %piece into %o[%i, 0] [1, 64] [1, 1] : tensor<1x64xi32> into tensor<?x64xi32>
      }
    }
    %y = linalg.generic {...} ins(%sums, %scale : ...) outs(%f : tensor<?x64xf32>) {...}
    ```
    becomes

    ```mlir
    %y = scf.forall (%i) in (%n) shared_outs(%o = %f) -> (tensor<?x64xf32>) {
      %own = tensor.empty() : tensor<1x64xi32>
      %piece = bitserial.tile_product ... outs(%own : tensor<1x64xi32>)
      %place = tensor.extract_slice %o[%i, 0] [1, 64] [1, 1] : tensor<?x64xf32> to tensor<1x64xf32>
      %part = linalg.generic {...} ins(%piece, %scale : ...) outs(%place : tensor<1x64xf32>) {...}
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %part into %o[%i, 0] [1, 64] [1, 1] : tensor<1x64xf32> into tensor<?x64xf32>
      }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def QuantizePieces : Pass<"dorefa-quantize-pieces"> {
  let summary = "quantize what is packed in pieces whose codes fit the first-level cache";
  let description = [{
    An elementwise op whose results are packed along their last axis is divided
    in pieces: rows of an image, or an image. A pool or convolution that it reads,
    and what only that reads, are computed in the same pieces, unless some of it
    would be computed twice.

    ```mlir
    %codes = linalg.generic {...} ins(%x : tensor<?x64x64xf32>) outs(%e : tensor<?x64x64xi8>) {...}
    ```
    becomes

    ```mlir
    %codes = scf.forall (%i) in (%n) shared_outs(%o = %e) -> (tensor<?x64x64xi8>) {
      %in = tensor.extract_slice %x[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<?x64x64xf32> to tensor<1x64x64xf32>
      %place = tensor.extract_slice %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<?x64x64xi8> to tensor<1x64x64xi8>
      %piece = linalg.generic {...} ins(%in : tensor<1x64x64xf32>) outs(%place : tensor<1x64x64xi8>) {...}
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %piece into %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<1x64x64xi8> into tensor<?x64x64xi8>
      }
    }
    ```

    An op that finishes the sums of a product of matrices stays with that, whose
    tiles are of several samples.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def PackPieces : Pass<"dorefa-pack-pieces"> {
  let summary = "pack codes piece by piece, where they are computed";
  let description = [{
    `bitserial.pack` along the last axis joins the loop over pieces of whole rows
    that computes its codes: those that `--dorefa-quantize-pieces` makes, or those
    of the product whose sums the codes are made of. A piece is packed while it is
    near, once for each form that is asked for: all of its codes, or every second
    row and pixel of it, or an image's codes in a row; to words that lie side by
    side, or apart among zeros. Codes that nothing else reads live in memory of the
    piece alone.

    ```mlir
    %codes = scf.forall (%i) in (%n) shared_outs(%o = %e) -> (tensor<?x64x64xi8>) {
      %place = tensor.extract_slice %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<?x64x64xi8> to tensor<1x64x64xi8>
      %piece = linalg.generic {...} outs(%place : tensor<1x64x64xi8>) {...}
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %piece into %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<1x64x64xi8> into tensor<?x64x64xi8>
      }
    }
    %words = bitserial.pack ins(%codes : tensor<?x64x64xi8>) outs(%w : tensor<?x64x2x2xi32>) {axis = 2 : i64, bits = 2 : i64}
    ```
    becomes

    ```mlir
    %words = scf.forall (%i) in (%n) shared_outs(%o = %w) -> (tensor<?x64x2x2xi32>) {
      %own = tensor.empty() : tensor<1x64x64xi8>
      %piece = linalg.generic {...} outs(%own : tensor<1x64x64xi8>) {...}
      %place = tensor.extract_slice %o[%i, 0, 0, 0] [1, 64, 2, 2] [1, 1, 1, 1] : tensor<?x64x2x2xi32> to tensor<1x64x2x2xi32>
      %packed = bitserial.pack ins(%piece : tensor<1x64x64xi8>) outs(%place : tensor<1x64x2x2xi32>) {axis = 2 : i64, bits = 2 : i64}
      scf.forall.in_parallel {
        tensor.parallel_insert_slice %packed into %o[%i, 0, 0, 0] [1, 64, 2, 2] [1, 1, 1, 1] : tensor<1x64x2x2xi32> into tensor<?x64x2x2xi32>
      }
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::bitserial::BitserialDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def DropUnitDims : Pass<"dorefa-drop-unit-dims"> {
  let summary = "drop loops of extent 1 from linalg ops";
  let description = [{
    Upstream's linalg-fold-unit-extent-dims without its last part, which turns
    a result that is accumulated in place into a new one: a loop over samples
    could not yield that.

    ```mlir
    linalg.generic {...} ins(%x : tensor<4x1x8xf32>) outs(%y : tensor<4x1x8xf32>)
    ```
    becomes a generic over `tensor<4x8xf32>` between reshapes, which are free.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def FoldConstants : Pass<"dorefa-fold-constants"> {
  let summary = "lay out and pack constant weights at compile time";
  let description = [{
    Folds every op whose operands are constants, together with the linalg ops
    that merely permute one: the quantized weights of a network whose
    parameters are constants reach the kernels as constant words.

    ```mlir
    %t = linalg.generic { yields its input } ins(%constant : tensor<1x4x3x3x8xi8>) ...
    %w = bitserial.pack ins(%t : tensor<1x3x3x8x4xi8>) ... {axis = 3 : i64, bits = 1 : i64}
    ```
    becomes

    ```mlir
    %w = arith.constant dense<...> : tensor<1x3x3x1x1x4xi32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def AlignContractions : Pass<"dorefa-align-contractions"> {
  let summary = "lay out the operands of contractions along their vector axis";
  let description = [{
    The loop generator vectorizes a contraction along the last axis of its
    result. An input that has this axis further out is transposed once, so that
    the inner loop loads vectors instead of gathering elements. Fewer than 16
    results in a row that are sums over long rows stay as they are: vectors along
    those are full.

    ```mlir
    // maps (n, o, k) -> (n, k), (o, k), (n, o)
    linalg.generic {...} ins(%x, %w : tensor<?x256xf32>, tensor<100x256xf32>) ...
    ```
    becomes

    ```mlir
    %t = linalg.transpose ins(%w : tensor<100x256xf32>) ... permutation = [1, 0]
    // maps (n, o, k) -> (n, k), (k, o), (n, o)
    linalg.generic {...} ins(%x, %t : tensor<?x256xf32>, tensor<256x100xf32>) ...
    ```
  }];
  let dependentDialects = [
    "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ExpandMath : Pass<"dorefa-expand-math"> {
  let summary = "math ops that upstream does not lower, or not to vectors";
  let description = [{
    `math.clampf` becomes a maximum and a minimum; a NaN stays. With `functions`
    what follows, too.

    `math.tanh` on f64 and `math.exp` on f32 become a range reduction and a
    polynomial in f64. The results are good to some 2^-50 before they are
    rounded to f32, so that they round as the correctly rounded function does.

    ```mlir
    %t = math.tanh %x : f64
    ```
    becomes, with y = 2 |x| and e = expm1(y), `copysign(e / (e + 2), x)`.
  }];
  let options = [
    Option<"functions", "functions", "bool", /*default=*/"true",
           "expand tanh and exp; without, the C library computes them">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def OutlineParallelLoops
    : Pass<"dorefa-outline-parallel-loops", "::mlir::ModuleOp"> {
  let summary = "make a function of each parallel loop";
  let description = [{
    Each outermost `omp.parallel` becomes a private function. It takes what the
    loop reads of its surroundings, constants excepted. What the passes behind
    and LLVM do with a loop then costs what the loop is worth, and not what the
    function that it stood in is, and functions are compiled on threads.
    Loops that do the same, as those of layers of the same shape, share one.

    ```mlir
    func.func @f(%x: memref<?xf32>) {
      omp.parallel {
        ...
        omp.terminator
      }
      return
    }
    ```
    becomes

    ```mlir
    func.func @f(%x: memref<?xf32>) {
      call @f_parallel_0(%x) : (memref<?xf32>) -> ()
      return
    }
    func.func private @f_parallel_0(%x: memref<?xf32>)
        attributes {llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]} {
      omp.parallel {
        ...
        omp.terminator
      }
      return
    }
    ```
  }];
  let statistics = [
    Statistic<"numOutlined", "outlined", "number of loops made functions">,
    Statistic<"numMerged", "merged", "number of loops whose function was there">
  ];
  let dependentDialects = [
    "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect"
  ];
}

def FuseThresholds : Pass<"dorefa-fuse-thresholds", "::mlir::func::FuncOp"> {
  let summary = "codes of integer sums by comparisons with thresholds";
  let description = [{
    In an inference function, scale, batch norm, h and quantizer of up to three
    bits behind a product of codes are one function of its integer sum, which
    rises or falls, for each channel apart. The pass replaces them by one
    comparison of integers for each code but 0. The thresholds depend on
    parameters alone (--dorefa-split-preparation takes them out of the
    function), and are found by evaluating the very ops that they replace, so
    the codes are the same, for finite parameters. See spec in
    docs/numerics.md.

    ```mlir
    %codes = linalg.generic {...} ins(%sums, %scale, %mean, %reciprocal, %gamma, %beta) ... {
      %x = arith.sitofp %sum : i32 to f32
      %z = arith.mulf %x, %s : f32
      ... batch norm, clip ...
      %r = math.roundeven %n : f32
      %i = arith.fptosi %r : f32 to i32
      %c = arith.trunci %i : i32 to i8
      linalg.yield %c : i8
    }
    ```
    becomes, for codes of one bit,

    ```mlir
    %flip = linalg.generic ... // for each channel 0, or -1 where the code falls
    %t1 = linalg.generic ...   // the largest sum, flipped, of code 0
    %codes = linalg.generic {...} ins(%sums, %flip, %t1) ... {
      %v = arith.xori %sum, %f : i32
      %above = arith.cmpi sgt, %v, %t : i32
      %one = arith.extui %above : i1 to i32
      %c = arith.trunci %one : i32 to i8
      linalg.yield %c : i8
    }
    ```
  }];
  let statistics = [
    Statistic<"numFused", "fused", "number of ops that became comparisons">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

def SplitPreparation : Pass<"dorefa-split-preparation", "::mlir::ModuleOp"> {
  let summary = "compute what depends on parameters alone in a function of its own";
  let description = [{
    Splits each inference function in two: a public function that takes an
    argument `dorefa.input` and others `dorefa.parameter` or `dorefa.state`, and
    returns none of these. `@F_prepare` takes the parameters and states and
    returns what the rest needs of them: weights quantized, packed and laid out,
    the factors of batch norms. `@F` keeps its other arguments and takes these
    values behind them, in the same order. Results of the one and arguments of
    the other are marked `dorefa.prepared` with the same name.

    ```mlir
    func.func @f(%x: tensor<?xf32> {dorefa.input},
                 %a: tensor<f32> {dorefa.parameter = "a"}) -> tensor<?xf32> {
      %b = math.tanh %a : tensor<f32>
      %y = linalg.generic { mulf } ins(%x, %b) ...
      return %y : tensor<?xf32>
    }
    ```
    becomes

    ```mlir
    func.func @f_prepare(%a: tensor<f32> {dorefa.parameter = "a"})
        -> (tensor<f32> {dorefa.prepared = "f.0"}) {
      %b = math.tanh %a : tensor<f32>
      return %b : tensor<f32>
    }
    func.func @f(%x: tensor<?xf32> {dorefa.input},
                 %b: tensor<f32> {dorefa.prepared = "f.0"}) -> tensor<?xf32> {
      %y = linalg.generic { mulf } ins(%x, %b) ...
      return %y : tensor<?xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // DOREFA_PIPELINES_PASSES_TD
