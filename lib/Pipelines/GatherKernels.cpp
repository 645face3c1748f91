//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/ChipMarks.h"
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

/// What a module says, whatever it and its function are called, and whatever
/// chips launch it.
static std::string describe(gpu::GPUModuleOp module) {
  OwningOpRef<gpu::GPUModuleOp> copy = module.clone();
  copy->setName("kernels");
  copy->getOperation()->removeAttr(dorefa::kChipsAttrName);
  renameSymbols(*copy);
  std::string text;
  llvm::raw_string_ostream stream(text);
  copy->print(stream, OpPrintingFlags().printGenericOpForm());
  return text;
}

/// Has `kernels` launched by the chips of `others`, too.
static void joinChips(gpu::GPUModuleOp kernels, gpu::GPUModuleOp others) {
  ArrayAttr ours = dorefa::getChips(kernels), theirs = dorefa::getChips(others);
  if (!ours)
    return;
  if (!theirs) {
    kernels->removeAttr(dorefa::kChipsAttrName);
    return;
  }
  SetVector<Attribute> chips(ours.begin(), ours.end());
  chips.insert(theirs.begin(), theirs.end());
  dorefa::setChips(kernels, chips.getArrayRef());
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
    for (gpu::GPUModuleOp module : modules) {
      auto [found, isNew] = known.try_emplace(describe(module), module);
      chosen[module.getNameAttr()] = found->second;
      if (!isNew)
        joinChips(found->second, module);
    }

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
    llvm::MapVector<Attribute, gpu::GPUModuleOp> gathered; // by chips
    for (gpu::GPUModuleOp module : modules) {
      if (chosen[module.getNameAttr()] != module) {
        ++numEqual;
        continue;
      }
      ArrayAttr chips = dorefa::getChips(module);
      gpu::GPUModuleOp &target = gathered[chips];
      if (!target) {
        std::string name = "kernels";
        if (chips)
          for (StringRef chip : chips.getAsValueRange<StringAttr>())
            name += "_" + chip.str();
        target = gpu::GPUModuleOp::create(builder, modules.front().getLoc(),
                                          name, module.getTargetsAttr());
        if (chips)
          dorefa::setChips(target, chips.getValue());
      }
      target.getBody()->getOperations().splice(
          target.getBody()->end(), module.getBody()->getOperations());
    }
    for (auto &[chips, module] : gathered)
      symbols.insert(module);
    getOperation().walk([&](gpu::LaunchFuncOp launch) {
      if (Operation *kernel = kernels.lookup(launch.getKernel()))
        launch.setKernelAttr(SymbolRefAttr::get(
            kernel->getParentOfType<gpu::GPUModuleOp>().getNameAttr(),
            {FlatSymbolRefAttr::get(SymbolTable::getSymbolName(kernel))}));
    });
    for (gpu::GPUModuleOp module : modules)
      module.erase();
  }
};
} // namespace
