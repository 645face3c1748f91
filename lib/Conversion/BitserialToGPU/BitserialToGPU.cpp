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
#include "mlir/Dialect/Func/IR/FuncOps.h"
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
  StringLiteral name;
  void (*build)(ImplicitLocOpBuilder &, const ProductView &);
  bool (*finishes)(const ProductView &);
};

/// What a chip multiplies few rows with, and what more; the same where the
/// number is known.
struct KernelChoice {
  const KernelKind *few, *many;
};
} // namespace

static constexpr KernelKind loopKernel = {"loop", buildLoopKernel,
                                          finishesInLoops};
static constexpr KernelKind tensorKernel = {"tensor", buildTensorKernel,
                                            finishesInTensorTiles};
static constexpr KernelKind warpgroupKernel = {
    "warpgroup", buildWarpgroupKernel, finishesInWarpgroups};

/// Builds a kernel, whose name says what it is to whoever looks at launches.
static void buildKernel(ImplicitLocOpBuilder &b, const KernelKind &kind,
                        const ProductView &view) {
  kind.build(b, view);
  Operation *op = b.getInsertionBlock()->getParentOp();
  auto function = dyn_cast<func::FuncOp>(op);
  if (!function)
    function = op->getParentOfType<func::FuncOp>();
  Operation *launch = &*std::prev(b.getInsertionPoint());
  while (!isa<gpu::LaunchOp>(launch))
    launch = launch->getPrevNode();
  std::string name = (function.getName() + "_" + kind.name +
                      (view.byteBits ? "_bytes" : "_bits"))
                         .str();
  cast<gpu::LaunchOp>(launch).setFunctionAttr(
      FlatSymbolRefAttr::get(b.getContext(), name));
}

/// Builds one kernel for all chips, or has the host choose: the default is what
/// most of them want. `kinds` has one for each chip.
static void buildKernels(ImplicitLocOpBuilder &b,
                         ArrayRef<const KernelKind *> kinds,
                         ArrayRef<StringRef> chips, const ProductView &view) {
  const KernelKind *common =
      *llvm::max_element(kinds, [&](const KernelKind *x, const KernelKind *y) {
        return llvm::count(kinds, x) < llvm::count(kinds, y);
      });
  SmallVector<int64_t> others;
  for (auto [i, kind] : llvm::enumerate(kinds))
    if (kind != common)
      others.push_back(i);
  if (others.empty())
    return buildKernel(b, *common, view);
  OpBuilder::InsertionGuard guard(b);
  Value chip =
      ChipOp::create(b, b.getI32Type(), b.getStrArrayAttr(chips)).getResult();
  auto choice = scf::IndexSwitchOp::create(
      b, TypeRange(),
      arith::IndexCastOp::create(b, b.getIndexType(), chip).getResult(), others,
      others.size());
  auto fill = [&](Region &region, const KernelKind *kind) {
    b.createBlock(&region);
    b.setInsertionPoint(scf::YieldOp::create(b));
    buildKernel(b, *kind, view);
  };
  fill(choice.getDefaultRegion(), common);
  for (auto [region, i] : llvm::zip_equal(choice.getCaseRegions(), others))
    fill(region, kinds[i]);
}

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
    chipNames.assign(chips.begin(), chips.end());
    if (chipNames.empty())
      chipNames.push_back("sm_80");
    machines.clear();
    for (StringRef chip : chipNames) {
      machines.push_back(GPUMachine::get(chip));
      if (failed(checkStrategy(chip, machines.back())))
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
      lower(op);
  }

  LogicalResult checkStrategy(StringRef chip, const GPUMachine &machine) {
    if (strategy == "tensor" && !machine.hasTensorCores)
      return emitError(getOperation()->getLoc())
             << "'" << chip
             << "' has no tensor cores for bits and bytes; they are there from "
                "sm_80";
    if (strategy == "warpgroup" && !machine.hasWarpgroups)
      return emitError(getOperation()->getLoc())
             << "'" << chip
             << "' has no products of warpgroups; they are there on sm_90a";
    return success();
  }

  /// The kernels of a product on a chip.
  KernelChoice choose(const ProductView &view, const GPUMachine &machine) {
    if (strategy == "loop")
      return {&loopKernel, &loopKernel};
    if (strategy == "tensor")
      return {&tensorKernel, &tensorKernel};
    if (strategy == "warpgroup")
      return {&warpgroupKernel, &warpgroupKernel};
    if (!prefersTensorCores(view.staticRows(), machine))
      return {&loopKernel, &loopKernel};
    const KernelKind *tiled = prefersWarpgroups(view.staticRows(), machine)
                                  ? &warpgroupKernel
                                  : &tensorKernel;
    return {mayHaveFewRows(view, machine) ? &loopKernel : tiled, tiled};
  }

  /// What the kernels do with their sums, besides storing them: all of them, or
  /// none.
  void findEpilogue(Operation *op, ProductView &view,
                    ArrayRef<const KernelKind *> kinds) const {
    auto finish = [&] {
      return llvm::all_of(
          kinds, [&](const KernelKind *kind) { return kind->finishes(view); });
    };
    // A product without depth, which is not launched, has sums nevertheless.
    if (!view.rhsType().hasStaticShape() || !finish())
      return;
    view.epilogue = Epilogue::find(op, view.sums);
    // Words are those of warps of 32 threads.
    auto hasWarps = [](const GPUMachine &machine) {
      return machine.computeCapability > 0;
    };
    if (!view.epilogue || !llvm::all_of(machines, hasWarps))
      return;
    view.epilogue->findPacks(op);
    if (!finish())
      view.epilogue->dropPacks();
  }

  void lower(Operation *op) {
    ProductView view = isa<MatmulOp>(op) ? ProductView::get(cast<MatmulOp>(op))
                                         : ProductView::get(cast<Conv2DOp>(op));
    if (!isEmpty(view)) {
      SmallVector<const KernelKind *> few, many;
      for (const GPUMachine &machine : machines) {
        KernelChoice choice = choose(view, machine);
        few.push_back(choice.few);
        many.push_back(choice.many);
      }
      SmallVector<const KernelKind *> all(few);
      all.append(many);
      findEpilogue(op, view, all);
      ImplicitLocOpBuilder b(op->getLoc(),
                             view.epilogue ? view.epilogue->getPlace() : op);
      guardEmpty(b, view);
      if (few != many) {
        auto condition = chooseByRows(b, view);
        b.setInsertionPoint(condition.thenBlock()->getTerminator());
        buildKernels(b, few, chipNames, view);
        b.setInsertionPoint(condition.elseBlock()->getTerminator());
      }
      buildKernels(b, many, chipNames, view);
    }
    op->erase();
    if (view.epilogue) {
      ++numEpilogues;
      numPacks += view.epilogue->countPacks();
      view.epilogue->erase();
    }
  }

private:
  SmallVector<StringRef> chipNames;
  SmallVector<GPUMachine> machines;
};
} // namespace
