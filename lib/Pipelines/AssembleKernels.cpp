//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Upstream's gpu-module-to-binary writes PTX or machine code. A program needs
// both: GPUs that are newer than its machine code run the PTX.

#include "dorefa/Pipelines/PTXAssembler.h"
#include "dorefa/Pipelines/Passes.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Threading.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_ASSEMBLEKERNELS
#include "dorefa/Pipelines/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;

namespace {
/// PTX of a gpu.binary, and what came of it.
struct Piece {
  gpu::BinaryOp binary;
  gpu::ObjectAttr ptx;
  std::string machineCode, problem;
};

struct AssembleKernels : dorefa::impl::AssembleKernelsBase<AssembleKernels> {
  using AssembleKernelsBase::AssembleKernelsBase;

  void runOnOperation() override {
    SmallVector<Piece> pieces = findPTX();
    if (pieces.empty())
      return;
    std::optional<dorefa::PTXAssembler> assembler =
        dorefa::PTXAssembler::find();
    if (!assembler) {
      if (optional)
        return;
      emitError(getOperation().getLoc())
          << "machine code of GPUs needs "
          << dorefa::PTXAssembler::describeSearch();
      return signalPassFailure();
    }
    parallelForEach(&getContext(), pieces, [&](Piece &piece) {
      auto target = cast<NVVM::NVVMTargetAttr>(piece.ptx.getTarget());
      auto assembled = assembler->assemble(
          piece.ptx.getObject().getValue().rtrim('\0'), target.getChip());
      if (assembled)
        piece.machineCode = std::move(assembled->machineCode);
      else
        piece.problem = toString(assembled.takeError());
    });
    // One message: what one chip's kernels lack, others mostly do, too.
    auto failed = llvm::find_if(
        pieces, [](const Piece &piece) { return !piece.problem.empty(); });
    Location loc = getOperation().getLoc();
    if (failed != pieces.end() && !optional) {
      emitError(loc) << failed->problem;
      return signalPassFailure();
    }
    if (failed != pieces.end())
      emitWarning(loc) << "no machine code beside PTX: " << failed->problem;
    for (Piece &piece : pieces)
      if (piece.problem.empty())
        addMachineCode(piece);
  }

private:
  SmallVector<Piece> findPTX() {
    SmallVector<Piece> pieces;
    for (auto binary : getOperation().getOps<gpu::BinaryOp>())
      for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>())
        if (object.getFormat() == gpu::CompilationTarget::Assembly &&
            isa<NVVM::NVVMTargetAttr>(object.getTarget()))
          pieces.push_back({binary, object, {}, {}});
    return pieces;
  }

  void addMachineCode(const Piece &piece) {
    gpu::BinaryOp binary = piece.binary;
    SmallVector<Attribute> objects(binary.getObjects().getValue());
    auto code = gpu::ObjectAttr::get(
        &getContext(), piece.ptx.getTarget(), gpu::CompilationTarget::Binary,
        StringAttr::get(&getContext(), piece.machineCode),
        piece.ptx.getProperties(), piece.ptx.getKernels());
    objects.insert(llvm::find(objects, piece.ptx), code);
    binary.setObjectsAttr(ArrayAttr::get(&getContext(), objects));
  }
};
} // namespace
