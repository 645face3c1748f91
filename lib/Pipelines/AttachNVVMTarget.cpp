//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/ChipMarks.h"
#include "dorefa/Pipelines/NVIDIAChips.h"
#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_ATTACHNVVMTARGET
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// Says so where LLVM was built without code for the triple.
static LogicalResult checkTriple(Location loc, StringRef triple) {
  llvm::InitializeAllTargetInfos();
  std::string why;
  if (llvm::TargetRegistry::lookupTarget(llvm::Triple(triple), why))
    return success();
  return emitError(loc) << "LLVM has no code generator for '" << triple
                        << "': " << why;
}

namespace {
struct AttachNVVMTarget : dorefa::impl::AttachNVVMTargetBase<AttachNVVMTarget> {
  using AttachNVVMTargetBase::AttachNVVMTargetBase;

  void runOnOperation() override {
    Location loc = getOperation().getLoc();
    if (failed(checkTriple(loc, triple)))
      return signalPassFailure();
    SmallVector<Attribute> targets, names;
    for (StringRef chip : chips) {
      std::string why = dorefa::whyNoCode(chip, features);
      if (!why.empty()) {
        emitError(loc) << why;
        return signalPassFailure();
      }
      std::string ptx = features;
      if (ptx.empty())
        ptx = dorefa::findChip(chip)->defaultFeatures();
      targets.push_back(NVVM::NVVMTargetAttr::get(&getContext(), /*optLevel=*/3,
                                                  triple, chip, ptx));
      names.push_back(StringAttr::get(&getContext(), chip));
    }
    if (targets.empty()) {
      emitError(loc, "expected a chip to compile for");
      return signalPassFailure();
    }
    for (auto module : getOperation().getOps<gpu::GPUModuleOp>()) {
      ArrayAttr marked = dorefa::getChips(module);
      SmallVector<Attribute> theirs;
      for (auto [name, target] : llvm::zip_equal(names, targets))
        if (!marked || llvm::is_contained(marked, name))
          theirs.push_back(target);
      if (theirs.empty()) {
        module.emitError("its kernels are for ")
            << marked << ", for which nothing is compiled";
        return signalPassFailure();
      }
      module.setTargetsAttr(ArrayAttr::get(&getContext(), theirs));
    }
  }
};
} // namespace
