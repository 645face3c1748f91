//===----------------------------------------------------------------------===//
//
// Part of the dorefa project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE.txt for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"
#include "dorefa/Conversion/LinalgToGPU/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::dorefa {
#define GEN_PASS_DEF_CONVERTLINALGTOGPU
#include "dorefa/Conversion/LinalgToGPU/Passes.h.inc"
} // namespace mlir::dorefa

using namespace mlir;
using namespace mlir::dorefa;

//===----------------------------------------------------------------------===//
// Kernels of one op
//===----------------------------------------------------------------------===//

static void convertLinalg(linalg::LinalgOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  LoopNest nest = LoopNest::get(b, op);
  if (prefersBlocks(op))
    buildBlockReduction(b, nest);
  else
    buildThreadKernel(b, nest.sizesOf(nest.parallel),
                      [&](ImplicitLocOpBuilder &b, ValueRange point) {
                        buildPoint(b, nest, point);
                      });
  op.erase();
}

static SmallVector<Value> sizesOf(ImplicitLocOpBuilder &b, Value buffer) {
  SmallVector<Value> sizes;
  for (OpFoldResult size : memref::getMixedSizes(b, b.getLoc(), buffer))
    sizes.push_back(getValueOrCreateConstantIndexOp(b, b.getLoc(), size));
  return sizes;
}

static void buildCopy(ImplicitLocOpBuilder &b, Value source, Value target) {
  buildThreadKernel(b, sizesOf(b, source),
                    [&](ImplicitLocOpBuilder &b, ValueRange point) {
                      Value value = memref::LoadOp::create(b, source, point);
                      memref::StoreOp::create(b, value, target, point);
                    });
}

static void convertStore(memref::StoreOp store) {
  ImplicitLocOpBuilder b(store.getLoc(), store);
  buildThreadKernel(b, {}, [&](ImplicitLocOpBuilder &b, ValueRange) {
    memref::StoreOp::create(b, store.getValueToStore(), store.getMemRef(),
                            store.getIndices());
  });
  store.erase();
}

//===----------------------------------------------------------------------===//
// scf.forall
//===----------------------------------------------------------------------===//

/// All loops of a linalg op in one thread.
static void lowerInThread(linalg::LinalgOp op) {
  ImplicitLocOpBuilder b(op.getLoc(), op);
  LoopNest nest = LoopNest::get(b, op);
  SmallVector<Value> sizes = nest.sizesOf(nest.parallel);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  Value one = arith::ConstantIndexOp::create(b, 1);
  if (sizes.empty())
    buildPoint(b, nest, {});
  else
    scf::buildLoopNest(b, b.getLoc(), SmallVector<Value>(sizes.size(), zero),
                       sizes, SmallVector<Value>(sizes.size(), one),
                       [&](OpBuilder &nested, Location loc, ValueRange point) {
                         ImplicitLocOpBuilder inner(loc, nested);
                         buildPoint(inner, nest, point);
                       });
  op.erase();
}

/// Buffers of a thread lie on its stack.
static LogicalResult moveToStack(gpu::LaunchOp launch) {
  OpBuilder builder = OpBuilder::atBlockBegin(&launch.getBody().front());
  SmallVector<Operation *> ops;
  launch.walk([&](Operation *op) {
    if (isa<memref::AllocOp, memref::DeallocOp>(op))
      ops.push_back(op);
  });
  for (Operation *op : ops) {
    if (auto allocation = dyn_cast<memref::AllocOp>(op)) {
      if (!allocation.getType().hasStaticShape())
        return allocation.emitError(
                   "a buffer of a thread must have a static shape, found ")
               << allocation.getType();
      Value buffer =
          memref::AllocaOp::create(builder, op->getLoc(), allocation.getType());
      allocation.replaceAllUsesWith(buffer);
    }
  }
  for (Operation *op : ops)
    op->erase();
  return success();
}

