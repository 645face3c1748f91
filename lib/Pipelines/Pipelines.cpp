//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The named pipelines, step by step.

#include "dorefa/Pipelines/Pipelines.h"
#include "dorefa/Conversion/BitserialToLLVM/Passes.h"
#include "dorefa/Conversion/BitserialToLinalg/Passes.h"
#include "dorefa/Conversion/BitserialToVector/Passes.h"
#include "dorefa/Conversion/DorefaToBitserial/Passes.h"
#include "dorefa/Conversion/DorefaToLinalg/Passes.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h"
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "dorefa/Pipelines/GPUPipelines.h"
#include "dorefa/Pipelines/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/RequestCWrappers.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void dorefa::addUpstreamToLinalg(OpPassManager &pm) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(tosa::createTosaMakeBroadcastablePass());
  function.addPass(tosa::createTosaToLinalgNamed());
  function.addPass(tosa::createTosaToLinalg());
  function.addPass(createTosaToArithPass());
  function.addPass(createTosaToTensorPass());
  pm.addPass(createConvertTensorToLinalgPass());
  pm.addPass(createConvertElementwiseToLinalgPass());
}

void dorefa::addBufferization(OpPassManager &pm) {
  pm.addPass(createBufferizeTensors());
  pm.addPass(createCSEPass());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.nest<func::FuncOp>().addPass(createOwnResults());
  pm.nest<func::FuncOp>().addPass(
      bufferization::createOptimizeAllocationLivenessPass());
  pm.addPass(createConvertBufferizationToMemRefPass());
}

void dorefa::addLoopsToLLVM(OpPassManager &pm, bool onDevice) {
  // Threads share the functions.
  OpPassManager &function = pm.nest<func::FuncOp>();
  function.addPass(memref::createExpandStridedMetadataPass());
  function.addPass(createLowerAffinePass());
  function.addPass(createSCFToControlFlowPass());
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
  function.addPass(createConvertVectorToLLVMPass());
  function.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  FinalizeMemRefToLLVMConversionPassOptions memref;
  memref.useAlignedAlloc = !onDevice;
  memref.useGenericFunctions = onDevice;
  pm.addPass(createFinalizeMemRefToLLVMConversionPass(memref));
  pm.addPass(createConvertFuncToLLVMPass());
  pm.nest<LLVM::LLVMFuncOp>().addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.nest<LLVM::LLVMFuncOp>().addPass(createConvertIndexToLLVMPass());
  pm.addPass(createConvertOpenMPToLLVMPass());
  OpPassManager &lowered = pm.nest<LLVM::LLVMFuncOp>();
  lowered.addPass(createUBToLLVMConversionPass());
  lowered.addPass(createReconcileUnrealizedCastsPass());
}

static void addCInterfaces(OpPassManager &pm) {
  pm.nest<func::FuncOp>().addPass(LLVM::createLLVMRequestCWrappersPass());
}

void dorefa::addReferenceTensors(OpPassManager &pm, bool freeze) {
  pm.addPass(createConvertDorefaToLinalg());
  addUpstreamToLinalg(pm);
  ConvertBitserialToLinalgOptions words;
  words.reference = true;
  pm.addPass(createConvertBitserialToLinalg(words));
  pm.addPass(createExpandMath(ExpandMathOptions{/*functions=*/false}));
  pm.addPass(createCSEPass());
  if (freeze)
    pm.addPass(createSplitPreparation());
}

void dorefa::addReferenceLoops(OpPassManager &pm) {
  addBufferization(pm);
  pm.nest<func::FuncOp>().addPass(createConvertLinalgToLoopsPass());
  pm.addPass(createConvertBitserialToLLVM());
  addCInterfaces(pm);
  addLoopsToLLVM(pm);
}

void dorefa::buildReferencePipeline(OpPassManager &pm) {
  addReferenceTensors(pm, /*freeze=*/false);
  addReferenceLoops(pm);
}

