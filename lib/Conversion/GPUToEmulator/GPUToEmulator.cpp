//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulation.h"
#include "dorefa/Conversion/GPUToEmulator/Passes.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_GPUTOEMULATOR
#include "dorefa/Conversion/GPUToEmulator/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

namespace {
struct GPUToEmulator : dorefa::impl::GPUToEmulatorBase<GPUToEmulator> {
  using GPUToEmulatorBase::GPUToEmulatorBase;

  void runOnOperation() override {
    Emulation emulation(getOperation());
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    for (gpu::GPUModuleOp module : modules)
      if (failed(convertModule(emulation, module)))
        return signalPassFailure();
    SmallVector<gpu::LaunchFuncOp> launches;
    getOperation().walk(
        [&](gpu::LaunchFuncOp launch) { launches.push_back(launch); });
    for (gpu::LaunchFuncOp launch : launches) {
      auto kernel = kernels.find(launch.getKernel());
      if (kernel == kernels.end()) {
        launch.emitError("no kernel ") << launch.getKernel();
        return signalPassFailure();
      }
      if (failed(convertLaunch(emulation, launch, kernel->second)))
        return signalPassFailure();
    }
    for (gpu::GPUModuleOp module : modules)
      module.erase();
    getOperation()->removeAttr(gpu::GPUDialect::getContainerModuleAttrName());
  }

private:
  LogicalResult convertModule(Emulation &emulation, gpu::GPUModuleOp module);
  /// By @module::@kernel.
  DenseMap<SymbolRefAttr, LLVM::GlobalOp> kernels;
};
} // namespace

static bool isKernel(LLVM::LLVMFuncOp function) {
  return function->hasAttr(gpu::GPUDialect::getKernelFuncAttrName()) ||
         function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName());
}

/// Whether a function, or one that it calls, has a rendezvous point.
static bool hasRendezvous(gpu::GPUModuleOp module, LLVM::LLVMFuncOp function) {
  SmallVector<LLVM::LLVMFuncOp> worklist = {function};
  DenseSet<Operation *> seen;
  while (!worklist.empty()) {
    LLVM::LLVMFuncOp current = worklist.pop_back_val();
    if (!seen.insert(current).second)
      continue;
    bool found = false;
    current.walk([&](Operation *op) {
      found |= isCollective(op);
      if (auto call = dyn_cast<LLVM::CallOp>(op))
        if (auto callee =
                call.getCallee()
                    ? module.lookupSymbol<LLVM::LLVMFuncOp>(*call.getCallee())
                    : LLVM::LLVMFuncOp())
          worklist.push_back(callee);
    });
    if (found)
      return true;
  }
  return false;
}

/// Converts the body of a function, with the thread as its first argument.
static LogicalResult convertFunction(Emulation &emulation,
                                     LLVM::LLVMFuncOp function,
                                     const SharedLayout &layout,
                                     bool checkBounds) {
  if (!isKernel(function) && layout.size() != 0)
    return function.emitError(
        "the emulator knows shared memory in kernels only");
  auto type = function.getFunctionType();
  SmallVector<Type> arguments = {emulation.pointer()};
  llvm::append_range(arguments, type.getParams());
  function.setFunctionType(
      LLVM::LLVMFunctionType::get(type.getReturnType(), arguments));
  function.removeArgAttrsAttr();
  Value thread = function.getBody().front().insertArgument(
      0u, emulation.pointer(), function.getLoc());
  return convertBody(emulation, function, thread, layout, checkBounds);
}

/// Makes a converted function one of the host.
static LLVM::LLVMFuncOp moveToHost(Emulation &emulation,
                                   gpu::GPUModuleOp module,
                                   LLVM::LLVMFuncOp function) {
  OpBuilder builder = OpBuilder::atBlockEnd(emulation.module().getBody());
  std::string name = (module.getName() + "_" + function.getName()).str();
  auto moved = LLVM::LLVMFuncOp::create(builder, function.getLoc(), name,
                                        function.getFunctionType(),
                                        LLVM::Linkage::Internal);
  moved.getBody().takeBody(function.getBody());
  emulation.symbols().insert(moved);
  return moved;
}

/// Constants move to the host.
static void moveGlobals(Emulation &emulation, gpu::GPUModuleOp module) {
  SymbolTable inner(module);
  for (auto global :
       llvm::make_early_inc_range(module.getOps<LLVM::GlobalOp>())) {
    if (global.getAddrSpace() == 3)
      continue;
    auto name = StringAttr::get(
        global.getContext(), (module.getName() + "_" + global.getName()).str());
    (void)inner.rename(global, name);
    global.setAddrSpace(0);
    global->moveBefore(&emulation.module().getBody()->front());
    emulation.symbols().insert(global);
  }
}

LogicalResult GPUToEmulator::convertModule(Emulation &emulation,
                                           gpu::GPUModuleOp module) {
  moveGlobals(emulation, module);
  struct Work {
    LLVM::LLVMFuncOp function;
    SharedLayout layout;
    bool isCollective;
  };
  SmallVector<Work> work;
  for (Operation &op : module.getOps()) {
    if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op)) {
      if (!function.isExternal())
        work.push_back({function, SharedLayout(function),
                        hasRendezvous(module, function)});
    } else if (!isa<LLVM::GlobalOp>(op)) {
      return op.emitError("expected kernels in the LLVM dialect; "
                          "convert-gpu-to-nvvm makes them");
    }
  }
  // Functions look each other up in the module: none leaves before all are
  // converted.
  for (Work &item : work)
    if (failed(convertFunction(emulation, item.function, item.layout,
                               checkBounds)))
      return failure();
  for (Work &item : work) {
    LLVM::LLVMFuncOp moved = moveToHost(emulation, module, item.function);
    if (!isKernel(item.function))
      continue;
    auto reference = SymbolRefAttr::get(
        module.getNameAttr(),
        {FlatSymbolRefAttr::get(item.function.getNameAttr())});
    kernels[reference] = addKernel(emulation, moved, item.function.getName(),
                                   item.layout.size(), item.isCollective);
  }
  return success();
}