static LogicalResult convertForall(scf::ForallOp forall) {
  ImplicitLocOpBuilder b(forall.getLoc(), forall);
  if (forall.getNumResults() != 0)
    return forall.emitError("expected a loop on memrefs");
  auto toValues = [&](ArrayRef<OpFoldResult> values) {
    return llvm::map_to_vector(values, [&](OpFoldResult value) {
      return getValueOrCreateConstantIndexOp(b, b.getLoc(), value);
    });
  };
  SmallVector<Value> lower = toValues(forall.getMixedLowerBound());
  SmallVector<Value> upper = toValues(forall.getMixedUpperBound());
  SmallVector<Value> steps = toValues(forall.getMixedStep());
  SmallVector<Value> counts;
  for (auto [begin, end, step] : llvm::zip_equal(lower, upper, steps))
    counts.push_back(
        buildParts(b, b.createOrFold<arith::SubIOp>(end, begin), step));
  gpu::LaunchOp launch;
  buildThreadKernel(b, counts, [&](ImplicitLocOpBuilder &b, ValueRange point) {
    launch =
        b.getInsertionBlock()->getParentOp()->getParentOfType<gpu::LaunchOp>();
    IRMapping mapping;
    for (auto [variable, begin, step, number] :
         llvm::zip_equal(forall.getInductionVars(), lower, steps, point))
      mapping.map(variable,
                  b.createOrFold<arith::AddIOp>(
                      begin, b.createOrFold<arith::MulIOp>(number, step)));
    for (Operation &op : forall.getBody()->without_terminator())
      b.clone(op, mapping);
  });
  SmallVector<linalg::LinalgOp> nested;
  launch.walk([&](linalg::LinalgOp op) { nested.push_back(op); });
  for (linalg::LinalgOp op : nested)
    lowerInThread(op);
  forall.erase();
  return moveToStack(launch);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static bool isView(Operation *op) {
  return isa<ViewLikeOpInterface>(op) &&
         isa<memref::MemRefDialect>(op->getDialect());
}

/// The constant that a buffer is a view of.
static memref::GetGlobalOp findConstant(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    if (auto constant = dyn_cast<memref::GetGlobalOp>(op))
      return constant;
    if (!isView(op))
      break;
    buffer = op->getOperand(0);
  }
  return {};
}

/// Clones what makes `value`, from the constant on, and returns its copy.
static Value cloneView(OpBuilder &builder, Value value, IRMapping &mapping) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (isView(op))
    cloneView(builder, op->getOperand(0), mapping);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

/// Reads constants inside of the kernel: its module will have them.
static void sinkConstants(gpu::LaunchOp launch) {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(launch.getBody(), captured);
  OpBuilder builder = OpBuilder::atBlockBegin(&launch.getBody().front());
  IRMapping mapping;
  for (Value value : captured) {
    if (!isa<MemRefType>(value.getType()) || !findConstant(value))
      continue;
    Value copy = cloneView(builder, value, mapping);
    replaceAllUsesInRegionWith(value, copy, launch.getBody());
  }
}

/// A constant that leaves the function is copied to the device.
static void copyReturnedConstants(func::ReturnOp op) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<MemRefType>(operand.get().getType());
    if (!type || !findConstant(operand.get()))
      continue;
    ImplicitLocOpBuilder b(op.getLoc(), op);
    auto copy = memref::AllocOp::create(
        b, MemRefType::get(type.getShape(), type.getElementType()));
    buildCopy(b, operand.get(), copy);
    operand.set(copy);
  }
}

//===----------------------------------------------------------------------===//

static bool isOfHost(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    if (isa<memref::AllocaOp>(op))
      return true;
    if (!isView(op))
      break;
    buffer = op->getOperand(0);
  }
  return false;
}

namespace {
struct ConvertLinalgToGPU
    : dorefa::impl::ConvertLinalgToGPUBase<ConvertLinalgToGPU> {
  void runOnOperation() override {
    // Ops that are not inside of a kernel, or of an op that becomes one.
    SmallVector<Operation *> ops;
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk<WalkOrder::PreOrder>([&](Operation *op) {
        if (isa<gpu::LaunchOp>(op))
          return WalkResult::skip();
        ops.push_back(op);
        return isa<linalg::LinalgOp, scf::ForallOp>(op) ? WalkResult::skip()
                                                        : WalkResult::advance();
      });
    for (Operation *op : ops)
      if (failed(convert(op)))
        return signalPassFailure();
    getOperation().walk([](gpu::LaunchOp launch) { sinkConstants(launch); });
  }

  LogicalResult convert(Operation *op) {
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      if (!linalgOp.hasPureBufferSemantics())
        return op->emitError("expected operands that are memrefs");
      convertLinalg(linalgOp);
    } else if (auto forall = dyn_cast<scf::ForallOp>(op)) {
      return convertForall(forall);
    } else if (auto copy = dyn_cast<memref::CopyOp>(op)) {
      ImplicitLocOpBuilder b(op->getLoc(), op);
      buildCopy(b, copy.getSource(), copy.getTarget());
      op->erase();
    } else if (auto load = dyn_cast<memref::LoadOp>(op)) {
      if (!isOfHost(load.getMemRef()))
        convertHostLoad(load);
    } else if (auto store = dyn_cast<memref::StoreOp>(op)) {
      if (!isOfHost(store.getMemRef()))
        convertStore(store);
    } else if (auto allocation = dyn_cast<memref::AllocOp>(op)) {
      // The device aligns enough; bounds are checked against exact sizes.
      allocation.removeAlignmentAttr();
    } else if (auto end = dyn_cast<func::ReturnOp>(op)) {
      copyReturnedConstants(end);
    }
    return success();
  }
};
} // namespace
