//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The choice of kernels for products on memrefs.

#include "dorefa/Conversion/BitserialToGPU/Passes.h"

#include "Kernels.h"

#include "dorefa/Dialect/Bitserial/Transforms/GPUCostModel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTBITSERIALTOGPU
#include "dorefa/Conversion/BitserialToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::bitserial;

/// There is nothing to add: an axis of sums or of the depth has no elements.
static bool isEmpty(const ProductView &view) {
  return llvm::is_contained(view.sumsType().getShape(), 0) ||
         llvm::is_contained(view.rhsType().getShape(), 0);
}

/// The builder stands where only products with sums and depth arrive: a grid
/// has blocks, and sizes are divisors.
static void guardEmpty(ImplicitLocOpBuilder &b, const ProductView &view) {
  if (view.sumsType().hasStaticShape() && view.rhsType().hasStaticShape())
    return;
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value filled;
  for (Value operand : {view.sums, view.rhs}) {
    auto type = cast<MemRefType>(operand.getType());
    for (int64_t axis = 0; axis < type.getRank(); ++axis) {
      if (!type.isDynamicDim(axis))
        continue;
      Value size = b.createOrFold<memref::DimOp>(operand, axis);
      Value positive =
          arith::CmpIOp::create(b, arith::CmpIPredicate::ne, size, zero);
      filled = filled ? arith::AndIOp::create(b, filled, positive).getResult()
                      : positive;
    }
  }
  auto condition = scf::IfOp::create(b, filled, /*withElseRegion=*/false);
  b.setInsertionPoint(condition.thenBlock()->getTerminator());
}

/// The number of samples, and so that of rows, is not known before the call,
/// and may be one that the other kernel is for.
static bool mayHaveFewRows(const ProductView &view, const GPUMachine &machine) {
  if (!machine.hasTensorCores ||
      !ShapedType::isDynamic(view.sumsType().getDimSize(0)))
    return false;
  int64_t positions = view.staticPositions();
  return !ShapedType::isDynamic(positions) && positions <= loopRows;
}

/// A condition on the rows that are there.
static scf::IfOp chooseByRows(ImplicitLocOpBuilder &b,
                              const ProductView &view) {
  Value samples = b.createOrFold<memref::DimOp>(view.sums, 0);
  Value most =
      arith::ConstantIndexOp::create(b, loopRows / view.staticPositions());
  Value few =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ule, samples, most);
  return scf::IfOp::create(b, few, /*withElseRegion=*/true);
}

namespace {
struct KernelKind {
  void (*build)(ImplicitLocOpBuilder &, const ProductView &);
  int64_t (*getSplits)(const ProductView &);
};
} // namespace

static constexpr KernelKind loopKernel = {buildLoopKernel, getLoopSplits};
static constexpr KernelKind tensorKernel = {buildTensorKernel, getTensorSplits};
static constexpr KernelKind warpgroupKernel = {buildWarpgroupKernel,
                                               getWarpgroupSplits};

namespace {
struct ConvertBitserialToGPU
    : dorefa::impl::ConvertBitserialToGPUBase<ConvertBitserialToGPU> {
  using ConvertBitserialToGPUBase::ConvertBitserialToGPUBase;

  void runOnOperation() override {
    if (!llvm::is_contained({"auto", "loop", "tensor", "warpgroup"},
                            strategy)) {
      emitError(getOperation()->getLoc())
          << "unknown strategy '" << strategy
          << "' of GPU kernels; expected auto, loop, tensor or warpgroup";
      return signalPassFailure();
    }
    GPUMachine machine = GPUMachine::get(chip);
    if (strategy == "tensor" && !machine.hasTensorCores) {
      emitError(getOperation()->getLoc())
          << "'" << chip
          << "' has no tensor cores for bits and bytes; they are there from "
             "sm_80";
      return signalPassFailure();
    }
    if (strategy == "warpgroup" && !machine.hasWarpgroups) {
      emitError(getOperation()->getLoc())
          << "'" << chip
          << "' has no products of warpgroups; they are there on sm_90a";
      return signalPassFailure();
    }
    SmallVector<Operation *> products;
    getOperation()->walk([&](Operation *op) {
      if (isa<MatmulOp, Conv2DOp>(op) && op->getNumResults() == 0)
        products.push_back(op);
    });
    for (Operation *op : products)
      if (auto conv = dyn_cast<Conv2DOp>(op); conv && conv.getRhsSigned()) {
        conv.emitOpError("has no kernel for signed bytes on a GPU");
        return signalPassFailure();
      }
    for (Operation *op : products)
      lower(op, machine);
  }

  /// The kernels of a product: one, or that for few rows and that for more.
  SmallVector<KernelKind, 2> choose(const ProductView &view,
                                    const GPUMachine &machine) {
    if (strategy == "loop")
      return {loopKernel};
    if (strategy == "tensor")
      return {tensorKernel};
    if (strategy == "warpgroup")
      return {warpgroupKernel};
    if (!prefersTensorCores(view.staticRows(), machine))
      return {loopKernel};
    KernelKind tiled = prefersWarpgroups(view.staticRows(), machine)
                           ? warpgroupKernel
                           : tensorKernel;
    if (mayHaveFewRows(view, machine))
      return {loopKernel, tiled};
    return {tiled};
  }

  void lower(Operation *op, const GPUMachine &machine) {
    ProductView view = isa<MatmulOp>(op) ? ProductView::get(cast<MatmulOp>(op))
                                         : ProductView::get(cast<Conv2DOp>(op));
    if (!isEmpty(view)) {
      SmallVector<KernelKind, 2> kernels = choose(view, machine);
      // Blocks that share a sum have a part of it each; and a product without
      // depth, which is not launched, has sums nevertheless.
      auto isWhole = [&](const KernelKind &kernel) {
        return kernel.getSplits(view) == 1;
      };
      if (view.rhsType().hasStaticShape() && llvm::all_of(kernels, isWhole))
        view.epilogue = Epilogue::find(op, view.sums);
      ImplicitLocOpBuilder b(op->getLoc(),
                             view.epilogue ? view.epilogue->op : op);
      guardEmpty(b, view);
      if (kernels.size() > 1) {
        auto few = chooseByRows(b, view);
        b.setInsertionPoint(few.thenBlock()->getTerminator());
        kernels.front().build(b, view);
        b.setInsertionPoint(few.elseBlock()->getTerminator());
      }
      kernels.back().build(b, view);
    }
    op->erase();
    if (view.epilogue) {
      view.epilogue->erase();
      ++numEpilogues;
    }
  }
};
} // namespace