void dorefa::addHostTensors(OpPassManager &pm,
                            const HostPipelineOptions &options) {
  pm.addPass(createPoolCodes());
  ConvertDorefaToBitserialOptions products;
  products.strategy = options.strategy;
  products.vectorBits = options.vectorBits;
  llvm::append_range(products.features, options.features);
  llvm::append_range(products.tuned, options.tuned);
  pm.addPass(createConvertDorefaToBitserial(products));
  addUpstreamToLinalg(pm);
  pm.addPass(createCSEPass());
  pm.addPass(createFoldConstants());
  pm.nest<func::FuncOp>().addPass(bitserial::createViewCodes());
  pm.nest<func::FuncOp>().addPass(
      memref::createResolveRankedShapeTypeResultDimsPass());
  bitserial::TileProductsOptions tiles;
  tiles.vectorBits = options.vectorBits;
  llvm::append_range(tiles.features, options.features);
  pm.nest<func::FuncOp>().addPass(bitserial::createTileProducts(tiles));
  pm.addPass(createConvertBitserialToLinalg());
  pm.addPass(createAlignContractions());
  pm.addPass(createDropUnitDims());
  pm.addPass(createFuseElementwise());
  pm.addPass(createNarrowSums());
  if (options.freeze)
    pm.nest<func::FuncOp>().addPass(createFuseThresholds());
  pm.addPass(createFusePieces());
  pm.addPass(createQuantizePieces());
  pm.addPass(createPackPieces());
  pm.addPass(createExpandMath());
  pm.addPass(createCSEPass());
  if (options.freeze) {
    pm.addPass(createSplitPreparation());
    pm.addPass(createCSEPass());
  }
}

void dorefa::addHostLoops(OpPassManager &pm,
                          const HostPipelineOptions &options) {
  pm.addPass(createSeparateInits());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  addBufferization(pm);

  pm.addPass(createForallToParallelLoopPass());
  ConvertBitserialPackToVectorOptions pack;
  pack.vectorBits = options.vectorBits;
  pack.parallel = options.threads;
  pm.addPass(createConvertBitserialPackToVector(pack));
  ConvertBitserialTilesToVectorOptions packed;
  packed.parallel = options.threads;
  pm.addPass(createConvertBitserialTilesToVector(packed));
  ConvertLinalgToVectorLoopsOptions loops;
  loops.vectorBits = options.vectorBits;
  loops.parallel = options.threads;
  loops.warnScalar = options.warnScalar;
  pm.addPass(createConvertLinalgToVectorLoops(loops));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createPlanBuffers());
  if (options.threads)
    pm.addPass(createConvertSCFToOpenMPPass());
  // Takes away the alloca scopes around parallel bodies: nothing is allocated
  // on the stack there, and control flow cannot be lowered inside of them. An
  // intrinsic might allocate for all it knows: these come later.
  pm.addPass(createCanonicalizerPass());
  // Functions made of loops are called from here alone.
  addCInterfaces(pm);
  if (options.threads)
    pm.addPass(createOutlineParallelLoops());
  ConvertBitserialToLLVMOptions dot;
  llvm::append_range(dot.features, options.features);
  pm.nest<func::FuncOp>().addPass(createConvertBitserialToLLVM(dot));
  pm.addPass(createClipAndRound());
  addLoopsToLLVM(pm);
}

void dorefa::buildHostPipeline(OpPassManager &pm,
                               const HostPipelineOptions &options) {
  addHostTensors(pm, options);
  addHostLoops(pm, options);
}

void dorefa::registerPipelines() {
  PassPipelineRegistration<>(
      "dorefa-reference",
      "lower to plain loops and the LLVM dialect: obviously right, never fast",
      buildReferencePipeline);
  PassPipelineRegistration<HostPipelineOptions>(
      "dorefa-to-llvm",
      "lower to packed integer kernels and vectorized, threaded loops in the "
      "LLVM dialect",
      buildHostPipeline);
  registerGPUPipelines();
}
