//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/ExecutionEngine/Compiler.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Target/RegisterTargetPassConfigCallback.h"

using namespace llvm;
using namespace dorefa::engine;

Expected<std::unique_ptr<Module>>
dorefa::engine::translateToLLVM(mlir::ModuleOp module, LLVMContext &context,
                                const TargetMachine &machine) {
  std::unique_ptr<Module> result =
      mlir::translateModuleToLLVMIR(module, context, "dorefa");
  if (!result)
    return createStringError(
        "the lowered module has no translation to LLVM IR");
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  return result;
}

void dorefa::engine::optimize(Module &module, TargetMachine &machine) {
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  tuning.LoopInterleaving = true;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3)
      .run(module, modules);
}

/// Kernels add in the order that needs the fewest registers. On x86 LLVM would
/// make trees of such sums, which are shorter chains and spill. (On AArch64 the
/// same pass makes multiply-adds.)
static void keepOrderOfSums() {
  static const RegisterTargetPassConfigCallback callback(
      [](TargetMachine &machine, PassManagerBase &, TargetPassConfig *config) {
        if (machine.getTargetTriple().isX86())
          config->disablePass(&MachineCombinerID);
      });
}

Expected<std::unique_ptr<MemoryBuffer>>
dorefa::engine::emit(Module &module, TargetMachine &machine, OutputKind kind) {
  keepOrderOfSums();
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  if (kind == OutputKind::llvmIR) {
    stream << module;
  } else {
    legacy::PassManager passes;
    if (machine.addPassesToEmitFile(passes, stream, nullptr,
                                    kind == OutputKind::assembly
                                        ? CodeGenFileType::AssemblyFile
                                        : CodeGenFileType::ObjectFile))
      return createStringError("no code generator for " +
                               machine.getTargetTriple().str());
    passes.run(module);
  }
  return std::make_unique<SmallVectorMemoryBuffer>(
      std::move(bytes), "dorefa.o", /*RequiresNullTerminator=*/false);
}
