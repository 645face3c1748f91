//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Dialect/Bitserial/IR/Bitserial.h"
#include "dorefa/Pipelines/ChipMarks.h"
#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_MARKCHIPS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

/// The chips for which a choice runs this region; nothing if it is not a choice
/// by the chip.
static std::optional<SmallVector<Attribute>> getChips(scf::IndexSwitchOp choice,
                                                      Region *region) {
  auto cast = choice.getArg().getDefiningOp<arith::IndexCastOp>();
  auto chip = cast ? cast.getIn().getDefiningOp<bitserial::ChipOp>() : nullptr;
  if (!chip)
    return std::nullopt;
  bool isDefault = region == &choice.getDefaultRegion();
  SmallVector<Attribute> chips;
  for (auto [i, name] : llvm::enumerate(chip.getChips())) {
    ArrayRef<int64_t> cases = choice.getCases();
    auto found = llvm::find(cases, static_cast<int64_t>(i));
    if (isDefault
            ? found == cases.end()
            : found != cases.end() &&
                  region == &choice.getCaseRegions()[found - cases.begin()])
      chips.push_back(name);
  }
  return chips;
}

namespace {
struct MarkChips : dorefa::impl::MarkChipsBase<MarkChips> {
  using MarkChipsBase::MarkChipsBase;

  void runOnOperation() override {
    // Of a kernel that some launch has for every chip: nothing.
    DenseMap<Operation *, std::optional<SetVector<Attribute>>> marks;
    getOperation().walk([&](gpu::LaunchFuncOp launch) {
      Operation *kernels = SymbolTable::lookupNearestSymbolFrom(
          launch, launch.getKernelModuleName());
      if (!kernels)
        return;
      std::optional<SmallVector<Attribute>> chips;
      for (Region *region = launch->getParentRegion(); region && !chips;
           region = region->getParentRegion())
        if (auto choice =
                dyn_cast_or_null<scf::IndexSwitchOp>(region->getParentOp()))
          chips = getChips(choice, region);
      auto [known, isNew] = marks.try_emplace(kernels);
      if (!chips)
        known->second = std::nullopt;
      else if (isNew)
        known->second.emplace(chips->begin(), chips->end());
      else if (known->second)
        known->second->insert(chips->begin(), chips->end());
    });
    for (auto &[kernels, chips] : marks)
      if (chips)
        dorefa::setChips(cast<gpu::GPUModuleOp>(kernels), chips->getArrayRef());
  }
};
} // namespace
