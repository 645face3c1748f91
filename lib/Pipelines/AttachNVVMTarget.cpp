//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_ATTACHNVVMTARGET
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// A GPU and the oldest version of PTX that names it.
struct Chip {
  StringRef name;
  unsigned ptx;
};
} // namespace

// Those with mma.sync of bits, of what LLVM 22 knows.
static constexpr Chip knownChips[] = {
    {"sm_80", 70},  {"sm_86", 71},   {"sm_87", 74},  {"sm_89", 78},
    {"sm_90", 78},  {"sm_90a", 80},  {"sm_100", 86}, {"sm_100a", 86},
    {"sm_120", 87}, {"sm_120a", 87},
};

/// The newest version of PTX that LLVM 22 writes.
static constexpr unsigned newestPTX = 90;

namespace {
struct AttachNVVMTarget : dorefa::impl::AttachNVVMTargetBase<AttachNVVMTarget> {
  using AttachNVVMTargetBase::AttachNVVMTargetBase;

  void runOnOperation() override {
    SmallVector<Attribute> targets;
    for (StringRef chip : chips) {
      if (failed(check(chip)))
        return signalPassFailure();
      targets.push_back(NVVM::NVVMTargetAttr::get(&getContext(), /*optLevel=*/3,
                                                  "nvptx64-nvidia-cuda", chip,
                                                  features));
    }
    if (targets.empty()) {
      emitError(getOperation().getLoc(), "expected a chip to compile for");
      return signalPassFailure();
    }
    for (auto module : getOperation().getOps<gpu::GPUModuleOp>())
      module.setTargetsAttr(ArrayAttr::get(&getContext(), targets));
  }

  LogicalResult check(StringRef chip) {
    Location loc = getOperation().getLoc();
    const Chip *known = llvm::find_if(
        knownChips, [&](const Chip &entry) { return entry.name == chip; });
    if (known == std::end(knownChips)) {
      InFlightDiagnostic error = emitError(loc) << "no kernels for chip '"
                                                << chip << "'; expected";
      for (const Chip &entry : knownChips)
        error << ' ' << entry.name;
      return error;
    }
    unsigned ptx = 0;
    StringRef version = features;
    if (!version.consume_front("+ptx") || version.getAsInteger(10, ptx))
      return emitError(loc) << "unknown features '" << features
                            << "' of a GPU; expected +ptxNN";
    if (ptx < known->ptx || ptx > newestPTX)
      return emitError(loc)
             << "features '" << features << "' do not fit chip '" << chip
             << "'; expected +ptx" << known->ptx << " to +ptx" << newestPTX;
    return success();
  }
};
} // namespace
