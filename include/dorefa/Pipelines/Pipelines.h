//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The named pipelines from a dorefa module to the LLVM dialect.

#ifndef DOREFA_PIPELINES_PIPELINES_H
#define DOREFA_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::dorefa {

/// What the host pipeline wants to know of the machine.
struct HostPipelineOptions : PassPipelineOptions<HostPipelineOptions> {
  PassOptions::Option<unsigned> vectorBits{
      *this, "vector-bits",
      llvm::cl::desc("width of a vector register: 128, 256 or 512"),
      llvm::cl::init(256)};
  PassOptions::ListOption<std::string> features{
      *this, "features",
      llvm::cl::desc(
          "features of the CPU, by LLVM's names, that choose among "
          "instructions and strategies: avx512vpopcntdq, avx512vnni, "
          "avxvnni, avx512vl, avx512bw, avx2, ssse3, sse2, dotprod")};
  PassOptions::Option<bool> threads{
      *this, "threads",
      llvm::cl::desc("run outer loops on OpenMP threads; results do not "
                     "depend on their number"),
      llvm::cl::init(true)};
  PassOptions::Option<bool> warnScalar{
      *this, "warn-scalar",
      llvm::cl::desc("warn about each op that ends as scalar loops"),
      llvm::cl::init(false)};
  PassOptions::Option<std::string> strategy{
      *this, "strategy",
      llvm::cl::desc("how products of codes run: auto, popcount, lookup, "
                     "integer, shift or "
                     "float"),
      llvm::cl::init("auto")};
  PassOptions::ListOption<std::string> tuned{
      *this, "tuned",
      llvm::cl::desc("choices of strategies that were measured, as "
                     "convert-dorefa-to-bitserial takes them")};
  PassOptions::Option<bool> freeze{
      *this, "freeze",
      llvm::cl::desc("compute what an inference function needs of its "
                     "parameters in a function of its own"),
      llvm::cl::init(false)};
};

/// What both pipelines are made of: first ops on tensors, in the form that
/// loops are made from, then buffers, loops and the LLVM dialect. In between,
/// `freeze` has inference functions split (--dorefa-split-preparation).
void addReferenceTensors(OpPassManager &pm, bool freeze);
void addReferenceLoops(OpPassManager &pm);
void addHostTensors(OpPassManager &pm, const HostPipelineOptions &options);
void addHostLoops(OpPassManager &pm, const HostPipelineOptions &options);

/// `--dorefa-reference`: obviously right loops, the oracle of every test.
void buildReferencePipeline(OpPassManager &pm);

/// `--dorefa-to-llvm`: packed integer kernels and vectorized, threaded loops.
void buildHostPipeline(OpPassManager &pm, const HostPipelineOptions &options);

/// tosa graphs, tensor.pad and elementwise ops on tensors become linalg.
void addUpstreamToLinalg(OpPassManager &pm);

/// From tensors (linalg, tensor, arith, scf, bitserial) to buffers that are
/// freed after their last use.
void addBufferization(OpPassManager &pm);

/// From loops, vectors and buffers to the LLVM dialect; with `onDevice`, for
/// `--dorefa-device-memory` to say where buffers are allocated.
void addLoopsToLLVM(OpPassManager &pm, bool onDevice = false);

/// Makes the pipelines known to the command line under the names above.
void registerPipelines();

} // namespace mlir::dorefa

#endif // DOREFA_PIPELINES_PIPELINES_H
