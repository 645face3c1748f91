//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_GATHERKERNELS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Makes the names in a module its own: that of its one function is the
/// module's, others begin with it.
static void renameSymbols(gpu::GPUModuleOp module) {
  SymbolTable symbols(module);
  SmallVector<SymbolOpInterface> all(module.getOps<SymbolOpInterface>());
  auto isFunction = [](SymbolOpInterface symbol) {
    return isa<FunctionOpInterface>(symbol.getOperation());
  };
  bool single = llvm::count_if(all, isFunction) == 1;
  for (SymbolOpInterface symbol : all) {
    std::string name = module.getName().str();
    if (!single || !isFunction(symbol))
      name += "_" + symbol.getName().str();
    if (symbol.getName() != name)
      (void)symbols.rename(symbol, name);
  }
}

/// What a module says, whatever it and its function are called.
static std::string describe(gpu::GPUModuleOp module) {
  OwningOpRef<gpu::GPUModuleOp> copy = module.clone();
  copy->setName("kernels");
  renameSymbols(*copy);
  std::string text;
  llvm::raw_string_ostream stream(text);
  copy->print(stream, OpPrintingFlags().printGenericOpForm());
  return text;
}

namespace {
struct GatherKernels : dorefa::impl::GatherKernelsBase<GatherKernels> {
  using GatherKernelsBase::GatherKernelsBase;

  void runOnOperation() override {
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    if (modules.empty())
      return;
    // Before any symbol is renamed, as launches still have the old names.
    llvm::StringMap<gpu::GPUModuleOp> known;
    DenseMap<StringAttr, gpu::GPUModuleOp> chosen;
    for (gpu::GPUModuleOp module : modules)
      chosen[module.getNameAttr()] =
          known.try_emplace(describe(module), module).first->second;

    // The functions of equal modules have equal positions.
    DenseMap<SymbolRefAttr, Operation *> kernels;
    for (gpu::GPUModuleOp module : modules) {
      auto theirs = chosen[module.getNameAttr()].getOps<FunctionOpInterface>();
      auto ours = module.getOps<FunctionOpInterface>();
      for (auto [function, representative] : llvm::zip_equal(ours, theirs))
        kernels[SymbolRefAttr::get(
            module.getNameAttr(),
            {FlatSymbolRefAttr::get(function.getNameAttr())})] = representative;
    }
    for (gpu::GPUModuleOp module : modules)
      if (chosen[module.getNameAttr()] == module)
        renameSymbols(module);

    SymbolTable symbols(getOperation());
    OpBuilder builder(modules.front());
    auto gathered =
        gpu::GPUModuleOp::create(builder, modules.front().getLoc(), "kernels",
                                 modules.front().getTargetsAttr());
    for (gpu::GPUModuleOp module : modules) {
      if (chosen[module.getNameAttr()] == module)
        gathered.getBody()->getOperations().splice(
            gathered.getBody()->end(), module.getBody()->getOperations());
      else
        ++numEqual;
    }
    symbols.insert(gathered);
    getOperation().walk([&](gpu::LaunchFuncOp launch) {
      Operation *kernel = kernels.lookup(launch.getKernel());
      if (kernel)
        launch.setKernelAttr(SymbolRefAttr::get(
            gathered.getNameAttr(),
            {FlatSymbolRefAttr::get(SymbolTable::getSymbolName(kernel))}));
    });
    for (gpu::GPUModuleOp module : modules)
      module.erase();
  }
};
} // namespace
