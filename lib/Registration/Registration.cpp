//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Registration/Registration.h"

#include "dorefa/Autodiff/Autodiff.h"
#include "dorefa/Autodiff/Passes.h"
#include "dorefa/Conversion/BitserialToGPU/Passes.h"
#include "dorefa/Conversion/BitserialToLLVM/Passes.h"
#include "dorefa/Conversion/BitserialToLinalg/Passes.h"
#include "dorefa/Conversion/BitserialToVector/Passes.h"
#include "dorefa/Conversion/DorefaToBitserial/Passes.h"
#include "dorefa/Conversion/DorefaToLinalg/Passes.h"
#include "dorefa/Conversion/GPUToEmulator/Passes.h"
#include "dorefa/Conversion/LinalgToGPU/LaunchEffects.h"
#include "dorefa/Conversion/LinalgToGPU/Passes.h"
#include "dorefa/Conversion/LinalgToVectorLoops/Passes.h"
#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Dialect/Bitserial/Transforms/BufferizableOpInterfaceImpl.h"
#include "dorefa/Dialect/Bitserial/Transforms/Passes.h"
#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
#include "dorefa/Dialect/Dorefa/Transforms/Passes.h"
#include "dorefa/Pipelines/Passes.h"
#include "dorefa/Pipelines/Pipelines.h"
#include "dorefa/Training/Passes.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"

void mlir::dorefa::registerDialects(DialectRegistry &registry) {
  registry.insert<bitserial::BitserialDialect, DorefaDialect>();
  bitserial::registerBitserialBufferization(registry);
  registerAutodiffInterfaces(registry);
  registerLaunchEffects(registry);
  // --dorefa-to-nvvm translates kernels to LLVM IR on the way to PTX.
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

void mlir::dorefa::registerPasses() {
  registerBitserialToGPUPasses();
  registerBitserialToLinalgPasses();
  registerBitserialToLLVMPasses();
  registerBitserialToVectorPasses();
  bitserial::registerBitserialTransformsPasses();
  registerConvertDorefaToBitserial();
  registerConvertDorefaToLinalg();
  registerGPUToEmulatorPasses();
  registerLinalgToGPUPasses();
  registerLinalgToVectorLoopsPasses();
  registerDorefaTransformsPasses();
  registerDorefaPipelinesPasses();
  registerPipelines();
  registerDorefaAutodiffPasses();
  registerDorefaTrainingPasses();
}
